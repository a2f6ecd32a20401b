import ProgramModel

/// How a goroutine's stack grows below a function, by `newstack`'s own rule (Go `runtime/stack.go`).
///
/// What counts is the path on which split checks ask for most. Along it each function that finds no room grows the
/// stack: to twice its size, and again until its frame fits.
public struct StackGrowth: Sendable {
  /// A function that finds no room, and what its stack becomes.
  public struct Step: Hashable, Sendable {
    /// The function.
    public var node: CallGraph.Node
    /// What is used of the stack where it is called, in bytes.
    public var used: Int
    /// The size after growing.
    public var size: Int
  }

  /// A large frame on the way.
  public struct Saving: Hashable, Sendable {
    /// Whose frame it is.
    public var node: CallGraph.Node
    /// Its size in bytes.
    public var frame: Int
    /// What the stack would settle at if that frame took nothing; other ways down left out.
    public var settled: Int
  }

  /// What becomes of one goroutine's stack.
  public struct Outcome: Hashable, Sendable {
    /// The size that it begins with, in bytes.
    public var first: Int
    /// The size that it settles at, and that it would begin with best; above ``StackRules/ceiling``, it overflows.
    public var settled: Int
    /// Each time that it grows, and is copied.
    public var steps: [Step]
    /// The largest frames on the way, three at most.
    public var largest: [Saving]
  }

  private let rules: StackRules
  private let paths: LongestPaths
  private let chains: Chains

  init(_ graph: CallGraph, _ components: Components, _ rules: StackRules) {
    self.rules = rules
    let functions = graph.program.functions
    let own = (0..<graph.nodeCount).map { i in
      guard i < functions.count, functions[i].frame.splitCheck != .none else { return LongestPaths.none }
      return StackRules.extra(functions[i].frame.bytes)
    }
    paths = LongestPaths(graph, components, own: own) { graph.weight($0, $1) }
    chains = Chains(graph, paths, own: own)
  }

  /// What becomes of a stack that a goroutine begins in a function.
  func outcome(of node: CallGraph.Node, _ graph: CallGraph) -> Outcome {
    var outcome = Outcome(first: rules.first, settled: rules.first, steps: [], largest: [])
    guard paths.values[Int(node)] != LongestPaths.none else { return outcome }
    var at = node
    let end = chains.toEnd[Int(node)]
    while outcome.settled <= rules.ceiling,
      let found = chains.first(from: at, key: outcome.settled - rules.guardSize - rules.top - end)
    {
      let used = end - chains.toEnd[Int(found)]
      outcome.settled = rules.grown(outcome.settled, used: used, frame: Self.frame(found, graph))
      outcome.steps.append(Step(node: found, used: rules.top + used, size: outcome.settled))
      at = found
    }
    outcome.largest = chains.largest(from: node).map { large in
      let frame = Self.frame(large, graph)
      let isLast = paths.next[Int(large)] < 0
      let demand = paths.values[Int(node)] - (isLast ? StackRules.extra(frame) : frame)
      var size = rules.first
      while rules.grows(demand: demand, size: size), size < outcome.settled { size *= 2 }
      return Saving(node: large, frame: frame, settled: size)
    }
    return outcome
  }

  /// The path that a stack grows along; nil where nothing on the way looks for room.
  func path(of node: CallGraph.Node, _ graph: CallGraph) -> Path? {
    paths.values[Int(node)] == LongestPaths.none ? nil : paths.path(from: node, graph)
  }

  private static func frame(_ node: CallGraph.Node, _ graph: CallGraph) -> Int {
    graph.isFunction(node) ? graph.program.functions[Int(node)].frame.bytes : 0
  }
}

extension StackGrowth {
  /// The paths as chains of one next node each, with shortcuts: the first function on a chain that asks for so much is
  /// found in logarithmic time, so that many goroutines on a long way down cost no square.
  ///
  /// A shortcut leads over as many nodes as the two that it joins (E. Myers, An applicative random-access stack, 1983).
  private struct Chains: Sendable {
    /// What the way from each node to the end of its chain takes.
    private(set) var toEnd: [Int]
    /// The three largest frames from each node on, three places a node; -1 is none.
    private var largest: [CallGraph.Node]
    private let next: [CallGraph.Node]
    /// What a node's check asks for, less what the way from it takes.
    private var keys: [Int]
    private var jumps: [CallGraph.Node]
    private var lengths: [Int32]
    /// The largest key from each node up to its shortcut's end, that left out.
    private var largestKeys: [Int]

    init(_ graph: CallGraph, _ paths: LongestPaths, own: [Int]) {
      next = paths.next.map { $0 < 0 ? -1 : graph.targets[Int($0)] }
      toEnd = Array(repeating: 0, count: next.count)
      largest = Array(repeating: -1, count: 3 * next.count)
      keys = Array(repeating: LongestPaths.none, count: next.count)
      jumps = Array(repeating: -1, count: next.count)
      lengths = Array(repeating: 0, count: next.count)
      largestKeys = keys
      var waiting: [CallGraph.Node] = []
      for node in 0..<Int32(next.count)
      where jumps[Int(node)] < 0 && paths.values[Int(node)] != LongestPaths.none {
        var at = node
        while at >= 0, jumps[Int(at)] < 0 {
          waiting.append(at)
          at = next[Int(at)]
        }
        while let node = waiting.popLast() { add(node, graph, Int(paths.next[Int(node)]), own[Int(node)]) }
      }
    }

    private mutating func add(_ node: CallGraph.Node, _ graph: CallGraph, _ edge: Int, _ own: Int) {
      let i = Int(node)
      guard edge >= 0 else {
        keys[i] = own
        (jumps[i], largestKeys[i], largest[3 * i]) = (node, own, node)
        return
      }
      let on = Int(next[i])
      toEnd[i] = toEnd[on] + graph.weight(node, graph.kinds[edge])
      keys[i] = own == LongestPaths.none ? own : own - toEnd[i]
      lengths[i] = lengths[on] + 1
      let jump = Int(jumps[on])
      if lengths[on] - lengths[jump] == lengths[jump] - lengths[Int(jumps[jump])], on != jump {
        jumps[i] = jumps[jump]
        largestKeys[i] = max(keys[i], largestKeys[on], largestKeys[jump])
      } else {
        jumps[i] = Int32(on)
        largestKeys[i] = keys[i]
      }
      for place in 0..<3 { largest[3 * i + place] = largest[3 * on + place] }
      if graph.kinds[edge] != .tail, graph.isFunction(node) { insert(node, graph) }
    }

    /// Puts a node among the largest of itself on.
    private mutating func insert(_ node: CallGraph.Node, _ graph: CallGraph) {
      var new = node
      for place in 3 * Int(node)..<3 * Int(node) + 3 {
        let old = largest[place]
        guard old < 0 || graph.costs[Int(old)] <= graph.costs[Int(new)] else { continue }
        largest[place] = new
        new = old
        if old < 0 { return }
      }
    }

    func largest(from node: CallGraph.Node) -> [CallGraph.Node] {
      largest[3 * Int(node)..<3 * Int(node) + 3].filter { $0 >= 0 }
    }

    /// The first node, from one on, whose key is so large.
    func first(from start: CallGraph.Node, key: Int) -> CallGraph.Node? {
      var node = start
      while true {
        let i = Int(node)
        if keys[i] >= key { return node }
        guard next[i] >= 0 else { return nil }
        node = largestKeys[i] < key ? jumps[i] : next[i]
      }
    }
  }
}
