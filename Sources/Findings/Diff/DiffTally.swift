public import ProgramModel

/// Sums over the functions of one origin, unchanged ones included.
public struct DiffTally: Sendable {
  /// One side's sums.
  public struct Side: Sendable {
    /// How many functions there are.
    public var functions = 0
    /// The largest frame.
    public var largest = 0
    /// Bytes of the frames of those functions that are on both sides.
    public var shared = 0
    /// Defers of each kind.
    public var defers: [DeferSite.Kind: Int] = [:]
    /// Defers that can be registered again.
    public var loopingDefers = 0
    /// Read-modify-writes of each instruction.
    public var atomics: [String: Int] = [:]
    /// Frames of which only a lower bound is known.
    public var uncertain = 0

    mutating func add(_ function: DiffFunction, isShared: Bool) {
      functions += 1
      largest = max(largest, function.cost.frameBytes)
      if isShared { shared += function.cost.frameBytes }
      defers.merge(function.cost.defers, uniquingKeysWith: +)
      loopingDefers += function.cost.loopingDefers
      atomics.merge(function.cost.atomics, uniquingKeysWith: +)
      if function.cost.isUncertain { uncertain += 1 }
    }

    mutating func add(_ other: Side) {
      functions += other.functions
      largest = max(largest, other.largest)
      shared += other.shared
      defers.merge(other.defers, uniquingKeysWith: +)
      loopingDefers += other.loopingDefers
      atomics.merge(other.atomics, uniquingKeysWith: +)
      uncertain += other.uncertain
    }
  }

  /// As it was.
  public var before = Side()
  /// As it is.
  public var after = Side()
  /// What became of frames, and how many functions it became of.
  public var changes: [DiffPair.Change: Int] = [:]

  /// Nothing.
  public init() {}

  mutating func add(_ pair: DiffPair) {
    let isShared = pair.before != nil && pair.after != nil
    if let function = pair.before { before.add(function, isShared: isShared) }
    if let function = pair.after { after.add(function, isShared: isShared) }
    changes[pair.change, default: 0] += 1
  }

  mutating func add(_ other: DiffTally) {
    before.add(other.before)
    after.add(other.after)
    changes.merge(other.changes, uniquingKeysWith: +)
  }
}
