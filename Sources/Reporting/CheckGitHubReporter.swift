public import Findings

/// A check as workflow commands, which GitHub's runner turns into annotations, and a summary in one line.
///
/// The most severe findings are annotated; the summary says how many others there are.
public struct CheckGitHubReporter: Sendable {
  /// The runner shows ten annotations for each severity and step, and drops the others silently.
  private static let limit = 10

  private let result: CheckResult

  /// Makes the reporter of a check.
  public init(_ result: CheckResult) { self.result = result }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  private var text: String {
    var out = ""
    var hidden = 0
    for severity in Severity.allCases.reversed() {
      let findings = result.findings.filter { $0.severity == severity }
      for finding in findings.prefix(Self.limit) { out += Self.command(finding).text + "\n" }
      hidden += max(0, findings.count - Self.limit)
    }
    let summary = CheckSummary(result)
    out +=
      "fathom check: " + [summary.verdict, summary.excused].compactMap(\.self).joined(separator: "; ") + "\n"
    if hidden > 0 {
      out +=
        "\(Figures.count(hidden)) more are not annotated, because GitHub shows at most \(Self.limit) per severity: "
        + "see all of them with --format text, or upload --format sarif=FILE\n"
    }
    if let stale = summary.stale { out += stale + "\n" }
    return out
  }

  /// Returns the command that annotates a finding.
  static func command(_ finding: Finding) -> WorkflowCommand {
    let rule = Rule.of(finding.rule)
    var properties = [("title", "\(rule.title) (\(rule.id.rawValue))")]
    var message = finding.sentence()
    if let place = finding.place, place.isRelative {
      // The page looks for a file of exactly this name. Control characters would reach the log.
      properties = [("file", TerminalText.safe(place.file)), ("line", String(place.line))] + properties
    } else if let place = finding.place {
      message += " (\(place.label))"
    }
    return WorkflowCommand(
      name: finding.severity.command, properties: properties, message: message + "\n" + rule.advice)
  }
}

extension Severity {
  fileprivate var command: WorkflowCommand.Name {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .notice
    }
  }
}
