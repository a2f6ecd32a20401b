import Foundation
import ProgramModel
import Testing

@testable import Reporting

@Suite("Records") struct RecordTests {
  private func lines(_ program: Program, _ selection: Selection = Selection(), jobs: Int = 2) throws
    -> [[String: Any]]
  {
    let output = Output()
    try NDJSONReporter(Report(program: program, selection: selection, version: "0", jobs: jobs)).write(
      to: output)
    let text = String(decoding: output.contents, as: UTF8.self)
    return try text.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func everyNameSurvivesAParser() throws {
    let records = try lines(Sample.named(Sample.hostileNames))
    let names = records.compactMap { $0["name"] as? String }
    #expect(names == Sample.hostileNames.map { String(decoding: $0, as: UTF8.self) })
  }

  @Test func nothingRawReachesATerminal() throws {
    let output = Output()
    try JSONReporter(Report(program: Sample.named(Sample.hostileNames), version: "0", jobs: 1)).write(
      to: output)
    let text = String(decoding: output.contents, as: UTF8.self)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test func theEndCountsWhatWasPrinted() throws {
    let records = try lines(Sample.server(), Selection(pattern: NamePattern("main.*")))
    let end = try #require(records.last)
    #expect(end["record"] as? String == "end")
    #expect(end["functions"] as? Int == 5)
    #expect(end["status"] as? String == "complete")
    #expect(records.count == 7)
  }

  @Test func originsAreThoseOfTheModel() throws {
    let program = Sample.server()
    let origins = try lines(program).dropFirst().dropLast().compactMap { $0["origin"] as? String }
    #expect(origins == program.functions.map { program.origin(of: $0).rawValue })
  }

  @Test func modulesAreThoseOfThePackages() throws {
    let records = try lines(Sample.server()).dropFirst().dropLast()
    let modules = records.map { "\($0["module"] as? String ?? "-") \($0["moduleVersion"] as? String ?? "-")" }
    let app = "github.com/example/app -"
    #expect(modules == ["- -", "- -", "- -", app, app, app, app, app, app, "github.com/other/lib v1.4.2"])
  }

  @Test func whatNothingSettlesIsNull() throws {
    let header = try #require(try lines(Sample.server(ownFrom: nil)).first)
    #expect(header["ownFrom"] is NSNull)
  }

  @Test func theSameOnEveryWorkerCount() throws {
    let program = Sample.named((0..<5000).map { Array("main.f\($0)".utf8) })
    var seen: Set<[UInt8]> = []
    for jobs in [1, 2, 7] {
      let output = Output()
      try NDJSONReporter(Report(program: program, version: "0", jobs: jobs)).write(to: output)
      seen.insert(output.contents)
    }
    #expect(seen.count == 1)
  }

  @Test func anEmptyProgramIsAWholeDocument() throws {
    let output = Output()
    try JSONReporter(Report(program: Sample.named([]), version: "0", jobs: 2)).write(to: output)
    let all = try #require(JSONSerialization.jsonObject(with: Data(output.contents)) as? [String: Any])
    #expect((all["functions"] as? [Any])?.isEmpty == true)
    #expect(all["status"] as? String == "partial")
  }
}
