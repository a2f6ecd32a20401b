import ByteText
import ProgramModel

/// Reads the lines of one process, without what a log puts around them.
struct TraceParser {
  private(set) var traces = Traces()
  /// Of the line that is read next: the order of what several processes say is that of their lines.
  var number = 0
  private var wordsNumber = 0
  /// How many lines were a traceback's.
  private(set) var recognized = 0
  /// Lines that may be a crash's words, until a goroutine follows or does not.
  private var words: [String] = []
  private var goroutine: GoroutineTrace?
  /// Of a profile with `debug=1`: its addresses, in case that no line names them.
  private var pcs: [UInt64] = []
  /// A function whose place comes next.
  private var pending: TraceFrame?
  private var pendingIsCreator = false
  /// Two names came in a row, or two places: another process's lines are among these, and nobody knows whose are whose.
  private var isTorn = false
  /// The line before was the blank one behind a goroutine.
  private var hasJustEnded = false
  /// The crash that goroutines belong to is the last one.
  private var isOpen = false
  /// Lines since the last one of a traceback that are none of it.
  private var foreign = 0
  /// Inside a report of the race detector, whose lines are indented.
  private var isRace = false
  /// The function and the place of the name that a line without arguments may be.
  private var nameless: NameID?

  /// After so many lines of something else goroutines are not the last crash's.
  private static let patience = 16
  /// A panic's value may have many lines.
  private static let wordLimit = 200

  /// Reads a line.
  mutating func read(_ line: Span<UInt8>) {
    if isRace, readRace(line) { return }
    switch TraceLine(line) {
    case .goroutine(let header): begin(header, line)
    case .function(let name, let isInlined, let argument):
      guard goroutine != nil else { return other(line) }
      pushNext()
      pending = TraceFrame(
        function: traces.names.intern(line.extracting(name)), isInlined: isInlined, argument: argument)
      touch()
    case .profile:
      end()
      words = []
      open()
      touch()
    case .counted(let count, let start):
      guard isOpen else { return other(line) }
      end()
      goroutine = GoroutineTrace(count: count)
      pcs = []
      var at = start
      while at < line.count {
        let blank = line.firstOffset(of: 0x20, from: at) ?? line.count
        if line.has("0x", at: at), let pc = line.hexadecimal(at + 2..<blank) { pcs.append(pc) }
        at = blank + 1
      }
      touch()
    case .profiled(let name, let place):
      guard goroutine != nil else { return other(line) }
      goroutine?.frames.append(
        TraceFrame(
          function: traces.names.intern(line.extracting(name)),
          file: traces.names.intern(line.extracting(place.file)),
          line: place.line, offset: place.offset, pc: place.pc))
      touch()
    case .numbered(let name, let pc):
      guard goroutine != nil else { return other(line) }
      push()
      // What was inlined is at the pc of what it was inlined into.
      if let last = goroutine?.frames.indices.last, goroutine?.frames[last].pc == pc {
        goroutine?.frames[last].isInlined = true
      }
      pending = TraceFrame(function: traces.names.intern(line.extracting(name)), pc: pc)
      touch()
    case .place(let place): self.place(place, line)
    case .creator(let name, let id):
      guard goroutine != nil else { return other(line) }
      pushNext()
      pending = TraceFrame(function: traces.names.intern(line.extracting(name)))
      pendingIsCreator = true
      goroutine?.creatorID = id
      touch()
    case .elided(let count):
      push()
      let behind = goroutine?.frames.count ?? 0
      goroutine?.elided = .init(behind: behind, count: count)
      touch()
    case .unavailable:
      goroutine?.isUnavailable = true
      touch()
    case .register(let name, let value):
      guard isOpen, goroutine == nil, !traces.crashes.isEmpty else { return other(line) }
      traces.crashes[traces.crashes.count - 1].registers.append(
        .init(name: line.string(name), value: value))
    case .blank:
      let ends = goroutine != nil
      end()
      hasJustEnded = ends
      if !words.isEmpty { words.append("") }
      return
    case .other: other(line)
    }
    hasJustEnded = false
  }

  /// The text ends.
  mutating func finish() {
    end()
    // A crash without a traceback: GOTRACEBACK=none, or the log ends.
    if isFatal(words) { open() }
    words = []
    isOpen = false
  }

  private mutating func touch() {
    foreign = 0
    recognized += 1
  }

  // MARK: Goroutines

  private mutating func begin(_ header: TraceLine.Header, _ line: Span<UInt8>) {
    end()
    if !isOpen || !words.isEmpty || foreign >= Self.patience { open() }
    var trace = GoroutineTrace(id: header.id, minutes: header.minutes, isLocked: header.isLocked)
    trace.isSystem = header.id == nil
    trace.state = header.state.map { traces.names.intern(line.extracting($0)) }
    trace.labels = header.labels.map { traces.names.intern(line.extracting($0)) }
    goroutine = trace
    touch()
  }

  private mutating func place(_ place: TraceLine.Place, _ line: Span<UInt8>) {
    if pending == nil, let nameless, goroutine != nil { pending = TraceFrame(function: nameless) }
    nameless = nil
    guard var frame = pending, !isTorn else { return tear() }
    frame.file = traces.names.intern(line.extracting(place.file))
    frame.line = place.line
    frame.offset = place.offset
    (frame.fp, frame.sp, frame.pc) = (place.fp, place.sp, place.pc ?? frame.pc)
    pending = frame
    push()
    touch()
  }

  /// A place that no name stands before.
  private mutating func tear() {
    if goroutine != nil {
      isTorn = true
    } else if hasJustEnded, let last = traces.goroutines.indices.last, !traces.goroutines[last].isCut {
      traces.goroutines[last].tear()
      traces.diagnostics.cutGoroutines += 1
    } else {
      return
    }
    traces.diagnostics.foreignLines += 1
  }

  /// As ``push()``, before another name.
  private mutating func pushNext() {
    isTorn = isTorn || pending != nil
    push()
  }

  /// The function whose lines were read is a frame.
  private mutating func push() {
    nameless = nil
    guard let frame = pending else { return }
    pending = nil
    if pendingIsCreator {
      pendingIsCreator = false
      goroutine?.creator = frame
    } else {
      goroutine?.frames.append(frame)
    }
  }

  private mutating func end() {
    // Its place should have come.
    if pending != nil { goroutine?.isCut = true }
    push()
    guard var trace = goroutine else { return }
    if isTorn { trace.tear() }
    isTorn = false
    goroutine = nil
    if trace.frames.isEmpty {
      trace.frames = pcs.map { pc in
        TraceFrame(function: traces.names.intern("0x" + String(pc, radix: 16)), pc: pc, isNameless: true)
      }
    }
    pcs = []
    // Before Go 1.21 no more than a hundred frames are printed; where inlined ones are among the last, it is not said
    // that there are more (`runtime/traceback.go`, traceback1: `n == _TracebackMaxFrames`).
    if trace.elided == nil, trace.creatorID == nil, trace.frames.count >= 100, let last = trace.frames.last,
      !["runtime.goexit", "runtime.main", "main.main"].contains(traces.names.string(last.function))
    {
      trace.elided = .init(behind: trace.frames.count, count: nil)
    }
    traces.goroutines.append(trace)
    traces.diagnostics.cutGoroutines += trace.isCut ? 1 : 0
    guard let last = traces.crashes.indices.last else { return }
    let start = traces.crashes[last].goroutines.lowerBound
    traces.crashes[last].goroutines = start..<traces.goroutines.count
  }

  // MARK: What happened

  private mutating func other(_ line: Span<UInt8>) {
    if let start = CrashWords.start(line) {
      let isChain = !words.isEmpty && CrashWords.continues(line)
      end()
      if !isChain, isFatal(words) { open() }
      if !isChain, start != .detail || words.isEmpty {
        words = words.allSatisfy(CrashWords.isDetail) ? words : []
      }
      isRace = start == .race
      if words.isEmpty { wordsNumber = number }
      words.append(line.string())
      touch()
      return
    }
    if goroutine != nil {
      // A stack that a logger wrote has names without arguments; what is none is not of it.
      nameless = traces.names.intern(line)
      foreign += 1
      traces.diagnostics.foreignLines += 1
    } else if !words.isEmpty, words.count < Self.wordLimit {
      words.append(line.string())
    } else {
      foreign += 1
      words = []
    }
  }

  private func isFatal(_ words: [String]) -> Bool { words.contains { CrashWords.isFatal($0) } }

  private mutating func open() {
    let start = traces.goroutines.count
    while words.last?.isEmpty == true { words.removeLast() }
    var crash = Crash(
      kind: CrashWords.kind(words), message: words, number: words.isEmpty ? number : wordsNumber,
      goroutines: start..<start)
    CrashWords.readDetails(words, into: &crash)
    traces.crashes.append(crash)
    words = []
    isOpen = true
    foreign = 0
  }

  // MARK: The race detector

  /// Its lines (`runtime/race`): `Write at 0x… by goroutine 7:`, then names and places, indented.
  private mutating func readRace(_ line: Span<UInt8>) -> Bool {
    if line.has("==========", at: 0) {
      end()
      isRace = false
      isOpen = false
      return true
    }
    if line.ends(with: ":"), !line.has(" ", at: 0) {
      end()
      if !isOpen || !words.isEmpty { open() }
      var trace = GoroutineTrace()
      trace.state = traces.names.intern(line.extracting(0..<line.count - 1))
      if let at = line.firstOffset(of: "oroutine ") { trace.id = UInt64(line.decimal(from: at + 9).value) }
      goroutine = trace
      return true
    }
    guard line.has("  ", at: 0) else { return false }
    if line.has("      ", at: 0) {
      var text = Array(unsafe line.extracting(5..<line.count).withUnsafeBufferPointer { unsafe Array($0) })
      text[0] = UInt8(ascii: "\t")
      if case .place(let place) = TraceLine(text.span) { self.place(place, text.span) }
    } else {
      let text = line.extracting(2..<line.count)
      guard case .function(let name, let isInlined, _) = TraceLine(text) else { return true }
      push()
      pending = TraceFrame(function: traces.names.intern(text.extracting(name)), isInlined: isInlined)
    }
    return true
  }
}
