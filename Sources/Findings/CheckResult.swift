public import ProgramModel

/// The result of a check, from which all its reports are made.
public struct CheckResult: Sendable {
  /// A finding that a comment or the configuration's allow list excuses.
  public struct Allowed: Sendable {
    /// The finding that would have been reported.
    public var finding: Finding
    /// The reason, as given.
    public var reason: String
    /// The place of the excuse: `server.go:88`, `.fathom.yml:12:5`.
    public var place: String

    /// Creates an excused finding.
    public init(finding: Finding, reason: String, place: String) {
      self.finding = finding
      self.reason = reason
      self.place = place
    }
  }

  /// An entry of the baseline that no finding matches any more.
  public struct Stale: Hashable, Sendable {
    /// The entry's key.
    public var key: FindingKey
    /// The accepted measures that no finding has any more.
    public var measures: [Int]
    /// The entry's line in the baseline.
    public var line: Int

    /// Creates an entry.
    public init(key: FindingKey, measures: [Int], line: Int) {
      self.key = key
      self.measures = measures
      self.line = line
    }
  }

  /// The inputs that were checked, as the user named them, in that order.
  public var inputs: [String]
  /// The version of Go, `go1.27.3`; nil when the input does not say.
  public var goVersion: String?
  /// The operating system, as in GOOS; nil when the input does not say.
  public var os: String?
  /// The architecture.
  public var arch: Architecture
  /// The build tags.
  public var tags: [String]
  /// The number of functions that were judged.
  public var judged: Int
  /// How many of these have a frame of which only a part is known, so that its size was judged by that part.
  public var uncertain = 0
  /// The number of functions in the inputs.
  public var functions: Int
  /// The rules that were in force.
  public var rules: [Rule]
  /// The findings: errors first, then warnings, then notes; within these frames before counts and recursions
  /// last, then the larger measure first, then by key.
  public var findings: [Finding]
  /// The number of findings that the baseline accepts; nil without a baseline.
  public var accepted: Int?
  /// The severities of the findings that are left out because no source that they are about changed; nil where all
  /// code counts.
  public var unchanged: [Severity]?
  /// The findings that a comment or an allow list excuses.
  public var allowed: [Allowed]
  /// The entries of the baseline that no finding matches any more.
  public var stale: [Stale]
  /// The parts of the configuration and the comments that had no effect, and why.
  public var warnings: [String] = []

  /// Creates a result without warnings.
  public init(
    inputs: [String], goVersion: String?, os: String?, arch: Architecture, tags: [String], judged: Int,
    functions: Int, rules: [Rule], findings: [Finding], accepted: Int?, allowed: [Allowed], stale: [Stale]
  ) {
    self.inputs = inputs
    self.goVersion = goVersion
    self.os = os
    self.arch = arch
    self.tags = tags
    self.judged = judged
    self.functions = functions
    self.rules = rules
    self.findings = findings
    self.accepted = accepted
    self.allowed = allowed
    self.stale = stale
  }

  /// Whether the check fails: a finding is more severe than a note.
  public var fails: Bool { findings.contains { $0.severity > .note } }
}
