/// Searches for paths along a function's control flow, and counts what they cost.
///
/// Answers that are needed again are kept. One value serves all questions about one function.
final class LockSearch {
  /// The value of a result at a return, as far as it is known.
  enum Result {
    case zero, set, unclear
  }

  /// The budget of all searches together, in nodes: the larger of `limit`, and `limitOfNode` for each node of
  /// the function. Beyond it, searches give up.
  private static let limit = 16_000_000
  private static let limitOfNode = 2_000

  private let graph: FlowGraph
  private let isReturn: [Bool]
  private var left: Int
  /// The search that met each node last. ``turn`` is the number of the search that is running.
  private var marks: [Int32]
  private var turn: Int32 = 0
  private var returns: [Int: [Int]] = [:]
  private var results: [Int: [Result]] = [:]

  init(_ flow: LockFlow) {
    (graph, isReturn) = (flow.graph, flow.isReturn)
    left = max(Self.limit, Self.limitOfNode * graph.nodes.count)
    marks = Array(repeating: 0, count: graph.nodes.count)
  }

  /// Whether the budget is spent: searches stop early, and what they find may be incomplete.
  var isExhausted: Bool { left <= 0 }

  /// Charges the budget for nodes that were looked at elsewhere.
  func spend(_ nodes: Int) { left -= nodes }

  /// Returns the nodes that can be reached from `start`, which is the first. The search goes on from a node
  /// only where `goesOn` is true.
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

  /// Returns the nodes from which `end` can be reached, which is the first. A path leads through those nodes
  /// alone for which `goesOn` is true.
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

  /// Lists the returns that can be reached from a node, the node itself included.
  func returns(behind n: Int) -> [Int] {
    if let known = returns[n] {
      left -= known.count
      return known
    }
    let found = nodes(from: n) { _ in true }.filter { isReturn[$0] }
    returns[n] = found
    return found
  }

  /// Returns what is known of the results at a return; `find` is called once for each.
  func results(_ n: Int, _ find: (Int) -> [Result]) -> [Result] {
    if let known = results[n] { return known }
    let found = find(n)
    results[n] = found
    return found
  }

  /// Starts a new search at a node.
  private func begin(_ node: Int) {
    turn += 1
    marks[node] = turn
  }

  /// Whether this search meets a node for the first time; marks it as met.
  private func meet(_ node: Int) -> Bool {
    if marks[node] == turn { return false }
    marks[node] = turn
    return true
  }
}
