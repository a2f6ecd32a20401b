import CallGraph

/// The worst paths of all nodes, in strides of several levels.
///
/// The paths form a forest, in which each node has one next node. So the results for 2, 4, 8 … levels are
/// found for every node in as many passes, and a chain of 100,000 calls below each of 4,000 functions is
/// never walked call by call.
struct Strides {
  /// For each node, the node that its path reaches one stride further down; -1 where it has ended before.
  private(set) var next: [CallGraph.Node]
  /// For each node, the node with the largest frame in its stride, the uppermost of equal ones.
  private(set) var largest: [CallGraph.Node]
  /// For each node, the bytes of its stride.
  private(set) var sums: [Int]

  /// Makes the strides of a program.
  ///
  /// - Parameters:
  ///   - frames: the bytes of each node.
  ///   - levels: how many levels a stride has.
  init(_ depth: Depth, frames: [Int], levels: Int) {
    let nodes = 0..<CallGraph.Node(depth.graph.nodeCount)
    var power = Strides(
      next: nodes.map { node in depth.nextEdge(of: node).map { depth.graph.targets[$0] } ?? -1 },
      largest: Array(nodes), sums: frames)
    var result: Strides?
    var left = levels
    while true {
      if left & 1 == 1 { result = result?.followed(by: power, frames) ?? power }
      left >>= 1
      guard left > 0 else { break }
      power = power.followed(by: power, frames)
    }
    self = result ?? power
  }

  private init(next: [CallGraph.Node], largest: [CallGraph.Node], sums: [Int]) {
    (self.next, self.largest, self.sums) = (next, largest, sums)
  }

  /// Returns the strides that consist of one of these and one of others after it.
  private func followed(by other: Strides, _ frames: [Int]) -> Strides {
    var result = self
    for node in next.indices {
      let middle = Int(next[node])
      guard middle >= 0 else { continue }
      result.next[node] = other.next[middle]
      result.sums[node] += other.sums[middle]
      let candidate = other.largest[middle]
      if frames[Int(candidate)] > frames[Int(largest[node])] { result.largest[node] = candidate }
    }
    return result
  }

  /// Returns the number of levels of each node's path.
  static func counts(_ depth: Depth) -> [Int] {
    var counts = [Int](repeating: 0, count: depth.graph.nodeCount)
    var waiting: [Int] = []
    for start in counts.indices where counts[start] == 0 {
      var (node, below) = (start, 0)
      while true {
        if counts[node] > 0 {
          below = counts[node]
          break
        }
        waiting.append(node)
        guard let edge = depth.nextEdge(of: CallGraph.Node(node)) else { break }
        node = Int(depth.graph.targets[edge])
      }
      while let node = waiting.popLast() {
        below += 1
        counts[node] = below
      }
    }
    return counts
  }
}
