public import Findings

/// The formats in which a check can be reported.
public enum CheckFormat: String, CaseIterable, Sendable {
  case text, json, ndjson, sarif, github, codeclimate, markdown
}

/// Writes a check in the format that is asked for.
public enum CheckReports {
  /// Writes the whole report.
  ///
  /// - Parameters:
  ///   - version: the version of this fathom.
  ///   - options: how the text looks; other formats ignore it.
  public static func write(
    _ result: CheckResult, _ format: CheckFormat, version: String, options: TextOptions, to output: Output
  ) throws(OutputError) {
    switch format {
    case .text: try CheckTextReporter(result, options: options).write(to: output)
    case .json: try CheckJSONReporter(result, version: version).write(to: output)
    case .ndjson: try CheckNDJSONReporter(result, version: version).write(to: output)
    case .sarif: try CheckSARIFReporter(result, version: version).write(to: output)
    case .github: try CheckGitHubReporter(result).write(to: output)
    case .codeclimate: try CheckCodeClimateReporter(result).write(to: output)
    case .markdown: try CheckMarkdownReporter(result).write(to: output)
    }
  }
}
