import Findings
import ProgramModel

/// A comparison as a comment on a pull request: the sums, the largest changes, and folded below them the
/// others.
public struct DiffMarkdownReporter: Sendable {
  /// The longest comment that GitHub takes. It is counted in bytes here, of which there are never fewer than
  /// characters.
  static let limit = 65_536
  /// Room for the text after the last table.
  private static let reserve = 1024

  private let report: DiffReport
  private let top: Int
  private var words: DiffWords { DiffWords(report) }

  /// Makes the reporter of a comparison.
  ///
  /// - Parameter top: how many rows of each table are not folded.
  public init(_ report: DiffReport, top: Int) {
    self.report = report
    self.top = top
  }

  /// Writes the whole comment.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole comment.
  var text: String {
    let shown = report.diff.shown
    let tally = report.diff.tally
    var out = head(tally)
    let tables: [(title: String, head: String, pairs: [DiffPair], row: (DiffPair) -> String)] = [
      (
        "looping defers that came", "| | function | where |\n|---|---|---|",
        shown.filter { DiffWords.newLoopingDefers($0) > 0 },
        { row(["+\(DiffWords.newLoopingDefers($0)) looping"], $0) }
      ),
      (
        "frames", "| growth | old | new | function | where |\n|---:|---:|---:|---|---|",
        shown.filter { $0.change != .same },
        { pair in
          row(
            [
              DiffWords.signed(pair.growth), pair.before.map(DiffWords.frame) ?? "came",
              pair.after.map(DiffWords.frame) ?? "went",
            ], pair)
        }
      ),
      (
        "defers", "| change | function | where |\n|---|---|---|",
        shown.filter { !DiffWords.deferChanges($0).isEmpty }, { row([DiffWords.deferChanges($0)], $0) }
      ),
      (
        "atomics", "| change | function | where |\n|---|---|---|",
        shown.filter { !DiffWords.atomicChanges($0).isEmpty }, { row([DiffWords.atomicChanges($0)], $0) }
      ),
    ]
    for table in tables where !table.pairs.isEmpty {
      append(
        "\n**\(table.title)**\n\n", table.head, table.pairs.prefix(top),
        table.row, to: &out)
    }
    // The other rows are folded, as many as there is room for.
    for table in tables where table.pairs.count > top {
      let rest = table.pairs.dropFirst(top)
      let summary = "\n<details><summary>\(table.title): \(Figures.count(rest.count)) more</summary>\n\n"
      append(summary, table.head, rest, table.row, to: &out, ending: "\n</details>\n")
    }
    let elsewhere = words.elsewhere
    if !elsewhere.isEmpty {
      out += "\nCode that is not shown:\n\n" + elsewhere.map { "- \(MarkdownText.text($0))\n" }.joined()
    }
    return out
  }

  private func head(_ tally: DiffTally) -> String {
    func code(_ text: String) -> String {
      MarkdownText.code(text == "-" ? "standard input" : text, width: 120)
    }
    var out = "### fathom diff: \(words.changes(tally))\n\n"
    out += "\(code(report.names.before)) → \(code(report.names.after))"
    out += " · " + words.build.map { MarkdownText.text($0, width: 200) }.joined(separator: " · ") + "  \n"
    out += MarkdownText.text(words.scope) + "\n"
    for note in words.notes { out += "\n> " + MarkdownText.text(note, width: 400) + "\n" }
    let sums = [
      words.shared(tally), words.defers(tally).map { "defers: \($0)" },
      words.atomics(tally).map { "atomics: \($0)" },
    ].compactMap(\.self)
    if !sums.isEmpty { out += "\n" + sums.map { "- " + MarkdownText.text($0, width: 400) + "\n" }.joined() }
    return out
  }

  private func row(_ cells: [String], _ pair: DiffPair) -> String {
    let name = MarkdownText.code(DiffWords.name(pair), inTable: true, width: 160)
    let place = MarkdownText.code(DiffWords.place(pair), inTable: true, width: 60)
    return "| " + (cells.map { MarkdownText.text($0, width: 120) } + [name, place]).joined(separator: " | ")
      + " |\n"
  }

  /// Appends a table with as many rows as there is room for, and says how many are left out.
  private func append(
    _ title: String, _ head: String, _ pairs: ArraySlice<DiffPair>, _ row: (DiffPair) -> String,
    to out: inout String, ending: String = ""
  ) {
    var room = Self.limit - Self.reserve - [out, title, head, ending].reduce(0) { $0 + $1.utf8.count }
    var rows: [String] = []
    for pair in pairs {
      let line = row(pair)
      room -= line.utf8.count
      if room < 0 { break }
      rows.append(line)
    }
    let left = pairs.count - rows.count
    if rows.isEmpty { return }
    out += "\(title)\(head)\n\(rows.joined())"
    if left > 0 { out += "\n… \(Figures.count(left)) more: a comment has no room for them\n" }
    out += ending
  }
}
