import ProgramModel

/// The functions of the runtime that do not run twice on one stack. Where one is called below itself, or
/// below another one of its group, it returns at once.
///
/// Nearly every function allocates, an allocation can start the collector, and the collector allocates.
/// Without this knowledge nearly every function would lead into a cycle.
enum NestedCalls {
  static let groups: [[StaticString]] = [
    // gcStart (mgc.go) and gcAssistAlloc (mgcmark.go) return at once where the thread holds a lock or must
    // not be preempted (`mp.locks`, `mp.preemptoff`). What they call takes care to allocate only then:
    // acquireSudog and releaseSudog, wakep and allocm (proc.go) by acquirem, the queues of timers by their
    // locks, gcMarkDone by preemptoff, and gcBgMarkStartWorkers with the words «We are called within gcStart,
    // and thus must not trigger another gcStart via an allocation».
    ["runtime.gcStart", "runtime.gcAssistAlloc"],
    // mprof.go: storeSlow, which was part of store up to Go 1.23, sets `disabled`, with which recordUnlock
    // keeps no stack; and both store only where there is one.
    ["runtime.(*mLockProfile).store", "runtime.(*mLockProfile).storeSlow"],
  ]

  /// The number of the group that a function with this name belongs to.
  static func group(_ name: ArraySlice<UInt8>) -> Int? {
    guard RuntimeRole.has(name.span, "runtime.", at: 0) else { return nil }
    return groups.firstIndex { group in
      group.contains { $0.utf8CodeUnitCount == name.count && RuntimeRole.has(name.span, $0, at: 0) }
    }
  }
}

extension CallGraph {
  /// Takes a group of ``NestedCalls`` out of the cycles that lead through it: within them the nodes of these
  /// cycles have nested twins, which lead to each other, and to twins of the group that lead nowhere.
  mutating func nest(_ group: [Node]) {
    let around = cycleMembers(through: group)
    guard !around.isEmpty else { return }
    var twins: [Node: Node] = [:]
    for node in around {
      twins[node] = Int32(nodeCount + twins.count)
      nested.append(plain(node))
      costs.append(costs[Int(node)])
    }
    for node in around {
      if !group.contains(node) {
        for edge in stackEdges(of: node) {
          append(twins[targets[edge]] ?? targets[edge], kinds[edge], lines[edge])
        }
      }
      stackEnds.append(Int32(targets.count))
      starts.append(Int32(targets.count))
    }
    for node in group {
      for edge in stackEdges(of: node) { targets[edge] = twins[targets[edge]] ?? targets[edge] }
    }
  }

  /// Returns the nodes that some of the given ones lead to and that lead to one of them, in ascending order.
  private func cycleMembers(through group: [Node]) -> [Node] {
    var callers: [Node: [Node]] = [:]
    var met = Set(group)
    var queue = group
    while let node = queue.popLast() {
      for edge in stackEdges(of: node) {
        callers[targets[edge], default: []].append(node)
        if met.insert(targets[edge]).inserted { queue.append(targets[edge]) }
      }
    }
    var members: Set<Node> = []
    queue = group
    while let node = queue.popLast() {
      for caller in callers[node] ?? [] where members.insert(caller).inserted { queue.append(caller) }
    }
    // One that leads back to none of them has no need of a twin, and the others have theirs.
    return members.isEmpty ? [] : members.union(group).sorted()
  }
}
