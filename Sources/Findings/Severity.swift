/// The severity of a finding.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  /// Worth knowing; never fails a check.
  case note
  /// Fails a check.
  case warning
  /// Fails a check, and is listed first.
  case error

  /// Orders severities from note to error.
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}
