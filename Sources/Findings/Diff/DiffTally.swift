public import ProgramModel

/// Sums over the functions of one origin, including unchanged ones.
public struct DiffTally: Sendable {
  /// The sums of one side.
  public struct Side: Sendable {
    /// The number of functions.
    public var functions = 0
    /// The size of the largest frame, in bytes.
    public var largest = 0
    /// The frames of the functions that are on both sides, in bytes.
    public var shared = 0
    /// The number of defers, by kind.
    public var defers: [DeferSite.Kind: Int] = [:]
    /// The number of defers that can be registered again.
    public var loopingDefers = 0
    /// The number of atomic read-modify-writes, by instruction.
    public var atomics: [String: Int] = [:]
    /// The number of frames whose size is only a lower bound.
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

  /// The sums before.
  public var before = Side()
  /// The sums after.
  public var after = Side()
  /// The number of functions by the change of their frames.
  public var changes: [DiffPair.Change: Int] = [:]

  /// Creates sums of 0.
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
