import ProgramModel

/// The special role of a function of the Go runtime in the call graph, recognised by its name.
public enum RuntimeRole: UInt8, Sendable {
  /// No special role: a function like any other.
  case none
  /// A stub of reflection or of the debugger (`runtime.call1073741824`). Every binary has them, with frames
  /// as large as their names say, and nobody chooses to call them.
  case stub
  /// Grows the stack, and runs on the system stack.
  case morestack
  /// Continues on another stack (`runtime.systemstack`): the functions that it calls take nothing of this
  /// one.
  case switchesStack
  /// Asks the vDSO for the time (`runtime.nanotime1`): the call through a pointer is on the system stack, and
  /// what it calls by its name is not. On some systems there is no such pointer.
  case readsClock
  /// Is called by C, and calls what C was given of Go (`runtime.cgocallback`), on the stack of the goroutine that
  /// has called C.
  case callsBack
  /// Enters a panic or a crash, and does not return.
  case fatal
  /// Runs the deferred calls of its caller.
  case deferReturn
  /// Prints, dumps or checks what only a GODEBUG setting, an execution trace or a dying program asks for. The
  /// runtime's own calls of it are left out; a program's `print` and `println` are calls like others.
  ///
  /// `scripts/oracles/diagnostics` finds these functions in the source of Go's runtime: those all of whose
  /// calls stand behind a test of a setting that is off by default. Besides them, it is what prints at all
  /// (`printstring`, `hexdumpWords`), and what writes a trace (`traceLocker.GoPark`; `traceEvent` up to Go
  /// 1.21), which the runtime calls only where one is going on; and `saveblockevent`, which `blockevent` and
  /// `mutexevent` call only where the program has set a rate for profiles of blocking.
  case diagnostic
  /// Makes the name of a type (`rtype.string`). Some of the runtime's functions call it for the text of a panic
  /// alone (``makesPanicText(_:)``).
  case typeName

  /// Whether a function with this name makes names of types for the text of a panic alone: alg.go, mbitmap.go.
  static func makesPanicText(_ name: ArraySlice<UInt8>) -> Bool {
    let callers: [StaticString] = [
      "runtime.typeBitsBulkBarrier", "runtime.typehash", "runtime.interhash", "runtime.nilinterhash",
      "runtime.efaceeq", "runtime.ifaceeq", "runtime.mapKeyError2", "runtime.heapBitsSetType",
    ]
    return isOne(name.span, of: callers)
  }

  /// Whether a function with this name, called by one that switches stacks, still runs on the old one
  /// (asm_amd64.s, systemstack and asmcgocall).
  static func runsBeforeSwitch(_ name: ArraySlice<UInt8>) -> Bool {
    let word: StaticString = "gosave_systemstack_switch"
    return has(name.span, word, at: 0) || has(name.span, "runtime.", at: 0) && has(name.span, word, at: 8)
  }

  /// Whether a function with this name switches stacks to run C.
  static func runsC(_ name: ArraySlice<UInt8>) -> Bool { has(name.span, "runtime.asmcgocall", at: 0) }

  /// Finds the role of a function by its name.
  ///
  /// - Parameter symbol: the name as the input spells it.
  public init(_ symbol: ArraySlice<UInt8>) {
    self = .none
    let name = symbol.span
    if Self.has(name, "runtime.call", at: 0) || Self.has(name, "runtime.debugCall", at: 0)
      || Self.has(name, "debugCall", at: 0), SymbolName.isStub(symbol)
    {
      self = .stub
      return
    }
    var end = name.count
    for suffix in [".abi0", ".abiinternal"] as [StaticString] where Self.has(name, suffix, endingAt: end) {
      end -= suffix.utf8CodeUnitCount
    }
    // GNU and LLVM print some symbols of assembly without a package.
    let isBare = Self.has(name, "gogo", at: 0)
    var start = 0
    if Self.has(name, "runtime.", at: 0) {
      start = 8
    } else if !isBare {
      if end == 8, Self.has(name, "time.now", at: 0) { self = .readsClock }
      // `mutexevent`, as the linker names it up to Go 1.24.
      if end == 10, Self.has(name, "sync.event", at: 0) { self = .diagnostic }
      // `sync.fatal`, `internal/sync.throw` and the like are linked to the runtime's functions.
      guard end >= 10, name[0] == UInt8(ascii: "s") || name[0] == UInt8(ascii: "i") else { return }
      if Self.isOne(name, of: Self.linked, in: 0..<end) { self = .fatal }
      return
    }
    self = Self.role(name, start, end)
  }

  private static let linked: [StaticString] = [
    "sync.fatal", "sync.throw", "internal/sync.fatal", "internal/sync.throw", "internal/runtime/maps.fatal",
  ]

  private static func role(_ name: Span<UInt8>, _ start: Int, _ end: Int) -> RuntimeRole {
    guard start < end else { return .none }
    func isOne(of words: [StaticString]) -> Bool { Self.isOne(name, of: words, in: start..<end) }
    switch name[start] {
    case UInt8(ascii: "("):
      if isOne(of: ["(*mspan).reportZombies"]) { return .fatal }
      // As rtype.string was called up to Go 1.20.
      if isOne(of: ["(*_type).string"]) { return .typeName }
    case UInt8(ascii: "a"):
      if isOne(of: ["asmcgocall", "asmcgocall_no_g", "asmcgocall_landingpad"]) { return .switchesStack }
      if isOne(of: ["abort"]) { return .fatal }
    case UInt8(ascii: "b"):
      if has(name, "badmorestack", at: start) || has(name, "badmcall", at: start)
        || isOne(of: ["badctxt", "badsystemstack", "badreflectcall", "badPointer"])
      {
        return .fatal
      }
    case UInt8(ascii: "c"):
      // A new thread begins in `clone`, on a stack of its own.
      if isOne(of: ["clone"]) { return .switchesStack }
      if isOne(of: ["cgocallback"]) { return .callsBack }
      if isOne(of: [
        "checkFinalizersAndCleanups", "clearCleanupContext", "clearFinalizerContext", "clobberfree",
      ]) {
        return .diagnostic
      }
    case UInt8(ascii: "d"):
      if isOne(of: ["deferreturn"]) { return .deferReturn }
      if isOne(of: ["dieFromSignal"]) { return .fatal }
      if isOne(of: ["dopanic_m", "dumpScanStats", "dumpgstatus", "dumpregs"]) { return .diagnostic }
    case UInt8(ascii: "e"):
      if isOne(of: ["endCheckmarks"]) { return .diagnostic }
    case UInt8(ascii: "f"):
      if isOne(of: ["fatal", "fatalthrow", "fatalpanic"]) { return .fatal }
      if isOne(of: ["forEachSpecial"]) { return .diagnostic }
    case UInt8(ascii: "g"):
      if isOne(of: ["gogo"]) { return .switchesStack }
      if isOne(of: ["gopanic"]) || has(name, "goPanic", at: start) { return .fatal }
      if isOne(of: ["gcDumpObject", "gcMarkRootCheck", "getCleanupContext"]) {
        return .diagnostic
      }
    case UInt8(ascii: "h"):
      if has(name, "hexdump", at: start) { return .diagnostic }
    case UInt8(ascii: "m"):
      if has(name, "morestack", at: start) { return .morestack }
      if isOne(of: ["mcall"]) { return .switchesStack }
    case UInt8(ascii: "n"):
      if isOne(of: ["nanotime1"]) { return .readsClock }
    case UInt8(ascii: "p"):
      // panicCheck1 and panicCheck2 return.
      if has(name, "panic", at: start), !has(name, "panicCheck", at: start) { return .fatal }
      if has(name, "print", at: start) || isOne(of: ["postMallocgcDebug", "preMallocgcDebug"]) {
        return .diagnostic
      }
    case UInt8(ascii: "r"):
      if isOne(of: ["rtype.string"]) { return .typeName }
      if isOne(of: ["runCheckmark"]) { return .diagnostic }
      if isOne(of: ["racecall", "racecallbackthunk", "rt0_go"]) { return .switchesStack }
    case UInt8(ascii: "s"):
      if isOne(of: ["systemstack", "systemstack_switch", "switchToCrashStack0"]) { return .switchesStack }
      if isOne(of: ["sigpanic", "sigpanic0"]) { return .fatal }
      if isOne(of: [
        "saveblockevent", "schedtrace", "setCleanupContext", "setFinalizerContext", "setTinyBlockContext",
        "startCheckmarks",
      ]) {
        return .diagnostic
      }
    case UInt8(ascii: "t"):
      if isOne(of: ["throw"]) { return .fatal }
      if isOne(of: [
        "traceStack", "tracealloc", "tracefree", "tracegc", "tracebackHexdump", "tracebackothers",
      ])
        || has(name, "traceLocker.", at: start) || has(name, "traceEvent", at: start)
        || has(name, "traceWriter.", at: start)
      {
        return .diagnostic
      }
    case UInt8(ascii: "w"):
      if isOne(of: ["walltime", "walltime1"]) { return .readsClock }
    case UInt8(ascii: "u"):
      if isOne(of: ["unreachableMethod"]) { return .fatal }
    default: break
    }
    return .none
  }

  private static func has(_ name: Span<UInt8>, _ word: StaticString, endingAt end: Int) -> Bool {
    has(name, word, at: end - word.utf8CodeUnitCount)
  }

  /// Whether a name, or a part of it, is one of some words.
  static func isOne(_ name: Span<UInt8>, of words: [StaticString], in part: Range<Int>? = nil) -> Bool {
    let part = part ?? 0..<name.count
    return words.contains { part.count == $0.utf8CodeUnitCount && has(name, $0, at: part.lowerBound) }
  }

  /// Whether a word, or as much of it as `count` says, stands at a place of a name.
  static func has(_ name: Span<UInt8>, _ word: StaticString, at start: Int, count: Int? = nil) -> Bool {
    let count = count ?? word.utf8CodeUnitCount
    guard start >= 0, start + count <= name.count else { return false }
    for i in 0..<count where unsafe name[start + i] != word.utf8Start[i] { return false }
    return true
  }
}
