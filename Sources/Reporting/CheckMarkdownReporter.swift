public import Findings
import ProgramModel

/// A check as a comment on a pull request, for GitHub and GitLab.
///
/// The first twenty findings are visible; advice, the other findings, stale and allowed entries are folded.
/// Rows that do not fit are counted in the last line.
public struct CheckMarkdownReporter: Sendable {
  /// GitHub takes 65,536 characters in a comment; there are never fewer bytes than characters.
  private static let limit = 65_536
  /// How many bytes are kept for the end, which says how much was left out.
  private static let reserve = 512
  /// How many rows are shown unfolded.
  private static let open = 20

  private let result: CheckResult

  /// Makes the reporter of a check.
  public init(_ result: CheckResult) { self.result = result }

  /// Writes the whole comment.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  private var text: String {
    let summary = CheckSummary(result)
    // A job finds its comment of the last run by the first line.
    var out = "<!-- fathom check -->\n### fathom: \(summary.findings)\n\n"
    let platform = [result.goVersion, result.os.map { "\($0)/\(result.arch.rawValue)" }].compactMap(\.self)
    var facts = ["\(Figures.count(result.judged, "function")) judged"]
    if !platform.isEmpty { facts.append(MarkdownText.text(platform.joined(separator: " "), width: 80)) }
    if let excused = summary.excused { facts.append(excused) }
    out += facts.joined(separator: " · ") + "\n"
    let rows = result.findings.map(Self.row)
    var leftOut = Self.put(rows.prefix(Self.open), under: Self.head, &out)
    leftOut += Self.fold(summary.rules.map(Self.advice)[...], "What to do", "", &out)
    leftOut += Self.fold(result.stale.map(Self.row)[...], summary.stale ?? "", Self.staleHead, &out)
    leftOut += Self.fold(
      rows.dropFirst(Self.open), "\(Figures.count(rows.count - Self.open)) more findings", Self.head, &out)
    leftOut += Self.fold(
      result.allowed.map(Self.row)[...], "\(Figures.count(result.allowed.count)) allowed", Self.allowedHead,
      &out)
    if leftOut > 0 {
      out +=
        "\n\(Figures.count(leftOut, "row")) did not fit into a comment: --format text lists all of them.\n"
    }
    return out
  }

  // MARK: Rows

  private static let head = "| | function | finding | where |\n|---|---|---|---|\n"
  private static let allowedHead = "| rule | function | reason | allowed at |\n|---|---|---|---|\n"
  private static let staleHead = "| rule | function | accepted | line |\n|---|---|---:|---:|\n"

  private static func row(_ finding: Finding) -> String {
    var message = MarkdownText.text(finding.message, width: 240)
    if !finding.siblings.isEmpty {
      message += ", and \(Figures.count(finding.siblings.count)) more of the same cause"
    }
    let severity = finding.severity > .note ? "**\(finding.severity.rawValue)**" : finding.severity.rawValue
    let place = finding.place.map { MarkdownText.code($0.label, inTable: true) } ?? "no source line"
    return
      "| \(severity) | \(name(finding.function)) | \(message) (\(finding.rule.rawValue)) | \(place) |\n"
  }

  private static func row(_ allowed: CheckResult.Allowed) -> String {
    let finding = allowed.finding
    let place = MarkdownText.code(allowed.place, inTable: true)
    return
      "| \(finding.rule.rawValue) | \(name(finding.function)) | \(MarkdownText.text(allowed.reason, width: 240)) | \(place) |\n"
  }

  private static func row(_ stale: CheckResult.Stale) -> String {
    let function = [stale.key.package, stale.key.function].filter { !$0.isEmpty }.joined(separator: ".")
    let measures =
      stale.measures.prefix(8).map { Figures.count($0) } + (stale.measures.count > 8 ? ["…"] : [])
    let line = stale.line > 0 ? String(stale.line) : ""
    return
      "| \(stale.key.rule.rawValue) | \(name(function)) | \(measures.joined(separator: " ")) | \(line) |\n"
  }

  /// Returns the advice of a rule as a list item.
  private static func advice(_ rule: Rule) -> String {
    "- **\(rule.id.rawValue)**: \(MarkdownText.text(rule.advice))\n"
  }

  /// Returns a function's name as a code span for a table.
  private static func name(_ function: String) -> String {
    function.isEmpty ? "(no name)" : MarkdownText.code(function, inTable: true, width: 120)
  }

  // MARK: Room

  /// Puts rows that are folded until the reader opens them.
  ///
  /// - Returns: how many rows had no room.
  private static func fold(
    _ rows: ArraySlice<String>, _ summary: String, _ head: String, _ out: inout String
  ) -> Int {
    guard !rows.isEmpty else { return 0 }
    var body = ""
    // The rows come after what is there already, and before the closing tag.
    let left = put(rows, under: head, &body, room: limit - reserve - out.utf8.count - summary.utf8.count - 64)
    if left < rows.count { out += "\n<details><summary>\(summary)</summary>\n\(body)\n</details>\n" }
    return left
  }

  /// Puts a table with as many rows as have room. Returns how many had none.
  private static func put(
    _ rows: ArraySlice<String>, under head: String, _ out: inout String, room: Int? = nil
  ) -> Int {
    guard !rows.isEmpty else { return 0 }
    var room = (room ?? limit - reserve - out.utf8.count) - head.utf8.count - 1
    var shown: [String] = []
    for row in rows {
      room -= row.utf8.count
      guard room >= 0 else { break }
      shown.append(row)
    }
    if !shown.isEmpty { out += "\n" + head + shown.joined() }
    return rows.count - shown.count
  }
}
