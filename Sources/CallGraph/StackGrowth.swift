import ProgramModel

/// How a goroutine's stack grows below a function, by `newstack`'s own rule (Go `runtime/stack.go`).
///
/// It follows the path on which split checks require the most. Each function on it that lacks room grows the
/// stack: to twice its size, and again until its frame fits.
public struct StackGrowth: Sendable {
  /// A function that lacks room, and the size to which it grows the stack.
  public struct Step: Hashable, Sendable {
    /// The function.
    public var node: CallGraph.Node
    /// The stack in use where the function is called, in bytes.
    public var used: Int
    /// The size after growing, in bytes.
    public var size: Int
  }

  /// A large frame on the path, and what it costs. Those of the runtime are not among them: nobody can shrink
  /// them.
  public struct Saving: Hashable, Sendable {
    /// The function whose frame it is.
    public var node: CallGraph.Node
    /// The frame's size, in bytes.
    public var frame: Int
    /// The size at which the stack would settle if that frame took nothing, in bytes. Other paths are not
    /// considered.
    public var settled: Int
  }

  /// The growth of one goroutine's stack.
  public struct Outcome: Hashable, Sendable {
    /// The size with which it starts, in bytes.
    public var first: Int
    /// The size at which it settles, in bytes. Above
    /// ``StackRules/ceiling`` the stack overflows.
    public var settled: Int
    /// The calls at which the stack grows, and is copied.
    public var steps: [Step]
    /// The largest frames on the path outside of the runtime, at most three.
    public var largest: [Saving]
  }

  private let rules: StackRules
  private let paths: LongestPaths
  private let chains: Chains

  init(_ graph: CallGraph, _ components: Components, _ rules: StackRules) {
    self.rules = rules
    let functions = graph.program.functions
    let own = (0..<graph.nodeCount).map { i in
      let i = Int(graph.original(Int32(i)))
      guard i < functions.count, functions[i].frame.splitCheck != .none else { return LongestPaths.none }
      return StackRules.extra(functions[i].frame.bytes)
    }
    paths = LongestPaths(graph, components, own: own) { graph.weight($0, $1) }
    chains = Chains(graph, paths, own: own)
  }

  /// Returns the growth of the stack of a goroutine that starts in a function.
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

  /// Returns the path along which the stack grows; nil where no function on it has a split check.
  func path(of node: CallGraph.Node, _ graph: CallGraph) -> Path? {
    paths.values[Int(node)] == LongestPaths.none ? nil : paths.path(from: node, graph)
  }

  private static func frame(_ node: CallGraph.Node, _ graph: CallGraph) -> Int {
    let node = graph.original(node)
    return graph.isFunction(node) ? graph.program.functions[Int(node)].frame.bytes : 0
  }
}

extension StackGrowth {
  /// The paths as chains, in which each node has one next node, with shortcuts. They find the first function
  /// on a chain that requires a given size in logarithmic time, so that many goroutines on one long path do
  /// not take quadratic time.
  ///
  /// A shortcut skips as many nodes as the two shortcuts that it joins (E. Myers, An applicative
  /// random-access stack, 1983).
  private struct Chains: Sendable {
    /// By node: the bytes that the frames from it to the end of its chain take, the last one left out.
    private(set) var toEnd: [Int]
    /// By node, three elements each: the largest frames from the node on outside of the runtime; -1 for none.
    private var largest: [CallGraph.Node]
    private let next: [CallGraph.Node]
    /// By node: the bytes that its split check requires, less those in `toEnd`.
    private var keys: [Int]
    private var jumps: [CallGraph.Node]
    private var lengths: [Int32]
    /// By node: the largest key from it to its shortcut's end, the end left out.
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
        (jumps[i], largestKeys[i]) = (node, own)
        if !graph.isOfRuntime(node) { largest[3 * i] = node }
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
      if graph.kinds[edge] != .tail, graph.isFunction(graph.original(node)) { insert(node, graph) }
    }

    /// Inserts a node among the largest frames of its own chain.
    private mutating func insert(_ node: CallGraph.Node, _ graph: CallGraph) {
      var new = node
      for place in 3 * Int(node)..<3 * Int(node) + 3 {
        let old = largest[place]
        guard old < 0 || graph.costs[Int(old)] <= graph.costs[Int(new)] else { continue }
        if new == node, graph.isOfRuntime(node) { return }
        largest[place] = new
        new = old
        if old < 0 { return }
      }
    }

    func largest(from node: CallGraph.Node) -> [CallGraph.Node] {
      largest[3 * Int(node)..<3 * Int(node) + 3].filter { $0 >= 0 }
    }

    /// Returns the first node on the chain from `start` whose key is at least `key`; nil where there is none.
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
