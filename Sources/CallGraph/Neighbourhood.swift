/// The graph around one node: what leads to it and what it leads to, some levels each way, on this stack or another.
public struct Neighbourhood: Sendable {
  /// An edge between two of the nodes.
  public struct Edge: Hashable, Sendable {
    /// Where it comes from.
    public var source: CallGraph.Node
    /// Its number in the graph.
    public var edge: Int
  }

  /// In ascending order.
  public private(set) var nodes: [CallGraph.Node] = []
  /// By source, then as the graph has them; of several of one kind between the same two the first.
  public private(set) var edges: [Edge] = []
  /// Callers that there was no room for, by the node that they call.
  public private(set) var hiddenCallers: [CallGraph.Node: Int] = [:]
  /// Callees that there was no room for, by the node that calls them.
  public private(set) var hiddenCallees: [CallGraph.Node: Int] = [:]

  /// - Parameters:
  ///   - center: the node.
  ///   - depth: what is known of its graph.
  ///   - levels: how far it goes each way.
  ///   - width: how many callers, and how many callees, each node adds at most: those with the dearest worst cases, and
  ///     before them the callee that the node's own worst case goes on by.
  public init(around center: CallGraph.Node, _ depth: Depth, levels: Int, width: Int) {
    let graph = depth.graph
    let callers = Self.grown(from: center, depth, levels, width) { Self.callers(of: $0, graph) }
    let callees = Self.grown(from: center, depth, levels, width) { frontier in
      frontier.map { node in graph.edges(of: node).map { graph.targets[$0] } }
    }
    let all = callers.nodes.union(callees.nodes)
    nodes = all.sorted()
    hiddenCallers = callers.neighbours.mapValues { $0.subtracting(all).count }.filter { $0.value > 0 }
    hiddenCallees = callees.neighbours.mapValues { $0.subtracting(all).count }.filter { $0.value > 0 }
    edges = nodes.flatMap { node in
      var met: Set<[Int32]> = []
      return graph.edges(of: node).filter { edge in
        let target = graph.targets[edge]
        return all.contains(target) && met.insert([target, Int32(graph.kinds[edge].rawValue)]).inserted
      }.map { Edge(source: node, edge: $0) }
    }
  }

  /// Goes one way, level by level; what it went through keeps the neighbours that way.
  private static func grown(
    from center: CallGraph.Node, _ depth: Depth, _ levels: Int, _ width: Int,
    next: ([CallGraph.Node]) -> [[CallGraph.Node]]
  ) -> (nodes: Set<CallGraph.Node>, neighbours: [CallGraph.Node: Set<CallGraph.Node>]) {
    var nodes: Set = [center]
    var neighbours: [CallGraph.Node: Set<CallGraph.Node>] = [:]
    var frontier = [center]
    for _ in 0..<levels where !frontier.isEmpty {
      var fresh: [CallGraph.Node] = []
      for (node, found) in zip(frontier, next(frontier)) {
        let found = Set(found)
        neighbours[node] = found
        let onward = depth.nextEdge(of: node).map { depth.graph.targets[$0] }
        let dearest = found.subtracting(nodes).sorted { a, b in
          if a == onward || b == onward { return a == onward }
          return (depth.worst.bytes[Int(b)], a) < (depth.worst.bytes[Int(a)], b)
        }.prefix(width)
        nodes.formUnion(dearest)
        fresh += dearest
      }
      frontier = fresh
    }
    return (nodes, neighbours)
  }

  /// What leads to each of some nodes, in one pass over the edges.
  private static func callers(of wanted: [CallGraph.Node], _ graph: CallGraph) -> [[CallGraph.Node]] {
    var places = [Int32](repeating: -1, count: graph.nodeCount)
    for (place, node) in wanted.enumerated() { places[Int(node)] = Int32(place) }
    var callers = [[CallGraph.Node]](repeating: [], count: wanted.count)
    for node in 0..<Int32(graph.nodeCount) {
      for edge in graph.edges(of: node) {
        let place = places[Int(graph.targets[edge])]
        if place >= 0 { callers[Int(place)].append(node) }
      }
    }
    return callers
  }
}
