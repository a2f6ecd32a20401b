import Listing

/// Finds the ways out that keep a mutex locked.
///
/// A branch is to blame when the mutex is held on every way to it, one of its sides can reach no unlock any more and
/// returns, and the other unlocks and returns. That alone is also what a function does that means to return with the
/// lock (`lockIfAlive() bool`), so what is returned has to speak against it, or where the work is done.
struct LockLeaks {
  /// Lines of a leak.
  struct Leak {
    var lock: Int
    var isRead: Bool
    var wayOut: Int
    var unlock: Int
  }

  /// What speaks for it that a way out keeps the lock by mistake.
  private enum Verdict {
    /// It fails and the other one does not, or nothing tells them apart: it is one if the work is on the other's side.
    case likely
    /// It returns an error and the other one none.
    case certain
    /// It looks like success.
    case meant
  }

  /// A mutex that is known wherever it is locked.
  private struct Held: Hashable {
    var value: Value
    var kind: LockCall.Mutex
  }

  private let flow: LockFlow
  private let values: ValueFlow
  private let graph: FlowGraph
  /// The mutex of each of the flow's events; unknown where it is not proved to be one.
  private let mutexes: [Value]
  private let natures: [Int: CallNature]
  private let handsOver: Set<Int>
  private let memory: ValueFlow.Memory
  private let search: LockSearch
  private let resultPlaces: [Operand]

  init(
    _ flow: LockFlow, _ values: ValueFlow, _ text: borrowing Span<UInt8>, _ sketch: Sketch
  ) {
    self.flow = flow
    self.values = values
    let graph = flow.graph
    self.graph = graph
    mutexes = flow.events.map { event in
      let n = Int(graph.nodeOfLine[event.line])
      guard let state = values.state(in: n, beforeLastLine: true) else { return .unknown }
      let value = values.receiver(state).plus(0 &- event.call.offset)
      // What only the slow way knows is nothing that the fast one is proved to have locked.
      if event.call.isSlow, let line = value.definingLine, graph.nodes[n].lines.contains(line) {
        return .unknown
      }
      if event.call.isSlow, value.joiningNode == n { return .unknown }
      return value
    }
    var natures: [Int: CallNature] = [:]
    // What locks and unlocks is no work.
    let locking = Set(sketch.lockCalls.map(\.line))
    for call in sketch.calls where !locking.contains(call.line) {
      natures[Int(graph.nodeOfLine[Int(call.line)])] = CallNature(text, call.symbol)
    }
    self.natures = natures
    handsOver = Set((sketch.indirectCalls + sketch.goCalls).map { Int(graph.nodeOfLine[Int($0)]) })
    memory = values.memory()
    search = LockSearch(flow)
    resultPlaces = values.resultPlaces(flow.isReturn)
  }

  /// All of them, a return once for each mutex, in the order of the listing.
  ///
  /// - Returns: what was found, and whether everything was looked at. Each mutex takes a look at the whole function, and
  ///   each branch one at what lies behind it: that may be the square of its length, and then it ends before.
  func find() -> (leaks: [Leak], isWhole: Bool) {
    var found: [Leak] = []
    var seen: Set<Held> = []
    for (i, event) in flow.events.enumerated() where !event.call.isUnlock && mutexes[i].isSame(as: mutexes[i])
    {
      let held = Held(value: mutexes[i], kind: event.call.mutex)
      guard seen.insert(held).inserted else { continue }
      let leaks = leaks(of: held)
      // What a search that was cut short says of a mutex may be wrong.
      guard !search.isExhausted else { break }
      found += leaks
    }
    return (found.sorted { ($0.wayOut, $0.lock) < ($1.wayOut, $1.lock) }, !search.isExhausted)
  }

  private func leaks(of held: Held) -> [Leak] {
    search.spend(flow.events.count + 4 * graph.nodes.count)
    guard !search.isExhausted else { return [] }
    var effects: [Int: LockFlow.Effect] = [:]
    /// The lines of the locks, in the order of the listing, and the place there of each node that locks.
    var locks: [Int] = []
    var lockOfNode: [Int: Int] = [:]
    var unlocks: [Int: Int] = [:]
    for (i, event) in flow.events.enumerated() where event.call.mutex == held.kind {
      let isSame = mutexes[i].isSame(as: held.value)
      if event.call.isUnlock {
        // One that may be of this mutex unlocks it, for all that is known.
        if mutexes[i].mayBe(held.value) { effects[event.node] = .unlock }
        if isSame { unlocks[event.node] = event.line }
      } else if isSame {
        effects[event.node] = .lock
        lockOfNode[event.node] = locks.count
        locks.append(event.line)
      }
    }
    guard !unlocks.isEmpty, held.value.offset == 0 || !memory.stored.contains(held.value) else { return [] }
    let lost = held.value.definingLine.map { Int(graph.nodeOfLine[$0]) } ?? held.value.joiningNode
    let reach = flow.reach {
      effects[$0] ?? .none
    } loses: {
      $0 == lost
    }
    var ends = effects.filter { $0.value == .unlock }.map(\.key)
    ends += lost.map { [$0] } ?? []
    ends += graph.nodes.indices.filter { graph.nodes[$0].isTail }
    let unlocking = flow.nodes(to: ends)
    var found: [Int: Leak] = [:]
    for b in graph.nodes.indices
    where graph.nodes[b].isBranch && reach.held[b] && !reach.free[b] && effects[b] == nil && b != lost {
      let sides = [
        (graph.nodes[b].target, graph.nodes[b].next), (graph.nodes[b].next, graph.nodes[b].target),
      ]
      for (leaking, other) in sides.map({ (Int($0), Int($1)) })
      where !unlocking[leaking] && unlocking[other] {
        let kept = search.nodes(from: other) { effects[$0] != .unlock && $0 != lost }
        let proved = kept.filter { unlocks[$0] != nil && !reach.free[$0] }
        guard let unlock = proved.min(), let line = unlocks[unlock],
          let lock = search.nodes(to: b, { effects[$0] != .unlock }).compactMap({ lockOfNode[$0] }).max()
        else { continue }
        for wayOut in waysOut(leaking)
        where found[wayOut.node] == nil && isMistake(wayOut, other, proved, effects) {
          found[wayOut.node] = Leak(
            lock: locks[lock], isRead: held.kind == .read,
            wayOut: graph.nodes[wayOut.node].lines.upperBound - 1, unlock: line)
        }
      }
    }
    return Array(found.values)
  }

  // MARK: The leaking side

  private struct WayOut: Hashable {
    var node: Int
    /// Memory is written or somebody called on the way.
    var works: Bool
  }

  /// The returns behind a node to which a way leads that hands the lock to nobody.
  private func waysOut(_ start: Int) -> [WayOut] {
    func goesOn(_ n: Int) -> Bool {
      !handsOver.contains(n) && !graph.nodes[n].isTail && natures[n]?.ends != true
    }
    let all = search.nodes(from: start, goesOn).filter { flow.isReturn[$0] }
    let idle = Set(
      search.nodes(from: start) { goesOn($0) && !works($0, mayMakeErrors: true) }
        .filter { flow.isReturn[$0] && !works($0, mayMakeErrors: true) })
    return all.sorted().map { WayOut(node: $0, works: !idle.contains($0)) }
  }

  private func works(_ n: Int, mayMakeErrors: Bool) -> Bool {
    if let nature = natures[n], !nature.ends, !(mayMakeErrors && nature.isHarmless) { return true }
    return handsOver.contains(n) || memory.isWritten[n]
  }

  // MARK: Mistake or meant

  private func isMistake(
    _ wayOut: WayOut, _ other: Int, _ unlocks: [Int], _ effects: [Int: LockFlow.Effect]
  ) -> Bool {
    var best: Verdict?
    for unlock in unlocks {
      for end in search.returns(behind: unlock) where end != wayOut.node {
        switch verdict(wayOut.node, end) {
        case .meant: return false
        case .certain: best = .certain
        case .likely: best = best ?? .likely
        }
      }
    }
    switch best {
    case .certain: return true
    case .likely:
      guard !wayOut.works else { return false }
      // The other side does something before it unlocks, whichever way it takes.
      let idle = search.nodes(from: other) { effects[$0] != .unlock && !works($0, mayMakeErrors: false) }
      return !idle.contains { effects[$0] == .unlock && !works($0, mayMakeErrors: false) }
    default: return false
    }
  }

  /// What the results say, as far as they are known at both returns.
  ///
  /// An error is two words, both zero where there is none, and the last result.
  private func verdict(_ leaking: Int, _ unlocking: Int) -> Verdict {
    let kept = search.results(leaking) { results($0) }
    let freed = search.results(unlocking) { results($0) }
    for i in stride(from: kept.count - 2, through: 0, by: -1) {
      let (kept, freed) = (kept[i...i + 1], freed[i...i + 1])
      if kept.allSatisfy({ $0 == .set }), freed.allSatisfy({ $0 == .zero }) { return .certain }
      if kept.allSatisfy({ $0 == .zero }), !freed.contains(.zero), freed.contains(.set) { return .meant }
    }
    // A flag or a pointer: nothing is what failure returns.
    for i in kept.indices where kept[i] == .set && freed[i] == .zero { return .meant }
    return .likely
  }

  /// The first four results, or the last ones of those on the stack.
  private func results(_ n: Int) -> [LockSearch.Result] {
    let state = values.state(in: n, beforeLastLine: true)
    return resultPlaces.map { place in
      state.map { result(values.result(place, $0)) } ?? .unclear
    }
  }

  /// What all that came together in a value agree on. They may have come together one behind the other, as often as the
  /// function has branches: without recursion.
  private func result(_ value: Value) -> LockSearch.Result {
    var known: LockSearch.Result?
    var seen: Set<UInt64> = []
    var pending = [value]
    while let value = pending.popLast() {
      let found: LockSearch.Result
      if value.isZero {
        found = .zero
      } else if value.isSet {
        found = .set
      } else {
        let parts = values.parts(of: value)
        search.spend(8 * parts.count)
        guard !parts.isEmpty, seen.insert(value.root).inserted, !search.isExhausted else { return .unclear }
        pending += parts
        continue
      }
      if let known, known != found { return .unclear }
      known = found
    }
    return known ?? .unclear
  }
}
