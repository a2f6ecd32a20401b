public import ProgramModel

/// How deep a program's goroutines can go, and what on the way: everything that is known of its call graph.
public struct Depth: Sendable {
  /// Who calls whom.
  public let graph: CallGraph
  /// The runtime's numbers.
  public let rules: StackRules
  /// What calls itself.
  public internal(set) var components: Components
  /// How deep each function can go.
  public internal(set) var worst: WorstCases
  /// What recurses, in the order of its first member's address.
  public internal(set) var cycles: [Cycle] = []
  /// How a stack grows below each function.
  public internal(set) var growth: StackGrowth
  /// The `go` statements, in address order.
  public internal(set) var goroutines: [Goroutine] = []
  /// The chains of functions that do not look whether there is room.
  public internal(set) var nosplit = NosplitChains()
  /// How many deferred calls can be pending.
  public internal(set) var defers: DeferChains
  /// The functions, by their place in the program, that execute a locked instruction inside a loop.
  public internal(set) var lockedLoops: [Int] = []

  /// The program that all of it is of.
  public var program: Program { graph.program }

  /// Runs every analysis.
  public init(_ program: Program, options: CallGraph.Options = .init()) {
    graph = CallGraph(program, options: options)
    rules = StackRules(program)
    // These three all others build upon.
    components = Components(graph)
    worst = WorstCases(graph, components)
    growth = StackGrowth(graph, components, rules)
    defers = DeferChains(graph, components)
    for analysis in DepthAnalysis.all { analysis.run(&self) }
  }
}

/// One question that the graph answers.
struct DepthAnalysis {
  let run: (inout Depth) -> Void

  /// In this order, since a goroutine's account quotes its growth and its worst case.
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
