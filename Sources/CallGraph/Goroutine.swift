import ProgramModel

/// A `go` statement, and how deep the stack of its goroutine can grow.
public struct Goroutine: Hashable, Sendable {
  /// The function that contains the statement, as an index into `program.functions`.
  public var function: Int
  /// The statement's index in the function's `goStatements`.
  public var site: Int
  /// The function in which the goroutine starts; nil where it is unknown.
  public var entry: CallGraph.Node?
  /// How the goroutine's stack grows; nil where `entry` is.
  public var growth: StackGrowth.Outcome?
  /// The size that its stack ordinarily comes to have; nil where `entry` is, and where it is not known.
  public var ordinary: OrdinaryStacks.Size?
}

extension Goroutine {
  /// Returns every `go` statement of the program, in address order.
  static func all(_ depth: Depth) -> [Goroutine] {
    let graph = depth.graph
    var missing: [UInt32: CallGraph.Node] = [:]
    for (i, extra) in graph.extras.enumerated() {
      guard case .missing(let name) = extra else { continue }
      missing[name.index] = Int32(graph.program.functions.count + i)
    }
    var outcomes: [CallGraph.Node: StackGrowth.Outcome] = [:]
    var all: [Goroutine] = []
    for (i, function) in graph.program.functions.enumerated() {
      for (place, site) in function.goStatements.enumerated() {
        var goroutine = Goroutine(function: i, site: place, entry: nil, growth: nil)
        let known = site.targetEntry.flatMap { graph.program.index(ofEntry: $0) }.map { Int32($0) }
        if let entry = known ?? site.target.flatMap({ missing[$0.index] }) {
          goroutine.entry = entry
          let outcome = outcomes[entry] ?? depth.growth.outcome(of: entry, graph)
          outcomes[entry] = outcome
          goroutine.growth = outcome
          goroutine.ordinary = depth.ordinarySize(of: entry)
        }
        all.append(goroutine)
      }
    }
    return all
  }
}

extension Depth {
  /// Returns the size that the stack of a goroutine which starts in a node ordinarily comes to have; nil where
  /// its code, or code that it calls, is not in the input.
  public func ordinarySize(of node: CallGraph.Node) -> OrdinaryStacks.Size? {
    graph.isFunction(node) ? ordinary.size(of: node) : nil
  }

  /// Returns how the stack of a goroutine that starts in a node grows.
  public func growth(of node: CallGraph.Node) -> StackGrowth.Outcome { growth.outcome(of: node, graph) }

  /// Returns the path along which the stack of such a goroutine grows; nil where no function on it has a
  /// split check.
  public func growthPath(of node: CallGraph.Node) -> Path? { growth.path(of: node, graph) }
}
