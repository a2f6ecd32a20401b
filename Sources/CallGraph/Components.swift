/// The strongly connected components of the edges that stay on one stack: the largest sets of nodes that can
/// all reach each other.
public struct Components: Sendable {
  /// By node: the number of its component. A component has a higher number than those that it calls.
  public internal(set) var number: [Int32] = []
  // The nodes of a component are adjacent, in ascending order.
  var starts: [Int32] = [0]
  var nodes: [CallGraph.Node] = []
  /// By component: whether a call, and not tail jumps alone, leads from it back into it, so that it can
  /// recurse.
  public internal(set) var isCycle: [Bool] = []

  // The edges within a component, grouped by callee: the edge, and the node that it leaves.
  private(set) var innerStarts: [Int32] = []
  private(set) var innerEdges: [Int32] = []
  private(set) var innerSources: [CallGraph.Node] = []

  /// The number of components.
  public var count: Int { isCycle.count }

  /// Returns the nodes of a component, in ascending order.
  public func members(_ component: Int) -> ArraySlice<CallGraph.Node> {
    nodes[Int(starts[component])..<Int(starts[component + 1])]
  }

  /// Returns the edges from within its own component that lead to a node, as indices into ``innerEdges``.
  func inner(_ node: CallGraph.Node) -> Range<Int> {
    Int(innerStarts[Int(node)])..<Int(innerStarts[Int(node) + 1])
  }

  /// Finds the components by Tarjan's algorithm (SIAM J. Comput. 1, 1972), with an explicit stack in place of
  /// recursion.
  ///
  /// - Parameter whole: the components of a graph of which this one has a part of the edges. Components can only fall
  ///   apart, so a node that was one by itself is not searched.
  init(_ graph: CallGraph, partOf whole: Components? = nil) {
    number = Array(repeating: -1, count: graph.nodeCount)
    nodes.reserveCapacity(graph.nodeCount)
    var search = Search(count: graph.nodeCount)
    func run(_ root: CallGraph.Node) {
      if search.order[Int(root)] == 0 { search.run(from: root, graph) { close($0) } }
    }
    if let whole {
      // What a component calls comes before it.
      for component in 0..<whole.count {
        let members = whole.members(component)
        guard members.count == 1, let node = members.first else {
          for root in members { run(root) }
          continue
        }
        search.order[Int(node)] = 1
        close(members)
      }
    } else {
      for root in 0..<Int32(graph.nodeCount) { run(root) }
    }
    isCycle = Array(repeating: false, count: starts.count - 1)
    findInnerEdges(graph)
  }

  private mutating func close(_ members: ArraySlice<CallGraph.Node>) {
    let component = Int32(starts.count - 1)
    for node in members { number[Int(node)] = component }
    nodes += members.count == 1 ? members : members.sorted()[...]
    starts.append(Int32(nodes.count))
  }

  private mutating func findInnerEdges(_ graph: CallGraph) {
    var counts = [Int32](repeating: 0, count: graph.nodeCount + 1)
    func each(_ body: (CallGraph.Node, Int) -> Void) {
      for node in 0..<Int32(graph.nodeCount) {
        let own = number[Int(node)]
        for edge in graph.stackEdges(of: node) where number[Int(graph.targets[edge])] == own {
          body(node, edge)
        }
      }
    }
    var isCycle = isCycle
    each { node, edge in
      counts[Int(graph.targets[edge]) + 1] += 1
      if graph.kinds[edge] != .tail { isCycle[Int(number[Int(node)])] = true }
    }
    for i in 1..<counts.count { counts[i] += counts[i - 1] }
    innerStarts = counts
    innerEdges = Array(repeating: 0, count: Int(counts[counts.count - 1]))
    innerSources = innerEdges
    var (edges, sources) = (innerEdges, innerSources)
    each { node, edge in
      let target = Int(graph.targets[edge])
      edges[Int(counts[target])] = Int32(edge)
      sources[Int(counts[target])] = node
      counts[target] += 1
    }
    (self.isCycle, innerEdges, innerSources) = (isCycle, edges, sources)
  }

  /// A depth-first search that reports each component when it leaves the component's first node.
  private struct Search {
    /// By node: the place, from 1, in the order of first visits; 0 before the first visit.
    var order: [Int32]
    /// By node: the lowest `order` of an open node that it is known to lead to.
    private var low: [Int32]
    private var next: [Int32]
    private var isOpen: [Bool]
    private var open: [CallGraph.Node] = []
    private var path: [CallGraph.Node] = []
    private var met: Int32 = 0

    init(count: Int) {
      order = Array(repeating: 0, count: count)
      low = order
      next = order
      isOpen = Array(repeating: false, count: count)
    }

    mutating func run(
      from root: CallGraph.Node, _ graph: CallGraph, close: (ArraySlice<CallGraph.Node>) -> Void
    ) {
      enter(root, graph)
      while let node = path.last {
        let i = Int(node)
        if next[i] < graph.stackEnds[i] {
          let target = graph.targets[Int(next[i])]
          next[i] += 1
          if order[Int(target)] == 0 {
            enter(target, graph)
          } else if isOpen[Int(target)] {
            low[i] = min(low[i], order[Int(target)])
          }
          continue
        }
        path.removeLast()
        if let caller = path.last { low[Int(caller)] = min(low[Int(caller)], low[i]) }
        guard low[i] == order[i] else { continue }
        let start = open.lastIndex(of: node)!
        for member in open[start...] { isOpen[Int(member)] = false }
        close(open[start...])
        open.removeSubrange(start...)
      }
    }

    private mutating func enter(_ node: CallGraph.Node, _ graph: CallGraph) {
      met += 1
      order[Int(node)] = met
      low[Int(node)] = met
      next[Int(node)] = graph.starts[Int(node)]
      isOpen[Int(node)] = true
      open.append(node)
      path.append(node)
    }
  }
}
