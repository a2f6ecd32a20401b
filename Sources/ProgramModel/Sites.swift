/// A `defer` statement as it was compiled.
public struct DeferSite: Hashable, Sendable {
  /// How the compiler registers a deferred call.
  public enum Kind: String, CaseIterable, Sendable {
    /// Called at the function's exits; registered by a bit in the frame.
    case open
    /// A record in the frame: `runtime.deferprocStack`.
    case stack
    /// A record on the heap: `runtime.deferproc`.
    case heap
    /// In the body of a range-over-func loop: `runtime.deferprocat`.
    case range
  }

  /// How it was compiled, or whether it comes back.
  public var kind: Kind
  /// The instruction that registers it.
  public var address: UInt64
  /// Its source line; nil when the listing has none.
  public var location: SourceLocation?
  /// Control flow can register it again before the function returns: the chain grows.
  public var looping: Bool
  /// A heap record though it can be registered once only: it need not be on the heap.
  public var needless: Bool
  /// The most times that a looping one can be registered before the function returns, where the code proves a
  /// constant; nil where it does not.
  public var bound: Int32?
  /// What the deferred call runs: the closure, wrapper or function.
  public var callee: Callee

  /// A site with all that is known of it.
  public init(
    kind: Kind, address: UInt64, location: SourceLocation?, looping: Bool = false, needless: Bool = false,
    bound: Int32? = nil, callee: Callee = .open
  ) {
    self.kind = kind
    self.address = address
    self.location = location
    self.looping = looping
    self.needless = needless
    self.bound = bound
    self.callee = callee
  }
}

/// An atomic read-modify-write.
public struct AtomicSite: Hashable, Sendable {
  /// The instruction.
  public var address: UInt64
  /// In Go's spelling whatever the dialect, `LOCK CMPXCHGL`, `XCHGQ`, `LDADDALW`.
  public var instruction: NameID
  /// It locks without a prefix that says so: XCHG with memory.
  public var implicit: Bool
  /// Its source line; nil when the listing has none.
  public var location: SourceLocation?
  /// The calls that were inlined on the way to `location`, the innermost first; the last stands in the function
  /// itself. Empty for what was not inlined, and where only text is known.
  public var callers: [SourceLocation]
  /// Whether it lies on a cycle of its function's control flow.
  public var inLoop: Bool

  /// A site with all that is known of it.
  public init(
    address: UInt64, instruction: NameID, implicit: Bool, location: SourceLocation?,
    callers: [SourceLocation] = [], inLoop: Bool = false
  ) {
    self.address = address
    self.instruction = instruction
    self.implicit = implicit
    self.location = location
    self.callers = callers
    self.inLoop = inLoop
  }
}

/// A call, or a jump out of the function, whose target the text names.
public struct CallSite: Hashable, Sendable {
  /// Whether it comes back.
  public enum Kind: String, CaseIterable, Sendable {
    case call
    /// A jump: the target runs in the caller's place, on the same stack depth.
    case tail
  }

  /// The instruction.
  public var address: UInt64
  /// The address of the target's first instruction; nil when the listing does not hold it.
  public var targetEntry: UInt64? { entry == UInt64.max ? nil : entry }
  /// The symbol that is called.
  public var target: NameID
  /// The line of the call; nil when the dialect prints none.
  public var line: Int32? {
    get { sourceLine == 0 ? nil : sourceLine }
    set { sourceLine = newValue ?? 0 }
  }
  /// How it was compiled, or whether it comes back.
  public var kind: Kind

  // Four hundred thousand of these stand in one program: no optional costs a word here.
  private var entry: UInt64
  private var sourceLine: Int32

  /// A site with all that is known of it.
  public init(address: UInt64, target: NameID, targetEntry: UInt64?, kind: Kind, line: Int32?) {
    self.address = address
    self.target = target
    self.entry = targetEntry ?? UInt64.max
    self.kind = kind
    self.sourceLine = line ?? 0
  }

  /// Names what was found at the target's address once the whole listing is known.
  public mutating func resolve(target: NameID, entry: UInt64?) {
    self.target = target
    self.entry = entry ?? UInt64.max
  }
}

/// A call through a register or memory.
public struct IndirectCall: Hashable, Sendable {
  /// The instruction.
  public var address: UInt64
  /// Its source line; nil when the listing has none.
  public var line: Int32?
  /// Whether it lies on a cycle of its function's control flow.
  public var inLoop: Bool
  /// The one function that it certainly leads to.
  public var callee: Callee

  /// A site with all that is known of it.
  public init(address: UInt64, line: Int32?, inLoop: Bool = false, callee: Callee = .open) {
    self.address = address
    self.line = line
    self.inLoop = inLoop
    self.callee = callee
  }
}

/// A `go` statement: a call of `runtime.newproc`.
public struct GoStatement: Hashable, Sendable {
  /// The instruction.
  public var address: UInt64
  /// Its source line; nil when the listing has none.
  public var line: Int32?
  /// Whether it lies on a cycle of its function's control flow.
  public var inLoop: Bool
  /// The function that the goroutine starts in.
  public var callee: Callee

  /// A site with all that is known of it.
  public init(address: UInt64, line: Int32?, inLoop: Bool = false, callee: Callee = .open) {
    self.address = address
    self.line = line
    self.inLoop = inLoop
    self.callee = callee
  }
}
