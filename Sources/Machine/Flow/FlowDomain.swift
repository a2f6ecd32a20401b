/// A question that is followed along a function's code: what is known at a place, and how the code changes
/// that.
protocol FlowDomain {
  /// All that is known at one place.
  associatedtype State

  /// Whether what is known at a node is joined with what is new, so that paths which were merged before are
  /// not passed again.
  static var accumulates: Bool { get }

  /// Returns the state before a node, given the states on the edges that lead to it; nil where it is nothing
  /// new, or no edge leads there.
  ///
  /// - Parameters:
  ///   - ways: the states after the predecessors.
  ///   - known: the state before the node until now; nil the first time.
  mutating func merge(_ node: Int, _ ways: [State], known: State?) -> State?

  /// Turns the state before a node into the state after it.
  ///
  /// - Parameter isAgain: whether the node was followed before, with another state.
  mutating func follow(_ node: Int, _ state: inout State, isAgain: Bool)

  /// Whether code may go on from a node to another one, given the state after the first.
  func mayGo(from node: Int, to next: Int, _ state: State) -> Bool

  /// Whether the budget is spent: the result is then worthless.
  var isExhausted: Bool { get }
}

extension FlowDomain {
  func mayGo(from node: Int, to next: Int, _ state: State) -> Bool { true }
}

/// The states before and after each node, by node; nil where no path leads.
struct Settled<State> {
  fileprivate(set) var before: [State?]
  fileprivate(set) var behind: [State?]
}

extension FlowGraph {
  /// Follows the code from some nodes until nothing new is learnt, or until the domain's budget is spent.
  ///
  /// - Parameters:
  ///   - seeds: the nodes to begin with, and the state before each.
  ///   - region: the nodes that may be entered; nil for all.
  ///   - stop: the node at which each path ends.
  func settle<Domain: FlowDomain>(
    _ domain: inout Domain, from seeds: [(node: Int, state: Domain.State)], in region: Set<Int>? = nil,
    until stop: Int? = nil
  ) -> Settled<Domain.State> {
    let none = [Domain.State?](repeating: nil, count: nodes.count)
    var found = Settled(before: none, behind: none)
    let begins = Dictionary(grouping: seeds, by: \.node).mapValues { $0.map(\.state) }
    var isPending = Array(repeating: false, count: nodes.count)
    var pending: [Int] = []
    for (node, _) in seeds where !isPending[node] {
      isPending[node] = true
      pending.append(node)
    }
    // The number of this visit, and for each node the last visit that followed it and the last that merged
    // it: a node that leads to itself is merged before it is followed.
    var visit = 0
    var followed = Array(repeating: 0, count: nodes.count)
    var merged = followed
    while let n = pending.popLast(), !domain.isExhausted {
      isPending[n] = false
      visit += 1
      let known = found.before[n]
      var ways = Domain.accumulates && known != nil ? [] : begins[n] ?? []
      for before in predecessors(n).lazy.map(Int.init)
      where !Domain.accumulates || followed[before] >= merged[n] {
        guard let state = found.behind[before], domain.mayGo(from: before, to: n, state) else { continue }
        ways.append(state)
      }
      merged[n] = visit
      guard var state = domain.merge(n, ways, known: known), !domain.isExhausted else { continue }
      found.before[n] = state
      guard n != stop else { continue }
      domain.follow(n, &state, isAgain: known != nil)
      successors(n) { next in
        let next = Int(next)
        guard !isPending[next], region?.contains(next) ?? true, domain.mayGo(from: n, to: next, state) else {
          return
        }
        isPending[next] = true
        pending.append(next)
      }
      found.behind[n] = state
      followed[n] = visit
    }
    return found
  }
}
