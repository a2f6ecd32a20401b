import ProgramModel

/// The reasons why a worst case is only a lower bound; empty where it is exact.
public struct Causes: OptionSet, Hashable, Sendable {
  /// One bit for each cause.
  public let rawValue: UInt8

  /// Creates the set of the causes whose bits are set.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A cycle of calls lies on a path below: nothing here says how often it iterates.
  public static let cycle = Causes(rawValue: 1)
  /// A call through a pointer, or a deferred call, whose callee is unknown.
  public static let indirectCall = Causes(rawValue: 2)
  /// A called symbol whose code is not in the input.
  public static let missing = Causes(rawValue: 4)
  /// A C function: no table says how much stack it takes.
  public static let foreign = Causes(rawValue: 8)
  /// A frame that is itself a lower bound.
  public static let uncertainFrame = Causes(rawValue: 16)

  /// Each cause by itself, in the order in which reports list them.
  public static let all: [Causes] = [.cycle, .indirectCall, .missing, .foreign, .uncertainFrame]
}

/// How much a worst case says.
public enum Certainty: Sendable {
  /// It is the most stack that a call can take.
  case exact
  /// Everything but recursion is known, and each recursion is a function that calls itself: more is taken only by
  /// further laps.
  case bounded
  /// Something else is not known, so any call may take more. A cycle of several functions is among that: the
  /// path within it need not be the dearest one (``LongestPaths``).
  case atLeast
}

/// One cause of a lower bound, and the node that has it.
public struct Cause: Hashable, Sendable {
  /// Which cause it is; one of ``Causes/all``.
  public var kind: Causes
  /// The node that has it; for a cycle, the member that the search meets first.
  public var node: CallGraph.Node
  /// The number of calls from the function in question down to the node.
  public var distance: Int
}

extension Depth {
  /// Returns the reasons why a path's bytes are only a lower bound of the stack that its levels can take;
  /// empty where they are exact.
  public func causes(on path: Path) -> Causes {
    path.steps.reduce(into: []) { causes, step in
      let isCycle = components.isCycle[Int(components.number[Int(step.node)])]
      causes.formUnion(graph.causes(of: step.node, isCycle: isCycle))
    }
  }
}

extension CallGraph {
  /// Returns the causes that a node has by itself, without those of its callees.
  func causes(of node: Node, isCycle: Bool) -> Causes {
    var causes: Causes = isCycle ? .cycle : []
    let node = original(node)
    switch extra(node) {
    case .indirectCall, .openDefer: causes.insert(.indirectCall)
    case .missing: causes.insert(.missing)
    // The function also calls `deferreturn` by its name, and that call adds the cause where its code is
    // missing.
    case .deferReturn: break
    case nil:
      switch program.functions[Int(node)].frame.uncertain {
      case nil: break
      case .foreign: causes.insert(.foreign)
      // In these functions it is the depth on the other stack that is uncertain.
      default:
        let role = roles[Int(node)]
        if ![.switchesStack, .morestack, .readsClock, .callsBack].contains(role) {
          causes.insert(.uncertainFrame)
        }
      }
    }
    return causes
  }

  /// Whether a node belongs to a function of the Go runtime, or is a missing symbol of the runtime.
  func isOfRuntime(_ node: Node) -> Bool {
    let name: NameID
    switch extra(node) {
    case .missing(let symbol): name = symbol
    default: name = program.functions[function(of: node) ?? 0].name
    }
    let bytes = program.names.bytes(of: name)
    return RuntimeRole.has(bytes.span, "runtime.", at: 0)
      || RuntimeRole.has(bytes.span, "internal/runtime/", at: 0)
  }

  /// Returns, by node, the union of the flags of the node and of all nodes that it leads to on the same
  /// stack.
  func reaching<Flags: FixedWidthInteger>(_ own: (Node) -> Flags, _ components: Components) -> [Flags] {
    var flags = [Flags](repeating: 0, count: nodeCount)
    for component in 0..<components.count {
      let members = components.members(component)
      var all: Flags = 0
      for node in members {
        all |= own(node)
        for edge in stackEdges(of: node) { all |= flags[Int(targets[edge])] }
      }
      for node in members { flags[Int(node)] = all }
    }
    return flags
  }
}
