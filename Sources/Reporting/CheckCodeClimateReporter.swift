public import Findings

/// A check as an array of Code Climate's issues, which GitLab shows in merge requests.
public struct CheckCodeClimateReporter: Sendable {
  private let result: CheckResult

  /// - Parameter result: what the check found.
  public init(_ result: CheckResult) { self.result = result }

  /// Writes the whole array, an issue a line.
  public func write(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    // Of issues with one fingerprint GitLab shows the first.
    var seen: [FindingKey: Int] = [:]
    out.list(result.findings, isLong: true) { finding, out in
      let ordinal = seen[finding.key, default: 0]
      seen[finding.key] = ordinal + 1
      issue(finding, ordinal, &out)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  private func issue(_ finding: Finding, _ ordinal: Int, _ out: inout ByteWriter) {
    // A path that is not the repository's, or none: GitLab wants one, and the description says where it is.
    let inside = finding.place.flatMap { $0.isRelative ? $0 : nil }
    var description = finding.sentence()
    if inside == nil { description += " (\(finding.place?.label ?? "no source line"))" }
    out.object { out in
      out.field("type", word: "issue")
      out.field("check_name", finding.rule.rawValue)
      out.field("description", description)
      out.field("categories", [RuleTopic(finding.rule).category])
      out.field("fingerprint", finding.key.fingerprint(ordinal))
      out.field("severity", finding.severity.codeClimate)
      out.object("location") { out in
        out.field("path", inside?.file ?? Finding.moduleFile)
        out.object("lines") { $0.field("begin", max(1, Int(inside?.line ?? 1))) }
      }
    }
  }
}

extension Severity {
  /// Of `info`, `minor`, `major`, `critical` and `blocker`: what fails a check is from `major` on.
  fileprivate var codeClimate: String {
    switch self {
    case .error: "critical"
    case .warning: "major"
    case .note: "info"
    }
  }
}
