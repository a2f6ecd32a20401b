/// What a finding is known by from one build to the next.
///
/// One closure more renames its neighbours, and a line more moves everything below it. So the key has neither:
/// `funcN`, `gowrapN`, `deferwrapN`, `-rangeN`, `init.N` and type arguments are starred, and closures belong to
/// their outermost function.
public struct FindingKey: Hashable, Comparable, Sendable {
  /// Which rule.
  public var rule: RuleID
  /// The import path; empty for a name without one.
  public var package: String
  /// The outermost function, starred: `(*Server).dispatch`, `init.*`, `Sort[*]`.
  public var function: String

  /// A key of these parts, starred already.
  public init(rule: RuleID, package: String, function: String) {
    self.rule = rule
    self.package = package
    self.function = function
  }

  /// By package, function and rule.
  public static func < (a: FindingKey, b: FindingKey) -> Bool {
    (a.package, a.function, a.rule.rawValue) < (b.package, b.function, b.rule.rawValue)
  }
}
