/// A part of a text report: a title, a line with the most important fact, and rows.
struct TextSection {
  /// A row about one function or site. The rows of all sections share their columns.
  struct Row {
    var figure: String
    var style: Paint.Style?
    var name: String
    var place: String
  }

  /// Rows under a note of their own.
  struct Group {
    var note: String?
    var noteStyle: Paint.Style?
    var rows: [Row]
    /// How many more rows there are.
    var hidden = 0
  }

  var title: String
  var lead: String
  var groups: [Group] = []
}
