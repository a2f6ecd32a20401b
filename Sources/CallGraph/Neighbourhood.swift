/// The part of the graph around one node: its callers and callees, some levels each way, on this stack or
/// another. Copies of a node are taken for the node.
public struct Neighbourhood: Sendable {
  /// An edge between two nodes of the neighbourhood.
  public struct Edge: Hashable, Sendable {
    /// The node that it leaves.
    public var source: CallGraph.Node
    /// The edge's index in the graph.
    public var edge: Int
  }

  /// The nodes, in ascending order.
  public private(set) var nodes: [CallGraph.Node] = []
  /// The edges, by source and then in the graph's order. Of several edges of one kind between the same two
  /// nodes, only the first is here.
  public private(set) var edges: [Edge] = []
  /// By node: how many of its callers were left out for lack of room.
  public private(set) var hiddenCallers: [CallGraph.Node: Int] = [:]
  /// By node: how many of its callees were left out for lack of room.
  public private(set) var hiddenCallees: [CallGraph.Node: Int] = [:]

  /// Collects the neighbourhood of a node.
  ///
  /// - Parameters:
  ///   - center: the node.
  ///   - depth: the analyses of its program.
  ///   - levels: how many levels to go each way.
  ///   - width: the most callers, and the most callees, that each node adds. Those with the largest worst
  ///     cases come first, and before them the callee on the path of the node's own worst case.
  public init(around center: CallGraph.Node, _ depth: Depth, levels: Int, width: Int) {
    let graph = depth.graph
    var copies: [CallGraph.Node: [CallGraph.Node]] = [:]
    for node in 0..<CallGraph.Node(graph.nodeCount) where graph.copy(node) != nil {
      copies[graph.original(node), default: []].append(node)
    }
    func edges(of node: CallGraph.Node) -> [Int] {
      ([node] + (copies[node] ?? [])).flatMap { graph.edges(of: $0) }
    }
    let callers = Self.grown(from: center, depth, levels, width) { Self.callers(of: $0, graph) }
    let callees = Self.grown(from: center, depth, levels, width) { frontier in
      frontier.map { node in edges(of: node).map { graph.original(graph.targets[$0]) } }
    }
    let all = callers.nodes.union(callees.nodes)
    nodes = all.sorted()
    hiddenCallers = callers.neighbours.mapValues { $0.subtracting(all).count }.filter { $0.value > 0 }
    hiddenCallees = callees.neighbours.mapValues { $0.subtracting(all).count }.filter { $0.value > 0 }
    self.edges = nodes.flatMap { node in
      var met: Set<[Int32]> = []
      return edges(of: node).filter { edge in
        let target = graph.original(graph.targets[edge])
        return all.contains(target) && met.insert([target, Int32(graph.kinds[edge].rawValue)]).inserted
      }.map { Edge(source: node, edge: $0) }
    }
  }

  /// Walks one way from the center, level by level. Returns the nodes that were met, and for each node that
  /// was expanded all its neighbours that way.
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
        let onward = depth.nextEdge(of: node).map { depth.graph.original(depth.graph.targets[$0]) }
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

  /// Returns the callers of each of some nodes, found in one pass over all edges.
  private static func callers(of wanted: [CallGraph.Node], _ graph: CallGraph) -> [[CallGraph.Node]] {
    var places = [Int32](repeating: -1, count: graph.nodeCount)
    for (place, node) in wanted.enumerated() { places[Int(node)] = Int32(place) }
    var callers = [[CallGraph.Node]](repeating: [], count: wanted.count)
    for node in 0..<Int32(graph.nodeCount) {
      for edge in graph.edges(of: node) {
        let place = places[Int(graph.original(graph.targets[edge]))]
        if place >= 0 { callers[Int(place)].append(graph.original(node)) }
      }
    }
    return callers
  }
}
