public import ProgramModel

/// A finding of a rule about a function: a fact that the text or the linker's tables prove, never a guess.
public struct Finding: Hashable, Sendable {
  /// A line of source code, by its path.
  public struct Place: Hashable, Sendable {
    /// The path, relative to the root of the check (with `/` between elements) where the file is below it;
    /// otherwise as in the binary.
    public var file: String
    /// The line, from 1.
    public var line: Int32
    /// Whether `file` is relative to the root of the check.
    public var isRelative: Bool

    /// Creates a place.
    public init(file: String, line: Int32, isRelative: Bool) {
      self.file = file
      self.line = line
      self.isRelative = isRelative
    }
  }

  /// The unit of a measure.
  public enum Unit: String, CaseIterable, Sendable {
    case bytes, count
  }

  /// Another function with the same cause.
  public struct Sibling: Hashable, Sendable {
    /// The function's symbol.
    public var function: String
    /// The place in the source; nil where it is unknown.
    public var place: Place?
    /// The measure, in the finding's unit.
    public var measure: Int

    /// Creates a sibling.
    public init(function: String, place: Place?, measure: Int) {
      self.function = function
      self.place = place
      self.measure = measure
    }
  }

  /// The rule.
  public var rule: RuleID
  /// The severity, with thresholds and configuration applied.
  public var severity: Severity
  /// The function's symbol, as in the binary. It is hostile until it is escaped.
  public var function: String
  /// The import path of its package; nil for a name without one.
  public var package: String?
  /// The owner of its code.
  public var origin: Origin
  /// The line that the finding is about; nil where the input has no lines.
  public var place: Place?
  /// A sentence without the function's name and place: `reserves 8,544 bytes of stack`.
  public var message: String
  /// The number that the rule measured, such as the bytes of a frame or a number of defers.
  public var measure: Int
  /// The unit of `measure`.
  public var unit: Unit
  /// The measure that the baseline accepts, where this one is worse; nil for a new finding, and without a
  /// baseline.
  public var accepted: Int?
  /// Other functions with the same cause, the largest measure first.
  public var siblings: [Sibling]
  /// The identity that stays the same when the code around it moves: rule, package and outermost function,
  /// with stars.
  public var key: FindingKey

  /// Creates a finding.
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
