public import Findings

/// A check as commands of GitHub's runner, which makes annotations of them, and a line that says how it went.
public struct CheckGitHubReporter: Sendable {
  /// The runner shows ten a severity and step, and drops the others without a word.
  private static let limit = 10

  private let result: CheckResult

  /// - Parameter result: what the check found.
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
        "\(Figures.count(hidden)) more are not annotated, since GitHub shows \(Self.limit) a severity: "
        + "see all of them with --format text, or upload --format sarif=FILE\n"
    }
    if let stale = summary.stale { out += stale + "\n" }
    return out
  }

  static func command(_ finding: Finding) -> WorkflowCommand {
    let rule = Rule.of(finding.rule)
    var properties = [("title", "\(rule.title) (\(rule.id.rawValue))")]
    var message = finding.sentence()
    if let place = finding.place, place.isRelative {
      // As it is: the page looks for a file of this name. Control characters would reach the log.
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
