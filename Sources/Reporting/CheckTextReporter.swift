public import Findings

/// A check for people: the verdict, the findings from the worst to the least, and what to do about each rule.
public struct CheckTextReporter: Sendable {
  private let result: CheckResult
  private let options: TextOptions
  private let page: TextPage

  /// Makes the reporter of a check.
  ///
  /// - Parameter options: how it looks. Of notes, `top` are shown, all where it is verbose, none where it is
  ///   quiet.
  public init(_ result: CheckResult, options: TextOptions) {
    self.result = result
    self.options = options
    page = TextPage(width: max(40, options.width), paint: Paint(isOn: options.isColored))
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report. It is one line where there is nothing to report.
  var text: String {
    let summary = CheckSummary(result)
    let style: Paint.Style = result.fails ? .alarm : .good
    var out = page.paint(summary.verdict, style)
    if let excused = summary.excused { out += result.findings.isEmpty ? "; \(excused)" : "\n\(excused)" }
    out += "\n"
    for severity in Severity.allCases.reversed() { out += section(severity) }
    if options.detail != .quiet { out += advice(summary.rules) }
    // Most of these reports are read in a CI job's log.
    return WorkflowCommand.defused(out + stale(summary) + allowed)
  }

  // MARK: Findings

  /// Returns the findings of one severity; empty where none is shown. Errors and warnings are always shown,
  /// all of them.
  private func section(_ severity: Severity) -> String {
    let findings = result.findings.filter { $0.severity == severity }
    var shown = findings[...]
    if severity == .note, options.detail != .verbose {
      shown = findings.prefix(options.detail == .quiet ? 0 : options.top)
    }
    guard !shown.isEmpty else { return "" }
    let title = "\(severity.title)  \(Figures.count(findings.count))"
    var out = shown.reduce("\n" + page.paint(title, severity.style) + "\n") { $0 + rows($1) }
    if shown.count < findings.count {
      let hidden = "… \(Figures.count(findings.count - shown.count)) more: --verbose lists all"
      out += "  " + page.paint(hidden, .quiet) + "\n"
    }
    return out
  }

  /// Returns the rows of a finding. The place has a line of its own and is not shortened, since editors and
  /// terminals make a link of it.
  private func rows(_ finding: Finding) -> String {
    let place = finding.place?.label ?? "no source line"
    let rule = page.paint(finding.rule.rawValue, .quiet)
    var out = "  " + page.paint(place, .strong) + "  " + rule + "\n"
    let name = TextPage.shortened(finding.safeFunction, page.width - 4)
    // A name may contain blanks, and is not broken there.
    let message = page.wrapped(TerminalText.safe(finding.message), indentation: 6)
    let isShort = TerminalText.width(name) + 5 + TerminalText.width(message) <= page.width
    out += "    " + page.paint(name, .name) + (isShort ? " " : "\n      ") + message + "\n"
    if let line = siblings(finding) { out += "      " + page.paint(line, .quiet) + "\n" }
    return out
  }

  /// Returns `same cause: main.a, main.b and 3 more`, with as many names as one line has room for; nil where
  /// the finding has no siblings.
  private func siblings(_ finding: Finding) -> String? {
    guard !finding.siblings.isEmpty else { return nil }
    let names = finding.siblings.map { Finding.safe($0.function) }
    let room = page.width - 6
    for count in stride(from: min(names.count, room), through: 1, by: -1) {
      let hidden = names.count - count
      let line =
        "same cause: " + names[..<count].joined(separator: ", ")
        + (hidden > 0 ? " and \(Figures.count(hidden)) more" : "")
      if TerminalText.width(line) <= room { return line }
    }
    return "same cause: \(Figures.count(names.count, "other function"))"
  }

  // MARK: What to do

  /// Returns what to do about each rule that has a finding.
  private func advice(_ rules: [Rule]) -> String {
    guard let width = rules.map({ $0.id.rawValue.utf8.count }).max() else { return "" }
    return rules.reduce("\n" + page.paint("What to do", .strong) + "\n") { out, rule in
      let gap = String(repeating: " ", count: width - rule.id.rawValue.utf8.count + 2)
      return out + "  " + rule.id.rawValue + gap + page.wrapped(rule.advice, indentation: width + 4) + "\n"
    }
  }

  /// The excused findings with the reason and the place of each excuse; empty where the report is not
  /// verbose.
  private var allowed: String {
    guard options.detail == .verbose, !result.allowed.isEmpty else { return "" }
    return result.allowed.reduce("\n" + page.paint("Allowed", .strong) + "\n") { out, allowed in
      let place = TerminalText.keepingEnd(of: TerminalText.safe(allowed.place), width: 240)
      let name = TextPage.shortened(allowed.finding.safeFunction, page.width - 4)
      return out + "  " + place + "  " + page.paint(allowed.finding.rule.rawValue, .quiet) + "\n    "
        + page.paint(name, .name) + "\n      "
        + page.wrapped(TerminalText.safe(allowed.reason), indentation: 6) + "\n"
    }
  }

  /// Returns the entries of the baseline that no longer match anything; all of them where the report is
  /// verbose, otherwise `top`.
  private func stale(_ summary: CheckSummary) -> String {
    guard let lead = summary.stale else { return "" }
    let all = options.detail == .verbose ? result.stale[...] : result.stale.prefix(options.top)
    var out = "\n" + page.paint("Stale", .warning) + "  " + page.wrapped(lead, indentation: 7) + "\n"
    for stale in all {
      let key = stale.key
      let name = [key.package, key.function].filter { !$0.isEmpty }.joined(separator: ".")
      let measures = stale.measures.map { Figures.count($0) }.joined(separator: " ")
      let line = stale.line > 0 ? "  line \(stale.line)" : ""
      let rest = "  \(key.rule.rawValue)  \(TerminalText.keepingStart(of: measures, width: 24))\(line)"
      let room = max(12, page.width - 2 - TerminalText.width(rest))
      out += "  " + TextPage.shortened(TerminalText.safe(name), room) + page.paint(rest, .quiet) + "\n"
    }
    if all.count < result.stale.count {
      let hidden = "… \(Figures.count(result.stale.count - all.count)) more: --verbose lists all"
      out += "  " + page.paint(hidden, .quiet) + "\n"
    }
    return out
  }
}

extension Severity {
  fileprivate var title: String {
    switch self {
    case .error: "Errors"
    case .warning: "Warnings"
    case .note: "Notes"
    }
  }

  fileprivate var style: Paint.Style {
    switch self {
    case .error: .alarm
    case .warning: .warning
    case .note: .strong
    }
  }
}
