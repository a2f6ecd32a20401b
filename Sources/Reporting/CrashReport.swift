public import Evidence
public import ProgramModel

/// The facts that `fathom crash` prints about one crash.
public struct CrashReport: Sendable {
  /// The goroutines of the log.
  public let traces: Traces
  /// The crash, read against the model.
  public let postmortem: Postmortem
  /// The binary's model; it has no functions where no binary was given.
  public let program: Program
  /// The instructions of functions in the chain, by entry.
  public let listings: [UInt64: [ListedInstruction]]
  /// The crash's number among those of the log, from 1.
  public let number: Int

  /// Makes a report with all that is known of a crash.
  public init(
    traces: Traces, postmortem: Postmortem, program: Program, listings: [UInt64: [ListedInstruction]] = [:],
    number: Int
  ) {
    self.traces = traces
    self.postmortem = postmortem
    self.program = program
    self.listings = listings
    self.number = number
  }

  var crash: Crash { postmortem.crash }

  /// Returns the function of a frame, safe to print.
  func name(_ frame: Postmortem.Frame) -> String {
    TerminalText.safe(traces.names.bytes(of: frame.trace.function))
  }

  /// Returns the file and line of a frame: `main.go:72`; empty where the log has none.
  func place(_ frame: Postmortem.Frame) -> String { place(frame.trace) }

  /// Returns the last element of a frame's file, and the line; empty where the log has none.
  func place(_ frame: TraceFrame) -> String {
    guard let file = frame.file else { return "" }
    let path = traces.names.bytes(of: file)
    let start = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 }
    return TerminalText.safe(path[(start ?? path.startIndex)...]) + ":\(frame.line)"
  }

  /// The goroutine that crashed; nil where the log has no traceback of it.
  var goroutine: GoroutineTrace? { postmortem.goroutine.map { traces.goroutines[$0] } }

  /// The cause of the crash, in a sentence.
  var sentence: String {
    let who = goroutine?.id.map { "goroutine \($0)" } ?? "the program"
    switch crash.kind {
    case .overflow:
      let limit = crash.limit.map { " of \(Figures.bytes($0))" } ?? ""
      return "\(who)'s stack outgrew its limit\(limit)"
    case .deadlock:
      return said.contains("runtime.Goexit")
        ? "main's goroutine ended by runtime.Goexit, and none is left that could run"
        : "every goroutine waits, and none can wake another"
    case .mapRace:
      return "\(said): goroutines use a map at the same time, without a lock"
    case .outOfMemory: return "the system gave the runtime no more memory"
    case .panic:
      let panics = crash.panics
      let more =
        panics > 1 ? ", and then \(panics - 1 == 1 ? "once" : "\(panics - 1) times") more on its way out" : ""
      return "\(who) panicked: \(said)\(more)"
    case .timeout:
      guard let goroutine, let state = goroutine.state.map({ TerminalText.safe(traces.names.bytes(of: $0)) })
      else { return said }
      return said + (traces.isRunning(goroutine) ? ": \(who) is \(state)" : ": \(who) waits, \(state)")
    case .signal: return "a signal ended it: \(TerminalText.safe(crash.message.first ?? ""))"
    case .fatal:
      guard let bad = crash.badPointer else {
        return postmortem.isOfRuntime
          ? "the runtime itself failed, on a stack of its own: \(said)" : "the runtime gave up: \(said)"
      }
      return TerminalText.safe(
        "\(bad.function) holds \(bad.value) where a pointer must be: seen as its stack was moved")
    case .race: return "two goroutines use the same memory, one of them writes, and nothing orders them"
    case .served: return "a handler panicked, and net/http went on: \(said)"
    case .dump: return Figures.count(crash.goroutines.count, "goroutine") + " and no word why"
    }
  }

  /// The crash's own message.
  private var said: String { TerminalText.safe(crash.said) }

  /// What it rests on that frames are the user's own, where no binary says it, and what says it where it stays open;
  /// empty where there is nothing to say.
  var ownWords: String {
    guard program.functions.isEmpty, program.header.ownFrom == nil else { return "" }
    let isOpen = postmortem.frames.contains { $0.kind == .unknown }
    guard let module = traces.likelyModule else {
      return isOpen ? "; nothing says whose the unknown ones are: --module PREFIX does" : ""
    }
    return
      "; \(TerminalText.safe(module)) counts as yours, since most frames without a version are its: --module PREFIX says otherwise"
  }

  /// Whether a signal's line says that the instruction at `pc` faulted, wherever the loader put the binary.
  /// Where the runtime's own frames are hidden, nothing else says so.
  func faults(at pc: UInt64) -> Bool { crash.faultPC.map { ($0 &- pc) & 0xfff == 0 } ?? false }

  /// The frames of one lap of an overflow's cycle, that is of one round of the recursion: innermost first,
  /// inlined ones included. Empty for other crashes.
  var turn: [Postmortem.Frame] {
    guard let lap = postmortem.lap else { return [] }
    return postmortem.frames.filter { $0.place.map(lap.frames.contains) == true }
  }

  /// How many laps the stack has room for, by the measured size of a lap, or else by the model; nil where
  /// neither is known.
  var turns: Int? {
    guard let stack = crash.stack, let bytes = postmortem.lap?.measured ?? postmortem.lapCost, bytes > 0
    else {
      return nil
    }
    return (stack.upperBound - stack.lowerBound).quotient(by: bytes)
  }

  /// The largest frame of a lap: the one worth shrinking.
  var largest: Postmortem.Frame? {
    turn.filter { !$0.trace.isInlined }.max { bytes($0) ?? 0 < bytes($1) ?? 0 }
  }

  /// Whether a frame does not exist yet: its function asks for room.
  func isNotYetThere(_ frame: Postmortem.Frame) -> Bool { postmortem.hasNoRoom && frame.place == 0 }

  /// Returns the measured size of a frame, or else the model's, in bytes.
  func bytes(_ frame: Postmortem.Frame) -> Int? { frame.trace.measured ?? frame.callCost }
}

extension Postmortem.Difference {
  /// How a binary differs from the one that printed a traceback.
  public var words: String {
    switch self {
    case .missing(let name): "it has no \(TerminalText.safe(name))"
    case .moved(let a, let first, let b, let second):
      "\(TerminalText.safe(a)) would be \(Figures.address(first)) higher, \(TerminalText.safe(b)) \(Figures.address(second))"
    case .short(let name, let offset, let size):
      "the traceback is \(Figures.count(Int(offset), "byte")) into \(TerminalText.safe(name)), which has \(Figures.count(size))"
    }
  }
}

extension TraceDiagnostics {
  /// The lines that could not be read, in words; nil where there are none.
  public var words: String? {
    let all =
      [
        (
          foreignLines, "line among the tracebacks does not belong to them",
          "lines among the tracebacks do not belong to them"
        ),
        (
          cutGoroutines, "goroutine's text breaks off or has another's lines in it",
          "goroutines' text breaks off or has another's lines in it"
        ),
        (overlongLines, "line was too long and cut", "lines were too long and cut"),
      ].filter { $0.0 > 0 }.map { Figures.count($0.0, $0.1, $0.2) }
      + (damage.map { ["\($0): this is what came before"] } ?? [])
      + (isNewestFirst ? ["the newest line is first: read from the last one on"] : [])
    return all.isEmpty ? nil : all.joined(separator: "; ")
  }
}

extension UInt64 {
  fileprivate func quotient(by value: Int) -> Int { Int(clamping: self / UInt64(value)) }
}

extension FrameClass {
  /// The word for this class in the text.
  var label: String {
    switch self {
    case .machinery: "machinery"
    case .runtime: "runtime"
    case .std: "std"
    case .dependency: "dependency"
    case .own: "own"
    case .cgo: "cgo"
    case .assembly: "assembly"
    case .unknown: "unknown"
    }
  }
}
