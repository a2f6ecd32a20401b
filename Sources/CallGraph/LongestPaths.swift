/// The dearest path from every node along the stack, by some measure: bytes, the demands of split checks, or
/// defers.
///
/// Outside of cycles it is the true maximum. Within a cycle it is NP-hard to find the dearest path without a
/// repeated node, so the path there is a certain one: from each member, the shortest way (the fewest calls,
/// and among those the dearest) to the member with the dearest way out of the cycle, and on from there. It
/// enters each member at most once, so its measure is a lower bound that a real path reaches.
struct LongestPaths: Sendable {
  /// By node: the measure of its path; ``none`` where no permitted path starts there.
  private(set) var values: [Int]
  /// By node: the edge by which its path continues; -1 where it ends.
  private(set) var next: [Int32]

  /// The value of a node from which no permitted path starts.
  static let none = Int.min

  /// Finds the paths.
  ///
  /// - Parameters:
  ///   - own: by node, the measure of a path that ends in it; ``none`` where no path may end.
  ///   - weight: the measure that a node adds to a path that leaves it by an edge of this kind; not negative.
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

  /// Finds the best way out of a node's component.
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

  /// Extends paths backwards from the member with the best way out, level by level.
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
