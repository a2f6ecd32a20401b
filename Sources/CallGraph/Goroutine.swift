import ProgramModel

/// A `go` statement, and how far its goroutine goes.
public struct Goroutine: Hashable, Sendable {
  /// The function that holds the statement, by its place in the program.
  public var function: Int
  /// The statement's place in the function's `goStatements`.
  public var site: Int
  /// What the goroutine begins in; nil where nothing says.
  public var entry: CallGraph.Node?
  /// What becomes of its stack; nil where nothing says what it begins in.
  public var growth: StackGrowth.Outcome?
}

extension Goroutine {
  /// Every `go` statement, in address order.
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
        }
        all.append(goroutine)
      }
    }
    return all
  }
}

extension Depth {
  /// What becomes of the stack of a goroutine that begins in a node.
  public func growth(of node: CallGraph.Node) -> StackGrowth.Outcome { growth.outcome(of: node, graph) }

  /// The way down along which the stack of such a goroutine grows; nil where nothing on it looks for room.
  public func growthPath(of node: CallGraph.Node) -> Path? { growth.path(of: node, graph) }
}
