public import ProgramModel

/// The call graph of a program, compactly stored: an edge takes nine bytes, in one list of the edges of all
/// nodes.
///
/// A node is a function of the program, by its index in `program.functions`; or one of the ``extras``: a
/// target of a call that is no function of the program; or one of the ``copies`` of another node.
/// Calls of the runtime's fatal paths, of its diagnostics, of its stubs and of `morestack` are left out.
public struct CallGraph: Sendable {
  /// A node's number.
  public typealias Node = Int32

  /// A node that is no function of the program.
  public enum Extra: Hashable, Sendable {
    /// A call through a pointer whose callee is unknown: the function, and the call's index in its
    /// `indirectCalls`.
    case indirectCall(of: Int32, site: Int32)
    /// A deferred call whose callee is unknown: the function, and the defer's index in its `deferSites`.
    case openDefer(of: Int32, site: Int32)
    /// `runtime.deferreturn`, as a function calls it to run its deferred calls. Each such function has a node
    /// of its own, since it leads to that function's deferred calls alone.
    case deferReturn(of: Int32)
    /// A symbol that is called but whose code is not in the input.
    case missing(NameID)
  }

  /// A node that stands for a function where it runs below some other one, and calls less than it does elsewhere.
  ///
  /// Below `gcStart`, for example, `mallocgc` does not start the collector (``NestedCalls``), and below `chanrecv`
  /// `recv` calls one of the functions alone that it may be given (``RuntimeCallees``).
  public struct Copy: Hashable, Sendable {
    /// The function's own node.
    public var original: Node
    /// The other function, or several: below any of them.
    public var below: [Node]
  }

  /// How one node leads to another.
  public enum EdgeKind: UInt8, Sendable {
    /// The callee runs on top of the caller's frame.
    case call
    /// A tail jump: the callee runs in the caller's place.
    case tail
    /// The callee was deferred, and runs at the caller's exits, on top of its frame; or it is the
    /// `deferreturn` that runs such a callee.
    case deferred
    /// The callee runs on another stack, for example the system stack.
    case switched
    /// The callee is the entry function of a new goroutine.
    case go
  }

  /// The choices with which a graph is built.
  public struct Options: Hashable, Sendable {
    /// Whether calls of the runtime's fatal paths (`gopanic`, `throw`, `panicIndex`, …) are followed.
    public var throughPanics: Bool
    /// Whether the runtime's calls of its diagnostics (``RuntimeRole/diagnostic``) are followed.
    public var throughDiagnostics: Bool
    /// The user's rules for open calls.
    public var edges: EdgeRules

    /// Creates options.
    ///
    /// - Parameters:
    ///   - throughPanics: whether calls of the runtime's fatal paths are followed.
    ///   - throughDiagnostics: whether the runtime's calls of its diagnostics are followed.
    ///   - edges: the user's rules for open calls.
    public init(
      throughPanics: Bool = false, throughDiagnostics: Bool = false, edges: EdgeRules = EdgeRules()
    ) {
      self.throughPanics = throughPanics
      self.throughDiagnostics = throughDiagnostics
      self.edges = edges
    }
  }

  /// The program whose graph this is.
  public let program: Program
  /// The options with which it was built.
  public let options: Options
  /// The nodes that are no functions: extra `i` is node `program.functions.count + i`.
  public internal(set) var extras: [Extra] = []
  /// The nodes that are copies: copy `i` is node `program.functions.count + extras.count + i`.
  public internal(set) var copies: [Copy] = []
  /// By node: the stack that one call of it takes, in bytes; where that is unknown, the least that it can be.
  public internal(set) var costs: [Int] = []
  /// By function: its special role in the runtime.
  public internal(set) var roles: [RuntimeRole] = []
  /// Whether the input contains `runtime.deferreturn`, so that its frame is known. An archive does not
  /// contain it.
  var hasDeferReturn = false

  // The edges of a node are adjacent; those that stay on this stack come first.
  var starts: [Int32] = [0]
  var stackEnds: [Int32] = []
  /// By edge: the node that it leads to.
  public internal(set) var targets: [Node] = []
  /// By edge: how the caller leads to the callee.
  public internal(set) var kinds: [EdgeKind] = []
  /// By edge: the place of the call, as ``number(of:)`` has it.
  var placeNumbers: [Int32] = []
  /// The places that are not in the text of the caller itself, by number.
  private var inlinedPlaces: [SitePlace] = []

  init(program: Program, options: Options) {
    self.program = program
    self.options = options
  }

  /// The number of nodes.
  public var nodeCount: Int { stackEnds.count }

  /// Whether a node is a function of the program, and not the copy of one.
  public func isFunction(_ node: Node) -> Bool { Int(node) < program.functions.count }

  /// Returns the index of a node among the ``copies``; nil for any other node.
  public func copy(_ node: Node) -> Int? {
    let i = Int(node) - program.functions.count - extras.count
    return i >= 0 ? i : nil
  }

  /// Returns the node that a copy is made of, and any other node itself.
  public func original(_ node: Node) -> Node { copy(node).map { copies[$0].original } ?? node }

  /// Returns what an extra node, or the original of a copy, is; nil for a function.
  public func extra(_ node: Node) -> Extra? {
    let node = original(node)
    return isFunction(node) ? nil : extras[Int(node) - program.functions.count]
  }

  /// Returns the function that a node belongs to: itself, its original, or the one whose call or defer it is;
  /// nil for a missing symbol.
  public func function(of node: Node) -> Int? {
    switch extra(node) {
    case nil: Int(original(node))
    case .indirectCall(let function, _), .openDefer(let function, _), .deferReturn(let function):
      Int(function)
    case .missing: nil
    }
  }

  /// Returns the number that stands for a place: its line, 0 where that is unknown, and less than 0 for a place that has
  /// more than a line.
  mutating func number(of place: SitePlace) -> Int32 {
    if place.file == nil, place.callers.isEmpty { return max(0, place.line ?? 0) }
    inlinedPlaces.append(place)
    return -Int32(inlinedPlaces.count)
  }

  /// Returns the place of the call that an edge stands for.
  public func place(ofEdge edge: Int) -> SitePlace {
    let number = placeNumbers[edge]
    if number < 0 { return inlinedPlaces[-Int(number) - 1] }
    return SitePlace(line: number == 0 ? nil : number)
  }

  /// Returns the edges of a node, as indices into `targets` and `kinds`.
  public func edges(of node: Node) -> Range<Int> { Int(starts[Int(node)])..<Int(starts[Int(node) + 1]) }

  /// Returns those of a node's edges that stay on the same stack.
  public func stackEdges(of node: Node) -> Range<Int> { Int(starts[Int(node)])..<Int(stackEnds[Int(node)]) }
}
