import Listing
import ProgramModel

/// Where a function locks and unlocks, along its control flow.
///
/// An inlined `Lock` tries to swap the state and calls the slow way where that fails; an inlined `Unlock` does the
/// like. In both the branch between is where the mutex changes hands, whichever way is taken:
///
///     LOCK CMPXCHGL R8, 0x8(SI); SETE R8; TESTB R8, R8; JNE fast
///     MOVQ DX, AX; CALL internal/sync.(*Mutex).lockSlow(SB)
struct LockFlow {
  /// A lock or an unlock.
  struct Event {
    var call: LockCall
    var line: Int
    /// Behind this node it is done.
    var node: Int
  }

  /// What a node does to one mutex.
  enum Effect {
    case none, lock, unlock
  }

  /// With which state of a mutex each node can be entered.
  struct Reach {
    fileprivate(set) var held: [Bool]
    fileprivate(set) var free: [Bool]
  }

  let graph: FlowGraph
  /// Of each node, whether it ends in a return.
  let isReturn: [Bool]
  let events: [Event]

  /// Nil where a slow way is not called as an inlined method calls it.
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

  /// What the function does with mutexes, by their kinds alone.
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

  /// What each node does to mutexes of a kind.
  private func effects(on kind: LockCall.Mutex) -> [Effect] {
    var effects = Array(repeating: Effect.none, count: graph.nodes.count)
    for event in events where event.call.mutex == kind {
      effects[event.node] = event.call.isUnlock ? .unlock : .lock
    }
    return effects
  }

  /// Whether there is a way out on which more is locked than unlocked: without one, nothing is worth a closer look.
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

  /// Follows a mutex from the entry on, where it is free.
  ///
  /// - Parameter loses: behind the beginning of which nodes the mutex is another one.
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

  /// The nodes from which one of some can be reached, those among them.
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
