public import ProgramModel

/// A function before and after; one of the two is nil where it came or went.
public struct DiffPair: Sendable {
  /// What became of its frame.
  public enum Change: String, CaseIterable, Sendable {
    case grew, shrank, came, went
    /// The frame is the same; something else is not.
    case same
  }

  /// As it was; nil where it came.
  public var before: DiffFunction?
  /// As it is; nil where it went.
  public var after: DiffFunction?
  /// The import path; nil for a name without one.
  public var package: String?
  /// Whose code it is.
  public var origin: Origin

  /// What became of its frame.
  public var change: Change {
    guard let before else { return .came }
    guard let after else { return .went }
    if after.cost.frameBytes == before.cost.frameBytes { return .same }
    return after.cost.frameBytes > before.cost.frameBytes ? .grew : .shrank
  }

  /// By how many bytes its frame is larger now; one that came grew from nothing.
  public var growth: Int { (after?.cost.frameBytes ?? 0) - (before?.cost.frameBytes ?? 0) }

  /// As it is, or was.
  public var function: DiffFunction { after ?? before! }

  /// What it was called, where its closures were counted otherwise or its type arguments are others.
  public var formerName: String? {
    guard let before, let after, before.name != after.name else { return nil }
    return before.name
  }

  /// Whether both sides cost the same.
  var isUnchanged: Bool {
    guard let before, let after else { return false }
    return before.cost == after.cost
  }

  /// The larger change first, then by name.
  static func isBefore(_ a: DiffPair, _ b: DiffPair) -> Bool {
    let (x, y) = (abs(a.growth), abs(b.growth))
    if x != y { return x > y }
    return (a.function.name, a.before?.name ?? "") < (b.function.name, b.before?.name ?? "")
  }
}
