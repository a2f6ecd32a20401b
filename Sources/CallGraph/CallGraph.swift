public import ProgramModel

/// Who calls whom in a program, compact: an edge is nine bytes in one row of edges, wherever it comes from.
///
/// A node is a function of the program, at its place in `program.functions`, or one of ``extras``: what a call leads
/// to that is no function here. Calls of the runtime's fatal paths, of its stubs and of `morestack` are left out.
public struct CallGraph: Sendable {
  /// A node, by its number.
  public typealias Node = Int32

  /// What a node behind the functions is.
  public enum Extra: Hashable, Sendable {
    /// A call through a pointer of which nothing says where it leads: the function, and the place of the call in its
    /// `indirectCalls`.
    case indirectCall(of: Int32, site: Int32)
    /// A deferred call of which nothing says what it runs: the function, and its place in the `deferSites`.
    case openDefer(of: Int32, site: Int32)
    /// `runtime.deferreturn`, as a function calls it to run what it deferred: one for each such function, since each
    /// leads to its caller's deferred calls alone.
    case deferReturn(of: Int32)
    /// A symbol that is called and whose code is not in the input.
    case missing(NameID)
  }

  /// How one node leads to another.
  public enum EdgeKind: UInt8, Sendable {
    /// The callee runs on top of the caller's frame.
    case call
    /// A jump: the callee runs in the caller's place.
    case tail
    /// The callee was deferred, and runs at the caller's exits, on top of its frame; or is the `deferreturn` that
    /// runs it.
    case deferred
    /// The callee runs on another stack, the system's for example.
    case switched
    /// The callee is a new goroutine's entry.
    case go
  }

  /// What the graph is made with.
  public struct Options: Hashable, Sendable {
    /// Whether calls of the runtime's fatal paths (`gopanic`, `throw`, `panicIndex`, …) are followed.
    public var throughPanics: Bool
    /// What the user says of open calls.
    public var edges: EdgeRules

    /// - Parameters:
    ///   - throughPanics: whether calls of the runtime's fatal paths are followed.
    ///   - edges: what the user says of open calls.
    public init(throughPanics: Bool = false, edges: EdgeRules = EdgeRules()) {
      self.throughPanics = throughPanics
      self.edges = edges
    }
  }

  /// What it was made of.
  public let program: Program
  /// What it was made with.
  public let options: Options
  /// The nodes behind the functions.
  public internal(set) var extras: [Extra] = []
  /// What one call of a node takes of the stack, in bytes; for what is not known the least that it can be.
  public internal(set) var costs: [Int] = []
  /// What the runtime makes of each function.
  public internal(set) var roles: [RuntimeRole] = []
  /// Whether the input holds `runtime.deferreturn`, so that its frame is known: archives do not.
  var hasDeferReturn = false

  // The edges of a node lie side by side: those that stay on this stack first.
  var starts: [Int32] = [0]
  var stackEnds: [Int32] = []
  /// Where each edge leads.
  public internal(set) var targets: [Node] = []
  /// How each edge leads there.
  public internal(set) var kinds: [EdgeKind] = []
  /// The line of each edge's call; 0 where none is known.
  public internal(set) var lines: [Int32] = []

  init(program: Program, options: Options) {
    self.program = program
    self.options = options
  }

  /// How many nodes there are.
  public var nodeCount: Int { stackEnds.count }

  /// Whether a node is a function of the program.
  public func isFunction(_ node: Node) -> Bool { Int(node) < program.functions.count }

  /// The node behind the functions that a number means; nil for a function.
  public func extra(_ node: Node) -> Extra? {
    isFunction(node) ? nil : extras[Int(node) - program.functions.count]
  }

  /// The function that a node stands in: itself, or the one whose call or defer it is; nil for a missing symbol.
  public func function(of node: Node) -> Int? {
    switch extra(node) {
    case nil: Int(node)
    case .indirectCall(let function, _), .openDefer(let function, _), .deferReturn(let function):
      Int(function)
    case .missing: nil
    }
  }

  /// The edges of a node.
  public func edges(of node: Node) -> Range<Int> { Int(starts[Int(node)])..<Int(starts[Int(node) + 1]) }

  /// Those of its edges that lead on along the same stack.
  public func stackEdges(of node: Node) -> Range<Int> { Int(starts[Int(node)])..<Int(stackEnds[Int(node)]) }
}
