public import Findings

/// A check as an array of Code Climate's issues, which GitLab shows in merge requests.
///
/// A finding without a place in the repository is attached to ``Finding/moduleFile``. Findings with the same
/// key get fingerprints of their own, by their order.
public struct CheckCodeClimateReporter: Sendable {
  private let result: CheckResult

  /// Makes the reporter of a check.
  public init(_ result: CheckResult) { self.result = result }

  /// Writes the whole array, one issue a line.
  public func write(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    // GitLab shows only the first of the issues with one fingerprint.
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
    // GitLab wants a path in the repository. Without one the issue gets the module's file, and its
    // description names the place.
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
  /// One of `info`, `minor`, `major`, `critical` and `blocker`; a finding that fails the check is `major` or
  /// higher.
  fileprivate var codeClimate: String {
    switch self {
    case .error: "critical"
    case .warning: "major"
    case .note: "info"
    }
  }
}
