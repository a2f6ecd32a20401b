/// A `defer` statement, as the compiler implemented it.
public struct DeferSite: Hashable, Sendable {
  /// The way in which a deferred call is registered.
  public enum Kind: String, CaseIterable, Sendable {
    /// Open-coded: a bit in the frame registers the call, and the function's exits run it.
    case open
    /// A record in the frame, registered by `runtime.deferprocStack`.
    case stack
    /// A record on the heap, registered by `runtime.deferproc`.
    case heap
    /// In the body of a range-over-func loop, registered by `runtime.deferprocat`.
    case range
  }

  /// The way in which it is registered.
  public var kind: Kind
  /// The address of the instruction that registers it.
  public var address: UInt64
  /// Its source line; nil when the listing has none.
  public var location: SourceLocation?
  /// Whether control flow can register it again before the function returns, so that the chain grows.
  public var looping: Bool
  /// Whether it has a heap record although it can be registered only once, so that the heap is not needed.
  public var needless: Bool
  /// The most times that a looping defer can be registered before the function returns; nil where the code
  /// proves no constant.
  public var bound: Int32?
  /// The function that the deferred call runs: a closure, a wrapper or a declared function.
  public var callee: Callee

  /// Creates a site.
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

/// An atomic read-modify-write instruction.
public struct AtomicSite: Hashable, Sendable {
  /// The instruction's address.
  public var address: UInt64
  /// The mnemonic in Go's spelling, whatever the dialect of the listing: `LOCK CMPXCHGL`, `XCHGQ`,
  /// `LDADDALW`.
  public var instruction: NameID
  /// Whether the instruction locks without a LOCK prefix: XCHG with memory.
  public var implicit: Bool
  /// Its source line; nil when the listing has none.
  public var location: SourceLocation?
  /// The calls through which the code at `location` was inlined, the innermost first; the last one is in the
  /// function itself. Empty where nothing was inlined, and where only the listing's text is known.
  public var callers: [InlinedCall]
  /// Whether the instruction is on a cycle of its function's control flow.
  public var inLoop: Bool

  /// Creates a site.
  public init(
    address: UInt64, instruction: NameID, implicit: Bool, location: SourceLocation?,
    callers: [InlinedCall] = [], inLoop: Bool = false
  ) {
    self.address = address
    self.instruction = instruction
    self.implicit = implicit
    self.location = location
    self.callers = callers
    self.inLoop = inLoop
  }
}

/// A call, or a jump out of the function, whose target the listing names.
public struct CallSite: Hashable, Sendable {
  /// Whether control returns to the caller.
  public enum Kind: String, CaseIterable, Sendable {
    case call
    /// A tail jump: the target runs in the caller's place, at the same stack depth.
    case tail
  }

  /// The instruction's address.
  public var address: UInt64
  // A program has about 400,000 of these: the field avoids the word that an optional costs, and the small ones come last.
  private var entry: UInt64
  /// Its place in the source text.
  public var place: SitePlace
  /// The address of the target's first instruction; nil when the listing does not contain it.
  public var targetEntry: UInt64? { entry == UInt64.max ? nil : entry }
  /// The symbol of the target.
  public var target: NameID
  /// Whether it is a call or a tail jump.
  public var kind: Kind

  /// Creates a site.
  public init(address: UInt64, target: NameID, targetEntry: UInt64?, kind: Kind, place: SitePlace) {
    self.address = address
    self.target = target
    self.entry = targetEntry ?? UInt64.max
    self.kind = kind
    self.place = place
  }

  /// Replaces the target by the function that was found at its address once the whole listing is known.
  public mutating func resolve(target: NameID, entry: UInt64?) {
    self.target = target
    self.entry = entry ?? UInt64.max
  }
}

/// A call through a register or memory.
public struct IndirectCall: Hashable, Sendable {
  /// The instruction's address.
  public var address: UInt64
  /// Its place in the source text.
  public var place: SitePlace
  /// Whether the call is on a cycle of its function's control flow.
  public var inLoop: Bool
  /// The function to which it certainly leads, or open.
  public var callee: Callee

  /// Creates a site.
  public init(address: UInt64, place: SitePlace, inLoop: Bool = false, callee: Callee = .open) {
    self.address = address
    self.place = place
    self.inLoop = inLoop
    self.callee = callee
  }
}

/// A `go` statement: a call of `runtime.newproc`.
public struct GoStatement: Hashable, Sendable {
  /// The instruction's address.
  public var address: UInt64
  /// Its place in the source text.
  public var place: SitePlace
  /// Whether the statement is on a cycle of its function's control flow.
  public var inLoop: Bool
  /// The function in which the goroutine starts, or open.
  public var callee: Callee

  /// Creates a site.
  public init(address: UInt64, place: SitePlace, inLoop: Bool = false, callee: Callee = .open) {
    self.address = address
    self.place = place
    self.inLoop = inLoop
    self.callee = callee
  }
}
