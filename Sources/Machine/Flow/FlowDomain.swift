/// What is followed along a function's code: what is known at a place, and what the code makes of it.
protocol FlowDomain {
  associatedtype State

  /// What is known of a node is joined with what is new: ways that it was merged of before need not be given again.
  static var accumulates: Bool { get }

  /// What holds before a node, by what holds on the ways that lead there; nil where that is nothing new, or no way leads.
  ///
  /// - Parameter known: what held there before; nil the first time.
  mutating func merge(_ node: Int, _ ways: [State], known: State?) -> State?

  /// Makes of what holds before a node what holds behind it.
  ///
  /// - Parameter isAgain: it was followed before, with something else.
  mutating func follow(_ node: Int, _ state: inout State, isAgain: Bool)

  /// Whether code may go on from a node at another one, by what holds behind the first.
  func mayGo(from node: Int, to next: Int, _ state: State) -> Bool

  /// It takes too long: what was found says nothing.
  var isExhausted: Bool { get }
}

extension FlowDomain {
  func mayGo(from node: Int, to next: Int, _ state: State) -> Bool { true }
}

/// What holds before and behind each node; nil where no way leads.
struct Settled<State> {
  fileprivate(set) var before: [State?]
  fileprivate(set) var behind: [State?]
}

extension FlowGraph {
  /// Follows the code from some places on until nothing new is learnt.
  ///
  /// - Parameters:
  ///   - region: the nodes that are entered; nil for all.
  ///   - stop: where each way ends.
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
    // Which visit it is now, and which was the last that followed each node, and that merged it: a node that leads to itself
    // is followed after.
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
