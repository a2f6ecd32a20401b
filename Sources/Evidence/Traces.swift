public import ProgramModel

/// The tracebacks in a log: goroutines, and the crashes that printed them.
public struct Traces: Sendable {
  /// Every name that the rest refers to.
  public var names = NameTable()
  /// In the order of the log; a crash's stand together.
  public var goroutines: [GoroutineTrace] = []
  /// In the order of the log.
  public var crashes: [Crash] = []
  /// Counts of what could not be read.
  public var diagnostics = TraceDiagnostics()
}

/// Counts of what else a log contained.
public struct TraceDiagnostics: Sendable, Equatable {
  /// Lines inside a traceback that are none of its own, another program's among them.
  public var foreignLines = 0
  /// Goroutines whose text breaks off.
  public var cutGoroutines = 0
  /// The log has its newest line first, and was read from its end.
  public var isNewestFirst = false
  /// Why a compressed log could not be read to its end; nil where it was.
  public var damage: String?
  /// Lines that were longer than ``LogReader/lineLimit``, and were cut.
  public var overlongLines = 0
}

/// A frame of a traceback: the line of its function and the one below, which says where.
public struct TraceFrame: Sendable, Hashable {
  /// The function, as the runtime prints it: `main.(*tree).visit`, type arguments as `[...]`.
  public var function: NameID
  /// The file as the binary has it; nil where the line below is missing.
  public var file: NameID?
  /// 0 where none is known.
  public var line: Int32 = 0
  /// The bytes from the function's entry to its pc (`+0x29`); nil where none is printed, as of inlined functions.
  public var offset: UInt32?
  /// The pc, and the ends of the frame; nil where they are not printed.
  public var pc, fp, sp: UInt64?

  /// A function that was inlined has no frame of its own: its arguments print as `(...)`.
  public var isInlined = false
  /// The first argument, where a number is printed that is more than a guess: what a goroutine waits for.
  public var argument: UInt64?

  /// Its pc is all that the text says; ``function`` is that, in hexadecimal.
  public var isNameless = false
  /// Its package is not printed, as gin leaves it out: `(*cart).add`.
  public var isShort = false

  /// The binary's word for its pc is better than the text's.
  fileprivate var lacksName: Bool { isNameless || isShort }

  /// The bytes of stack that the frame took: fp − sp, as the runtime printed them.
  public var measured: Int? {
    guard let fp, let sp, fp >= sp, fp - sp < StackFrame.limit else { return nil }
    return Int(fp - sp)
  }
}

/// One goroutine's part of a traceback, or that of the runtime's own stack.
public struct GoroutineTrace: Sendable {
  /// Its number; nil of the runtime's stack, and in a profile with `debug=1`.
  public var id: UInt64?
  /// It is no goroutine, but the stack that the runtime itself runs on.
  public var isSystem = false
  /// How many goroutines stand so: in a profile with `debug=1` they are counted, not listed.
  public var count = 1
  /// The goroutine's state: `running`, `chan receive`, `select (no cases)`.
  public var state: NameID?
  /// How long it waits, in minutes.
  public var minutes: Int32 = 0
  /// `locked to thread`.
  public var isLocked = false
  /// The runtime's number of the thread that it is on, `m=4`, or a debugger's; nil where none is printed.
  public var thread: Int32?
  /// The runtime's record of it, `gp=0xc000002380`; nil where none is printed.
  public var address: UInt64?
  /// A debugger stopped in it, or a report says that it crashed.
  public var isCurrent = false
  /// The pprof labels as printed, without braces (Go 1.27 and later).
  public var labels: NameID?
  /// Innermost first.
  public var frames: [TraceFrame] = []
  /// Frames that were left out: behind how many of ``frames``, and how many they are where the text says it.
  public var elided: Elided?
  /// Who started it, and where; nil of main's goroutine.
  public var creator: TraceFrame?
  /// The goroutine that started it (Go 1.21 and later).
  public var creatorID: UInt64?
  /// The goroutines that led to this one, the nearest first: where each was at its go statement, and who started it
  /// (GODEBUG=tracebackancestors). Their own ancestors are among these.
  public var ancestors: [GoroutineTrace] = []
  /// Its stack could not be read: it runs on another thread.
  public var isUnavailable = false
  /// The text breaks off inside it.
  public var isCut = false

  /// Another process's lines are among its own: which place is whose nobody knows, so it has none.
  mutating func tear() {
    isCut = true
    for i in frames.indices { frames[i] = TraceFrame(function: frames[i].function) }
    creator = creator.map { TraceFrame(function: $0.function) }
  }

  /// Frames that were left out.
  public struct Elided: Sendable, Hashable {
    /// Behind so many frames.
    public var behind: Int
    /// How many; nil of `...additional frames elided...`.
    public var count: Int?
  }
}

/// The event that made a process print tracebacks.
public struct Crash: Sendable {
  /// The ways in which a process ends.
  public enum Kind: String, CaseIterable, Sendable {
    /// A panic that nobody recovered.
    case panic
    /// `fatal error: stack overflow`.
    case overflow
    /// `fatal error: all goroutines are asleep - deadlock!`.
    case deadlock
    /// Maps that several goroutines write, or read and write.
    case mapRace = "map-race"
    /// `fatal error: runtime: out of memory`.
    case outOfMemory = "out-of-memory"
    /// A signal that no Go code could take: SIGQUIT, SIGABRT, SIGSEGV in C.
    case signal
    /// Any other `fatal error`.
    case fatal
    /// The race detector's report; the process goes on.
    case race
    /// `http: panic serving`; the process goes on.
    case served
    /// A test that ran too long.
    case timeout
    /// Goroutines without a word why.
    case dump
  }

  /// The way in which the process ended.
  public var kind: Kind
  /// The runtime's message, line by line, as printed.
  public var message: [String] = []
  /// Where it begins, in the order of the lines that were read.
  var number = 0
  /// An overflow's limit, in bytes.
  public var limit: Int?
  /// The goroutine along whose stack the runtime could go no further, `runtime: g 9: unexpected return pc`.
  public var unwound: UInt64?
  /// An overflow's sp.
  public var sp: UInt64?
  /// The instruction that faulted, where a signal says it.
  public var faultPC: UInt64?
  /// A function that holds what is no pointer where one must be, and what it holds: seen as its stack was moved.
  public var badPointer: (function: String, value: String)?
  /// The ends of an overflow's stack.
  public var stack: Range<UInt64>?
  /// Where its goroutines stand in ``Traces/goroutines``; the one that crashed first, unless the runtime's stack is.
  public var goroutines: Range<Int>
  /// Registers, in the order printed.
  public var registers: [Register] = []

  /// A register as printed.
  public struct Register: Sendable {
    /// As printed: `rax`.
    public var name: String
    /// The value in the register.
    public var value: UInt64
  }
}

extension Traces {
  /// Whether there are frames of which the text has only the address.
  public var hasNameless: Bool { goroutines.contains { $0.frames.contains(where: \.lacksName) } }

  /// Names the frames of which the text has only the address. Each inlined call has one of its own, a place in the
  /// function that it was inlined into (Go `runtime/traceback.go`, tracebackPCs).
  ///
  /// - Parameter place: what the binary says of an address, innermost first; empty for what is none of its.
  public mutating func name(_ place: (UInt64) -> [(function: [UInt8], file: [UInt8]?, line: Int32)]) {
    for g in goroutines.indices {
      for f in goroutines[g].frames.indices where goroutines[g].frames[f].lacksName {
        // What stands on a stack is where a call returns to.
        guard let pc = goroutines[g].frames[f].pc, pc > 0 else { continue }
        let steps = place(pc - 1)
        guard let step = steps.first else { continue }
        goroutines[g].frames[f] = TraceFrame(
          function: names.intern(step.function.span), file: step.file.map { names.intern($0.span) },
          line: step.line, pc: pc, isInlined: steps.count > 1)
      }
    }
  }

  /// Puts crashes in the order of their lines.
  mutating func sort() { crashes.sort { $0.number < $1.number } }

  /// Adds what another process said.
  mutating func append(_ other: Traces) {
    let map = names.merge(other.names)
    let shift = goroutines.count
    func renamed(_ frame: TraceFrame) -> TraceFrame {
      var frame = frame
      frame.function = map[Int(frame.function.index)]
      frame.file = frame.file.map { map[Int($0.index)] }
      return frame
    }
    func renamed(_ goroutine: GoroutineTrace) -> GoroutineTrace {
      var goroutine = goroutine
      goroutine.state = goroutine.state.map { map[Int($0.index)] }
      goroutine.labels = goroutine.labels.map { map[Int($0.index)] }
      for i in goroutine.frames.indices { goroutine.frames[i] = renamed(goroutine.frames[i]) }
      goroutine.creator = goroutine.creator.map(renamed)
      goroutine.ancestors = goroutine.ancestors.map(renamed)
      return goroutine
    }
    for goroutine in other.goroutines { goroutines.append(renamed(goroutine)) }
    for var crash in other.crashes {
      crash.goroutines = crash.goroutines.lowerBound + shift..<crash.goroutines.upperBound + shift
      crashes.append(crash)
    }
    diagnostics.foreignLines += other.diagnostics.foreignLines
    diagnostics.cutGoroutines += other.diagnostics.cutGoroutines
    diagnostics.overlongLines += other.diagnostics.overlongLines
    diagnostics.isNewestFirst = diagnostics.isNewestFirst || other.diagnostics.isNewestFirst
  }
}
