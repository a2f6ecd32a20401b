import Findings
import Foundation
import Testing

@testable import Reporting

@Suite("Records of a check") struct CheckRecordTests {
  private func lines(_ result: CheckResult) throws -> [[String: Any]] {
    let output = Output()
    try CheckNDJSONReporter(result, version: "0").write(to: output)
    return try output.contents.split(separator: UInt8(ascii: "\n")).map {
      try #require(JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
    }
  }

  @Test func everyNameSurvivesAParser() throws {
    let result = CheckSample.hostile()
    let findings = try lines(result).filter { $0["record"] as? String == "finding" }
    #expect(findings.map { $0["function"] as? String } == result.findings.map(\.function))
    #expect(findings.map { $0["file"] as? String } == result.findings.map(\.place?.file))
  }

  @Test func theEndCountsWhatWasPrinted() throws {
    let records = try lines(CheckSample.full())
    let end = try #require(records.last)
    #expect(end["record"] as? String == "end")
    #expect(end["status"] as? String == "complete")
    #expect(end["fails"] as? Bool == true)
    for (key, severity) in [("errors", "error"), ("warnings", "warning"), ("notes", "note")] {
      let count = records.count {
        $0["record"] as? String == "finding" && $0["severity"] as? String == severity
      }
      #expect(end[key] as? Int == count)
    }
    #expect(end["allowedCount"] as? Int == records.count { $0["record"] as? String == "allowed" })
    #expect(end["staleCount"] as? Int == records.count { $0["record"] as? String == "stale" })
  }

  @Test func theDocumentHasTheRecordsOfTheStream() throws {
    let output = Output()
    try CheckJSONReporter(CheckSample.full(), version: "0").write(to: output)
    let all = try #require(JSONSerialization.jsonObject(with: Data(output.contents)) as? [String: Any])
    let records = try lines(CheckSample.full())
    #expect((all["header"] as? NSDictionary) == (records[0] as NSDictionary))
    for (key, record) in [("findings", "finding"), ("allowed", "allowed"), ("stale", "stale")] {
      #expect((all[key] as? NSArray) == (records.filter { $0["record"] as? String == record } as NSArray))
    }
  }

  @Test func withoutABaselineItsCountIsNull() throws {
    let end = try #require(try lines(CheckSample.clean()).last)
    #expect(end["acceptedCount"] is NSNull)
    #expect(end["fails"] as? Bool == false)
  }
}
