import Listing
import ProgramModel

/// The locks and unlocks of a function along its control flow.
///
/// An inlined `Lock` tries to swap the state and calls the slow path where that fails; an inlined `Unlock`
/// does much the same. In both, the branch between fast and slow path is where the mutex changes hands,
/// whichever path is taken:
///
///     LOCK CMPXCHGL R8, 0x8(SI); SETE R8; TESTB R8, R8; JNE fast
///     MOVQ DX, AX; CALL internal/sync.(*Mutex).lockSlow(SB)
struct LockFlow {
  /// A lock or an unlock.
  struct Event {
    /// The call, on the slow path where the fast one is inlined.
    var call: LockCall
    /// The line of the call.
    var line: Int
    /// The node after which the mutex has changed hands: the call's own, or the branch before a slow path.
    var node: Int
  }

  /// The effect of a node on one mutex.
  enum Effect {
    case none, lock, unlock
  }

  /// The states of a mutex with which each node can be entered, by node: it may be both.
  struct Reach {
    fileprivate(set) var held: [Bool]
    fileprivate(set) var free: [Bool]
  }

  let graph: FlowGraph
  /// For each node, whether it ends in a return.
  let isReturn: [Bool]
  /// All locks and unlocks, in the order of the listing, at most one for each node.
  let events: [Event]

  /// Fails where a slow path is not reached as an inlined method reaches it, by a branch alone, and where two
  /// calls come down to one node.
  init?(_ graph: FlowGraph, isReturn: [Bool], _ sketch: Sketch) {
    (self.graph, self.isReturn) = (graph, isReturn)
    var events: [Event] = []
    var nodes: Set<Int> = []
    for (line, call) in sketch.lockCalls {
      let n = Int(graph.nodeOfLine[Int(line)])
      var event = Event(call: call, line: Int(line), node: n)
      if call.isSlow {
        guard graph.predecessors(n).count == 1, let before = graph.predecessors(n).first,
          graph.nodes[Int(before)].isBranch
        else { return nil }
        event.node = Int(before)
      }
      guard nodes.insert(event.node).inserted else { return nil }
      events.append(event)
    }
    self.events = events
  }

  /// Whether the function locks, and whether it may unlock what it has not locked. Mutexes are told apart by
  /// their kinds alone.
  var use: LockUse {
    var use = LockUse()
    use.locks = events.contains { !$0.call.isUnlock }
    for kind in LockCall.Mutex.allCases
    where events.contains(where: { $0.call.isUnlock && $0.call.mutex == kind }) {
      let effects = effects(on: kind)
      let reach = reach {
        effects[$0]
      } loses: { _ in
        false
      }
      if effects.indices.contains(where: { effects[$0] == .unlock && reach.free[$0] }) { use.releases = true }
    }
    return use
  }

  /// Returns the effect of each node on mutexes of a kind.
  private func effects(on kind: LockCall.Mutex) -> [Effect] {
    var effects = Array(repeating: Effect.none, count: graph.nodes.count)
    for event in events where event.call.mutex == kind {
      effects[event.node] = event.call.isUnlock ? .unlock : .lock
    }
    return effects
  }

  /// Whether some path returns with more locks than unlocks of one kind. Without such a path nothing is worth
  /// a closer look.
  ///
  /// Locks are counted up to three.
  var mayLeak: Bool {
    let most = 3
    for kind in LockCall.Mutex.allCases {
      let isLocked = events.contains { !$0.call.isUnlock && $0.call.mutex == kind }
      guard isLocked, events.contains(where: { $0.call.isUnlock && $0.call.mutex == kind }) else { continue }
      let effects = effects(on: kind)
      var seen = Array(repeating: false, count: graph.nodes.count * (most + 1))
      var pending = [(0, 0)]
      while let (n, held) = pending.popLast() {
        if seen[n * (most + 1) + held] { continue }
        seen[n * (most + 1) + held] = true
        if isReturn[n], held > 0 { return true }
        let behind =
          switch effects[n] {
          case .none: held
          case .lock: min(held + 1, most)
          case .unlock: max(held - 1, 0)
          }
        graph.successors(n) { pending.append((Int($0), behind)) }
      }
    }
    return false
  }

  /// Follows a mutex along every path from the entry, where it is free.
  ///
  /// - Parameters:
  ///   - effect: the effect of each node on the mutex.
  ///   - loses: whether a node computes the mutex's address anew: after it, the mutex is another one, which
  ///     is free.
  func reach(_ effect: (Int) -> Effect, loses: (Int) -> Bool) -> Reach {
    var reach = Reach(
      held: Array(repeating: false, count: graph.nodes.count),
      free: Array(repeating: false, count: graph.nodes.count))
    var pending: [(node: Int, isHeld: Bool)] = [(0, false)]
    while let (n, isHeld) = pending.popLast() {
      if isHeld ? reach.held[n] : reach.free[n] { continue }
      if isHeld { reach.held[n] = true } else { reach.free[n] = true }
      let behind: Bool
      switch effect(n) {
      case .none: behind = isHeld && !loses(n)
      case .lock: behind = true
      case .unlock: behind = false
      }
      graph.successors(n) { pending.append((Int($0), behind)) }
    }
    return reach
  }

  /// Returns for each node whether one of `ends` can be reached from it; it is true for these themselves.
  func nodes(to ends: [Int]) -> [Bool] {
    var reaches = Array(repeating: false, count: graph.nodes.count)
    var pending = ends
    while let n = pending.popLast() {
      if reaches[n] { continue }
      reaches[n] = true
      pending += graph.predecessors(n).map(Int.init)
    }
    return reaches
  }
}
