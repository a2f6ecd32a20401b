public import ProgramModel

/// The stack analyses of a program: how deep its goroutines can go, by which paths, and everything else that
/// its call graph tells.
public struct Depth: Sendable {
  /// The graph of calls.
  public let graph: CallGraph
  /// The sizes that the runtime and the linker set for stacks.
  public let rules: StackRules
  /// The strongly connected components of the graph, which show the functions that can call themselves.
  public internal(set) var components: Components
  /// The worst case of each function: the most stack that a call of it can take.
  public internal(set) var worst: WorstCases
  /// The cycles of calls, in the order of each one's first member's address.
  public internal(set) var cycles: [Cycle] = []
  /// How a goroutine's stack grows below each function.
  public internal(set) var growth: StackGrowth
  /// The stack that a goroutine ordinarily comes to have.
  public internal(set) var ordinary: OrdinaryStacks
  /// The `go` statements, in address order.
  public internal(set) var goroutines: [Goroutine] = []
  /// The chains of calls between functions without a split check.
  public internal(set) var nosplit = NosplitChains()
  /// How many deferred calls can be pending at once.
  public internal(set) var defers: DeferChains
  /// The functions that execute a locked instruction inside a loop, as indices into `program.functions`.
  public internal(set) var lockedLoops: [Int] = []

  /// The program that was analysed.
  public var program: Program { graph.program }

  /// Runs every analysis.
  public init(_ program: Program, options: CallGraph.Options = .init()) {
    graph = CallGraph(program, options: options)
    rules = StackRules(program)
    // All other analyses build on these.
    components = Components(graph)
    worst = WorstCases(graph, components)
    growth = StackGrowth(graph, components, rules)
    ordinary = OrdinaryStacks(graph, components, rules)
    defers = DeferChains(graph, components)
    for analysis in DepthAnalysis.all { analysis.run(&self) }
  }
}

/// An analysis that fills in one property of a ``Depth``.
struct DepthAnalysis {
  let run: (inout Depth) -> Void

  /// All of them, in the order in which they run.
  static var all: [DepthAnalysis] {
    [
      DepthAnalysis { $0.cycles = Cycle.all($0.graph, $0.components, $0.rules) },
      DepthAnalysis { $0.goroutines = Goroutine.all($0) },
      DepthAnalysis { $0.nosplit = NosplitChains($0.program, $0.graph.roles, $0.rules) },
      DepthAnalysis { $0.lockedLoops = lockedLoops($0.program) },
    ]
  }

  private static func lockedLoops(_ program: Program) -> [Int] {
    program.functions.indices.filter { program.functions[$0].atomics.contains { $0.inLoop } }
  }
}
