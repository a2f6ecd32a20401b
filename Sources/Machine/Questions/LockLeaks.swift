import Listing

/// Finds the returns that keep a mutex locked by mistake.
///
/// A branch is to blame when the mutex is held on every path to it, one of its sides returns and can no
/// longer reach an unlock, and the other side unlocks and returns. A function that means to return with the
/// lock (`lockIfAlive() bool`) looks the same, so the results, or the side on which the work is done, have to
/// speak against that.
struct LockLeaks {
  /// The lines of a leak in `FunctionText.lines`.
  struct Leak {
    /// The last lock before the branch.
    var lock: Int
    /// Whether the mutex is held for reading (`RLock`).
    var isRead: Bool
    /// The return that keeps the lock.
    var wayOut: Int
    /// The first unlock of the same mutex on the other side.
    var unlock: Int
    /// The calls on the way to the return.
    var calls: [Int]
  }

  /// How strongly the results say that a return keeps the lock by mistake.
  private enum Verdict {
    /// It fails and the other return does not, or the results do not tell them apart: it is a mistake only
    /// where the work is done on the other side.
    case likely
    /// It returns an error, and the other return does not.
    case certain
    /// It looks like success: the function means to return with the lock.
    case meant
  }

  /// A mutex whose address is known, so that it is recognized wherever it is locked.
  private struct Held: Hashable {
    var value: Value
    var kind: LockCall.Mutex
  }

  private let flow: LockFlow
  /// Whether the function's name says that it returns with a lock (`acquire`): only an error speaks against that.
  private let mayReturnLocked: Bool
  private let values: ValueFlow
  private let graph: FlowGraph
  /// The mutex of each event of the flow, by its address; unknown where it is not proved which one it is.
  private let mutexes: [Value]
  /// For each event of the flow, whether it surely unlocks what the function itself has locked by the same address.
  /// Where another mutex is held by then, it is another one: who locks what he holds waits for ever.
  private let isOwnUnlock: [Bool]
  /// The nature of the call that ends a node, by node; locks and unlocks are left out.
  private let natures: [Int: CallNature]
  /// The nodes that end in an indirect call or a `go` statement: the lock may be handed over there.
  private let handsOver: Set<Int>
  private let memory: ValueFlow.Memory
  private let search: LockSearch
  private let resultPlaces: [Operand]

  init(
    _ flow: LockFlow, _ values: ValueFlow, _ text: borrowing Span<UInt8>, _ sketch: Sketch,
    mayReturnLocked: Bool
  ) {
    self.flow = flow
    self.mayReturnLocked = mayReturnLocked
    self.values = values
    let graph = flow.graph
    self.graph = graph
    let mutexes = flow.events.map { event -> Value in
      let n = Int(graph.nodeOfLine[event.line])
      guard let state = values.state(in: n, beforeLastLine: true) else { return .unknown }
      let value = values.receiver(state).plus(0 &- event.call.offset)
      // A mutex whose address only the slow path computes cannot be proved to be the one that the fast path
      // locked.
      if event.call.isSlow, let line = value.definingLine, graph.nodes[n].lines.contains(line) {
        return .unknown
      }
      if event.call.isSlow, value.joiningNode == n { return .unknown }
      return value
    }
    self.mutexes = mutexes
    search = LockSearch(flow)
    isOwnUnlock = Self.ownUnlocks(flow, mutexes, search)
    var natures: [Int: CallNature] = [:]
    // Locking and unlocking is not work.
    let locking = Set(sketch.lockCalls.map(\.line))
    for call in sketch.calls where !locking.contains(call.line) {
      natures[Int(graph.nodeOfLine[Int(call.line)])] = CallNature(text, call.symbol)
    }
    self.natures = natures
    handsOver = Set((sketch.indirectCalls + sketch.goCalls).map { Int(graph.nodeOfLine[Int($0)]) })
    memory = values.memory()
    resultPlaces = values.resultPlaces(flow.isReturn)
  }

  /// Returns for each event whether it is an unlock that comes behind a lock by the same address on every path.
  private static func ownUnlocks(_ flow: LockFlow, _ mutexes: [Value], _ search: LockSearch) -> [Bool] {
    var isOwn = Array(repeating: false, count: flow.events.count)
    var seen: Set<Held> = []
    for (i, event) in flow.events.enumerated() where !event.call.isUnlock && mutexes[i].isSame(as: mutexes[i])
    {
      let held = Held(value: mutexes[i], kind: event.call.mutex)
      guard seen.insert(held).inserted, !search.isExhausted else { continue }
      search.spend(flow.events.count + 4 * flow.graph.nodes.count)
      var effects: [Int: LockFlow.Effect] = [:]
      for (j, other) in flow.events.enumerated() where other.call.mutex == held.kind {
        if other.call.isUnlock {
          if mutexes[j].mayBe(held.value) { effects[other.node] = .unlock }
        } else if mutexes[j].isSame(as: held.value) {
          effects[other.node] = .lock
        }
      }
      let lost = held.value.definingLine.map { Int(flow.graph.nodeOfLine[$0]) } ?? held.value.joiningNode
      let reach = flow.reach {
        effects[$0] ?? .none
      } loses: {
        $0 == lost
      }
      for (j, other) in flow.events.enumerated()
      where other.call.isUnlock && other.call.mutex == held.kind && mutexes[j].isSame(as: held.value) {
        isOwn[j] = reach.held[other.node] && !reach.free[other.node]
      }
    }
    return isOwn
  }

  /// Returns all leaks in the order of the listing, a return once for each mutex, and whether the search was
  /// completed.
  ///
  /// Each mutex takes a look at the whole function, and each branch one at everything after it. That may be
  /// the square of the function's length, so a search that takes too long stops and returns what it has found
  /// until then.
  func find() -> (leaks: [Leak], isWhole: Bool) {
    var found: [Leak] = []
    var seen: Set<Held> = []
    for (i, event) in flow.events.enumerated() where !event.call.isUnlock && mutexes[i].isSame(as: mutexes[i])
    {
      let held = Held(value: mutexes[i], kind: event.call.mutex)
      guard seen.insert(held).inserted else { continue }
      let leaks = leaks(of: held)
      // A search that was cut short may be wrong about this mutex.
      guard !search.isExhausted else { break }
      found += leaks
    }
    return (found.sorted { ($0.wayOut, $0.lock) < ($1.wayOut, $1.lock) }, !search.isExhausted)
  }

  private func leaks(of held: Held) -> [Leak] {
    search.spend(flow.events.count + 4 * graph.nodes.count)
    guard !search.isExhausted else { return [] }
    var effects: [Int: LockFlow.Effect] = [:]
    /// The lines of the locks, in the order of the listing, and for each node that locks, its index in that
    /// list.
    var locks: [Int] = []
    var lockOfNode: [Int: Int] = [:]
    var unlocks: [Int: Int] = [:]
    for (i, event) in flow.events.enumerated() where event.call.mutex == held.kind {
      let isSame = mutexes[i].isSame(as: held.value)
      if event.call.isUnlock {
        // A call that may unlock this mutex is taken to unlock it.
        if isSame || mutexes[i].mayBe(held.value) && !isOwnUnlock[i] { effects[event.node] = .unlock }
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
        let (waysOut, calls) = waysOut(leaking)
        for wayOut in waysOut
        where found[wayOut.node] == nil && isMistake(wayOut, other, proved, effects) {
          found[wayOut.node] = Leak(
            lock: locks[lock], isRead: held.kind == .read,
            wayOut: graph.nodes[wayOut.node].lines.upperBound - 1, unlock: line, calls: calls)
        }
      }
    }
    return Array(found.values)
  }

  // MARK: The leaking side

  private struct WayOut: Hashable {
    var node: Int
    /// Whether memory is written or a function called on every path to it.
    var works: Bool
  }

  /// Lists the returns that can be reached from a node on a path that does not hand over the lock, and the lines of the
  /// calls on the way.
  private func waysOut(_ start: Int) -> (ends: [WayOut], calls: [Int]) {
    func goesOn(_ n: Int) -> Bool {
      !handsOver.contains(n) && !graph.nodes[n].isTail && natures[n]?.ends != true
    }
    let reached = search.nodes(from: start, goesOn)
    let all = reached.filter { flow.isReturn[$0] }
    let idle = Set(
      search.nodes(from: start) { goesOn($0) && !works($0, mayMakeErrors: true) }
        .filter { flow.isReturn[$0] && !works($0, mayMakeErrors: true) })
    return (
      all.sorted().map { WayOut(node: $0, works: !idle.contains($0)) },
      reached.filter { natures[$0] != nil }.map { graph.nodes[$0].lines.upperBound - 1 }.sorted()
    )
  }

  /// Whether a node writes memory or calls a function; making an error, formatting and logging may be left
  /// out.
  private func works(_ n: Int, mayMakeErrors: Bool) -> Bool {
    if let nature = natures[n], !nature.ends, !(mayMakeErrors && nature.isHarmless) { return true }
    return handsOver.contains(n) || memory.isWritten[n]
  }

  // MARK: Mistake or meant

  /// Whether the results of a return, compared with those after the unlocks, say that it keeps the lock by
  /// mistake.
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
      guard !wayOut.works, !mayReturnLocked else { return false }
      // The other side does some work before it unlocks, on every path.
      let idle = search.nodes(from: other) { effects[$0] != .unlock && !works($0, mayMakeErrors: false) }
      return !idle.contains { effects[$0] == .unlock && !works($0, mayMakeErrors: false) }
    default: return false
    }
  }

  /// Compares the results of two returns, as far as both are known.
  ///
  /// An error is the last result and takes two words, both zero when there is no error.
  private func verdict(_ leaking: Int, _ unlocking: Int) -> Verdict {
    let kept = search.results(leaking) { results($0) }
    let freed = search.results(unlocking) { results($0) }
    for i in stride(from: kept.count - 2, through: 0, by: -1) {
      let (kept, freed) = (kept[i...i + 1], freed[i...i + 1])
      if kept.allSatisfy({ $0 == .set }), freed.allSatisfy({ $0 == .zero }) { return .certain }
      if kept.allSatisfy({ $0 == .zero }), !freed.contains(.zero), freed.contains(.set) { return .meant }
    }
    // A flag or a pointer: a return that fails returns zero.
    for i in kept.indices where kept[i] == .set && freed[i] == .zero { return .meant }
    return .likely
  }

  /// Returns what is known of the first four results, or of the last ones where results are on the stack.
  private func results(_ n: Int) -> [LockSearch.Result] {
    let state = values.state(in: n, beforeLastLine: true)
    return resultPlaces.map { place in
      state.map { result(values.result(place, $0)) } ?? .unclear
    }
  }

  /// Returns the result that all values agree on which were joined into one. Joins may follow one another as
  /// often as the function branches, so the search uses no recursion.
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
