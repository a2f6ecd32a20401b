import ByteText
import ProgramModel

/// The words that the runtime prints before a traceback (Go `runtime/panic.go`: printpanics, fatalthrow;
/// `runtime/stack.go`: newstack; `runtime/signal_unix.go`: fatalsignal, sighandler).
enum CrashWords {
  enum Start {
    case panic, fatal, signal, race, served
    /// A line that belongs to the message and stands before or after it.
    case detail
  }

  /// Returns what begins with a line; nil if nothing does. Only inside a message may it stand behind blanks.
  static func start(_ line: Span<UInt8>, inMessage: Bool = true) -> Start? {
    let i = indentation(line)
    if line.has("\tmorebuf={", at: 0) || line.has("\tsched={", at: 0) { return .detail }
    guard inMessage || i == 0 else { return nil }
    if line.has("panic: ", at: i) || line.has("panic during ", at: i) { return .panic }
    guard i == 0 else { return line.has("fatal error: ", at: i) ? .fatal : nil }
    if line.has("fatal error: ", at: 0) || line.has("fatal: morestack on ", at: 0)
      || line.has("throw: ", at: 0)
    {
      return .fatal
    }
    if line.has("WARNING: DATA RACE", at: 0) { return .race }
    if isServed(line) { return .served }
    if line.has("SIG", at: 0), let colon = line.firstOffset(of: UInt8(ascii: ":"), from: 3), colon < 12 {
      return .signal
    }
    // Windows' (Go `runtime/signal_windows.go`, winthrow).
    if line.has("Exception 0x", at: 0) { return .signal }
    if line.has("runtime: ", at: 0) || line.has("[signal ", at: 0)
      || line.has("unexpected fault address", at: 0)
      || line.has("PC=0x", at: 0) || line.has("signal arrived during ", at: 0)
    {
      return .detail
    }
    return nil
  }

  /// net/http's words, as it and its logger print them: `2026/11/28 15:10:19 http: panic serving …`; `http2: …` too.
  private static func isServed(_ line: Span<UInt8>) -> Bool {
    guard let at = line.firstOffset(of: "panic serving ", in: 0..<min(line.count, 64)) else { return false }
    for name in ["http: ", "http2: "] as [StaticString] where line.has(name, at: at - name.utf8CodeUnitCount)
    {
      let start = at - name.utf8CodeUnitCount
      // `log.LstdFlags` and, longer by seven, `log.Lmicroseconds`.
      return start == 0
        || (start == 20 || start == 27) && line.has("/", at: 4)
          && LinePrefix(line.extracting(0..<start)).isTime
    }
    return false
  }

  /// Where the words begin that say why a traceback follows, if they stand inside of a line: behind what a terminal, a
  /// logger or a page put before them, `done: 81 %  SIGABRT: abort`, or as a sentence of its own, which begins
  /// with the line: `E1128 15:10:19.1 7 runtime.go:78] Observed a panic: boom`.
  static func within(_ line: Span<UInt8>, orSentence: Bool) -> Int? {
    for word in [
      "fatal error: ", "SIGQUIT: ", "SIGABRT: ", "SIGSEGV: ", "SIGBUS: ", "SIGTRAP: ", "Exception 0x",
    ]
      as [StaticString]
    {
      if let at = line.firstOffset(of: word) { return at }
    }
    guard let at = line.firstOffset(of: "panic: ") else {
      return orSentence && isSentence(line) ? 0 : nil
    }
    // Behind a word it is part of a sentence.
    return at > 1 && line[at - 1] == 0x20 && isLetter(line[at - 2]) ? 0 : at
  }

  /// Whether a line says in a framework's own words that something panicked.
  private static func isSentence(_ line: Span<UInt8>) -> Bool {
    for word in ["anic", "ANIC", "ecovered", "atal", "FATAL", "runtime error"] as [StaticString]
    where line.firstOffset(of: word) != nil { return true }
    return false
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// A word of memory that the runtime prints where a stack makes no sense (Go `runtime/traceback.go`,
  /// tracebackHexdump), and the line before them.
  static func isMemory(_ line: Span<UInt8>) -> Bool {
    if line.has("stack: frame={sp:0x", at: 0) { return true }
    guard line.has("0x", at: 0), let colon = line.firstOffset(of: ": ", from: 2) else { return false }
    return line.hexadecimal(2..<colon) != nil
  }

  /// `runtime: g 7: unexpected return pc for main.f called from 0x10` (Go `runtime/traceback.go`, unwinder.next).
  static func isBadReturn(_ line: Span<UInt8>) -> Bool {
    line.has("runtime: ", at: 0) && line.firstOffset(of: "unexpected return pc for ") != nil
  }

  /// Nested panics stand behind TABs; where a text was pasted, behind blanks.
  private static func indentation(_ line: Span<UInt8>) -> Int {
    var i = 0
    while i < line.count, line[i] == 0x09 || line[i] == 0x20 { i += 1 }
    return i
  }

  /// Whether a line goes on with what the lines before it say: panics are nested, a fatal error has its reason before.
  static func continues(_ line: Span<UInt8>) -> Bool {
    let i = indentation(line)
    return line.has("panic: ", at: i) || line.has("panic during ", at: 0) || line.has("fatal error: ", at: i)
      || start(line) == .detail
  }

  /// Whether the end of a line is missing that the runtime prints: a console cut it, and the rest comes next.
  static func isUnfinished(_ line: String) -> Bool {
    if line.hasPrefix("runtime: bad pointer in frame ") { return !line.contains(": 0x") }
    if line.hasPrefix("runtime: goroutine stack exceeds ") { return !line.contains("limit") }
    return (line.hasPrefix("[signal ") || line.hasPrefix("runtime: sp=")) && !line.hasSuffix("]")
  }

  /// Whether a line only says what comes before or behind the message.
  static func isDetail(_ line: String) -> Bool {
    let bytes = Array(line.utf8)
    return line.isEmpty || start(bytes.span) == .detail
  }

  /// Whether a process ends with these words.
  static func isFatal(_ line: String) -> Bool {
    let bytes = Array(line.utf8)
    switch start(bytes.span) {
    case .panic, .fatal, .signal: return true
    case .race, .served, .detail, nil: return false
    }
  }

  /// Returns the kind of end that the words describe.
  static func kind(_ words: [String]) -> Crash.Kind {
    for line in words {
      let bytes = Array(line.utf8)
      switch start(bytes.span) {
      case .fatal:
        if line.contains("stack overflow") { return .overflow }
        if line.contains("all goroutines are asleep") || line.contains("no goroutines (main called") {
          return .deadlock
        }
        if line.contains("concurrent map") { return .mapRace }
        if line.contains("out of memory") || line.contains("cannot allocate memory") { return .outOfMemory }
        return .fatal
      case .panic: return line.hasPrefix("panic: test timed out after") ? .timeout : .panic
      case .signal: return .signal
      case .race: return .race
      case .served: return .served
      case nil where line.contains("panic serving "): return .served
      case nil
      where line.contains("anic") || line.contains("ANIC") || line.contains("ecovered")
        || line.contains("runtime error"):
        return .panic
      case nil where line.contains("atal") || line.contains("FATAL"): return .fatal
      case .detail, nil: continue
      }
    }
    return .dump
  }

  /// `runtime: goroutine stack exceeds 1000000000-byte limit`, `runtime: sp=0x… stack=[0x…, 0x…]`,
  /// `[signal SIGSEGV: … pc=0x…]`, `runtime: bad pointer in frame main.f at 0xc000…: 0x123` (Go `runtime/stack.go`,
  /// adjustpointers).
  static func readDetails(_ words: [String], into crash: inout Crash) {
    for line in words {
      let text = Array(line.utf8)
      if text.span.has("[signal ", at: 0), let pc = text.span.firstOffset(of: " pc=0x"),
        text.span.ends(with: "]")
      {
        crash.faultPC = text.span.hexadecimal(pc + 6..<text.count - 1)
      }
      if text.span.has("runtime: g ", at: 0) {
        let (id, end) = text.span.decimal(from: 11)
        if end > 11, id < .max { crash.unwound = UInt64(id) }
      }
      if text.span.has("runtime: bad pointer in frame ", at: 0), let at = text.span.firstOffset(of: " at 0x"),
        let blank = text.span.lastOffset(of: 0x20, below: text.count), at >= 30, blank > at
      {
        crash.badPointer = (text.span.string(30..<at), text.span.string(blank + 1..<text.count))
      }
      if text.span.has("runtime: goroutine stack exceeds ", at: 0) {
        // A limit above any that the runtime has (`maxstackceiling`, Go `runtime/proc.go`) is none of its words.
        crash.limit = Int(exactly: text.span.decimal(from: 33).value).flatMap {
          $0 < StackFrame.limit ? $0 : nil
        }
      }
      guard text.span.has("runtime: sp=0x", at: 0), let open = text.span.firstOffset(of: " stack=[0x"),
        let comma = text.span.firstOffset(of: ", 0x", from: open),
        let close = text.span.firstOffset(of: UInt8(ascii: "]"), from: comma),
        let sp = text.span.hexadecimal(14..<open), let low = text.span.hexadecimal(open + 10..<comma),
        let high = text.span.hexadecimal(comma + 4..<close), low <= high, high - low < StackFrame.limit
      else { continue }
      crash.sp = sp
      crash.stack = low..<high
    }
  }
}
