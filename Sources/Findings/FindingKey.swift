/// The identity of a finding, which stays the same from one build to the next.
///
/// When a closure is added, its neighbours are renumbered, and when a line is added, everything below it
/// moves. So the key contains neither numbers nor lines: `funcN`, `gowrapN`, `deferwrapN`, `-rangeN`,
/// `init.N` and type arguments are replaced by a star, and closures belong to their outermost function.
public struct FindingKey: Hashable, Comparable, Sendable {
  /// The rule.
  public var rule: RuleID
  /// The import path; empty for a name without one.
  public var package: String
  /// The outermost function, with stars: `(*Server).dispatch`, `init.*`, `Sort[*]`.
  public var function: String

  /// Creates a key of parts that contain stars already.
  public init(rule: RuleID, package: String, function: String) {
    self.rule = rule
    self.package = package
    self.function = function
  }

  /// Orders keys by package, function and rule.
  public static func < (a: FindingKey, b: FindingKey) -> Bool {
    for (a, b) in [(a.package, b.package), (a.function, b.function), (a.rule.rawValue, b.rule.rawValue)]
    where !a.utf8.elementsEqual(b.utf8) {
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    return false
  }

  /// Compares keys by their bytes. Two names that Unicode treats as equal (a letter with its accent, and the
  /// two as separate scalars) belong to different functions, and what is accepted in one is not accepted in
  /// the other.
  public static func == (a: FindingKey, b: FindingKey) -> Bool {
    a.rule == b.rule && a.package.utf8.elementsEqual(b.package.utf8)
      && a.function.utf8.elementsEqual(b.function.utf8)
  }

  /// Hashes the bytes, as ``==(_:_:)`` compares them.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rule)
    for text in [package, function] {
      for byte in text.utf8 { hasher.combine(byte) }
      hasher.combine(UInt8(0xff))
    }
  }
}
