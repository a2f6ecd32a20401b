import ProgramModel

/// How many deferred calls can be pending at once, along a stack.
///
/// A function's own count for each of its `defer` statements once. While one of them runs, it is pending no more.
public struct DeferChains: Sendable {
  /// By node: the most that are pending somewhere below it, its own included.
  public var depths: [Int] { paths.values }
  /// By node: whether a defer in a loop, or a cycle of calls, lies below, so that the number is a lower bound.
  public let isLowerBound: [Bool]
  private let paths: LongestPaths

  init(_ graph: CallGraph, _ components: Components) {
    let functions = graph.program.functions
    let own = (0..<graph.nodeCount).map { $0 < functions.count ? functions[$0].deferSites.count : 0 }
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
        let loops = graph.isFunction(node) && functions[Int(node)].deferSites.contains { $0.looping }
        return recurs || loops ? 1 : 0
      }, components
    ).map { $0 != 0 }
  }

  /// The way down on which most are pending.
  public func path(of node: CallGraph.Node, in graph: CallGraph) -> Path { paths.path(from: node, graph) }
}
