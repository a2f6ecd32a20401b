import ProgramModel

/// What calls itself: a strongly connected component with a call in it.
public struct Cycle: Hashable, Sendable {
  /// One way round, no function twice.
  public struct Lap: Hashable, Sendable {
    /// Its levels; the last one calls the first.
    public var steps: [Path.Step]
    /// What one turn takes of the stack.
    public var bytes: Int
    /// Whether `bytes` is the least that it takes: a frame on the lap is not settled, or not in the input.
    public var isLowerBound: Bool
    /// The turn at which the stack overflows, at ``StackRules/ceiling``; nil for a lap that takes nothing. Of a lower
    /// bound, the latest that it can be.
    public var overflowTurn: Int?
    /// Deferred calls that each turn leaves pending: memory grows with them.
    public var pendingDefers: Int
  }

  /// A member that is called from outside.
  public struct Entry: Hashable, Sendable {
    /// The member.
    public var member: CallGraph.Node
    /// How many calls and `go` statements outside of the cycle lead to it.
    public var callers: Int
    /// The first of them.
    public var firstCaller: CallGraph.Node
    /// The line of that call; nil where none is known.
    public var line: Int32?
  }

  /// Its number among the ``Components``.
  public var component: Int
  /// Its functions, in address order, then what is no function (`deferreturn`).
  public var members: [CallGraph.Node]
  /// The lap of the fewest bytes: with nothing else it takes the most turns to overflow.
  public var cheapest: Lap
  /// Whether no lap is cheaper. Where a large cycle was not searched to the end, `cheapest` is the best one found.
  public var isCheapestProved: Bool
  /// The dearest lap found: a lower bound of the dearest there is, which is NP-hard to find. Of a single ring, it is
  /// that ring.
  public var dearest: Lap
  /// The laps of members that call themselves.
  public var direct: [Lap]
  /// Where it is entered, in the order of the members; none where it is entered through pointers alone.
  public var entries: [Entry]
}

extension Cycle {
  /// All of a graph, in the order of their first members.
  static func all(_ graph: CallGraph, _ components: Components, _ rules: StackRules) -> [Cycle] {
    let entries = entries(graph, components)
    var laps = LapSearch(graph, components)
    return components.isCycle.indices.filter { components.isCycle[$0] }
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

  /// The members of cycles that are called from outside.
  private static func entries(_ graph: CallGraph, _ components: Components) -> [CallGraph.Node: Entry] {
    var entries: [CallGraph.Node: Entry] = [:]
    for caller in 0..<Int32(graph.nodeCount) {
      for edge in graph.edges(of: caller) {
        let member = graph.targets[edge]
        let component = components.number[Int(member)]
        guard components.isCycle[Int(component)], graph.kinds[edge] != .switched,
          component != components.number[Int(caller)] || graph.kinds[edge] == .go
        else { continue }
        let line = graph.lines[edge] == 0 ? nil : graph.lines[edge]
        entries[member, default: Entry(member: member, callers: 0, firstCaller: caller, line: line)]
          .callers += 1
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
      guard graph.isFunction(step.node), step.kind != .tail else { return total }
      let count = graph.program.functions[Int(step.node)].deferSites.count
      // The one that runs is pending no more.
      return total + (step.kind == .deferred ? max(0, count - 1) : count)
    }
  }
}
