public import ProgramModel

/// A function before and after; one of the two is nil where it was added or removed.
public struct DiffPair: Sendable {
  /// The change of a function's frame.
  public enum Change: String, CaseIterable, Sendable {
    case grew, shrank, came, went
    /// The frame is the same, but something else changed.
    case same
  }

  /// The function before; nil where it was added.
  public var before: DiffFunction?
  /// The function after; nil where it was removed.
  public var after: DiffFunction?
  /// The import path of its package; nil for a name without one.
  public var package: String?
  /// The owner of its code.
  public var origin: Origin

  /// The change of its frame.
  public var change: Change {
    guard let before else { return .came }
    guard let after else { return .went }
    if after.cost.frameBytes == before.cost.frameBytes { return .same }
    return after.cost.frameBytes > before.cost.frameBytes ? .grew : .shrank
  }

  /// The growth of its frame, in bytes; a missing function counts as 0.
  public var growth: Int { (after?.cost.frameBytes ?? 0) - (before?.cost.frameBytes ?? 0) }

  /// The function after, or before if it was removed.
  public var function: DiffFunction { after ?? before! }

  /// The former name, where its closures were renumbered or its type arguments changed; nil where the name is
  /// the same.
  public var formerName: String? {
    guard let before, let after, before.name != after.name else { return nil }
    return before.name
  }

  /// Whether both sides have equal costs.
  var isUnchanged: Bool {
    guard let before, let after else { return false }
    return before.cost == after.cost
  }

  /// Whether a pair comes first: the one with the larger change of the frame, then by name.
  static func isBefore(_ a: DiffPair, _ b: DiffPair) -> Bool {
    let (x, y) = (abs(a.growth), abs(b.growth))
    if x != y { return x > y }
    return (a.function.name, a.before?.name ?? "") < (b.function.name, b.before?.name ?? "")
  }
}
