public import ProgramModel

/// What a check found: all that its reports are made of.
public struct CheckResult: Sendable {
  /// A finding that a comment, or an allow-list, excuses.
  public struct Allowed: Sendable {
    /// What would have been named.
    public var finding: Finding
    /// The reason that was given.
    public var reason: String
    /// Where it was given: `server.go:88`, `.fathom.yml:12:5`.
    public var place: String

    /// A finding with its excuse.
    public init(finding: Finding, reason: String, place: String) {
      self.finding = finding
      self.reason = reason
      self.place = place
    }
  }

  /// An entry of the baseline that nothing answers to any more.
  public struct Stale: Hashable, Sendable {
    /// The entry.
    public var key: FindingKey
    /// The measures that were accepted and are gone.
    public var measures: [Int]
    /// Its line in the baseline.
    public var line: Int

    /// An entry with its measures.
    public init(key: FindingKey, measures: [Int], line: Int) {
      self.key = key
      self.measures = measures
      self.line = line
    }
  }

  /// What was checked, as the user named it, in that order.
  public var inputs: [String]
  /// `go1.27.3`; nil when the input does not say.
  public var goVersion: String?
  /// As in GOOS; nil when the input does not say.
  public var os: String?
  /// The machine.
  public var arch: Architecture
  /// Build tags.
  public var tags: [String]
  /// How many functions the rules looked at.
  public var judged: Int
  /// How many there are.
  public var functions: Int
  /// The rules that were in force.
  public var rules: [Rule]
  /// What is named: errors first, then warnings, then notes; in these the larger measure first, then by key.
  public var findings: [Finding]
  /// How many findings the baseline accepts; nil without a baseline.
  public var accepted: Int?
  /// What a comment or an allow-list excuses.
  public var allowed: [Allowed]
  /// What the baseline accepts and is gone.
  public var stale: [Stale]
  /// What of the configuration and of comments had no effect, and why.
  public var warnings: [String] = []

  /// A result with all that is known.
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

  /// Whether the check fails: something stronger than a note is named.
  public var fails: Bool { findings.contains { $0.severity > .note } }
}
