/// Finds laps of cycles. Its rows serve all cycles in turn, so that many small ones cost no more than a large one.
struct LapSearch {
  private let graph: CallGraph
  private let components: Components
  /// The edge that a node was reached by, and from where.
  private var reachedBy: [Int32]
  private var reachedFrom: [CallGraph.Node]
  /// What the way to a node takes.
  private var distance: [Int]
  private var isGone: [Bool]
  /// Whether every lap that leaves a node by a call was looked at.
  private var callsAreDone: [Bool]

  /// How many steps a search for the cheapest lap may take, for each node and edge of the cycle: without a bound it
  /// would take the square of them.
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

  /// The lap of the fewest bytes.
  ///
  /// From each member in turn, Dijkstra's search for the way back, given up where it gets dearer than the best lap so
  /// far; then the member is taken out, and with it those that lie on no lap any more.
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
      // The first search ends, whatever it takes: there is a lap.
      guard left > 0 || best.lap.isEmpty else { return (best.lap, false) }
      // Jumps alone take nothing: a lap counts from its first call.
      guard graph.stackEdges(of: node).contains(where: { isInner($0, node) && graph.kinds[$0] != .tail })
      else {
        continue
      }
      search(from: node, &best, &left)
      callsAreDone[Int(node)] = true
      // One that jumps as well may lie on laps that count from another's call.
      if !graph.stackEdges(of: node).contains(where: { isInner($0, node) }) {
        left -= degrees.remove(node, &self)
      }
    }
    return (best.lap, true)
  }

  /// Whether an edge of a node stays among the members that are left. (A filtered sequence would hold the rows, and
  /// have them copied at every change.)
  private func isInner(_ edge: Int, _ node: CallGraph.Node) -> Bool {
    let target = Int(graph.targets[edge])
    return components.number[target] == components.number[Int(node)] && !isGone[target]
      && (graph.kinds[edge] == .tail || !callsAreDone[Int(node)])
  }

  /// The cheapest lap through a node that leaves it by a call.
  private mutating func search(
    from start: CallGraph.Node, _ best: inout (bytes: Int, lap: [Path.Step]), _ left: inout Int
  ) {
    var heap = Heap()
    var touched: [CallGraph.Node] = []
    for edge in graph.stackEdges(of: start) where isInner(edge, start) && graph.kinds[edge] != .tail {
      left -= 1
      reach(edge, from: start, graph.costs[Int(start)], below: best.bytes, &heap, &touched)
    }
    while let (bytes, node) = heap.pop() {
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

  /// Goes along an edge, where that is the shortest way to its end so far.
  private mutating func reach(
    _ edge: Int, from node: CallGraph.Node, _ bytes: Int, below limit: Int, _ heap: inout Heap,
    _ touched: inout [CallGraph.Node]
  ) {
    let target = Int(graph.targets[edge])
    guard bytes < limit, bytes < distance[target] else { return }
    if distance[target] == Self.far { touched.append(graph.targets[edge]) }
    distance[target] = bytes
    reachedBy[target] = Int32(edge)
    reachedFrom[target] = node
    heap.push(bytes, graph.targets[edge])
  }

  /// The lap that led back to a node.
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

  /// How many edges within the cycle lead to and from each member that is left.
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

    /// Takes a node out, and those that lie on no lap then; tells how many steps that took.
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

  /// The dearest of the laps that one depth-first search closes: each edge back to a function of the search's way
  /// closes one, without a function twice.
  mutating func dearest(_ component: Int) -> [Path.Step] {
    let members = components.members(component)
    guard let root = members.first, members.count > 1 else { return [] }
    // `distance` is what the way down to a node takes; `isGone` was set by the search for the cheapest.
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

  /// A binary heap: the least bytes first, of several the lowest node.
  private struct Heap {
    private var items: [(bytes: Int, node: CallGraph.Node)] = []

    mutating func push(_ bytes: Int, _ node: CallGraph.Node) {
      items.append((bytes, node))
      var i = items.count - 1
      while i > 0, items[i] < items[(i - 1) / 2] {
        items.swapAt(i, (i - 1) / 2)
        i = (i - 1) / 2
      }
    }

    mutating func pop() -> (bytes: Int, node: CallGraph.Node)? {
      guard let first = items.first else { return nil }
      let last = items.removeLast()
      guard !items.isEmpty else { return first }
      items[0] = last
      var i = 0
      while true {
        var least = i
        for child in [2 * i + 1, 2 * i + 2] where child < items.count && items[child] < items[least] {
          least = child
        }
        guard least != i else { return first }
        items.swapAt(i, least)
        i = least
      }
    }
  }
}
