import Findings
import Testing

@testable import Reporting

@Suite("Markdown of a check") struct CheckMarkdownTests {
  private func text(_ result: CheckResult) throws -> String {
    let output = Output()
    try CheckMarkdownReporter(result).write(to: output)
    return String(decoding: output.contents, as: UTF8.self)
  }

  /// The cells of a row as GFM cuts it: at pipes without a backslash.
  private func cells(_ row: Substring) -> Int {
    var count = 0
    var before: Unicode.Scalar = " "
    for scalar in row.unicodeScalars {
      if scalar == "|", before != "\\" { count += 1 }
      before = scalar
    }
    return count - 1
  }

  @Test func everyRowHasFourCells() throws {
    let rows = try text(CheckSample.hostile()).split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count > CheckSample.names.count * 3)
    for row in rows { #expect(cells(row) == 4, "\(row)") }
  }

  @Test func outsideOfCodeNothingIsAlive() throws {
    var text = try text(CheckSample.hostile())
    // Code spans hold whatever there is; the tests of MarkdownText show that they end where they should.
    for fence in ["```", "``", "`"] { text = outside(text, fence) }
    let own = ["<!-- fathom check -->", "<details>", "</details>", "<summary>", "</summary>"]
    for tag in own { text = text.replacing(tag, with: "") }
    #expect(!text.replacing("\\<", with: "").contains("<"))
    #expect(!text.replacing("@&#8203;", with: "").contains("@"))
    #expect(!text.contains("https://"))
    #expect(!text.replacing("\\]", with: "").contains("]("))
  }

  private func outside(_ text: String, _ fence: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let parts = line.split(separator: fence, omittingEmptySubsequences: false)
      return parts.enumerated().filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
    }.joined(separator: "\n")
  }

  @Test(arguments: [0, 1, 20, 21, 300, 5000]) func itFitsAComment(count: Int) throws {
    let text = try text(CheckSample.many(count) { "\($0)" + String(repeating: "漢", count: 60) })
    #expect(text.utf8.count <= 65_536)
    #expect(
      text.split(separator: "<details>").count == text.split(separator: "</details>").count || count == 0)
    if count == 5000 {
      let rows = text.split(separator: "\n").count { $0.hasPrefix("| ") && $0.contains(".go:") }
      #expect(
        text.hasSuffix(
          "\n\(Figures.count(5000 - rows)) rows did not fit into a comment: --format text lists all of them.\n"
        ))
      #expect(rows > 150)
    } else if count < 200 {
      #expect(!text.contains("no room"))
    }
  }
}
