import Findings
import TestSupport
import Testing

@testable import Reporting

@Suite("GitHub's workflow commands") struct WorkflowCommandTests {
  /// Reads a line as the runner does (`ActionCommand.TryParseV2`): blanks in front go, the first `::` behind the
  /// command's own ends it, then what is escaped comes back, the percent last.
  static func read(_ line: some StringProtocol) -> (
    name: String, properties: [String: String], message: String
  )? {
    let line = line.drop { $0 == " " || $0 == "\t" }
    guard line.hasPrefix("::") else { return nil }
    let rest = Array(line.unicodeScalars.dropFirst(2))
    guard
      let end = rest.indices.first(where: { $0 + 1 < rest.count && rest[$0] == ":" && rest[$0 + 1] == ":" })
    else { return nil }
    let info = string(rest[..<end])
    let name = info.prefix { $0 != " " }
    var properties: [String: String] = [:]
    for pair in info.dropFirst(name.count).trimmingPrefix(" ").split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        properties[String(parts[0])] = unescaped(
          String(parts[1]), ["%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","])
      }
    }
    return (String(name), properties, unescaped(string(rest[(end + 2)...]), ["%0D": "\r", "%0A": "\n"]))
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private static func unescaped(_ text: String, _ signs: [String: String]) -> String {
    signs.reduce(text) { $0.replacing($1.key, with: $1.value) }.replacing("%25", with: "%")
  }

  @Test func whatIsWrittenIsReadBack() {
    var random = Seeded(state: 11)
    let signs = [
      "::", ":", "%", "%0A", "%25", "%250A", "\n", "\r", "\r\n", ",", "=", " ", "error", "::error ::", "##[",
      "]", "é",
      "file=", "\u{0}", "a",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...8, using: &random)).map { _ in signs.randomElement(using: &random)! }.joined()
    }
    for _ in 0..<5000 {
      let (file, title, message) = (text(), text(), text())
      let written = WorkflowCommand(
        name: .error, properties: [("file", file), ("title", title)], message: message
      ).text
      #expect(!written.unicodeScalars.contains("\n") && !written.unicodeScalars.contains("\r"))
      let read = Self.read(written)
      #expect(read?.name == "error" && read?.message == message, "\(written)")
      #expect(read?.properties == ["file": file, "title": title], "\(written)")
    }
  }

  @Test func everyLineIsOneOfOurs() throws {
    let result = CheckSample.hostile()
    let output = Output()
    try CheckGitHubReporter(result).write(to: output)
    let lines = String(decoding: output.contents, as: UTF8.self).split(separator: "\n")
    let commands = lines.compactMap { Self.read($0) }
    #expect(commands.count == result.findings.count)
    for (command, finding) in zip(commands, result.findings) {
      let expected = finding.severity == .note ? "notice" : finding.severity.rawValue
      #expect(command.name == expected)
      #expect(command.message.hasPrefix(finding.sentence()))
      #expect(Set(command.properties.keys).isSubset(of: ["file", "line", "title"]))
      if let place = finding.place, place.isRelative {
        #expect(command.properties["file"] == TerminalText.safe(place.file))
      } else {
        #expect(command.properties["file"] == nil)
      }
    }
    #expect(
      lines.dropFirst(commands.count).map { String($0.prefix(12)) } == ["fathom check", "20 baseline "])
  }

  @Test func tenASeverityAndASummary() throws {
    let output = Output()
    try CheckGitHubReporter(CheckSample.many(40)).write(to: output)
    let lines = String(decoding: output.contents, as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("::error ") } == 1)
    #expect(lines.count { $0.hasPrefix("::notice ") } == 10)
    // The largest come first.
    #expect(lines[1].contains("function1 "))
    #expect(lines[11] == "fathom check: 1 error, 39 notes in 4,812 functions judged")
    #expect(lines[12].hasPrefix("29 more are not annotated"))
  }

  @Test(arguments: [
    ("a\n  ::error ::x", "a\n  \\x3a:error ::x"), ("::x", "\\x3a:x"), ("a ::x", "a ::x"),
    ("a ##[error]x", "a ##\\x5berror]x"), ("plain", "plain"), ("#[ :", "#[ :"),
  ])
  func textForPeopleStartsNoCommand(text: String, expected: String) {
    #expect(WorkflowCommand.defused(text) == expected)
  }

  @Test func theTextReportStartsNoCommand() throws {
    let text = CheckTextReporter(CheckSample.hostile(), options: TextOptions(detail: .verbose)).text
    #expect(text.split(separator: "\n").allSatisfy { Self.read($0) == nil })
    #expect(!text.contains("##["))
  }
}
