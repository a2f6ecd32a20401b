import CallGraph

/// The worst paths of all nodes, taken several levels at a time.
///
/// The paths are a forest, each node with one next; so what lies along 2, 4, 8 … levels is known of every
/// node in as many passes, and a chain of 100,000 calls below each of 4,000 functions is never walked call by
/// call.
struct Strides {
  /// By node: where its path is so many levels further down; -1 where it has ended.
  private(set) var next: [CallGraph.Node]
  /// By node: whose frame is the largest of these levels, the uppermost of equal ones.
  private(set) var largest: [CallGraph.Node]
  /// By node: what these levels take together, in bytes.
  private(set) var sums: [Int]

  /// - Parameter levels: how many are taken at a time.
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

  /// How many levels each node's path has.
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
