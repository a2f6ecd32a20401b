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

  /// After so many lines of something else goroutines are not the last crash's.
  private static let patience = 16
  /// A panic's value may have many lines.
  private static let messageLimit = 200

  /// Reads a line without its newline.
  mutating func read(_ line: Span<UInt8>) {
    let hasEnded = state == .ended
    if isRace, readRace(line) { return }
    let isInside = state.isInGoroutine
    switch TraceLine(line) {
    case .goroutine(let header): begin(header, line)
    case .profile:
      end()
      message.lines = []
      open()
      touch()
    case .counted(let count, let start):
      guard foreign != nil else { return other(line) }
      beginCounted(count, line, start)
    case .function where !isInside, .numbered where !isInside, .profiled where !isInside,
      .creator where !isInside:
      return other(line)
    case .function(let range, let isInlined, let argument):
      pushNext()
      name(TraceFrame(function: name(line, range), isInlined: isInlined, argument: argument), .named)
    case .creator(let range, let id):
      pushNext()
      goroutine.trace.creatorID = id
      name(TraceFrame(function: name(line, range)), .created)
    case .numbered(let range, let pc):
      push()
      // An inlined function stands at the pc of the function that it was inlined into.
      if let last = goroutine.trace.frames.indices.last, goroutine.trace.frames[last].pc == pc {
        goroutine.trace.frames[last].isInlined = true
      }
      name(TraceFrame(function: name(line, range), pc: pc), .named)
    case .profiled(let range, let place):
      goroutine.trace.frames.append(
        TraceFrame(
          function: name(line, range), file: name(line, place.file), line: place.line, offset: place.offset,
          pc: place.pc))
      touch()
    case .place(let place): self.place(place, line)
    case .elided(let count):
      push()
      if isInside { goroutine.trace.elided = .init(behind: goroutine.trace.frames.count, count: count) }
      touch()
    case .unavailable:
      if isInside { goroutine.trace.isUnavailable = true }
      touch()
    case .register(let name, let value):
      guard foreign != nil, !isInside, let last = traces.crashes.indices.last else { return other(line) }
      traces.crashes[last].registers.append(.init(name: line.string(name), value: value))
    case .blank:
      if isInside {
        end()
        state = .ended
      } else if state == .message {
        message.lines.append("")
      }
    case .other: other(line)
    }
    if hasEnded, state == .ended { state = .outside }
  }

  /// Ends the text.
  mutating func finish() {
    end()
    // A crash without a traceback: GOTRACEBACK=none, or the log ends.
    if isFatal { open() }
    drop()
    foreign = nil
  }

  /// Notes that a line belonged to a traceback.
  private mutating func touch() {
    if foreign != nil { foreign = 0 }
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
    state = .betweenFrames
    touch()
  }

  /// Begins the goroutines of one line of a profile: their count and, from an offset on, their addresses.
  private mutating func beginCounted(_ count: Int, _ line: Span<UInt8>, _ start: Int) {
    end()
    if isFatal { open() }
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
    case .named: goroutine.trace.frames.append(goroutine.frame)
    case .created: goroutine.trace.creator = goroutine.frame
    case .doubtful: break
    case .outside, .message, .betweenFrames, .ended: return
    }
    state = .betweenFrames
  }

  // MARK: Crashes

  /// Reads a line that is no traceback's: the message of a crash, or something else.
  private mutating func other(_ line: Span<UInt8>) {
    if let start = CrashWords.start(line) { return beginMessage(start, line) }
    switch state {
    case .betweenFrames, .doubtful:
      goroutine.frame = TraceFrame(function: traces.names.intern(line))
      state = .doubtful
      countForeign()
    case .named, .created: countForeign()
    case .message where message.lines.count < Self.messageLimit: message.lines.append(line.string())
    case .message, .outside, .ended:
      foreign? += 1
      drop()
    }
  }

  private mutating func countForeign() {
    foreign? += 1
    traces.diagnostics.foreignLines += 1
  }

  /// Begins a message, or goes on with one: a panic of a deferred function stands behind the first one.
  private mutating func beginMessage(_ start: CrashWords.Start, _ line: Span<UInt8>) {
    let continues = state == .message && CrashWords.continues(line)
    end()
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
      goroutine.trace.state = traces.names.intern(line.extracting(0..<line.count - 1))
      if let at = line.firstOffset(of: "oroutine ") {
        goroutine.trace.id = UInt64(line.decimal(from: at + 9).value)
      }
      state = .betweenFrames
      return true
    }
    guard line.has("  ", at: 0) else { return false }
    if line.has("      ", at: 0) {
      var text = Array(unsafe line.extracting(5..<line.count).withUnsafeBufferPointer { unsafe Array($0) })
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
