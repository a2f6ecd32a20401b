import Findings
import Foundation
import ProgramModel
import TestSupport
import Testing

/// `samples/rules/ID/`: what `fathom check` names there is what the `// want RULE SEVERITY` comments say, no more and
/// no less, as compiled for each machine.
@Suite("Rules: their own samples") struct RuleSampleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/rules").standardized

  /// Rules that follow what instructions do are shown on every machine.
  static let cases = RuleID.allCases.flatMap { rule -> [(RuleID, String)] in
    let isFollowed = [.lockWithoutUnlock, .loopingDefer, .needlessHeapDefer].contains(rule)
    let machines = isFollowed ? liveMachines : [.amd64, .arm64]
    return machines.map { (rule, $0.rawValue) }
  }

  /// A folder of its own for Go code that a test changes, and for the cache.
  private func scratch(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-rules-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func check(_ arguments: [String], in folder: URL, _ arch: String, _ scratch: URL) async throws
    -> Executable
  {
    try await Executable(
      ["check", "--format", "ndjson"] + arguments, in: folder,
      environment: ["GOOS": "linux", "GOARCH": arch, "XDG_CACHE_HOME": scratch.path, "CGO_ENABLED": "0"])
  }

  /// `file:line rule severity` of each comment.
  private func wants(in folder: URL) throws -> Set<String> {
    var wants: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where file.hasSuffix(".go") || file.hasSuffix(".s") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for (i, line) in text.components(separatedBy: "\n").enumerated() {
        guard let mark = line.range(of: "// want ") else { continue }
        wants.insert("\(file):\(i + 1) \(line[mark.upperBound...])")
      }
    }
    return wants
  }

  /// The same of what is named, by the rules that the comments speak of: a sample of one rule may hold what another
  /// one takes note of.
  private func found(_ run: Executable, _ wants: Set<String>) -> Set<String> {
    let rules = Set(wants.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
    var found: Set<String> = []
    for record in run.records where record["record"] as? String == "finding" {
      guard rules.contains(record["rule"] as? String ?? "") else { continue }
      let file = (record["file"] as? String ?? "-").split(separator: "/").last.map(String.init) ?? "-"
      let line = record["line"] as? Int ?? 0
      found.insert("\(file):\(line) \(record["rule"] ?? "") \(record["severity"] ?? "")")
    }
    return found
  }

  @Test(arguments: cases) func namesWhatItSays(rule: RuleID, arch: String) async throws {
    let folder = Self.folder.appendingPathComponent(rule.rawValue)
    try await scratch { scratch in
      var arguments: [String] = []
      if rule == .frameGrowth {
        let baseline = scratch.appendingPathComponent("baseline").path
        let run = try await Executable(
          ["baseline", "--output", baseline], in: folder.appendingPathComponent("before"),
          environment: ["GOOS": "linux", "GOARCH": arch, "XDG_CACHE_HOME": scratch.path, "CGO_ENABLED": "0"])
        #expect(run.status == 0, "\(run.errors)")
        arguments = ["--baseline", baseline]
      }
      let run = try await check(arguments, in: folder, arch, scratch)
      let wants = try wants(in: folder).filter { isBuilt($0, arch) }
      #expect(!wants.isEmpty)
      #expect(found(run, wants) == wants, "\(run.errors)")
      #expect(run.status == (wants.contains { !$0.hasSuffix("note") } ? 1 : 0), "\(run.errors)")
      let end = try #require(run.records.last)
      #expect(end["record"] as? String == "end" && end["judged"] as? Int ?? 0 > 0)
    }
  }

  private func isBuilt(_ want: String, _ arch: String) -> Bool {
    let other = arch == "amd64" ? "_arm64." : "_amd64."
    return !want.contains(other)
  }

  @Test func everyRuleHasItsPage() throws {
    for rule in RuleID.allCases {
      let page = try String(
        contentsOf: Self.folder.appendingPathComponent(rule.rawValue).appendingPathComponent("README.md"),
        encoding: .utf8)
      #expect(page.hasPrefix("# \(rule.rawValue)\n"))
    }
  }
}
