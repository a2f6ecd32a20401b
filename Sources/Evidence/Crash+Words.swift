import ProgramModel

/// The meaning of a traceback's own words, so that nobody who shows a crash has to read text.
extension Crash {
  /// The word behind which the runtime, or net/http, says what happened; nil where nothing is said so.
  private var word: String? {
    switch kind {
    case .panic, .timeout: "panic: "
    case .mapRace, .fatal: "fatal error: "
    case .served: "http: panic serving "
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

  /// How many panics it is: more than one where a deferred call panicked on the way out.
  public var panics: Int { message.count { $0.drop { $0 == "\t" }.hasPrefix("panic: ") } }
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

  /// Whether a frame is the runtime's that turns a fault into a panic: what called it is what faulted.
  public func isSignalPanic(_ frame: TraceFrame) -> Bool {
    names.bytes(of: frame.function).starts(with: "runtime.sigpanic".utf8)
  }
}
