import CallGraph
import ProgramModel

/// The call graph's nodes in words.
struct NodeLabels {
  let depth: Depth
  let labels: Labels
  private var program: Program { depth.program }

  init(_ depth: Depth) {
    self.depth = depth
    labels = Labels(program: depth.program)
  }

  func name(_ node: CallGraph.Node) -> String {
    switch depth.graph.extra(node) {
    case nil: labels.name(program.functions[Int(node)].name)
    case .indirectCall: "(through a pointer)"
    case .openDefer: "(a deferred call)"
    case .deferReturn: "runtime.deferreturn"
    case .missing(let name): labels.name(name)
    }
  }

  /// A goroutine's entry: of a wrapper that the compiler made for the statement, what it calls.
  func entry(_ node: CallGraph.Node) -> String { name(depth.written(node)) }

  /// Where a node is: its declaration; of a call or a defer, where it stands.
  func place(_ node: CallGraph.Node) -> String {
    switch depth.graph.extra(node) {
    case nil: labels.place(of: program.functions[Int(node)])
    case .missing: ""
    case .deferReturn: ""
    case .indirectCall(let function, let site):
      place(Int(function), line: program.functions[Int(function)].indirectCalls[Int(site)].line)
    case .openDefer(let function, let site):
      labels.place(
        program.functions[Int(function)].deferSites[Int(site)].location,
        program.functions[Int(function)].deferSites[Int(site)].address)
    }
  }

  /// A line of a function's file; its entry where no lines are known.
  func place(_ function: Int, line: Int32?) -> String {
    let function = program.functions[function]
    guard let file = function.file, let line else { return Figures.address(function.entry) }
    return labels.place(file, line)
  }

  /// The call that a path goes on by from a step.
  func call(_ step: Path.Step) -> String {
    guard let kind = step.kind else { return "" }
    let word =
      switch kind {
      case .tail: "jumps on, "
      case .deferred: "deferred, "
      default: ""
      }
    guard depth.graph.isFunction(step.node), let line = step.line else {
      return word.isEmpty ? "" : String(word.dropLast(2))
    }
    return word + place(Int(step.node), line: line)
  }

  /// `≥ 4.1 KiB` for what is not exact.
  func bytes(_ node: CallGraph.Node) -> String {
    (depth.worst.causes[Int(node)] == [] ? "" : "≥ ") + Figures.bytes(depth.worst.bytes[Int(node)])
  }
}

extension Causes {
  /// A word or two; of one cause.
  var label: String {
    switch self {
    case .cycle: "cycle"
    case .indirectCall: "pointer"
    case .missing: "no code"
    case .foreign: "C"
    case .uncertainFrame: "frame"
    default: ""
    }
  }

  /// What it is, of one cause.
  var explanation: String {
    switch self {
    case .cycle: "a cycle of calls"
    case .indirectCall: "a call through a pointer"
    case .missing: "a symbol without code"
    case .foreign: "a C function"
    case .uncertainFrame: "a frame that is not settled"
    default: ""
    }
  }
}
