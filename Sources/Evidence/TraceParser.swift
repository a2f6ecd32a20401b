import ByteText
import ProgramModel

/// Reads the tracebacks of one process, line by line, without the text that a log puts around them.
///
/// What a line does depends on the ``State`` that the lines before it left.
struct TraceParser {
  /// The parser's place in a traceback, each with a line that leads there.
  private enum State {
    /// `listening on :8080`: no traceback. Before: the start, or any other state. A message or a goroutine may follow.
    case outside
    /// `panic: boom`: the message of a crash, if a goroutine follows. Before: any state. More lines of the message follow,
    /// a blank one among them, or a goroutine.
    case message
    /// `goroutine 7 [running]:` or `\tmain.go:12 +0x1d`: inside a goroutine, between frames. Before: any state. A name
    /// follows, or the blank line that ends the goroutine.
    case betweenFrames
    /// `main.f(0x1?)`: a frame's name. Before: ``betweenFrames``. Its place follows; a second name means that the lines
    /// of another process are among these.
    case named
    /// `created by main.main in goroutine 1`: as ``named``, for the go statement that started the goroutine.
    case created
    /// `main.f`: inside a goroutine, a line without arguments. Before: ``betweenFrames``. A place makes it the name of a
    /// frame, as in a stack that a logger wrote; anything else makes it a foreign line.
    case doubtful
    /// The blank line behind a goroutine. A place that follows, with its name or without, has no goroutine of its own
    /// and may be of this one, which is torn then.
    case ended

    /// A goroutine is being read.
    var isInGoroutine: Bool {
      switch self {
      case .betweenFrames, .named, .created, .doubtful: true
      case .outside, .message, .ended: false
      }
    }
  }

  /// The goroutine that is being read.
  private struct Goroutine {
    var trace = GoroutineTrace()
    /// The frame whose name was read: in ``State/named``, ``State/created`` and ``State/doubtful``.
    var frame = TraceFrame(function: NameID(index: 0))
    /// The addresses of a goroutine of a profile with `debug=1`, in case that no line names them.
    var pcs: [UInt64] = []
    /// Changes the stack that is being read: the goroutine's own, or that of its last ancestor.
    mutating func change(_ body: (inout GoroutineTrace) -> Void) {
      if let last = trace.ancestors.indices.last { body(&trace.ancestors[last]) } else { body(&trace) }
    }

    /// The only frame of a goroutine in delve's list.
    var listed: TraceFrame?
    /// How many lines of something else came since its last one: whether they are among its own the next one tells.
    var foreign = 0
    /// Two names came in a row, or two places: another process's lines are among these, and nobody knows whose are
    /// whose.
    var isTorn = false
  }

  private(set) var traces = Traces()
  /// The number of the line that is read next, which orders the crashes of several processes.
  var number = 0
  /// The number of lines that belonged to a traceback.
  private(set) var recognized = 0
  private var state = State.outside
  private var goroutine = Goroutine()
  /// The lines of ``State/message``, and the number of the first one.
  private var message: (lines: [String], number: Int) = ([], 0)
  /// The number of lines of something else since the last line of the crash that goroutines belong to; nil where they
  /// belong to none.
  private var foreign: Int?
  /// Whether this is inside a report of the race detector, whose lines are indented.
  private var isRace = false
  /// Whether counted addresses are those of another profile than the goroutines'.
  private var isOtherProfile = false
  /// A line of the goroutine that is not understood: a console may have cut it, and the rest comes next.
  private var part: [UInt8] = []
  /// The last line of a place, whose end may come next.
  private var lastPlace: [UInt8] = []
  /// A function's line outside of any goroutine: if its place follows, it is a stack without a header.
  private var headless: [UInt8] = []

  private static let nothing: [UInt8] = []
  /// After so many lines of something else goroutines are not the last crash's.
  private static let patience = 16
  /// A panic's value may have many lines.
  private static let messageLimit = 200

  /// Whether a goroutine is being read, so that names and places are its.
  var isInGoroutine: Bool { state.isInGoroutine && !isRace }

  /// Whether a goroutine's header would begin a crash without a word why.
  var lacksWords: Bool { message.lines.allSatisfy(CrashWords.isDetail) }

  /// Reads a line without its newline.
  mutating func read(_ line: Span<UInt8>) { read(line, TraceLine(line)) }

  /// Reads a line whose meaning is known already.
  mutating func read(_ line: Span<UInt8>, _ meaning: TraceLine) {
    if !headless.isEmpty, beginHeadless(line, meaning) { return }
    let hasEnded = state == .ended
    if isRace, readRace(line) { return }
    if state.isInGoroutine, rejoin(line, meaning) { return }
    switch meaning {
    case .goroutine(let header): begin(header, line)
    case .profile(let isOfGoroutines):
      end()
      isOtherProfile = !isOfGoroutines
      guard isOfGoroutines else { return drop() }
      message.lines = []
      open()
      touch()
    case .counted(let count, let start):
      guard !isOtherProfile else { return other(line) }
      beginCounted(count, line, start)
    case .numbered(let index, _, _): readStack(index, line, meaning)
    case .listed(let frame): readStack(frame.index, line, meaning)
    case .function, .profiled, .creator, .ancestor, .elided, .unavailable:
      guard state.isInGoroutine else { return outside(line, meaning) }
      inside(line, meaning)
    case .place(let place):
      if place.isIndented || isExpected(place, line) { self.place(place, line) } else { other(line) }
    case .register(let name, let value):
      guard foreign != nil, !state.isInGoroutine, let last = traces.crashes.indices.last else {
        return other(line)
      }
      traces.crashes[last].registers.append(.init(name: line.string(name), value: value))
    case .blank:
      if state.isInGoroutine {
        end()
        state = .ended
      } else if state == .message {
        message.lines.append("")
      }
    case .other: other(line)
    }
    if hasEnded, state == .ended { state = .outside }
  }

  /// Reads a line that has a meaning inside a goroutine.
  private mutating func inside(_ line: Span<UInt8>, _ meaning: TraceLine) {
    switch meaning {
    case .function(let range, let isInlined, let argument):
      pushNext()
      name(TraceFrame(function: name(line, range), isInlined: isInlined, argument: argument), .named)
    case .creator(let range, let id):
      pushNext()
      goroutine.change { $0.creatorID = id }
      name(TraceFrame(function: name(line, range)), .created)
    case .listed(let frame):
      push()
      goroutine.change { [frame = self.frame(frame, line)] in $0.frames.append(frame) }
      touch()
    case .numbered(_, let range, let pc):
      push()
      // An inlined function stands at the pc of the function that it was inlined into.
      if let last = goroutine.trace.frames.indices.last, goroutine.trace.frames[last].pc == pc {
        goroutine.trace.frames[last].isInlined = true
      }
      name(TraceFrame(function: name(line, range), pc: pc), .named)
    case .profiled(let range, let place):
      if let last = goroutine.trace.frames.indices.last, goroutine.trace.frames[last].pc == place.pc {
        goroutine.trace.frames[last].isInlined = true
      }
      goroutine.trace.frames.append(
        TraceFrame(
          function: name(line, range), file: name(line, place.file), line: place.line, offset: place.offset,
          pc: place.pc))
      touch()
    case .ancestor(let id):
      push()
      goroutine.trace.ancestors.append(GoroutineTrace(id: id))
      touch()
    case .elided(let count):
      push()
      goroutine.change { $0.elided = .init(behind: $0.frames.count, count: count) }
      touch()
    case .unavailable:
      goroutine.trace.isUnavailable = true
      touch()
    default: break
    }
  }

  /// Reads a frame of a debugger's stack, which has no header: the innermost one begins it, or any behind something else.
  private mutating func readStack(_ index: Int?, _ line: Span<UInt8>, _ meaning: TraceLine) {
    if !state.isInGoroutine || index == 0 && !goroutine.trace.frames.isEmpty {
      end()
      if state == .message || foreign ?? Self.patience >= Self.patience { open() }
      goroutine.trace.isCut = index ?? 0 > 0
      state = .betweenFrames
    }
    inside(line, meaning)
  }

  private mutating func frame(_ frame: DebuggerLine, _ line: Span<UInt8>) -> TraceFrame {
    TraceFrame(
      function: name(line, frame.name), file: frame.file.map { name(line, $0) }, line: frame.line,
      pc: frame.pc)
  }

  /// Reads a line outside of a goroutine that has a meaning inside one: a function's line may begin a stack without a
  /// header, as Windows' exceptions have it (Go `runtime/signal_windows.go`, winthrow), and a log that was cut.
  private mutating func outside(_ line: Span<UInt8>, _ meaning: TraceLine) {
    if case .elided = meaning { return touch() }
    if case .unavailable = meaning { return touch() }
    if case .function = meaning, holdHeadless(line) { return }
    other(line)
  }

  /// Keeps a line that may be the first of a stack without a header.
  private mutating func holdHeadless(_ line: Span<UInt8>) -> Bool {
    guard state == .message ? lacksHeader : foreign == nil && state == .outside else { return false }
    headless = line.copied
    return true
  }

  /// Whether a stack without a header may follow the message.
  private var lacksHeader: Bool { lacksWords || message.lines.contains { $0.hasPrefix("Exception 0x") } }

  /// Begins the goroutine that has no header, if a line is the place of ``headless``.
  private mutating func beginHeadless(_ line: Span<UInt8>, _ meaning: TraceLine) -> Bool {
    let first = headless
    headless = []
    let firstMeaning = TraceLine(first.span)
    var isCall = false
    if case .function = firstMeaning { isCall = true }
    guard case .place(let place) = meaning, isCall || place.isIndented,
      place.offset != nil || line.extracting(place.file).ends(with: ".go")
    else {
      other(first.span, isOther: true)
      return false
    }
    end()
    if state == .message || foreign == nil { open() }
    // The runtime's own without a message had a header, in what is not there; a logger prints none.
    goroutine.trace.isCut = isCall && traces.crashes.last?.message.isEmpty != false
    state = .betweenFrames
    if isCall {
      inside(first.span, firstMeaning)
    } else {
      name(TraceFrame(function: traces.names.intern(first.span)), .named)
    }
    self.place(place, line)
    return true
  }

  /// Puts together what a console of 80 columns, or a terminal, cut in two.
  private mutating func rejoin(_ line: Span<UInt8>, _ meaning: TraceLine) -> Bool {
    switch meaning {
    case .other, .function: break
    case .place(let place) where !place.isIndented: break
    default:
      part = []
      return false
    }
    if case .function = meaning {
    } else if state == .betweenFrames, !lastPlace.isEmpty, Self.isRest(line) {
      return replacePlace(line)
    }
    guard part.count >= Self.leastWidth else { return false }
    let whole = part + line.copied
    part = []
    switch TraceLine(whole.span) {
    case .function where state == .betweenFrames || state == .doubtful: state = .betweenFrames
    case .place(let place) where (state == .named || state == .created) && place.isIndented: break
    default: return false
    }
    goroutine.foreign -= 1
    read(whole.span)
    return true
  }

  /// A console that cuts lines has so many columns at least.
  private static let leastWidth = 40

  /// Reads the last place once more, with the rest of its line.
  private mutating func replacePlace(_ rest: Span<UInt8>) -> Bool {
    let whole = lastPlace + rest.copied
    guard case .place(let place) = TraceLine(whole.span), let last = goroutine.trace.frames.last,
      goroutine.trace.ancestors.isEmpty, goroutine.trace.creator == nil
    else { return false }
    goroutine.trace.frames.removeLast()
    goroutine.frame = last
    state = .named
    self.place(place, whole.span)
    return true
  }

  /// Whether a line is the end of a place and nothing else: `39`, `2 +0x1d`, `0x4793 pc=0x479339`.
  private static func isRest(_ line: Span<UInt8>) -> Bool {
    for i in line.indices {
      switch line[i] {
      case 0x30...0x39, 0x61...0x66, 0x20, UInt8(ascii: "x"), UInt8(ascii: "+"), UInt8(ascii: "="),
        UInt8(ascii: "p"), UInt8(ascii: "s"):
        continue
      default: return false
      }
    }
    return true
  }

  /// Whether a place without its TAB is that of the name before it, as no other text would be.
  private func isExpected(_ place: TraceLine.Place, _ line: Span<UInt8>) -> Bool {
    switch state {
    case .named, .created:
      place.offset != nil || place.pc != nil || line.extracting(place.file).ends(with: ".go")
    case .doubtful: place.offset != nil
    case .outside, .message, .betweenFrames, .ended: false
    }
  }

  /// Ends the text.
  mutating func finish() {
    if !headless.isEmpty { _ = beginHeadless(Self.nothing.span, .blank) }
    end()
    // A crash without a traceback: GOTRACEBACK=none, or the log ends.
    if isFatal { open() }
    drop()
    foreign = nil
  }

  /// Notes that a line belonged to a traceback.
  private mutating func touch() {
    if foreign != nil { foreign = 0 }
    traces.diagnostics.foreignLines += goroutine.foreign
    goroutine.foreign = 0
    recognized += 1
  }

  // MARK: Goroutines

  private mutating func begin(_ header: TraceLine.Header, _ line: Span<UInt8>) {
    end()
    if state == .message || foreign ?? Self.patience >= Self.patience { open() }
    goroutine.trace = GoroutineTrace(id: header.id, minutes: header.minutes, isLocked: header.isLocked)
    goroutine.trace.isSystem = header.id == nil
    goroutine.trace.state = header.state.map { traces.names.intern(line.extracting($0)) }
    goroutine.trace.labels = header.labels.map { traces.names.intern(line.extracting($0)) }
    goroutine.listed = header.frame.map { frame($0, line) }
    state = .betweenFrames
    touch()
  }

  /// Begins the goroutines of one line of a profile: their count and, from an offset on, their addresses.
  private mutating func beginCounted(_ count: Int, _ line: Span<UInt8>, _ start: Int) {
    end()
    if isFatal || foreign == nil { open() }
    drop()
    goroutine.trace = GoroutineTrace(count: count)
    var at = start
    while at < line.count {
      let blank = line.firstOffset(of: 0x20, from: at) ?? line.count
      if line.has("0x", at: at), let pc = line.hexadecimal(at + 2..<blank) { goroutine.pcs.append(pc) }
      at = blank + 1
    }
    state = .betweenFrames
    touch()
  }

  /// Ends the goroutine, if one is being read.
  private mutating func end() {
    guard state.isInGoroutine else { return }
    // The frame's place should have come.
    if state == .named || state == .created { goroutine.trace.isCut = true }
    push()
    state = .outside
    var ended = Goroutine()
    swap(&ended, &goroutine)
    var trace = ended.trace
    if ended.isTorn { trace.tear() }
    if trace.frames.isEmpty, let frame = ended.listed { trace.frames = [frame] }
    if trace.frames.isEmpty {
      trace.frames = ended.pcs.map { pc in
        TraceFrame(function: traces.names.intern("0x" + String(pc, radix: 16)), pc: pc, isNameless: true)
      }
    }
    // Before Go 1.21 no more than a hundred frames are printed; where inlined ones are among the last, it is not said
    // that there are more (`runtime/traceback.go`, traceback1: `n == _TracebackMaxFrames`).
    if trace.elided == nil, trace.creatorID == nil, trace.frames.count >= 100, let last = trace.frames.last,
      !["runtime.goexit", "runtime.main", "main.main"].contains(traces.names.string(last.function))
    {
      trace.elided = .init(behind: trace.frames.count, count: nil)
    }
    traces.diagnostics.cutGoroutines += trace.isCut ? 1 : 0
    traces.goroutines.append(trace)
    guard let last = traces.crashes.indices.last else { return }
    let start = traces.crashes[last].goroutines.lowerBound
    traces.crashes[last].goroutines = start..<traces.goroutines.count
  }

  // MARK: Frames

  private mutating func name(_ line: Span<UInt8>, _ range: Range<Int>) -> NameID {
    traces.names.intern(line.extracting(range))
  }

  /// Takes a frame whose place comes next.
  private mutating func name(_ frame: TraceFrame, _ next: State) {
    goroutine.frame = frame
    state = next
    touch()
  }

  private mutating func place(_ place: TraceLine.Place, _ line: Span<UInt8>) {
    guard state == .named || state == .created || state == .doubtful, !goroutine.isTorn else {
      return tear()
    }
    if state == .doubtful { state = .named }
    goroutine.frame.file = name(line, place.file)
    goroutine.frame.line = place.line
    goroutine.frame.offset = place.offset
    goroutine.frame.fp = place.fp
    goroutine.frame.sp = place.sp
    goroutine.frame.pc = place.pc ?? goroutine.frame.pc
    push()
    lastPlace.removeAll(keepingCapacity: true)
    if line.count >= Self.leastWidth {
      unsafe line.withUnsafeBufferPointer { unsafe lastPlace.append(contentsOf: $0) }
    }
    touch()
  }

  /// Notes a place that no name stands before.
  private mutating func tear() {
    if state.isInGoroutine {
      goroutine.isTorn = true
    } else if state == .ended, let last = traces.goroutines.indices.last, !traces.goroutines[last].isCut {
      traces.goroutines[last].tear()
      traces.diagnostics.cutGoroutines += 1
    } else {
      return
    }
    traces.diagnostics.foreignLines += 1
  }

  /// As ``push()``, where another name follows.
  private mutating func pushNext() {
    goroutine.isTorn = goroutine.isTorn || state == .named || state == .created
    push()
  }

  /// Adds the frame whose name was read to the goroutine.
  private mutating func push() {
    switch state {
    case .named: goroutine.change { [frame = goroutine.frame] in $0.frames.append(frame) }
    case .created: goroutine.change { [frame = goroutine.frame] in $0.creator = frame }
    case .doubtful: break
    case .outside, .message, .betweenFrames, .ended: return
    }
    state = .betweenFrames
  }

  // MARK: Crashes

  /// Reads a line that is no traceback's: the message of a crash, or something else.
  ///
  /// - Parameter isOther: no stack begins with it.
  private mutating func other(_ line: Span<UInt8>, isOther: Bool = false) {
    if CrashWords.isMemory(line), state == .message || state.isInGoroutine { return touch() }
    if state.isInGoroutine, CrashWords.isBadReturn(line) {
      // The runtime goes no further along this stack.
      goroutine.trace.isCut = true
      return touch()
    }
    if let start = CrashWords.start(line, inMessage: state == .message) { return beginMessage(start, line) }
    if headless.isEmpty, state == .outside, !isOther, line.firstOffset(of: UInt8(ascii: "."), from: 0) != nil,
      TraceLine.isName(line, 0..<line.count), holdHeadless(line)
    {
      return
    }
    switch state {
    case .betweenFrames, .doubtful:
      state = .betweenFrames
      if TraceLine.isName(line, 0..<line.count) {
        goroutine.frame = TraceFrame(function: traces.names.intern(line))
        state = .doubtful
      }
      countForeign(line)
    case .named, .created: countForeign(line)
    case .message where message.lines.last.map(CrashWords.isUnfinished) == true:
      message.lines[message.lines.count - 1] += line.string()
    case .message where message.lines.count < Self.messageLimit: message.lines.append(line.string())
    case .message, .outside, .ended:
      foreign? += 1
      drop()
    }
  }

  private mutating func countForeign(_ line: Span<UInt8>) {
    part = line.copied
    foreign? += 1
    goroutine.foreign += 1
  }

  /// Begins a message, or goes on with one: a panic of a deferred function stands behind the first one.
  private mutating func beginMessage(_ start: CrashWords.Start, _ line: Span<UInt8>) {
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
    message.lines.append(line.string())
    state = .message
    touch()
  }

  /// Adds the word of what ended the process where its stack was printed first (Go `runtime/stack.go`, newstack;
  /// `runtime/proc.go`, badmorestackg0).
  ///
  /// - Returns: false where the last crash has a word already.
  private mutating func amend(_ line: Span<UInt8>) -> Bool {
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

  /// The message alone is that of a crash.
  private var isFatal: Bool { message.lines.contains { CrashWords.isFatal($0) } }

  /// Forgets the message.
  private mutating func drop() {
    message.lines = []
    if state == .message { state = .outside }
  }

  /// Opens a crash with the message.
  private mutating func open() {
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

  // MARK: The race detector

  /// Reads a line of its report (`runtime/race`): `Write at 0x… by goroutine 7:`, then names and places, indented.
  ///
  /// - Returns: false for a line that stands in other reports as well.
  private mutating func readRace(_ line: Span<UInt8>) -> Bool {
    if line.has("==========", at: 0) {
      end()
      isRace = false
      foreign = nil
      return true
    }
    if line.ends(with: ":"), !line.has(" ", at: 0) {
      end()
      if foreign == nil || state == .message { open() }
      touch()
      goroutine.trace.state = traces.names.intern(line.extracting(0..<line.count - 1))
      if let at = line.firstOffset(of: "oroutine ") {
        goroutine.trace.id = UInt64(line.decimal(from: at + 9).value)
      }
      state = .betweenFrames
      return true
    }
    guard line.has("  ", at: 0) else { return false }
    touch()
    if line.has("      ", at: 0) {
      var text = line.extracting(5..<line.count).copied
      text[0] = UInt8(ascii: "\t")
      if case .place(let place) = TraceLine(text.span) { self.place(place, text.span) }
    } else if state.isInGoroutine {
      let text = line.extracting(2..<line.count)
      guard case .function(let name, let isInlined, _) = TraceLine(text) else { return true }
      push()
      goroutine.frame = TraceFrame(function: traces.names.intern(text.extracting(name)), isInlined: isInlined)
      state = .named
    }
    return true
  }
}
