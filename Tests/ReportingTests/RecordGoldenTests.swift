import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: the reports for programs") struct RecordGoldenTests {
  private func report(_ program: Program, _ selection: Selection = Selection(), jobs: Int = 2) -> Report {
    Report(program: program, selection: selection, version: "0.1.0", jobs: jobs)
  }

  private func text(_ write: (Output) throws -> Void) rethrows -> String {
    let output = Output()
    try write(output)
    return String(decoding: output.contents, as: UTF8.self)
  }

  @Test func ndjson() throws {
    try Golden.check(text(NDJSONReporter(report(Sample.server())).write), "scan.ndjson")
  }

  @Test func json() throws {
    try Golden.check(text(JSONReporter(report(Sample.server())).write), "scan.json")
  }

  @Test func csv() throws { try Golden.check(text(CSVReporter(report(Sample.server())).write), "scan.csv") }

  @Test func hostileCSV() throws {
    try Golden.check(text(CSVReporter(report(Sample.named(Sample.hostileNames))).write), "hostile.csv")
  }

  @Test func showJSON() throws {
    let program = Sample.server()
    let show = ShowReport(program: program, index: 3, listing: Sample.listing(program))
    let text = try text(ShowJSONReporter(show, version: "0.1.0").write)
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
    try Golden.check(text, "show.json")
  }
}
