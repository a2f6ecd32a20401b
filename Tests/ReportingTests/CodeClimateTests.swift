import Findings
import Foundation
import Testing

@testable import Reporting

@Suite("Code Climate") struct CodeClimateTests {
  typealias Object = [String: Any]

  private func issues(_ result: CheckResult) throws -> [Object] {
    let output = Output()
    try CheckCodeClimateReporter(result).write(to: output)
    return try #require(JSONSerialization.jsonObject(with: Data(output.contents)) as? [Object])
  }

  @Test func everyIssueHasWhatGitLabWants() throws {
    for result in [CheckSample.full(), CheckSample.hostile()] {
      let issues = try issues(result)
      #expect(issues.count == result.findings.count)
      for issue in issues {
        let description = try #require(issue["description"] as? String)
        #expect(!description.isEmpty && !description.contains("\n"))
        #expect(RuleID(rawValue: issue["check_name"] as? String ?? "") != nil)
        #expect(["info", "major", "critical"].contains(issue["severity"] as? String ?? ""))
        let location = try #require(issue["location"] as? Object)
        let path = try #require(location["path"] as? String)
        #expect(!path.isEmpty && !path.hasPrefix("/root"))
        let begin = try #require((location["lines"] as? Object)?["begin"] as? Int)
        #expect(begin >= 1)
      }
      #expect(Set(issues.compactMap { $0["fingerprint"] as? String }).count == issues.count)
    }
  }

  @Test func repeatedKeysAreToldApartAndStay() throws {
    var result = CheckSample.many(3)
    for i in result.findings.indices { result.findings[i].key = result.findings[0].key }
    let prints = try issues(result).map { $0["fingerprint"] as? String }
    #expect(Set(prints).count == 3)
    for i in result.findings.indices { result.findings[i].place?.line += 7 }
    #expect(try issues(result).map { $0["fingerprint"] as? String } == prints)
  }

  @Test func fingerprintsKeepPartsApart() {
    let one = FindingKey(rule: .largeFrame, package: "a", function: "bc").fingerprint()
    let other = FindingKey(rule: .largeFrame, package: "ab", function: "c").fingerprint()
    #expect(one != other && one.utf8.count == 32)
  }

  @Test func nothingIsAnEmptyArray() throws { #expect(try issues(CheckSample.clean()).isEmpty) }
}
