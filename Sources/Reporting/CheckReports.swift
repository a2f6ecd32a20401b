public import Findings

/// The reports of a check.
public enum CheckFormat: String, CaseIterable, Sendable {
  case text
}
public enum CheckReports {
  public static func write(
    _ result: CheckResult, _ format: CheckFormat, version: String, options: TextOptions, to output: Output
  ) throws(OutputError) {
    var t =
      "judged \(result.judged) of \(result.functions), accepted \(result.accepted ?? -1), allowed \(result.allowed.count), stale \(result.stale.count)\n"
    for f in result.findings {
      t +=
        "\(f.severity) \(f.rule.rawValue) \(f.place?.file ?? "?"):\(f.place?.line ?? 0) \(f.function): \(f.message) +\(f.siblings.count)\n"
    }
    for f in result.allowed {
      t += "allowed \(f.finding.rule) \(f.finding.function) \(f.place) \(f.reason)\n"
    }
    for f in result.stale { t += "stale \(f)\n" }
    try output.write(Array(t.utf8))
  }
}
