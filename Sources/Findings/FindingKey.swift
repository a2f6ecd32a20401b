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
    for (a, b) in [(a.package, b.package), (a.function, b.function), (a.rule.rawValue, b.rule.rawValue)]
    where !a.utf8.elementsEqual(b.utf8) {
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    return false
  }

  /// By bytes: two names that Unicode holds for the same (a letter with its accent, and the two one after the other)
  /// are of two functions, and what is accepted of one is not of the other.
  public static func == (a: FindingKey, b: FindingKey) -> Bool {
    a.rule == b.rule && a.package.utf8.elementsEqual(b.package.utf8)
      && a.function.utf8.elementsEqual(b.function.utf8)
  }

  /// See ``==(_:_:)``.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rule)
    for text in [package, function] {
      for byte in text.utf8 { hasher.combine(byte) }
      hasher.combine(UInt8(0xff))
    }
  }
}
