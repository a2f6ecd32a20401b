public import ProgramModel

/// A path down the stack: the functions from the first caller to the last callee.
public struct Path: Hashable, Sendable {
  /// One level of a path.
  public struct Step: Hashable, Sendable {
    /// The node whose frame it is: a function, or one of ``CallGraph/extras``.
    public var node: CallGraph.Node
    /// The stack that the frame takes while the path continues below it, in bytes. 0 where the path leaves by
    /// a tail jump, since the callee runs in the frame's place.
    public var bytes: Int
    /// The kind of the edge by which the path continues; nil at the end.
    public var kind: CallGraph.EdgeKind?
    /// The place of the call by which the path continues; without a line where it is unknown, and at the end.
    public var place = SitePlace()
  }

  /// The levels, from the first function to the last.
  public var steps: [Step]
  /// The stack that the whole path takes, in bytes.
  public var bytes: Int { steps.reduce(0) { $0 + $1.bytes } }
}

extension LongestPaths {
  /// Returns the path that starts at a node.
  func path(from node: CallGraph.Node, _ graph: CallGraph) -> Path {
    var steps: [Path.Step] = []
    var node = node
    while true {
      let edge = Int(next[Int(node)])
      guard edge >= 0 else {
        steps.append(.init(node: node, bytes: graph.costs[Int(node)]))
        return Path(steps: steps)
      }
      steps.append(graph.step(from: node, along: edge))
      node = graph.targets[edge]
    }
  }
}

extension CallGraph {
  /// Returns the bytes that a node's frame takes while a path leaves it by an edge of this kind.
  func weight(_ node: Node, _ kind: EdgeKind) -> Int { kind == .tail ? 0 : costs[Int(node)] }

  /// Returns the level of a path that leaves a node by one of its edges.
  func step(from node: Node, along edge: Int) -> Path.Step {
    Path.Step(
      node: node, bytes: weight(node, kinds[edge]), kind: kinds[edge],
      place: place(ofEdge: edge))
  }
}

extension Depth {
  /// Returns the edge by which the path of a node's worst case leaves it; nil where that path ends.
  public func nextEdge(of node: CallGraph.Node) -> Int? {
    let edge = Int(worst.paths.next[Int(node)])
    return edge < 0 ? nil : edge
  }

  /// Returns the function that the source names where a node is a wrapper that the compiler made for a `go`
  /// or `defer` statement: the first function without a ``RuntimeRole`` that the wrapper calls. Returns the
  /// node itself where it is no wrapper.
  public func written(_ node: CallGraph.Node) -> CallGraph.Node {
    guard graph.isFunction(node) else { return node }
    let name = program.names.bytes(of: program.functions[Int(node)].name)
    guard SymbolName.isWrapper(name.span) else { return node }
    let called = graph.stackEdges(of: node).lazy.map { graph.targets[$0] }
    return called.first { graph.isFunction($0) && graph.roles[Int($0)] == .none } ?? node
  }
}
