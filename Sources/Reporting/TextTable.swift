/// Rows of cells in columns that line up, indented. One column gives way where a line is too long.
struct TextTable {
  let width: Int
  let paint: Paint
  /// The columns whose cells are aligned to the right.
  var right: Set<Int> = [0]
  /// The column that gives way, which holds names.
  var flexible: Int
  var indent = "  "

  /// The widest column; wider cells do not line up.
  private static let widest = 400

  /// Returns the rows as lines. All rows have the same number of cells.
  func render(_ rows: [[String]]) -> String {
    guard let first = rows.first else { return "" }
    // One cell of a megabyte must not make every line as long.
    var widths = first.indices.map { i in
      min(rows.map { TerminalText.width($0[i]) }.max() ?? 0, max(Self.widest, i == flexible ? .max : 0))
    }
    let total = widths.reduce(0) { $0 + $1 + ($1 > 0 ? 2 : 0) }
    widths[flexible] = max(min(16, widths[flexible]), widths[flexible] - max(0, total - width))
    return rows.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var parts: [String] = []
    for (i, cell) in cells.enumerated() where widths[i] > 0 {
      let text = i == flexible ? TextPage.shortened(cell, widths[i]) : cell
      let gap = String(repeating: " ", count: max(0, widths[i] - TerminalText.width(text)))
      let isLast = i == cells.count - 1
      parts.append(
        right.contains(i) ? gap + text : (isLast && i != flexible ? paint(text, .quiet) : text) + gap)
    }
    var line = indent + parts.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
