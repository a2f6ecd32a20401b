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
    out.put(list: result.findings, isLong: true) { finding, out in
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
    out.put("{\"type\":\"issue\",\"check_name\":")
    out.put(json: finding.rule.rawValue)
    out.put(",\"description\":")
    out.put(json: description)
    out.put(",\"categories\":[")
    out.put(json: RuleTopic(finding.rule).category)
    out.put("],\"fingerprint\":")
    out.put(json: finding.key.fingerprint(ordinal))
    out.put(",\"severity\":")
    out.put(json: finding.severity.codeClimate)
    out.put(",\"location\":{\"path\":")
    out.put(json: inside?.file ?? Finding.moduleFile)
    out.put(",\"lines\":{\"begin\":")
    out.put(decimal: max(1, Int(inside?.line ?? 1)))
    out.put("}}}")
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
