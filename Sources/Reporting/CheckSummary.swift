import Findings

/// A check in a sentence or two, in the same words for every report that people read.
struct CheckSummary {
  /// The number of findings of each severity.
  let counts: [Severity: Int]
  private let result: CheckResult

  init(_ result: CheckResult) {
    self.result = result
    counts = Self.counts(result.findings.lazy.map(\.severity))
  }

  /// The findings by severity: `2 errors, 1 warning, 3 notes`.
  var findings: String { Self.words(counts) ?? "no findings" }

  private static func counts(_ severities: some Sequence<Severity>) -> [Severity: Int] {
    severities.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  private static func words(_ counts: [Severity: Int]) -> String? {
    let parts = Severity.allCases.reversed().compactMap { severity in
      counts[severity].map { Figures.count($0, severity.rawValue) }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The findings and what was judged: `2 errors, 1 warning, 3 notes in 4,812 functions judged`.
  var verdict: String { "\(findings) in \(Figures.count(result.judged, "function")) judged" }

  /// The findings that are not listed: `12 accepted by the baseline, 3 allowed, left out where no source changed: 2
  /// warnings`; nil without any.
  var excused: String? {
    var parts: [String] = []
    if let accepted = result.accepted { parts.append("\(Figures.count(accepted)) accepted by the baseline") }
    if !result.allowed.isEmpty { parts.append("\(Figures.count(result.allowed.count)) allowed") }
    if let left = result.unchanged.flatMap({ Self.words(Self.counts($0)) }) {
      parts.append("left out where no source changed: \(left)")
    }
    if result.uncertain > 0 {
      parts.append("\(Figures.count(result.uncertain, "frame")) known in part (--rule uncertain-frame=note)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The entries of the baseline that no longer match anything, and what to do about them; nil where there
  /// are none.
  var stale: String? {
    guard !result.stale.isEmpty else { return nil }
    let entries = Figures.count(
      result.stale.count, "baseline entry matches nothing", "baseline entries match nothing")
    return "\(entries) any more: rewrite the baseline with fathom baseline"
  }

  /// The rules of the findings, in the order of all rules.
  var rules: [Rule] {
    let named = Set(result.findings.map(\.rule))
    return Rule.all.filter { named.contains($0.id) }
  }
}
