import Findings
import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: the reports of a check") struct CheckGoldenTests {
  private static func text(
    _ result: CheckResult, _ format: CheckFormat, _ options: TextOptions = TextOptions()
  ) throws -> String {
    let output = Output()
    try CheckReports.write(result, format, version: "0.1.0", options: options, to: output)
    return String(decoding: output.contents, as: UTF8.self)
  }

  @Test(arguments: CheckFormat.allCases) func full(format: CheckFormat) throws {
    try Golden.check(Self.text(CheckSample.full(), format), "check.\(format.fileExtension)")
  }

  @Test(arguments: CheckFormat.allCases) func hostile(format: CheckFormat) throws {
    let text = try Self.text(CheckSample.hostile(), format, TextOptions(top: 100))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
    try Golden.check(text, "check-hostile.\(format.fileExtension)")
  }

  @Test(arguments: CheckFormat.allCases) func clean(format: CheckFormat) throws {
    try Golden.check(Self.text(CheckSample.clean(), format), "check-clean.\(format.fileExtension)")
  }

  @Test func excused() throws {
    let text = try Self.text(CheckSample.excusedOnly(), .text)
    #expect(text == "no findings in 4,812 functions judged; 12 accepted by the baseline, 2 allowed\n")
  }

  @Test func narrowAndColoured() throws {
    let options = TextOptions(width: 50, isColored: true, top: 1)
    try Golden.check(Self.text(CheckSample.full(), .text, options), "check-color.txt")
  }

  @Test func quiet() throws {
    try Golden.check(Self.text(CheckSample.full(), .text, TextOptions(detail: .quiet)), "check-quiet.txt")
  }

  @Test func verbose() throws {
    try Golden.check(Self.text(CheckSample.full(), .text, TextOptions(detail: .verbose)), "check-verbose.txt")
  }

  @Test func notesAreCutAndVerboseListsThem() throws {
    let cut = try Self.text(CheckSample.many(30), .text)
    #expect(cut.contains("… 19 more: --verbose lists all"))
    let all = try Self.text(CheckSample.many(30), .text, TextOptions(detail: .verbose))
    #expect(!all.contains("more: ") && all.contains("function29"))
  }

  @Test(arguments: [60, 80, 120]) func everyLineFits(width: Int) throws {
    let text = try Self.text(CheckSample.full(), .text, TextOptions(width: width))
    for line in text.split(separator: "\n") where !line.contains(".go:") {
      #expect(TerminalText.width(String(line)) <= width, "\(line)")
    }
  }

  /// In debug this is a second or two; what grows with the square of something would take minutes.
  @Test(.timeLimit(.minutes(1)), arguments: CheckFormat.allCases) func manyFindings(format: CheckFormat)
    throws
  {
    var result = CheckSample.many(25_000)
    result.findings[0].siblings = result.findings.map {
      .init(function: $0.function, place: $0.place, measure: $0.measure)
    }
    result.stale = result.findings.map { .init(key: $0.key, measures: [$0.measure], line: 1) }
    var text = ""
    let time = try ContinuousClock().measure {
      text = try Self.text(result, format, TextOptions(detail: .verbose))
    }
    print("25,000 findings as \(format): \(text.utf8.count) bytes in \(time)")
    #expect(text.contains("function24999") || ![.text, .json, .ndjson, .codeclimate].contains(format))
  }

  @Test(arguments: CheckFormat.allCases) func theSameBytesAgain(format: CheckFormat) throws {
    let once = try Self.text(CheckSample.hostile(), format)
    #expect(try once == Self.text(CheckSample.hostile(), format))
  }
}

extension CheckFormat {
  /// Goldens are named by it.
  fileprivate var fileExtension: String {
    switch self {
    case .text: "txt"
    case .json, .ndjson, .sarif: rawValue
    case .github: "github.txt"
    case .codeclimate: "codeclimate.json"
    case .markdown: "md"
    }
  }
}
