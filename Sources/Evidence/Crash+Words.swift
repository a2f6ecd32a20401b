import ProgramModel

/// The meaning of a traceback's own words, so that nobody who shows a crash has to read text.
extension Crash {
  /// The word behind which the runtime, or net/http, says what happened; nil where nothing is said so.
  private var word: String? {
    switch kind {
    case .panic, .timeout: "panic: "
    case .mapRace, .fatal: "fatal error: "
    case .served: "panic serving "
    case .overflow, .deadlock, .outOfMemory, .signal, .race, .dump: nil
    }
  }

  /// The message without the word before it: `index out of range [5] with length 3`. If no line has that
  /// word, it is the first line as printed; empty if there is none.
  public var said: String {
    if let word {
      for line in message {
        if let range = line.firstRange(of: word) { return String(line[range.upperBound...]) }
      }
    }
    return message.first ?? ""
  }

  /// Whether a deferred function recovered the panic and panicked with what it was: `[recovered, repanicked]`, before
  /// Go 1.23 twice the same words (Go `runtime/panic.go`, printpanics); or with an error that has its words in it.
  var isRepanicked: Bool {
    if message.contains(where: { $0.hasSuffix(" [recovered, repanicked]") }) { return true }
    let panics = message.map { $0.drop { $0 == "\t" || $0 == " " } }.filter { $0.hasPrefix("panic: ") }
    return zip(panics, panics.dropFirst()).contains { first, second in
      guard first.hasSuffix(" [recovered]") else { return false }
      return second.dropFirst(7).contains(first.dropFirst(7).dropLast(12))
    }
  }

  /// Whether a panic is told in the words of who recovered it, not in the runtime's.
  var isLogged: Bool { kind == .served || kind == .panic && message.first?.hasPrefix("panic: ") != true }

  /// How many panics it is: more than one where a deferred call panicked on the way out.
  public var panics: Int { message.count { $0.drop { $0 == "\t" || $0 == " " }.hasPrefix("panic: ") } }
}

extension Traces {
  /// Whether a goroutine ran, by its state (`running`, `runnable`), rather than waited.
  public func isRunning(_ goroutine: GoroutineTrace) -> Bool {
    goroutine.state.map { names.bytes(of: $0).starts(with: "runn".utf8) } ?? false
  }

  /// Whether a part of a race detector's report is the other access, `Previous write at …`, and not where a goroutine was
  /// started.
  public func isOtherAccess(_ part: GoroutineTrace) -> Bool {
    part.state.map { names.bytes(of: $0).starts(with: "Previous".utf8) } ?? false
  }

  /// Whether a frame is that of a call of panic.
  func isPanic(_ frame: TraceFrame) -> Bool {
    let name = names.bytes(of: frame.function)
    return name.elementsEqual("panic".utf8) || name.elementsEqual("runtime.gopanic".utf8)
  }

  /// Whether a frame is of a stack that the program itself took, as loggers do: the runtime's own tracebacks print `panic`.
  func isTaken(_ frame: TraceFrame) -> Bool {
    names.bytes(of: frame.function).elementsEqual("runtime.gopanic".utf8)
  }

  /// Whether a frame is of the function by which a program prints its own stack.
  func isStackPrinter(_ frame: TraceFrame) -> Bool {
    names.bytes(of: frame.function).starts(with: "runtime/debug.".utf8)
  }

  /// Whether a frame is the runtime's that turns a fault into a panic: what called it is what faulted.
  public func isSignalPanic(_ frame: TraceFrame) -> Bool {
    names.bytes(of: frame.function).starts(with: "runtime.sigpanic".utf8)
  }
}
