import HeapModule

/// Finds laps of cycles. Its arrays are shared by all cycles in turn, so that many small cycles cost no more
/// than a large one.
struct LapSearch {
  private let graph: CallGraph
  private let components: Components
  /// By node: the edge by which the search reached it, and the node which that edge leaves.
  private var reachedBy: [Int32]
  private var reachedFrom: [CallGraph.Node]
  /// By node: the bytes of the path from the search's start to it.
  private var distance: [Int]
  private var isGone: [Bool]
  /// By node: whether every lap that leaves it by a call has been considered.
  private var callsAreDone: [Bool]

  /// The most steps that a search for the cheapest lap may take, for each node and edge of the cycle. Without
  /// a bound it could take quadratic time.
  private static let effort = 8
  private static let far = Int.max

  init(_ graph: CallGraph, _ components: Components) {
    self.graph = graph
    self.components = components
    reachedBy = Array(repeating: -1, count: graph.nodeCount)
    reachedFrom = reachedBy
    distance = Array(repeating: Self.far, count: graph.nodeCount)
    isGone = Array(repeating: false, count: graph.nodeCount)
    callsAreDone = isGone
  }

  // MARK: The cheapest

  /// Finds the lap that takes the fewest bytes.
  ///
  /// From each member in turn, Dijkstra's algorithm searches for a way back, and gives up once it costs more
  /// than the best lap so far. Then the member is removed, and with it those that no longer lie on any lap.
  ///
  /// - Returns: the lap, and whether it is proved that none is cheaper.
  mutating func cheapest(_ component: Int) -> (lap: [Path.Step], isProved: Bool) {
    let members = components.members(component)
    var best: (bytes: Int, lap: [Path.Step]) = (Self.far, [])
    var edges = 0
    for node in members {
      for edge in graph.stackEdges(of: node) where isInner(edge, node) {
        edges += 1
        guard graph.targets[edge] == node, graph.kinds[edge] != .tail, graph.costs[Int(node)] < best.bytes
        else {
          continue
        }
        best = (graph.costs[Int(node)], [graph.step(from: node, along: edge)])
      }
    }
    var left = Self.effort * (edges + members.count)
    var degrees = Degrees(members, self)
    for node in members where !isGone[Int(node)] {
      // A cycle has a lap, so the first search finds one, however long it takes.
      guard left > 0 || best.lap.isEmpty else { return (best.lap, false) }
      // Tail jumps alone take no stack: start only at members that make a call.
      guard graph.stackEdges(of: node).contains(where: { isInner($0, node) && graph.kinds[$0] != .tail })
      else {
        continue
      }
      search(from: node, &best, &left)
      callsAreDone[Int(node)] = true
      // A member that also has tail jumps may lie on laps that start at another member's call.
      if !graph.stackEdges(of: node).contains(where: { isInner($0, node) }) {
        left -= degrees.remove(node, &self)
      }
    }
    return (best.lap, true)
  }

  /// Whether an edge of a node leads to a member that is left. (A filtered sequence would retain the arrays,
  /// so that every change would copy them.)
  private func isInner(_ edge: Int, _ node: CallGraph.Node) -> Bool {
    let target = Int(graph.targets[edge])
    return components.number[target] == components.number[Int(node)] && !isGone[target]
      && (graph.kinds[edge] == .tail || !callsAreDone[Int(node)])
  }

  /// Finds the cheapest lap that leaves a node by a call; updates `best` where it is cheaper than that.
  private mutating func search(
    from start: CallGraph.Node, _ best: inout (bytes: Int, lap: [Path.Step]), _ left: inout Int
  ) {
    var heap: Heap<Reached> = []
    var touched: [CallGraph.Node] = []
    for edge in graph.stackEdges(of: start) where isInner(edge, start) && graph.kinds[edge] != .tail {
      left -= 1
      reach(edge, from: start, graph.costs[Int(start)], below: best.bytes, &heap, &touched)
    }
    while let reached = heap.popMin() {
      let (bytes, node) = (reached.bytes, reached.node)
      left -= 1
      guard bytes == distance[Int(node)] else { continue }
      if node == start {
        best = (bytes, way(back: start))
        break
      }
      for edge in graph.stackEdges(of: node) where isInner(edge, node) {
        left -= 1
        reach(
          edge, from: node, bytes + graph.weight(node, graph.kinds[edge]), below: best.bytes, &heap, &touched)
      }
    }
    for node in touched { distance[Int(node)] = Self.far }
  }

  /// Follows an edge where that is the cheapest way to its end so far.
  private mutating func reach(
    _ edge: Int, from node: CallGraph.Node, _ bytes: Int, below limit: Int, _ heap: inout Heap<Reached>,
    _ touched: inout [CallGraph.Node]
  ) {
    let target = Int(graph.targets[edge])
    guard bytes < limit, bytes < distance[target] else { return }
    if distance[target] == Self.far { touched.append(graph.targets[edge]) }
    distance[target] = bytes
    reachedBy[target] = Int32(edge)
    reachedFrom[target] = node
    heap.insert(Reached(bytes: bytes, node: graph.targets[edge]))
  }

  /// Returns the lap that led back to a node.
  private func way(back start: CallGraph.Node) -> [Path.Step] {
    var steps: [Path.Step] = []
    var node = start
    repeat {
      let edge = Int(reachedBy[Int(node)])
      node = reachedFrom[Int(node)]
      steps.append(graph.step(from: node, along: edge))
    } while node != start
    return steps.reversed()
  }

  /// The number of edges within the cycle that lead to and from each member that is left.
  private struct Degrees {
    private var incoming: [CallGraph.Node: Int] = [:]
    private var outgoing: [CallGraph.Node: Int] = [:]

    init(_ members: ArraySlice<CallGraph.Node>, _ search: LapSearch) {
      guard members.count > 1 else { return }
      for node in members {
        incoming[node] = search.components.inner(node).count
        outgoing[node] = search.graph.stackEdges(of: node).count { search.isInner($0, node) }
      }
    }

    /// Removes a node, and those that lie on no lap without it. Returns the number of steps that this took.
    mutating func remove(_ node: CallGraph.Node, _ search: inout LapSearch) -> Int {
      var gone = [node]
      var steps = 0
      search.isGone[Int(node)] = true
      func leave(_ other: CallGraph.Node, _ count: inout [CallGraph.Node: Int], _ search: inout LapSearch) {
        steps += 1
        guard !search.isGone[Int(other)], let left = count[other] else { return }
        count[other] = left - 1
        guard left == 1 else { return }
        search.isGone[Int(other)] = true
        gone.append(other)
      }
      while let node = gone.popLast() {
        let component = search.components.number[Int(node)]
        for edge in search.graph.stackEdges(of: node) {
          let target = search.graph.targets[edge]
          if search.components.number[Int(target)] == component { leave(target, &incoming, &search) }
        }
        for place in search.components.inner(node) {
          leave(search.components.innerSources[place], &outgoing, &search)
        }
      }
      return steps
    }
  }

  // MARK: The dearest

  /// Returns the dearest of the laps that one depth-first search closes. Each edge back to a function on the
  /// search's current path closes a lap, on which no function occurs twice.
  mutating func dearest(_ component: Int) -> [Path.Step] {
    let members = components.members(component)
    guard let root = members.first, members.count > 1 else { return [] }
    // Here `distance` is the bytes from the root down to a node. `isGone`, which the other search sets, is
    // not used.
    var onWay: Set<CallGraph.Node> = [root]
    var way: [(node: CallGraph.Node, next: Int)] = [(root, graph.stackEdges(of: root).lowerBound)]
    var best: (bytes: Int, edge: Int, from: CallGraph.Node) = (0, -1, root)
    distance[Int(root)] = 0
    while let (node, edge) = way.last {
      guard edge < graph.stackEdges(of: node).upperBound else {
        onWay.remove(node)
        way.removeLast()
        continue
      }
      way[way.count - 1].next += 1
      let target = graph.targets[edge]
      guard components.number[Int(target)] == Int32(component) else { continue }
      let bytes = distance[Int(node)] + graph.weight(node, graph.kinds[edge])
      if onWay.contains(target) {
        if bytes - distance[Int(target)] > best.bytes { best = (bytes - distance[Int(target)], edge, node) }
      } else if distance[Int(target)] == Self.far {
        distance[Int(target)] = bytes
        reachedBy[Int(target)] = Int32(edge)
        reachedFrom[Int(target)] = node
        onWay.insert(target)
        way.append((target, graph.stackEdges(of: target).lowerBound))
      }
    }
    for node in members { distance[Int(node)] = Self.far }
    guard best.edge >= 0 else { return [] }
    let first = graph.targets[best.edge]
    var steps = [graph.step(from: best.from, along: best.edge)]
    var node = best.from
    while node != first {
      let edge = Int(reachedBy[Int(node)])
      node = reachedFrom[Int(node)]
      steps.append(graph.step(from: node, along: edge))
    }
    return steps.reversed()
  }

  /// A node and the bytes of the cheapest way to it so far. Fewer bytes come first, then the lower node.
  private struct Reached: Comparable {
    var bytes: Int
    var node: CallGraph.Node

    static func < (a: Self, b: Self) -> Bool { (a.bytes, a.node) < (b.bytes, b.node) }
  }
}
