import ByteText
import ProgramModel

/// Reads the tracebacks of one process, line by line, without the text that a log puts around them.
///
/// What a line does depends on the ``State`` that the lines before it left.
struct TraceParser {
  /// The parser's place in a traceback, each with a line that leads there.
  enum State {
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
    /// `/src/main.go:4 (0x45e1a0)`: a frame of gin's, whose function comes next. Before: any state.
    case addressed
    /// The blank line behind a goroutine. A place that follows, with its name or without, has no goroutine of its own
    /// and may be of this one, which is torn then.
    case ended

    /// A goroutine is being read.
    var isInGoroutine: Bool {
      switch self {
      case .betweenFrames, .named, .created, .doubtful, .addressed: true
      case .outside, .message, .ended: false
      }
    }
  }

  /// The goroutine that is being read.
  struct Goroutine {
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
    /// A place without a name stands before the first frame: of a log whose newest line is first each does.
    var isBehindPlace = false
    /// How many lines of something else came since its last one: whether they are among its own the next one tells.
    var foreign = 0
    /// Two names came in a row, or two places: another process's lines are among these, and nobody knows whose are
    /// whose.
    var isTorn = false
  }

  var traces = Traces()
  /// The number of the line that is read next, which orders the crashes of several processes.
  var number = 0
  /// The number of lines that belonged to a traceback.
  var recognized = 0
  var state = State.outside
  var goroutine = Goroutine()
  /// The lines of ``State/message``, and the number of the first one.
  var message: (lines: [String], number: Int) = ([], 0)
  /// The number of lines of something else since the last line of the crash that goroutines belong to; nil where they
  /// belong to none.
  var foreign: Int?
  /// Whether this is inside a report of the race detector, whose lines are indented.
  var isRace = false
  /// Whose list of stacks this is inside of.
  var profiler: Profiler?
  /// The last line was a place, outside of any goroutine.
  var isBehindPlace = false
  /// The threads of a debugger or a crash report.
  var threads = Threads()
  /// Whether counted addresses are those of another profile than the goroutines'.
  var isOtherProfile = false
  /// A line of the goroutine that is not understood: a console may have cut it, and the rest comes next.
  var part: [UInt8] = []
  /// The last line of a place, whose end may come next.
  var lastPlace: [UInt8] = []
  /// A function's line outside of any goroutine: if its place follows, it is a stack without a header.
  var headless: [UInt8] = []
  /// Whether a place without a name stands before ``headless``.
  var isHeadlessBehindPlace = false

  static let nothing: [UInt8] = []
  /// After so many lines of something else goroutines are not the last crash's.
  static let patience = 16
  /// A panic's value may have many lines.
  static let messageLimit = 200
  /// A line that a console cut is not longer.
  static let consoleWidth = 256

  /// Whether a line waits for its place to be the first frame of a stack without a header.
  var hasHeadless: Bool { !headless.isEmpty }

  /// Whether a goroutine is being read, so that names and places are its.
  var isInGoroutine: Bool { state.isInGoroutine && !isRace }

  /// Whether a goroutine's header would begin a crash without a word why.
  var lacksWords: Bool { message.lines.allSatisfy(CrashWords.isDetail) }

  /// Reads a line without its newline.
  mutating func read(_ line: Span<UInt8>) { read(line, TraceLine(line)) }

  /// Reads a line whose meaning is known already.
  mutating func read(_ line: Span<UInt8>, _ meaning: TraceLine) {
    if !headless.isEmpty, beginHeadless(line, meaning) { return }
    if case .other = meaning, readThread(line) { return }
    let hasEnded = state == .ended
    defer {
      if case .place = meaning {
        isBehindPlace = !state.isInGoroutine
      } else if !line.isEmpty {
        isBehindPlace = false
      }
    }
    if isRace, readRace(line) { return }
    if readProfile(line) { return }
    if readSourced(line) { return }
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
    case .addressed(let place): readAddressed(place, line)
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
      } else if state == .message, message.lines.count < Self.messageLimit {
        message.lines.append("")
      }
    case .other: other(line)
    }
    if hasEnded, state == .ended { state = .outside }
  }

  /// Reads a line that has a meaning inside a goroutine.
  mutating func inside(_ line: Span<UInt8>, _ meaning: TraceLine) {
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
  mutating func readStack(_ index: Int?, _ line: Span<UInt8>, _ meaning: TraceLine) {
    if !state.isInGoroutine || index == 0 && !goroutine.trace.frames.isEmpty {
      end()
      if state == .message || foreign ?? Self.patience >= Self.patience { open() }
      goroutine.trace.isCut = index ?? 0 > 0
      state = .betweenFrames
      (goroutine.trace.thread, goroutine.trace.isCurrent) = (
        threads.next?.number, threads.next?.isCurrent == true
      )
      threads.next = nil
    }
    inside(line, meaning)
  }

  mutating func frame(_ frame: DebuggerLine, _ line: Span<UInt8>) -> TraceFrame {
    TraceFrame(
      function: name(line, frame.name), file: frame.file.map { name(line, $0) }, line: frame.line,
      pc: frame.pc)
  }

  /// Reads a line outside of a goroutine that has a meaning inside one: a function's line may begin a stack without a
  /// header, as Windows' exceptions have it (Go `runtime/signal_windows.go`, winthrow), and a log that was cut.
  mutating func outside(_ line: Span<UInt8>, _ meaning: TraceLine) {
    if case .elided = meaning { return touch() }
    if case .unavailable = meaning { return touch() }
    if case .function = meaning, holdHeadless(line) { return }
    other(line)
  }

  /// Keeps a line that may be the first of a stack without a header.
  mutating func holdHeadless(_ line: Span<UInt8>) -> Bool {
    guard state == .message ? lacksHeader : foreign == nil && state == .outside else { return false }
    headless = line.copied
    isHeadlessBehindPlace = isBehindPlace
    return true
  }

  /// Whether a stack without a header may follow the message.
  var lacksHeader: Bool {
    lacksWords || message.lines.contains { $0.hasPrefix("Exception 0x") }
      || message.lines.first.map { CrashWords.start(Array($0.utf8).span) == nil } == true
  }

  /// Begins the goroutine that has no header, if a line is the place of ``headless``.
  mutating func beginHeadless(_ line: Span<UInt8>, _ meaning: TraceLine) -> Bool {
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
    goroutine.isBehindPlace = isHeadlessBehindPlace
    state = .betweenFrames
    if isCall {
      inside(first.span, firstMeaning)
    } else {
      name(TraceFrame(function: traces.names.intern(first.span)), .named)
    }
    self.place(place, line)
    return true
  }

  /// Whether a place without its TAB is that of the name before it, as no other text would be.
  func isExpected(_ place: TraceLine.Place, _ line: Span<UInt8>) -> Bool {
    switch state {
    case .named, .created:
      place.offset != nil || place.pc != nil || line.extracting(place.file).ends(with: ".go")
    case .doubtful: place.offset != nil
    case .outside, .message, .betweenFrames, .addressed, .ended: false
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
  mutating func touch() {
    if foreign != nil { foreign = 0 }
    traces.diagnostics.foreignLines += goroutine.foreign
    goroutine.foreign = 0
    recognized += 1
  }

  // MARK: Goroutines

  mutating func begin(_ header: TraceLine.Header, _ line: Span<UInt8>) {
    end()
    if state == .message || foreign ?? Self.patience >= Self.patience { open() }
    // A logger's has no number.
    let id = header.state.map { line.extracting($0).equals("logged") } == true ? nil : header.id
    goroutine.trace = GoroutineTrace(id: id, minutes: header.minutes, isLocked: header.isLocked)
    // It may well stand as the one before it does.
    goroutine.trace.frames.reserveCapacity(min(traces.goroutines.last?.frames.count ?? 0, 8))
    goroutine.trace.isSystem = header.id == nil
    (goroutine.trace.thread, goroutine.trace.address) = (header.thread, header.address)
    goroutine.trace.state = header.state.map { traces.names.intern(line.extracting($0)) }
    goroutine.trace.labels = header.labels.map { traces.names.intern(line.extracting($0)) }
    goroutine.listed = header.frame.flatMap { DebuggerLine(delve: line, $0) }.map { frame($0, line) }
    state = .betweenFrames
    touch()
  }

  /// Begins the goroutines of one line of a profile: their count and, from an offset on, their addresses.
  mutating func beginCounted(_ count: Int, _ line: Span<UInt8>, _ start: Int) {
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
  mutating func end() {
    guard state.isInGoroutine else { return }
    // The frame's place should have come.
    let endsWithName = state == .named || state == .created
    if endsWithName { goroutine.trace.isCut = true }
    push()
    state = .outside
    var ended = Goroutine()
    swap(&ended, &goroutine)
    // A stack that ends with a name has another's place at each of its: it was read backwards.
    if ended.isBehindPlace, endsWithName, ended.trace.id == nil {
      traces.diagnostics.foreignLines += 2 * ended.trace.frames.count
      if let last = traces.crashes.last, last.message.isEmpty, last.goroutines.isEmpty {
        traces.crashes.removeLast()
        foreign = nil
      }
      return
    }
    var trace = ended.trace
    if ended.isTorn { trace.tear() }
    if trace.thread != nil { dropStop(trace) }
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
}
