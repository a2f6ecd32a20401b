public import ProgramModel

/// Something that a rule names about a function: what the text or the linker's tables prove, never a guess.
public struct Finding: Hashable, Sendable {
  /// A line of source code, by its path.
  public struct Place: Hashable, Sendable {
    /// Relative to the root of the check (`/` between elements) where the file lies below it; else as the binary
    /// has it.
    public var file: String
    /// Counted from 1.
    public var line: Int32
    /// Whether `file` is relative to the root of the check.
    public var isRelative: Bool

    /// A place with all that is known of it.
    public init(file: String, line: Int32, isRelative: Bool) {
      self.file = file
      self.line = line
      self.isRelative = isRelative
    }
  }

  /// What a measure counts.
  public enum Unit: String, CaseIterable, Sendable {
    case bytes, count
  }

  /// Another function that the same cause stands behind.
  public struct Sibling: Hashable, Sendable {
    /// The symbol.
    public var function: String
    /// Where; nil where nothing says.
    public var place: Place?
    /// In the finding's unit.
    public var measure: Int

    /// A sibling with all that is known of it.
    public init(function: String, place: Place?, measure: Int) {
      self.function = function
      self.place = place
      self.measure = measure
    }
  }

  /// Which rule.
  public var rule: RuleID
  /// How much it matters, thresholds and configuration considered.
  public var severity: Severity
  /// The symbol, as the binary has it. Hostile until it is escaped.
  public var function: String
  /// The import path; nil for a name without one.
  public var package: String?
  /// Whose code it is.
  public var origin: Origin
  /// The line that the finding is about; nil where the input has none.
  public var place: Place?
  /// A sentence without the function's name and without its place: `reserves 8,544 bytes of stack`.
  public var message: String
  /// What the rule measured: bytes of a frame, a number of defers.
  public var measure: Int
  /// What `measure` counts.
  public var unit: Unit
  /// What a baseline had accepted, where this is worse; nil for what is new, and without a baseline.
  public var accepted: Int?
  /// Functions of the same cause, the largest first, this one left out.
  public var siblings: [Sibling]
  /// What stays the same when the code around it moves: rule, package and outermost function, starred.
  public var key: FindingKey

  /// A finding with all that is known of it.
  public init(
    rule: RuleID, severity: Severity, function: String, package: String?, origin: Origin, place: Place?,
    message: String, measure: Int, unit: Unit, accepted: Int? = nil, siblings: [Sibling] = [], key: FindingKey
  ) {
    self.rule = rule
    self.severity = severity
    self.function = function
    self.package = package
    self.origin = origin
    self.place = place
    self.message = message
    self.measure = measure
    self.unit = unit
    self.accepted = accepted
    self.siblings = siblings
    self.key = key
  }
}
