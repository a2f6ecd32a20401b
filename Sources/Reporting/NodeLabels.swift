import CallGraph
import ProgramModel

/// The call graph's nodes in words, safe to print.
struct NodeLabels {
  let depth: Depth
  let labels: Labels
  private var program: Program { depth.program }

  init(_ depth: Depth) {
    self.depth = depth
    labels = Labels(program: depth.program)
  }

  /// Returns the name of a node: the function's, or words in parentheses for a call that is not followed.
  func name(_ node: CallGraph.Node) -> String {
    switch depth.graph.extra(node) {
    case nil: labels.name(program.functions[Int(depth.graph.original(node))].name)
    case .indirectCall: "(through a pointer)"
    case .openDefer: "(a deferred call)"
    case .deferReturn: "runtime.deferreturn"
    case .missing(let name): labels.name(name)
    }
  }

  /// Returns the name of a goroutine's entry. For a wrapper that the compiler made for the `go` statement, it
  /// is the function that the wrapper calls.
  func entry(_ node: CallGraph.Node) -> String { name(depth.written(node)) }

  /// Returns the place of a node: a function's declaration, or for a call or a defer its own line.
  func place(_ node: CallGraph.Node) -> String {
    switch depth.graph.extra(node) {
    case nil: labels.place(of: program.functions[Int(depth.graph.original(node))])
    case .missing: ""
    case .deferReturn: ""
    case .indirectCall(let function, let site):
      place(Int(function), program.functions[Int(function)].indirectCalls[Int(site)].place)
    case .openDefer(let function, let site):
      labels.place(
        program.functions[Int(function)].deferSites[Int(site)].location,
        program.functions[Int(function)].deferSites[Int(site)].address)
    }
  }

  /// Returns the place of a site in a function, or the function's entry where no lines are known.
  func place(_ function: Int, _ place: SitePlace) -> String {
    let function = program.functions[function]
    return labels.place(place, in: function) ?? Figures.address(function.entry)
  }

  /// Returns the place of the call by which a path continues after a step; empty for the last step.
  func call(_ step: Path.Step) -> String {
    guard let kind = step.kind else { return "" }
    let word =
      switch kind {
      case .tail: "jumps on, "
      case .deferred: "deferred, "
      default: ""
      }
    let node = depth.graph.original(step.node)
    guard depth.graph.isFunction(node), step.place.line != nil else {
      return word.isEmpty ? "" : String(word.dropLast(2))
    }
    return word + place(Int(node), step.place)
  }

  /// Returns the worst case of a node in words: `at least 9,400 bytes of stack`.
  func stack(_ node: CallGraph.Node) -> String {
    let bytes = Figures.count(depth.worst.bytes[Int(node)], "byte")
    return switch depth.certainty(of: node) {
    case .exact: "\(bytes) of stack"
    case .bounded: "\(bytes) of stack plus what recursion takes"
    case .atLeast: "at least \(bytes) of stack"
    }
  }

  /// Returns the ordinary size of a stack: `4.0 KiB`, `2.0 to 8.0 KiB`.
  func size(_ size: OrdinaryStacks.Size) -> String {
    let high = Figures.bytes(size.high)
    guard size.low < size.high else { return high }
    let low = Figures.bytes(size.low)
    let unit = high.split(separator: " ").last ?? ""
    return (low.hasSuffix(" \(unit)") ? String(low.dropLast(unit.count + 1)) : low) + " to " + high
  }

  /// Returns the worst case of a node, with `≥` where it is only a lower bound: `≥ 4.1 KiB`.
  func bytes(_ node: CallGraph.Node) -> String {
    (depth.worst.causes[Int(node)] == [] ? "" : "≥ ") + Figures.bytes(depth.worst.bytes[Int(node)])
  }
}

extension Causes {
  /// A single cause in a word or two.
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

  /// A single cause as a phrase.
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

extension CallGraph.Options {
  /// The extent of a graph: which calls it leaves out, and which the user has included: `panics and
  /// diagnostics left out`.
  var extent: String {
    switch (throughPanics, throughDiagnostics) {
    case (false, false): "panics and diagnostics left out"
    case (true, false): "panics included, diagnostics left out"
    case (false, true): "diagnostics included, panics left out"
    case (true, true): "panics and diagnostics included"
    }
  }
}
