import ByteText
public import ProgramModel

/// A crash, read against the model of the program that crashed, where there is one.
public struct Postmortem: Sendable {
  /// A frame of the chain from what stopped the program down to where its goroutine began.
  public struct Frame: Sendable {
    /// The frame as the traceback prints it.
    public var trace: TraceFrame
    /// Whose it is.
    public var kind: FrameClass
    /// Its place in the program's functions; nil where the program has none of this name, or several.
    public var function: Int?
    /// The bytes of stack that a call of it takes by the model; nil for an inlined frame, and if the model
    /// lacks it.
    public var callCost: Int?
    /// The frame of the goroutine that it is; nil of the runtime's own stack.
    public var place: Int?
  }

  /// How well the names and addresses of a traceback fit the binary.
  public enum Match: Sendable, Equatable {
    /// It is the one that crashed, moved so far by the loader, in bytes; nil where no pc is printed.
    case same(slide: UInt64?)
    /// It is another one.
    case other(Difference)
    /// Nothing says.
    case unknown
  }

  /// Why a binary is not the one that crashed.
  public enum Difference: Sendable, Equatable {
    /// It has no function of this name.
    case missing(String)
    /// Two frames are moved by different distances.
    case moved(String, UInt64, String, UInt64)
    /// The traceback is this far into the function, and the function is shorter: bytes.
    case short(String, offset: UInt32, size: Int)
  }

  /// The crash itself.
  public let crash: Crash
  /// The goroutine that it happened to, or that of the test which ran too long: a place in the traces' goroutines; nil
  /// where none is printed, and where the runtime itself failed.
  public let goroutine: Int?
  /// From the innermost on.
  public let frames: [Frame]
  /// The first frame of the user's own code: a place in ``frames``.
  public let firstOwn: Int?
  /// The cycle that filled the stack, of an overflow.
  public let lap: Lap?
  /// Of an overflow: what one turn takes by the model, in bytes; nil where a frame of it has no cost.
  public let lapCost: Int?
  /// The runtime itself failed, on a stack of its own: the chain is that stack, and no goroutine was on it.
  public let isOfRuntime: Bool
  /// The goroutine's innermost function asked for more stack, and has no frame yet.
  public let hasNoRoom: Bool
  /// Whether the binary is the one that crashed.
  public let match: Match

  /// - Parameters:
  ///   - crash: which of the traces' crashes.
  ///   - traces: what the log holds.
  ///   - program: the binary's model, or one without functions whose header says whose code is whose.
  public init(_ crash: Crash, of traces: Traces, in program: Program, index: TracedNames) {
    self.crash = crash
    let all = crash.goroutines
    // The runtime's own stack is printed first, where it is that which failed.
    let system = all.first.flatMap { traces.goroutines[$0].isSystem ? $0 : nil }
    let unwound = crash.unwound.flatMap { id in all.first { traces.goroutines[$0].id == id } }
    let first =
      unwound ?? all.first { traces.goroutines[$0].isCurrent }
      ?? all.first { !traces.goroutines[$0].isSystem }
    let state = first.flatMap { traces.goroutines[$0].state }.map { traces.names.string($0) }
    // Where its stack was moved or it ran, the runtime worked for it (Go `runtime/traceback.go`, tracebackothers: the
    // thread's own goroutine is printed first). A deadlock is found by a thread that has none.
    let isMoved = state == "copystack"
    let isServed = isMoved || unwound != nil || state?.hasPrefix("running") == true
    isOfRuntime = system != nil && !isServed && ![.deadlock, .timeout, .dump].contains(crash.kind)
    goroutine = crash.kind == .timeout ? traces.running(crash) : isOfRuntime ? nil : first
    hasNoRoom = crash.kind == .overflow || isMoved
    var frames: [Frame] = []
    let mainFolder = first.flatMap { traces.folderOfMain(traces.goroutines[$0]) }
    func add(_ trace: TraceFrame, _ place: Int?) {
      let name = traces.names.string(trace.function)
      let path = trace.file.map { traces.names.string($0) }
      let function = index.function(of: trace, in: traces)
      let kind =
        trace.isShort
        ? path.map(Traces.folder) == mainFolder ? .own : FrameClass("", path: path, in: program)
        : FrameClass(name, path: path, in: program)
      frames.append(
        Frame(
          trace: trace, kind: kind, function: function,
          callCost: trace.isInlined ? nil : function.map { program.callCost(of: program.functions[$0]) },
          place: place))
    }
    // Where the goroutine only waits, the runtime's stack is none of its.
    if let system, goroutine == nil || isServed {
      for frame in traces.goroutines[system].frames { add(frame, nil) }
    }
    var lap: Lap?
    if let goroutine {
      for (i, frame) in traces.goroutines[goroutine].frames.enumerated() { add(frame, i) }
      if crash.kind == .overflow { lap = Lap(traces.goroutines[goroutine]) }
    }
    self.frames = frames
    self.lap = lap
    // What was recovered, to be logged or to panic again, is printed where it was recovered: it happened further out.
    let isRecovered =
      crash.isRepanicked || crash.isLogged || crash.kind == .dump
      || frames.contains { traces.isTaken($0.trace) }
      || frames.first.map { traces.isStackPrinter($0.trace) } == true
    let origin = isRecovered ? frames.lastIndex { traces.isPanic($0.trace) } ?? 0 : 0
    firstOwn = frames[origin...].firstIndex { $0.kind == .own } ?? frames.firstIndex { $0.kind == .own }
    lapCost = lap.flatMap { lap in
      var sum = 0
      for frame in frames where frame.place.map(lap.frames.contains) == true && !frame.trace.isInlined {
        guard let cost = frame.callCost else { return nil }
        sum += cost
      }
      return sum
    }
    match = program.functions.isEmpty ? .unknown : Self.match(frames, traces, program, index)
  }

  /// How well the goroutines of a whole dump fit a binary.
  public static func match(_ traces: Traces, in program: Program, index: TracedNames) -> Match {
    var seen: Set<UInt64> = []
    var frames: [Frame] = []
    for frame in traces.goroutines.lazy.flatMap(\.frames)
    where seen.insert(UInt64(frame.function.index) << 32 | UInt64(frame.offset ?? .max)).inserted {
      let path = frame.file.map { traces.names.string($0) }
      frames.append(
        Frame(
          trace: frame, kind: FrameClass(traces.names.string(frame.function), path: path, in: program),
          function: index.function(of: frame, in: traces)))
    }
    return match(frames, traces, program, index)
  }

  private static func match(
    _ frames: [Frame], _ traces: Traces, _ program: Program, _ index: TracedNames
  ) -> Match {
    var first: (name: String, slide: UInt64)?
    var found = 0
    for frame in frames {
      let name = traces.names.string(frame.trace.function)
      guard let place = frame.function else {
        if frame.kind == .own, !frame.trace.isShort, !frame.trace.isInlined, !index.isAmbiguous(name) {
          return .other(.missing(name))
        }
        continue
      }
      guard let offset = frame.trace.offset else { continue }
      found += 1
      let function = program.functions[place]
      // A return address may stand right behind the last instruction.
      if offset > function.size { return .other(.short(name, offset: offset, size: function.size)) }
      guard let pc = frame.trace.pc else { continue }
      let slide = pc &- UInt64(offset) &- function.entry
      if let first, first.slide != slide { return .other(.moved(first.name, first.slide, name, slide)) }
      first = first ?? (name, slide)
    }
    return found == 0 ? .unknown : .same(slide: first?.slide)
  }
}

/// A program's functions by the names that tracebacks print: type arguments as `[...]`.
public struct TracedNames: Sendable {
  private var places: [String: Int] = [:]
  /// Those that the compiler wrote, `<autogenerated>`: a wrapper for assembly, or for a pointer's method set.
  private var wrappers: [String: Int] = [:]
  private var ambiguous: Set<String> = []

  /// - Parameter program: whose functions.
  public init(_ program: Program) {
    places.reserveCapacity(program.functions.count)
    // A wrapper may print as what it wraps, which comes first.
    let wrappers = program.functions.indices.filter { i in
      program.functions[i].file.map { program.names.string($0) == "<autogenerated>" } ?? false
    }
    let isWrapper = Set(wrappers)
    for i in program.functions.indices where !isWrapper.contains(i) { add(i, program, isWrapper: false) }
    for i in wrappers { add(i, program, isWrapper: true) }
  }

  private mutating func add(_ place: Int, _ program: Program, isWrapper: Bool) {
    let function = program.functions[place]
    for name in [function.name] + function.aliases {
      let text = Self.traced(program.names.string(name))
      if isWrapper { wrappers[text] = place }
      guard let other = places[text] else {
        places[text] = place
        continue
      }
      if other != place, !isWrapper { ambiguous.insert(text) }
    }
  }

  /// The function of a frame; nil where there is none of its name, or several.
  public func function(of frame: TraceFrame, in traces: Traces) -> Int? {
    let printed = traces.names.string(frame.function)
    let name = Self.linked[printed] ?? printed
    let isWrapper =
      frame.file.map { traces.names.bytes(of: $0).elementsEqual("<autogenerated>".utf8) } ?? false
    if isWrapper, let wrapper = wrappers[name] { return wrapper }
    return ambiguous.contains(name) ? nil : places[name]
  }

  /// Whether several functions print so.
  public func isAmbiguous(_ name: String) -> Bool { ambiguous.contains(name) }

  /// Tracebacks name gopanic as the source does (`runtime/traceback.go`, printFuncName).
  private static let linked = ["panic": "runtime.gopanic"]

  /// As `runtime.funcNameForPrint` has it; the linker's suffixes are not printed.
  static func traced(_ name: String) -> String {
    var text = name
    for suffix in [".abi0", ".abiinternal"] where text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    guard let open = text.firstIndex(of: "["), let close = text.lastIndex(of: "]"), open < close else {
      return text
    }
    return text[..<open] + "[...]" + text[text.index(after: close)...]
  }
}
