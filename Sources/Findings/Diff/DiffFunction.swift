public import ProgramModel

/// One function on one side of a comparison: its costs, without the addresses of its code.
public struct DiffFunction: Sendable {
  /// The costs of a function. The way in which a frame's size was found does not count.
  public struct Cost: Hashable, Sendable {
    /// The size of its frame, in bytes.
    public var frameBytes: Int
    /// Whether that size is a lower bound.
    public var isUncertain: Bool
    /// The kind of its split check.
    public var splitCheck: SplitCheck
    /// The number of its defers, by kind.
    public var defers: [DeferSite.Kind: Int] = [:]
    /// The number of its defers that can be registered again before it returns.
    public var loopingDefers = 0
    /// The number of its atomic read-modify-writes, by instruction in Go's spelling.
    public var atomics: [String: Int] = [:]
  }

  /// The symbol, as in the binary. It is hostile until it is escaped.
  public var name: String
  /// The function's costs.
  public var cost: Cost
  /// Its file, as in the binary; nil where it is unknown.
  public var file: String?
  /// The line at which it starts; nil where it is unknown.
  public var line: Int32?

  /// Takes the costs from a function of a program.
  init(_ function: Function, in names: NameTable) {
    name = names.string(function.name)
    cost = Cost(
      frameBytes: function.frame.bytes, isUncertain: function.frame.uncertain != nil,
      splitCheck: function.frame.splitCheck)
    for site in function.deferSites {
      cost.defers[site.kind, default: 0] += 1
      if site.looping { cost.loopingDefers += 1 }
    }
    for site in function.atomics { cost.atomics[names.string(site.instruction), default: 0] += 1 }
    file = function.file.map { names.string($0) }
    line = function.line
  }

  /// Whether a function comes first: the one with the larger frame, then by its other costs and its name, so
  /// that the order is always the same.
  static func isBefore(_ a: DiffFunction, _ b: DiffFunction) -> Bool {
    if a.cost.frameBytes != b.cost.frameBytes { return a.cost.frameBytes > b.cost.frameBytes }
    let (x, y) = (a.cost.defers.values.reduce(0, +), b.cost.defers.values.reduce(0, +))
    if x != y { return x > y }
    let (v, w) = (a.cost.atomics.values.reduce(0, +), b.cost.atomics.values.reduce(0, +))
    return v != w ? v > w : a.name < b.name
  }
}
