public import ProgramModel

/// One function on one side of a comparison: what it costs, and nothing of where its code lies.
public struct DiffFunction: Sendable {
  /// What a function costs. How a frame's size was found does not count.
  public struct Cost: Hashable, Sendable {
    /// Bytes of its frame.
    public var frameBytes: Int
    /// Whether these are a lower bound.
    public var isUncertain: Bool
    /// The test for room that it begins with.
    public var splitCheck: SplitCheck
    /// How many of its defers there are of each kind.
    public var defers: [DeferSite.Kind: Int] = [:]
    /// How many of its defers can be registered again before it returns.
    public var loopingDefers = 0
    /// How many of its read-modify-writes there are of each instruction, in Go's spelling.
    public var atomics: [String: Int] = [:]
  }

  /// The symbol, as the binary has it. Hostile until it is escaped.
  public var name: String
  /// What it costs.
  public var cost: Cost
  /// Its file as the binary has it; nil where nothing says.
  public var file: String?
  /// The line that it begins at; nil where nothing says.
  public var line: Int32?

  /// Takes what counts from a function of a program.
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

  /// The larger frame first; then by what else it costs, so that the order is always the same.
  static func isBefore(_ a: DiffFunction, _ b: DiffFunction) -> Bool {
    if a.cost.frameBytes != b.cost.frameBytes { return a.cost.frameBytes > b.cost.frameBytes }
    let (x, y) = (a.cost.defers.values.reduce(0, +), b.cost.defers.values.reduce(0, +))
    if x != y { return x > y }
    let (v, w) = (a.cost.atomics.values.reduce(0, +), b.cost.atomics.values.reduce(0, +))
    return v != w ? v > w : a.name < b.name
  }
}
