@testable import CallGraph

/// The same answers by trying every path without a node twice: only for the smallest graphs.
struct BruteForce {
  let graph: CallGraph

  private func walk(
    _ node: CallGraph.Node, _ bytes: Int, _ way: inout [CallGraph.Node],
    _ each: (CallGraph.Node, Int, Int?) -> Void
  ) {
    way.append(node)
    each(node, bytes, nil)
    for edge in graph.stackEdges(of: node) {
      let target = graph.targets[edge]
      let after = bytes + graph.weight(node, graph.kinds[edge])
      if let place = way.firstIndex(of: target) {
        each(target, after, place)
      } else {
        walk(target, after, &way, each)
      }
    }
    way.removeLast()
  }

  /// The dearest path without a node twice.
  func dearest(from node: CallGraph.Node, to target: CallGraph.Node? = nil) -> Int? {
    var best: Int?
    var way: [CallGraph.Node] = []
    walk(node, 0, &way) { at, bytes, place in
      guard place == nil, target == nil || at == target else { return }
      best = max(best ?? .min, bytes + graph.costs[Int(at)])
    }
    return best
  }

  /// What every way round takes that begins and ends in a node and takes something.
  func laps(through node: CallGraph.Node) -> [Int] {
    var all: [Int] = []
    var way: [CallGraph.Node] = []
    walk(node, 0, &way) { _, bytes, place in if place == 0, bytes > 0 { all.append(bytes) } }
    return all
  }
}
