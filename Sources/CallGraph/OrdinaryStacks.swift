import ProgramModel

/// The stack that a goroutine ordinarily comes to have, in contrast to the worst case: without panics and
/// diagnostics, and without the slow ways of the runtime (``SlowWays``).
///
/// The estimate is the size to which the deepest ordinary path grows the stack, where that path enters no
/// recursion outside of the runtime. Where neither recursion nor a call through a pointer lies below, it is
/// the answer. Otherwise the size depends on data that no listing shows, and the answer is a range around the
/// estimate: from one doubling below it to one above where a call through a pointer lies below, and eightfold
/// where a recursion does. `scripts/accuracy --only stacks` measures how often that is right.
public struct OrdinaryStacks: Sendable {
  /// The ordinary size of a goroutine's stack.
  public struct Size: Hashable, Sendable {
    /// The least size, in bytes.
    public var low: Int
    /// The largest size, in bytes: the least one where nothing depends on data.
    public var high: Int
    /// The function that recurses, if the size depends on how deep.
    public var recursion: CallGraph.Node?
    /// The function whose call through a pointer leads to code that is not known, if the size depends on it.
    public var openCall: CallGraph.Node?
  }

  /// The nearest function below a node with some property, and how many calls away it is.
  private struct Nearest {
    var function: CallGraph.Node = -1
    var distance = Int32.max

    /// Takes what lies one call further where that is nearer.
    mutating func take(_ other: Nearest) {
      guard other.function >= 0, other.distance < distance - 1 else { return }
      (function, distance) = (other.function, other.distance + 1)
    }
  }

  private let growth: StackGrowth
  /// The ordinary calls, without those that lead into a recursion outside of the runtime.
  private let flat: CallGraph
  private let rules: StackRules
  /// By node: the nearest recursion, and the nearest function with a call through a pointer, outside of the
  /// runtime.
  private var recursions: [Nearest]
  private var openCalls: [Nearest]
  /// By node: whether a symbol whose code is not in the input lies below, or a frame that is not known, so
  /// that nothing can be said.
  private var lacksCode: [Bool]

  init(_ graph: CallGraph, _ components: Components, _ rules: StackRules) {
    self.rules = rules
    let ofRuntime = (0..<Int32(graph.nodeCount)).map { graph.isOfRuntime($0) }
    let ordinary = graph.ordinary(ofRuntime)
    let components = Components(ordinary, partOf: components)
    recursions = Array(repeating: Nearest(), count: graph.nodeCount)
    openCalls = recursions
    lacksCode = Array(repeating: false, count: graph.nodeCount)
    for component in 0..<components.count {
      let members = components.members(component)
      var (recursion, open, lacks) = (Nearest(), Nearest(), false)
      if components.isCycle[component] {
        let own = members.filter { !ofRuntime[Int($0)] }
        let direct = own.first { node in
          ordinary.stackEdges(of: node).contains {
            ordinary.targets[$0] == node && ordinary.kinds[$0] != .tail
          }
        }
        if let face = direct ?? own.first { recursion = Nearest(function: face, distance: 0) }
      }
      for node in members {
        switch graph.extra(node) {
        case .indirectCall(let function, _), .openDefer(let function, _):
          if !ofRuntime[Int(node)] { open = Nearest(function: function, distance: 0) }
        case .missing: lacks = true
        case nil: lacks = lacks || !graph.causes(of: node, isCycle: false).isEmpty
        case .deferReturn: break
        }
        for edge in ordinary.stackEdges(of: node) {
          let target = Int(ordinary.targets[edge])
          recursion.take(recursions[target])
          open.take(openCalls[target])
          lacks = lacks || lacksCode[target]
        }
      }
      for node in members {
        (recursions[Int(node)], openCalls[Int(node)], lacksCode[Int(node)]) = (recursion, open, lacks)
      }
    }
    flat = ordinary.filtered { _, edge in
      let component = Int(components.number[Int(ordinary.targets[edge])])
      return !components.isCycle[component]
        || components.members(component).allSatisfy { ofRuntime[Int($0)] }
    }
    growth = StackGrowth(flat, Components(flat, partOf: components), rules)
  }

  /// Returns the ordinary size of the stack of a goroutine that starts in a function; nil where a frame below
  /// is not known, where code that it calls is not in the input, and where the stack would overflow.
  func size(of node: CallGraph.Node) -> Size? {
    guard !lacksCode[Int(node)] else { return nil }
    let estimate = growth.outcome(of: node, flat).settled
    guard estimate <= rules.ceiling else { return nil }
    let (recursion, open) = (recursions[Int(node)].function, openCalls[Int(node)].function)
    guard recursion >= 0 || open >= 0 else { return Size(low: estimate, high: estimate) }
    let low = max(rules.first, estimate / 2)
    return Size(
      low: low, high: min(recursion >= 0 ? low * 8 : estimate * 2, rules.ceiling),
      recursion: recursion >= 0 ? recursion : nil, openCall: open >= 0 ? open : nil)
  }
}

extension CallGraph {
  /// Returns the graph of a program's ordinary calls: without panics, diagnostics and the slow ways.
  ///
  /// - Parameter ofRuntime: by node, whether it belongs to the runtime.
  fileprivate func ordinary(_ ofRuntime: [Bool]) -> CallGraph {
    var names: [ArraySlice<UInt8>] = []
    names.reserveCapacity(nodeCount)
    for node in 0..<Int32(nodeCount) {
      switch extra(node) {
      case nil: names.append(program.names.bytes(of: program.functions[Int(original(node))].name))
      case .missing(let name): names.append(program.names.bytes(of: name))
      case .indirectCall, .openDefer, .deferReturn: names.append([])
      }
    }
    let isSlow = names.map(SlowWays.areWays)
    let isOwn = names.map(SlowWays.areOwnWays)
    return filtered { caller, edge in
      let target = Int(original(targets[edge]))
      if isSlow[target] { return false }
      if target < roles.count {
        switch roles[target] {
        case .fatal: return false
        case .diagnostic where ofRuntime[Int(caller)] && !isDiagnostic(caller): return false
        default: break
        }
      }
      return !isOwn[target] || !ofRuntime[Int(caller)] || SlowWays.serves(names[Int(caller)])
    }
  }

  private func isDiagnostic(_ node: Node) -> Bool {
    let node = original(node)
    return isFunction(node) && roles[Int(node)] == .diagnostic
  }

  /// Returns the graph without those edges that a condition does not hold for: a node, and one of its edges.
  fileprivate func filtered(_ isKept: (Node, Int) -> Bool) -> CallGraph {
    var graph = self
    (graph.starts, graph.stackEnds, graph.targets, graph.kinds, graph.placeNumbers) = ([0], [], [], [], [])
    graph.starts.reserveCapacity(nodeCount + 1)
    graph.stackEnds.reserveCapacity(nodeCount)
    graph.targets.reserveCapacity(targets.count)
    graph.kinds.reserveCapacity(targets.count)
    graph.placeNumbers.reserveCapacity(targets.count)
    for node in 0..<Int32(nodeCount) {
      for edge in stackEdges(of: node) where isKept(node, edge) {
        graph.targets.append(targets[edge])
        graph.kinds.append(kinds[edge])
        graph.placeNumbers.append(placeNumbers[edge])
      }
      graph.stackEnds.append(Int32(graph.targets.count))
      graph.starts.append(Int32(graph.targets.count))
    }
    return graph
  }
}
