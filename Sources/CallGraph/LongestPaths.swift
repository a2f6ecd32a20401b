/// The dearest path from every node, along the stack, by a measure: bytes, demands of split checks, defers.
///
/// Outside of cycles it is the dearest there is. Within a cycle the dearest path without a node twice is
/// NP-hard to find, so what is taken there is a certain one: from each member, the shortest way (the fewest calls;
/// of several the dearest) to the member whose way out of the cycle is dearest, and on from there. It enters each
/// member once at most, so what it measures is a lower bound that a real path reaches.
struct LongestPaths: Sendable {
  /// What the path from each node measures; ``none`` where no path ends as it has to.
  private(set) var values: [Int]
  /// The edge that each path goes on by; -1 where it ends.
  private(set) var next: [Int32]

  /// No path.
  static let none = Int.min

  /// - Parameters:
  ///   - own: what a path measures that ends in a node; ``none`` where none may.
  ///   - weight: what a node and the kind of the edge that the path leaves it by add; not negative.
  init(
    _ graph: CallGraph, _ components: Components, own: [Int],
    weight: (CallGraph.Node, CallGraph.EdgeKind) -> Int
  ) {
    values = own
    next = Array(repeating: -1, count: own.count)
    var levels = [Int32](repeating: -1, count: own.count)
    for component in 0..<components.count {
      let members = components.members(component)
      for node in members { leave(node, Int32(component), graph, components, weight) }
      if members.count > 1 { goRound(members, graph, components, &levels, weight) }
    }
  }

  /// The best way out of a node's component.
  @inline(__always) private mutating func leave(
    _ node: CallGraph.Node, _ component: Int32, _ graph: CallGraph, _ components: Components,
    _ weight: (CallGraph.Node, CallGraph.EdgeKind) -> Int
  ) {
    var (best, bestEdge) = (values[Int(node)], Int32(-1))
    for edge in graph.stackEdges(of: node) {
      let target = Int(graph.targets[edge])
      guard components.number[target] != component, values[target] != Self.none else { continue }
      let value = values[target] + weight(node, graph.kinds[edge])
      if value > best { (best, bestEdge) = (value, Int32(edge)) }
    }
    values[Int(node)] = best
    next[Int(node)] = bestEdge
  }

  /// Goes back from the member with the best way out, level by level.
  private mutating func goRound(
    _ members: ArraySlice<CallGraph.Node>, _ graph: CallGraph, _ components: Components,
    _ levels: inout [Int32],
    _ weight: (CallGraph.Node, CallGraph.EdgeKind) -> Int
  ) {
    guard let root = members.max(by: { (values[Int($0)], $1) < (values[Int($1)], $0) }),
      values[Int(root)] != Self.none
    else { return }
    var queue = [root]
    levels[Int(root)] = 0
    var done = 0
    while done < queue.count {
      let node = queue[done]
      done += 1
      for place in components.inner(node) {
        let caller = components.innerSources[place]
        let edge = components.innerEdges[place]
        let isNew = levels[Int(caller)] < 0
        guard isNew || levels[Int(caller)] == levels[Int(node)] + 1 else { continue }
        let value = values[Int(node)] + weight(caller, graph.kinds[Int(edge)])
        if isNew {
          levels[Int(caller)] = levels[Int(node)] + 1
          queue.append(caller)
        } else if value <= values[Int(caller)] {
          continue
        }
        values[Int(caller)] = value
        next[Int(caller)] = edge
      }
    }
  }
}
