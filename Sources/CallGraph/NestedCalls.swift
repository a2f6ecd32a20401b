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
    // mprof.go: it sets `disabled`, with which recordUnlock keeps no stack, and is called only where there is
    // one. Up to Go 1.23 it was part of store.
    ["runtime.(*mLockProfile).storeSlow"], ["runtime.(*mLockProfile).store"],
  ]

  /// The number of the group that a function with this name belongs to.
  static func group(_ name: ArraySlice<UInt8>) -> Int? {
    guard RuntimeRole.has(name.span, "runtime.", at: 0) else { return nil }
    return groups.firstIndex { RuntimeRole.isOne(name.span, of: $0) }
  }
}

extension CallGraph {
  /// Takes a group of ``NestedCalls`` out of the cycles that lead through it: below it the nodes of these
  /// cycles are ``copies``, which lead to each other. Those of the group itself return at once; until then
  /// they call at most what has no split check and calls nothing, as acquirem.
  mutating func nest(_ group: [Node]) {
    let around = cycleMembers(through: group)
    guard !around.isEmpty else { return }
    let first = Node(nodeCount)
    let inner = Dictionary(uniqueKeysWithValues: around.enumerated().map { ($1, first + Node($0)) })
    for node in around {
      let edges = stackEdges(of: node).filter { edge in
        !group.contains(node) || isNosplitLeaf(targets[edge])
      }
      addCopy(
        of: node, below: group, edges.map { (inner[targets[$0]] ?? targets[$0], kinds[$0], placeNumbers[$0]) }
      )
    }
    for node in group {
      for edge in stackEdges(of: node) { targets[edge] = inner[targets[edge]] ?? targets[edge] }
    }
  }

  private func isNosplitLeaf(_ node: Node) -> Bool {
    isFunction(node) && stackEdges(of: node).isEmpty
      && program.functions[Int(node)].frame.splitCheck == .none
  }

  /// Whether a node is a copy that returns at once, before it defers anything.
  public func returnsAtOnce(_ node: Node) -> Bool {
    copy(node) != nil
      && NestedCalls.group(program.names.bytes(of: program.functions[function(of: node) ?? 0].name)) != nil
  }

  /// Adds a copy of a node, with its calls.
  mutating func addCopy(of node: Node, below: [Node], _ calls: [(target: Node, kind: EdgeKind, place: Int32)])
  {
    copies.append(Copy(original: original(node), below: below))
    costs.append(costs[Int(node)])
    for call in calls { append(call.target, call.kind, call.place) }
    stackEnds.append(Int32(targets.count))
    starts.append(Int32(targets.count))
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
    // Without a cycle nobody needs a copy, and with one the whole group has some.
    return members.isEmpty ? [] : members.union(group).sorted()
  }
}
