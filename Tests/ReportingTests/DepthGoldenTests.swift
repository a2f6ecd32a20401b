import CallGraph
import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: depth") struct DepthGoldenTests {
  static let views: [(name: String, view: DepthReport.View)] = [
    ("summary", .summary), ("function", .function(3)), ("cycles", .cycles), ("goroutines", .goroutines),
    ("nosplit", .nosplit), ("path", .path(from: 3, to: 6)), ("no-path", .path(from: 6, to: 3)),
  ]

  private func text(_ report: DepthReport, _ options: TextOptions) -> String {
    DepthTextReporter(report, options: options).text
  }

  @Test(arguments: views.indices) func texts(i: Int) throws {
    let (name, view) = Self.views[i]
    let text = text(DepthSample.report(view), TextOptions(width: 80, top: 5))
    #expect(
      text.split(separator: "\n").allSatisfy {
        TerminalText.width(String($0)) <= 80 || $0.hasPrefix("fathom")
      })
    try Golden.check(text, "depth-\(name).txt")
  }

  @Test(arguments: [40, 120]) func widths(width: Int) throws {
    try Golden.check(text(DepthSample.report(), TextOptions(width: width)), "depth-\(width).txt")
  }

  @Test func coloured() throws {
    try Golden.check(text(DepthSample.report(), TextOptions(isColored: true)), "depth-color.txt")
  }

  @Test func nothingMatches() throws {
    let selection = Selection(pattern: NamePattern("nowhere"))
    for view in [DepthReport.View.summary, .cycles, .goroutines] {
      #expect(!text(DepthSample.report(view, selection), TextOptions()).isEmpty)
    }
    try Golden.check(text(DepthSample.report(.summary, selection), TextOptions()), "depth-nothing.txt")
  }

  /// Every name that tries to be something else calls the next, and itself.
  @Test func hostileNames() throws {
    var program = Sample.named(Sample.hostileNames)
    for i in program.functions.indices {
      let next = program.functions[(i + 1) % program.functions.count]
      program.functions[i].calls = [
        CallSite(address: 0, target: next.name, targetEntry: next.entry, kind: .call, place: SitePlace())
      ]
      program.functions[i].indirectCalls = [IndirectCall(address: 0, place: SitePlace())]
      program.functions[i].goStatements = [
        GoStatement(address: 0, place: SitePlace(), callee: Callee(target: next.name, entry: next.entry))
      ]
    }
    for view in [
      DepthReport.View.summary, .function(0), .cycles, .goroutines, .nosplit, .path(from: 1, to: 9),
    ] {
      let report = DepthSample.report(view, Selection(origins: Set(Origin.allCases)), program: program)
      let text = text(report, TextOptions(width: 80, top: 20))
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
      for json in [try document(report), try stream(report)] {
        #expect(json.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
      }
    }
  }

  // MARK: Records

  private func written(_ write: (Output) throws -> Void) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    try write(Output(descriptor: handle.fileDescriptor, name: "test"))
    try handle.close()
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  private func document(_ report: DepthReport) throws -> String {
    try written { try DepthRecordReporter(report).writeJSON(to: $0) }
  }

  private func stream(_ report: DepthReport) throws -> String {
    try written { try DepthRecordReporter(report).writeNDJSON(to: $0) }
  }

  @Test(arguments: views.indices) func records(i: Int) throws {
    let (name, view) = Self.views[i]
    let (stream, document) = (try stream(DepthSample.report(view)), try document(DepthSample.report(view)))
    try Golden.check(stream, "depth-\(name).ndjson")
    let lines = stream.split(separator: "\n")
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    #expect(lines.first?.contains("fathom.depth/1") ?? false)
    #expect(lines.last?.hasPrefix("{\"record\":\"end\"") ?? false)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
    let counts = ["functions", "cycles", "goroutines", "open"].map { (object[$0] as? [Any])?.count ?? -1 }
    #expect(
      counts
        == ["functionCount", "cycleCount", "goroutineCount", "openCount"].map { object[$0] as? Int ?? -2 })
    for (key, record) in zip(counts, ["function", "cycle", "goroutine", "open"]) {
      #expect(lines.count { $0.hasPrefix("{\"record\":\"\(record)\"") } == key)
    }
  }

  /// The same bytes on any number of cores, and from run to run.
  @Test func sameBytes() throws {
    let first = try stream(DepthSample.report())
    for jobs in [1, 2, 7] {
      for _ in 0..<7 {
        var report = DepthSample.report()
        report.report.jobs = jobs
        #expect(try stream(report) == first)
      }
    }
  }
}
