import ProgramModel

/// Why a worst case is only a lower bound; empty where it is exact.
public struct Causes: OptionSet, Hashable, Sendable {
  /// A bit for each.
  public let rawValue: UInt8

  /// Those whose bits are set.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A cycle of calls lies on a way down: nothing here says how often it is gone round.
  public static let cycle = Causes(rawValue: 1)
  /// A call through a pointer, or a deferred one, of which nothing says where it leads.
  public static let indirectCall = Causes(rawValue: 2)
  /// A symbol whose code is not in the input.
  public static let missing = Causes(rawValue: 4)
  /// A C function: no table says what it takes.
  public static let foreign = Causes(rawValue: 8)
  /// A frame that is itself a lower bound.
  public static let uncertainFrame = Causes(rawValue: 16)

  /// Each of them by itself, in the order that they are told.
  public static let all: [Causes] = [.cycle, .indirectCall, .missing, .foreign, .uncertainFrame]
}

/// One of the causes, and where it is.
public struct Cause: Hashable, Sendable {
  /// Which; one of ``Causes/all``.
  public var kind: Causes
  /// Where: of a cycle the member that is met first.
  public var node: CallGraph.Node
  /// How many calls down.
  public var distance: Int
}

extension Depth {
  /// Why a path's bytes are a lower bound of what so many levels can take; empty where they are exact.
  public func causes(on path: Path) -> Causes {
    path.steps.reduce(into: []) { causes, step in
      let isCycle = components.isCycle[Int(components.number[Int(step.node)])]
      causes.formUnion(graph.causes(of: step.node, isCycle: isCycle))
    }
  }
}

extension CallGraph {
  /// What a node itself adds to the causes.
  func causes(of node: Node, isCycle: Bool) -> Causes {
    var causes: Causes = isCycle ? .cycle : []
    switch extra(node) {
    case .indirectCall, .openDefer: causes.insert(.indirectCall)
    case .missing: causes.insert(.missing)
    // Whoever runs what it deferred calls it by its name, too.
    case .deferReturn: break
    case nil:
      switch program.functions[Int(node)].frame.uncertain {
      case nil: break
      case .foreign: causes.insert(.foreign)
      // What is not settled there is the depth on the other stack.
      default:
        let role = roles[Int(node)]
        if role != .switchesStack, role != .morestack { causes.insert(.uncertainFrame) }
      }
    }
    return causes
  }

  /// Whether a node stands in a function of the Go runtime, or is a symbol of it.
  func isOfRuntime(_ node: Node) -> Bool {
    let name: NameID
    switch extra(node) {
    case .missing(let symbol): name = symbol
    default: name = program.functions[function(of: node) ?? 0].name
    }
    let bytes = program.names.bytes(of: name)
    return bytes.starts(with: Self.runtime) || bytes.starts(with: Self.internalRuntime)
  }

  private static let runtime = Array("runtime.".utf8)
  private static let internalRuntime = Array("internal/runtime/".utf8)

  /// What each node or any that it leads to has of some flags.
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
