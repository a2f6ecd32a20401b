import ProgramModel

/// The number of deferred calls that can be pending at once along a stack.
///
/// Each `defer` statement of a function counts once. A deferred call that is running is no longer pending.
public struct DeferChains: Sendable {
  /// By node: the most calls that can be pending at some point below it, its own included.
  public var depths: [Int] { paths.values }
  /// By node: whether the number is a lower bound, because a looping defer or a cycle of calls lies below.
  public let isLowerBound: [Bool]
  private let paths: LongestPaths

  init(_ graph: CallGraph, _ components: Components) {
    let functions = graph.program.functions
    let own = (0..<graph.nodeCount).map {
      let node = Int32($0)
      let i = Int(graph.original(node))
      guard i < functions.count, !graph.returnsAtOnce(node) else { return 0 }
      return functions[i].deferSites.count
    }
    paths = LongestPaths(graph, components, own: own) { node, kind in
      switch kind {
      case .tail: 0
      case .deferred: max(0, own[Int(node)] - 1)
      default: own[Int(node)]
      }
    }
    isLowerBound = graph.reaching(
      { node -> UInt8 in
        let recurs = components.isCycle[Int(components.number[Int(node)])]
        guard !graph.returnsAtOnce(node) else { return recurs ? 1 : 0 }
        let node = graph.original(node)
        let loops = graph.isFunction(node) && functions[Int(node)].deferSites.contains { $0.looping }
        return recurs || loops ? 1 : 0
      }, components
    ).map { $0 != 0 }
  }

  /// Returns the path down from a node on which the most deferred calls are pending.
  public func path(of node: CallGraph.Node, in graph: CallGraph) -> Path { paths.path(from: node, graph) }
}
