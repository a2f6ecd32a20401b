/// Looks for ways along a function's control flow, and counts what that takes.
///
/// What is asked again and again is kept. One value serves all questions about one function.
final class LockSearch {
  /// What is known of a result.
  enum Result {
    case zero, set, unclear
  }

  /// So many nodes may be looked at in all, or so many for each node: a search that takes more is given up.
  private static let limit = 16_000_000
  private static let limitOfNode = 2_000

  private let graph: FlowGraph
  private let isReturn: [Bool]
  private var left: Int
  /// When each node was met last, and which search it is now.
  private var marks: [Int32]
  private var turn: Int32 = 0
  private var returns: [Int: [Int]] = [:]
  private var results: [Int: [Result]] = [:]

  init(_ flow: LockFlow) {
    (graph, isReturn) = (flow.graph, flow.isReturn)
    left = max(Self.limit, Self.limitOfNode * graph.nodes.count)
    marks = Array(repeating: 0, count: graph.nodes.count)
  }

  /// Whether nothing more is looked at: what is found then need not be all.
  var isExhausted: Bool { left <= 0 }

  /// Counts nodes that somebody else looked at.
  func spend(_ nodes: Int) { left -= nodes }

  /// The nodes that can be entered from one on, where `goesOn` says of each whether to go behind it.
  func nodes(from start: Int, _ goesOn: (Int) -> Bool) -> [Int] {
    begin(start)
    var pending = [start]
    var found: [Int] = []
    while let n = pending.popLast(), left > 0 {
      left -= 1
      found.append(n)
      guard goesOn(n) else { continue }
      graph.successors(n) { if meet(Int($0)) { pending.append(Int($0)) } }
    }
    return found
  }

  /// The nodes from which a way leads to one, where `goesOn` says of each whether it goes on behind it.
  func nodes(to end: Int, _ goesOn: (Int) -> Bool) -> [Int] {
    begin(end)
    var pending = [end]
    var found: [Int] = []
    while let n = pending.popLast(), left > 0 {
      left -= 1
      found.append(n)
      for before in graph.predecessors(n) where goesOn(Int(before)) && meet(Int(before)) {
        pending.append(Int(before))
      }
    }
    return found
  }

  /// The returns that a node leads to, its own among them.
  func returns(behind n: Int) -> [Int] {
    if let known = returns[n] {
      left -= known.count
      return known
    }
    let found = nodes(from: n) { _ in true }.filter { isReturn[$0] }
    returns[n] = found
    return found
  }

  /// What a return returns, as `find` says it once.
  func results(_ n: Int, _ find: (Int) -> [Result]) -> [Result] {
    if let known = results[n] { return known }
    let found = find(n)
    results[n] = found
    return found
  }

  private func begin(_ node: Int) {
    turn += 1
    marks[node] = turn
  }

  /// Whether a node is met for the first time.
  private func meet(_ node: Int) -> Bool {
    if marks[node] == turn { return false }
    marks[node] = turn
    return true
  }
}
