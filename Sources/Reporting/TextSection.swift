/// A part of a text report: a title, a line with the most important fact, and rows.
///
///     Stack    median 48 B · 99 % ≤ 952 B · largest of your own 3.6 KiB
///                3.6 KiB  big    cmd/go/internal/tool.listTools        tool.go:147
///
/// Here «Stack» is the title, the rest of its line the lead; the row has the figure `3.6 KiB  big`, then the
/// name and the place.
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
