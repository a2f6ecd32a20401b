import ProgramModel

/// A way along the stack, from its first function down.
public struct Path: Hashable, Sendable {
  /// One level of it.
  public struct Step: Hashable, Sendable {
    /// Whose frame it is.
    public var node: CallGraph.Node
    /// What its frame takes while the path goes on, in bytes: nothing where it jumps on, since what follows runs in
    /// its place.
    public var bytes: Int
    /// How it goes on from here; nil at the end.
    public var kind: CallGraph.EdgeKind?
    /// The line of the call that it goes on by; nil where none is known, and at the end.
    public var line: Int32?
  }

  /// From the first function to the last.
  public var steps: [Step]
  /// What all of it takes of the stack.
  public var bytes: Int { steps.reduce(0) { $0 + $1.bytes } }
}

extension LongestPaths {
  /// The path from a node.
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
  /// What a node's frame takes while the path goes on by an edge.
  func weight(_ node: Node, _ kind: EdgeKind) -> Int { kind == .tail ? 0 : costs[Int(node)] }

  /// The level of a path that leaves a node by one of its edges.
  func step(from node: Node, along edge: Int) -> Path.Step {
    Path.Step(
      node: node, bytes: weight(node, kinds[edge]), kind: kinds[edge],
      line: lines[edge] == 0 ? nil : lines[edge])
  }
}

extension Depth {
  /// The edge that the way down of a node's worst case leaves it by; nil where it ends there.
  public func nextEdge(of node: CallGraph.Node) -> Int? {
    let edge = Int(worst.paths.next[Int(node)])
    return edge < 0 ? nil : edge
  }

  /// What was written where the compiler made a wrapper for a `go` or `defer` statement: what the wrapper calls.
  public func written(_ node: CallGraph.Node) -> CallGraph.Node {
    guard graph.isFunction(node) else { return node }
    let name = program.names.bytes(of: program.functions[Int(node)].name)
    guard SymbolName.isWrapper(name.span) else { return node }
    let called = graph.stackEdges(of: node).lazy.map { graph.targets[$0] }
    return called.first { graph.isFunction($0) && graph.roles[Int($0)] == .none } ?? node
  }
}
