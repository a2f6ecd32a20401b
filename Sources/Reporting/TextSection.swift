/// A part of a text report: a title, a line that says the most important thing, and rows.
struct TextSection {
  /// One function or site. Rows of all sections share their columns.
  struct Row {
    var figure: String
    var style: Paint.Style?
    var name: String
    var place: String
  }

  /// Rows under a line of their own.
  struct Group {
    var note: String?
    var noteStyle: Paint.Style?
    var rows: [Row]
    /// How many more there are.
    var hidden = 0
  }

  var title: String
  var lead: String
  var groups: [Group] = []
}
