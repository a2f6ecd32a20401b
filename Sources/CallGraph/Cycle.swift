public import ProgramModel

/// A set of functions that can call themselves: a strongly connected component that contains a call.
public struct Cycle: Hashable, Sendable {
  /// One iteration of a cycle: a closed path on which no function occurs twice.
  public struct Lap: Hashable, Sendable {
    /// The levels in calling order; the last one calls the first.
    public var steps: [Path.Step]
    /// The stack that one iteration takes, in bytes.
    public var bytes: Int
    /// Whether `bytes` is a lower bound: a frame on the lap is uncertain, or not in the input.
    public var isLowerBound: Bool
    /// The iteration at which the stack overflows, at ``StackRules/ceiling``; nil for a lap that takes no
    /// stack. Where `bytes` is a lower bound, the overflow comes at this iteration at the latest.
    public var overflowTurn: Int?
    /// The number of deferred calls that each iteration leaves pending: memory grows with them.
    public var pendingDefers: Int
  }

  /// A member that is called from outside of the cycle.
  public struct Entry: Hashable, Sendable {
    /// The member.
    public var member: CallGraph.Node
    /// The number of edges that enter the cycle at this member: calls from outside, and `go` statements
    /// wherever they are.
    public var callers: Int
    /// The first node with such an edge.
    public var firstCaller: CallGraph.Node
    /// The place of that edge's call.
    public var place: SitePlace
  }

  /// The cycle's number among the ``Components``.
  public var component: Int
  /// The functions in address order, then the other nodes (`deferreturn`).
  public var members: [CallGraph.Node]
  /// The lap that takes the fewest bytes, and so the most iterations to overflow.
  public var cheapest: Lap
  /// Whether it is proved that no lap takes fewer bytes. Where the search of a large cycle was cut short,
  /// `cheapest` is the best lap found.
  public var isCheapestProved: Bool
  /// The lap that takes the most bytes among those found. To find the true maximum is NP-hard, so this is a
  /// lower bound of it. For a single ring, it is that ring.
  public var dearest: Lap
  /// One lap for each member that calls itself directly.
  public var direct: [Lap]
  /// The members that are called from outside, in the order of the members; empty where the cycle is entered
  /// through pointers alone.
  public var entries: [Entry]
}

extension Cycle {
  /// Returns all cycles of a graph, in the order of their first members.
  static func all(_ graph: CallGraph, _ components: Components, _ rules: StackRules) -> [Cycle] {
    let entries = entries(graph, components)
    var laps = LapSearch(graph, components)
    // Copies repeat the cycle of their originals.
    return components.isCycle.indices.filter { component in
      components.isCycle[component]
        && components.members(component).contains { graph.copy($0) == nil }
    }
    .sorted { components.members($0).first! < components.members($1).first! }
    .map { component in
      let cheapest = laps.cheapest(component)
      let dearest = laps.dearest(component)
      let members = components.members(component)
      let found = Lap(cheapest.lap, graph, rules)
      let longest = Lap(dearest, graph, rules)
      return Cycle(
        component: component, members: Array(members), cheapest: found, isCheapestProved: cheapest.isProved,
        dearest: longest.bytes >= found.bytes ? longest : found,
        direct: members.compactMap { node in
          graph.stackEdges(of: node).first { graph.targets[$0] == node && graph.kinds[$0] != .tail }
            .map { Lap([graph.step(from: node, along: $0)], graph, rules) }
        }, entries: members.compactMap { entries[$0] })
    }
  }

  /// Returns the entries of all cycles, by the member that is called from outside.
  private static func entries(_ graph: CallGraph, _ components: Components) -> [CallGraph.Node: Entry] {
    var entries: [CallGraph.Node: Entry] = [:]
    for caller in 0..<Int32(graph.nodeCount) {
      for edge in graph.edges(of: caller) {
        let member = graph.targets[edge]
        let component = components.number[Int(member)]
        guard components.isCycle[Int(component)], graph.kinds[edge] != .switched,
          component != components.number[Int(caller)] || graph.kinds[edge] == .go
        else { continue }
        entries[
          member,
          default: Entry(member: member, callers: 0, firstCaller: caller, place: graph.place(ofEdge: edge))
        ].callers += 1
      }
    }
    return entries
  }
}

extension Cycle.Lap {
  init(_ steps: [Path.Step], _ graph: CallGraph, _ rules: StackRules) {
    self.steps = steps
    bytes = steps.reduce(0) { $0 + $1.bytes }
    isLowerBound = steps.contains { step in
      if case .deferReturn = graph.extra(step.node), !graph.hasDeferReturn { return true }
      return step.kind != .tail && graph.causes(of: step.node, isCycle: false) != []
    }
    overflowTurn = bytes > 0 ? rules.ceiling / bytes : nil
    pendingDefers = steps.reduce(0) { total, step in
      let node = graph.original(step.node)
      guard graph.isFunction(node), step.kind != .tail else { return total }
      let count = graph.program.functions[Int(node)].deferSites.count
      // The deferred call that is running is no longer pending.
      return total + (step.kind == .deferred ? max(0, count - 1) : count)
    }
  }
}
