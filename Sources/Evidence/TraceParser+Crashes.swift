import ByteText
import ProgramModel

/// Messages, and the crashes that they open.
extension TraceParser {
  /// Reads a line that is no traceback's: the message of a crash, or something else.
  ///
  /// - Parameter isOther: no stack begins with it.
  mutating func other(_ line: Span<UInt8>, isOther: Bool = false) {
    if CrashWords.isMemory(line), state == .message || state.isInGoroutine { return touch() }
    if state.isInGoroutine, CrashWords.isBadReturn(line) {
      // The runtime goes no further along this stack.
      goroutine.trace.isCut = true
      return touch()
    }
    if let start = CrashWords.start(line, inMessage: state == .message) { return beginMessage(start, line) }
    let name = line.extracting(line.skippingBlanks(0..<line.count)..<line.count)
    if headless.isEmpty, state == .outside || state == .ended, !isOther,
      name.firstOffset(of: UInt8(ascii: "."), from: 0) != nil, TraceLine.isName(name, 0..<name.count),
      holdHeadless(name)
    {
      return
    }
    switch state {
    case .betweenFrames, .doubtful:
      state = .betweenFrames
      if TraceLine.isName(name, 0..<name.count) {
        goroutine.frame = TraceFrame(function: traces.names.intern(name))
        state = .doubtful
      }
      countForeign(line)
    case .named, .created, .addressed: countForeign(line)
    case .message
    where message.lines.last.map { $0.utf8.count < Self.consoleWidth && CrashWords.isUnfinished($0) } == true:
      message.lines[message.lines.count - 1] += line.string()
    case .message where message.lines.count < Self.messageLimit: message.lines.append(line.string())
    case .message, .outside, .ended:
      foreign? += 1
      drop()
    }
  }

  mutating func countForeign(_ line: Span<UInt8>) {
    part = line.copied
    foreign? += 1
    goroutine.foreign += 1
  }

  /// Begins a message, or goes on with one: a panic of a deferred function stands behind the first one.
  mutating func beginMessage(_ start: CrashWords.Start, _ line: Span<UInt8>) {
    // Where the runtime's own stack overflows it traps (Go `runtime/proc.go`, badmorestackg0).
    let isTrap = start == .signal && message.lines.last?.hasPrefix("fatal: morestack on ") == true
    let continues = state == .message && (isTrap || CrashWords.continues(line))
    end()
    if state != .message, foreign ?? Self.patience < Self.patience, start == .fatal, amend(line) { return }
    if !continues {
      if isFatal { open() }
      if start != .detail, !message.lines.allSatisfy(CrashWords.isDetail) { drop() }
    }
    isRace = start == .race
    if message.lines.isEmpty { message.number = number }
    if message.lines.count < Self.messageLimit { message.lines.append(line.string()) }
    state = .message
    touch()
  }

  /// Adds the word of what ended the process where its stack was printed first (Go `runtime/stack.go`, newstack;
  /// `runtime/proc.go`, badmorestackg0).
  ///
  /// - Returns: false where the last crash has a word already.
  mutating func amend(_ line: Span<UInt8>) -> Bool {
    guard let last = traces.crashes.indices.last, !traces.crashes[last].message.isEmpty,
      traces.crashes[last].message.allSatisfy(CrashWords.isDetail)
    else { return false }
    traces.crashes[last].message.append(line.string())
    traces.crashes[last].kind = CrashWords.kind(traces.crashes[last].message)
    touch()
    return true
  }

  /// Begins a message whose word stands inside of a line, as frameworks and loggers write it: `Observed a panic: …`.
  mutating func beginMessage(within line: Span<UInt8>) {
    end()
    if isFatal { open() }
    drop()
    message = ([line.string()], number)
    state = .message
    touch()
  }

  /// Takes over a message that stands before this process's first goroutine, and lost what stands before all its lines.
  mutating func adopt(from other: inout TraceParser) {
    guard other.state == .message, state == .outside, traces.crashes.isEmpty else { return }
    message = other.message
    state = .message
    other.drop()
  }

  /// Takes off its lines what stands behind every line; a goroutine's header that was taken for one of them ends it.
  mutating func cutMessage(_ suffix: [UInt8]) {
    let text = String(decoding: suffix, as: UTF8.self)
    message.lines = message.lines.prefix { !$0.hasPrefix("goroutine ") }.map { line in
      guard line.hasSuffix(text) else { return line }
      let cut = line.dropLast(text.count)
      return String(
        cut.prefix(cut.lastIndex { $0 != " " }.map { cut.distance(from: cut.startIndex, to: $0) + 1 } ?? 0))
    }
  }

  /// The message alone is that of a crash.
  var isFatal: Bool { message.lines.contains { CrashWords.isFatal($0) } }

  /// Forgets the message.
  mutating func drop() {
    message.lines = []
    if state == .message { state = .outside }
  }

  /// Opens a crash with the message.
  mutating func open() {
    let start = traces.goroutines.count
    while message.lines.last?.isEmpty == true { message.lines.removeLast() }
    let lines = message.lines
    var crash = Crash(
      kind: CrashWords.kind(lines), message: lines, number: lines.isEmpty ? number : message.number,
      goroutines: start..<start)
    CrashWords.readDetails(lines, into: &crash)
    traces.crashes.append(crash)
    drop()
    foreign = 0
  }
}
