import ByteText
public import Listing
public import ProgramModel

/// Turns the text of functions into their models. Each worker has one, whose buffers serve all its functions
/// in turn.
public struct FunctionModeler {
  /// The dialect of the listing, and the machine that it is of.
  let dialect: Dialect
  let machine: any MachineCode.Type
  /// The names of the functions modelled so far; the models refer to them by number.
  public internal(set) var names = NameTable.forListing
  /// Counts of what the functions contained that is in no model.
  public internal(set) var diagnostics = Diagnostics()
  var sketch = Sketch()
  var stack = StackWalk()
  var graph = FlowGraph()
  var values: PointerTrace
  /// The numbers of the atomics' names, by spelling.
  private var spellings: [String: NameID] = [:]

  /// The full text of a filtered function that had to be read again.
  private var whole = FunctionText()
  /// Whether the last model was made from ``whole``.
  private var readWhole = false

  /// Makes a modeler for one listing.
  ///
  /// - Parameter dialect: the dialect of that listing.
  public init(_ dialect: Dialect) {
    self.dialect = dialect
    machine = dialect.architecture.code
    values = PointerTrace(dialect)
  }

  /// The filter that keeps the lines which a model needs at least; a function is read again in full where
  /// they are not enough.
  public var filter: MnemonicFilter {
    dialect.syntax == .go && !dialect.hasGNUComments && !dialect.lacksBytes ? machine.goFilter : .none
  }

  /// Returns the model of one function; nil for a text that is no whole function.
  ///
  /// - Parameters:
  ///   - text: the listing. Offsets in `function` are into it.
  ///   - function: the function's lines. Lines that are no instructions are taken out.
  public mutating func model(_ text: borrowing Span<UInt8>, _ function: inout FunctionText) -> Function? {
    if dialect.hasGNUComments { function.cutComments(text) }
    machine.takeOutLiterals(text, &function, dialect)
    readWhole = false
    if function.startsMidway {
      diagnostics.orphanInstructions += function.lines.count
      return nil
    }
    guard !function.lines.isEmpty else {
      sketch.reset()
      // GNU's objdump prints the header of a symbol that marks a place (`go:textfipsend`), and after it
      // `...`.
      guard dialect.disassembler != .go else { return nil }
      var frame = StackFrame()
      // Between this symbol and the next one stood its code, unless they are zeros.
      let hasRoom = function.nextEntry.map { $0 > function.entry } ?? false
      if !dialect.isLive, hasRoom && !function.endsInZeros || function.isElided { frame.uncertain = .elided }
      return Function(
        entry: function.entry, name: name(ofSymbol: function.name, text), size: 0, frame: frame)
    }
    var code = Code(copy text, function, dialect)
    read(code)
    guard function.isFiltered else { return model(code, stack.walk(sketch, function)) }
    // The lines that a filter left out may matter: stores to the frame, what registers hold before a call,
    // the counter of a loop, the register that holds a mutex. The lines that it kept tell whether they do.
    if !followsValues, !sketch.needsAllLines, !mayEndLater(function) {
      let walk = stack.walk(sketch, function)
      if !mayLeakLock(code) { return model(code, walk) }
    }
    dialect.readAll(text, function, into: &whole)
    readWhole = true
    code = Code(copy text, whole, dialect)
    read(code)
    return model(code, stack.walk(sketch, whole))
  }

  /// Reads a function's lines into the sketch.
  private mutating func read(_ code: Code) {
    sketch.reset()
    machine.read(code, into: &sketch)
    // The wrapper for assembly code calls newproc by its other name; that is no `go` statement of a program.
    if !sketch.goCalls.isEmpty, code.text.has("runtime.newproc", at: code.function.name.lowerBound) {
      sketch.goCalls.removeAll(keepingCapacity: true)
    }
  }

  /// Makes the model from the sketch and from the walk along its steps.
  private mutating func model(_ code: Code, _ walk: StackWalk.Result) -> Function {
    for jump in stack.indirectJumpsOut {
      sketch.indirectCalls.append(sketch.steps[Int(jump)].line)
    }
    if !stack.indirectJumpsOut.isEmpty { sketch.indirectCalls.sort() }
    diagnostics.undecoded += sketch.undecoded
    diagnostics.distrustedAtomics += sketch.distrustedAtomics
    if sketch.lostStep >= 0 { diagnostics.lostStepFunctions += 1 }

    var model = Function(
      entry: code.function.entry, name: name(ofSymbol: code.function.name, code.text),
      size: size(code),
      frame: frame(walk, code))
    model.undecoded = sketch.undecoded
    if let blank = code.text.firstOffset(of: 0x20, in: code.function.samples) {
      model.flat = names.intern(code.text.extracting(code.function.samples.lowerBound..<blank))
      model.cumulative = names.intern(
        code.text.extracting(blank + 1..<code.function.samples.upperBound))
    }
    locate(&model, code)
    addCalls(&model, code)
    guard hasSites || !sketch.lockCalls.isEmpty else { return model }
    let goesBackward = followsValues || !sketch.lockCalls.isEmpty
    let mayLoop =
      sketch.indirectCalls.contains(where: stack.mayLoop) || sketch.goCalls.contains(where: stack.mayLoop)
      || sketch.atomics.contains { stack.mayLoop($0.line) }
      || sketch.deferCalls.contains { stack.mayLoop($0.line) }
    if goesBackward || mayLoop { graph.reset(sketch, stack, code) }
    if goesBackward { graph.findPredecessors() }
    if mayLoop { graph.findLoops() }
    if !sketch.lockCalls.isEmpty { addLocks(&model, code) }
    addSites(&model, code)
    return model
  }

  /// Whether the function's defers are open-coded: it calls deferreturn and no function that registers a
  /// defer. The compiler's FUNCDATA_OpenCodedDeferInfo says the same.
  private var isOpenCoded: Bool {
    !sketch.deferCalls.isEmpty && sketch.deferCalls.allSatisfy { $0.kind == .exit }
  }

  /// Whether a filter may have left out the last lines of code, before the padding.
  private func mayEndLater(_ function: FunctionText) -> Bool {
    sketch.codeLines > 0 && sketch.codeLines < function.lines.count && !function.follows(sketch.codeLines)
  }

  /// Whether stores to the frame, and the contents of registers before a call, matter.
  private var followsValues: Bool {
    !sketch.goCalls.isEmpty || sketch.deferCalls.contains { $0.kind != .rangeParent }
      || dialect.followsIndirectCalls && (!sketch.indirectCalls.isEmpty || sketch.jumpsIndirectly)
  }

  /// Whether it has sites other than calls whose target is named.
  private var hasSites: Bool {
    !sketch.atomics.isEmpty || !sketch.deferCalls.isEmpty || !sketch.indirectCalls.isEmpty
      || !sketch.goCalls.isEmpty
  }

  /// Whether a line is on a cycle.
  private func isInLoop(_ line: Int32) -> Bool { stack.mayLoop(line) && graph.isInLoop(line) }

  /// Returns the frame: its size from the walk, checked against the split check and the compiler's own
  /// statement.
  private func frame(_ walk: StackWalk.Result, _ code: Code) -> StackFrame {
    let function = code.function
    let limit = Int64(StackFrame.limit)
    var frame = StackFrame(
      bytes: Int(min(walk.deepest, limit)), savesFramePointer: sketch.savesFramePointer,
      splitCheck: sketch.splitCheck)
    if function.isTooLarge {
      frame.uncertain = .tooLarge
    } else if !dialect.isLive,
      function.isElided || lacksBeginning(walk, code) || lacksEnd(code) || lacksLines(code)
        || holdsAnother(code)
    {
      frame.uncertain = .elided
    }
    if walk.isUncertain { frame.uncertain = .stackSwitch }
    // After a lost step SP is not followed, and the listing shows branches that do not exist.
    if walk.meetsDeeper, sketch.lostStep < 0, frame.uncertain == nil { frame.uncertain = .depthMismatch }
    if walk.deepest > limit { frame.uncertain = .undecoded }
    if let checked = sketch.checkedFrame, checked >= 0, checked < limit, checked != frame.bytes {
      if walk.hasUnknownAmount || sketch.lostStep >= 0 && frame.bytes < checked {
        // The text does not give the reservation; the split check's immediate does, and on every frame
        // measured it was right.
        frame.bytes = checked
        frame.source = .check
      } else if frame.uncertain == nil {
        frame.uncertain = .checkMismatch
      }
    } else if walk.hasUnknownAmount, sketch.checkedFrame == nil {
      frame.uncertain = .undecoded
    }
    if frame.uncertain == nil, sketch.hasUnread || lacksTarget(code) || hasUndecodedPrologue(walk) {
      frame.uncertain = .undecoded
    }
    if let stated = function.statedFrame, stated != frame.bytes, frame.uncertain == nil {
      frame.uncertain = .statedMismatch
    }
    return frame
  }

  /// Whether an instruction was not decoded before the last one that reserves stack, or, where none does, before the
  /// first call of a function that has a split check, or that does not release what it reserved. What was not decoded may
  /// have reserved, or have set the register that says how much: `<unknown>` and `li 23, -27224` is how llvm-objdump 14
  /// prints `pli 23, 103848`.
  private func hasUndecodedPrologue(_ walk: StackWalk.Result) -> Bool {
    guard let first = sketch.undecodedLines.first else { return false }
    let reservation = sketch.steps.indices.last { i in
      guard stack.depths[i] >= 0 else { return false }
      switch sketch.steps[i].operation {
      case .moveSP, .moveSPUnknown: return sketch.steps[i].value < 0
      case .setSP, .opaqueSP: return sketch.steps[i].line < 16
      default: return false
      }
    }
    if let reservation { return first < sketch.steps[reservation].line }
    guard sketch.splitCheck != .none || walk.isUnbalanced else { return false }
    return first < sketch.calls.first { $0.line != sketch.morestackLine }?.line ?? .max
  }

  /// Returns the bytes from the entry to the end of the last instruction that is no padding, or of the
  /// constants after it.
  private func size(_ code: Code) -> Int {
    if let stated = code.function.statedSize { return stated }
    guard sketch.codeLines > 0 else { return 0 }
    let last = code.lines[sketch.codeLines - 1]
    var end: UInt64
    if last.length > 0 {
      end = last.address &+ UInt64(last.length)
    } else if let length = machine.facts.instructionLength {
      end = last.address &+ UInt64(length)
    } else if sketch.codeLines < code.lines.count {
      end = code.lines[sketch.codeLines].address
    } else if let next = code.function.nextEntry, next > last.address, next - last.address <= 15 {
      end = next
    } else {
      end = last.address &+ 1
    }
    // A function's constants are part of it.
    if let literal = code.function.literals.last { end = max(end, literal.address &+ UInt64(machine.word)) }
    return Int(clamping: end &- code.function.entry)
  }

  /// Whether the function that was modelled last is cut off: its last instruction falls through to another
  /// one, or a branch goes beyond it. In a listing that was cut, the last function is.
  public func endsOpen(_ text: borrowing Span<UInt8>, _ function: FunctionText) -> Bool {
    endsOpen(Code(copy text, readWhole ? whole : function, dialect))
  }

  // MARK: Places

  /// Sets the file and the lines of a model; nothing where the listing has no file.
  private mutating func locate(_ model: inout Function, _ code: Code) {
    guard !code.function.file.isEmpty else { return }
    model.file = names.intern(code.text.extracting(code.function.file))
    model.line = source(code.text, code.lines[0])?.line
    model.endLine = code.function.lastSourceLine > 0 ? code.function.lastSourceLine : nil
  }

  /// Returns the source line of an instruction and where its file stands; nil where no line is known (`:0`, `:-1`).
  @inline(__always)
  private func source(_ text: borrowing Span<UInt8>, _ instruction: InstructionLine) -> (
    line: Int32, file: Range<Int>
  )? {
    guard instruction.source >= 0 else { return nil }
    let start = Int(instruction.source)
    let end = text.controlCharacter(from: start)
    let (line, digits) = text.decimal(before: end)
    let colon = end &- digits &- 1
    guard line > 0, colon >= start, text[colon] == UInt8(ascii: ":") else { return nil }
    return (Int32(truncatingIfNeeded: line), start..<colon)
  }

  /// Returns the file and line of an instruction; nil where the line is not known.
  mutating func location(_ text: borrowing Span<UInt8>, _ instruction: InstructionLine) -> SourceLocation? {
    source(text, instruction).map {
      SourceLocation(file: names.intern(text.extracting($0.file)), line: $0.line)
    }
  }

  /// Returns the place of a call; its file where that is another one than the function's.
  private mutating func place(_ code: Code, _ instruction: InstructionLine) -> SitePlace {
    let text = code.text
    guard let (line, file) = source(text, instruction) else { return SitePlace() }
    let isOwn = text.areEnd(file, ofPath: code.function.file)
    return SitePlace(line: line, file: isOwn ? nil : names.intern(text.extracting(file)))
  }

  // MARK: Sites

  /// Adds the calls and tail jumps whose target the text names. One without a symbol goes by its address,
  /// `0x4010ca`.
  private mutating func addCalls(_ model: inout Function, _ code: Code) {
    let text = code.text
    guard !sketch.calls.isEmpty else { return }
    model.calls.reserveCapacity(sketch.calls.count)
    for call in sketch.calls {
      let instruction = code.lines[Int(call.line)]
      let known = call.address == UInt64.max ? nil : call.address
      let target: NameID
      if call.symbol.isEmpty {
        target = names.intern("0x" + String(call.address, radix: 16))
      } else {
        target = name(ofSymbol: call.symbol, text)
      }
      model.calls.append(
        CallSite(
          address: instruction.address, target: target, targetEntry: known, kind: call.kind,
          place: place(code, instruction)))
    }
  }

  /// Adds all other sites: atomics, indirect calls, `go` statements and defers.
  private mutating func addSites(_ model: inout Function, _ code: Code) {
    let text = code.text
    for atomic in sketch.atomics {
      let instruction = code.lines[Int(atomic.line)]
      model.atomics.append(
        AtomicSite(
          address: instruction.address, instruction: name(of: atomic.spelling, text),
          implicit: atomic.implicit,
          location: location(text, instruction), inLoop: isInLoop(atomic.line)))
    }
    for site in sketch.indirectCalls {
      let instruction = code.lines[Int(site)]
      model.indirectCalls.append(
        IndirectCall(
          address: instruction.address, place: place(code, instruction), inLoop: isInLoop(site)))
    }
    for site in sketch.goCalls {
      let instruction = code.lines[Int(site)]
      model.goStatements.append(
        GoStatement(
          address: instruction.address, place: place(code, instruction), inLoop: isInLoop(site)))
    }
    let openSites = addDefers(&model, code)
    if followsValues {
      addCallees(&model, openSites, code)
    }
    model.deferSites.sort { $0.address < $1.address }
  }

  /// Adds the sites of defers, the open-coded ones last.
  ///
  /// - Returns: what is known of the open-coded ones, in the same order.
  private mutating func addDefers(_ model: inout Function, _ code: Code) -> [OpenCodedDefers.Site] {
    let text = code.text
    var loops: CountedLoops?
    if sketch.deferCalls.contains(where: { $0.kind == .heap && isInLoop($0.line) }) {
      loops = CountedLoops(code, sketch, graph)
    }
    for call in sketch.deferCalls {
      let instruction = code.lines[Int(call.line)]
      let kind: DeferSite.Kind
      switch call.kind {
      case .exit, .rangeParent: continue
      case .heap: kind = .heap
      case .stack: kind = .stack
      case .range: kind = .range
      }
      let looping = kind == .range || isInLoop(call.line)
      model.deferSites.append(
        DeferSite(
          kind: kind, address: instruction.address, location: location(text, instruction), looping: looping,
          needless: kind == .heap && !looping,
          bound: kind == .heap && looping ? loops?.bound(of: Int(call.line)) : nil))
    }
    guard isOpenCoded else { return [] }
    let reader = FrameReader(code, sketch.codeLines)
    let sites = OpenCodedDefers(reader.operations, word: machine.word).sites()
    for site in sites {
      if site.line >= 0 { sketch.openSites.append(site.line) }
      // Where the text does not show the place, the call of deferreturn stands for it, without a source line.
      let exit = Int(sketch.deferCalls[0].line)
      let instruction = code.lines[site.line >= 0 ? site.line : exit]
      model.deferSites.append(
        DeferSite(
          kind: .open, address: instruction.address,
          location: site.line >= 0 ? location(text, instruction) : nil))
    }
    return sites
  }

  /// Returns the name of an atomic in Go's spelling, capitals throughout: `LOCK CMPXCHGL`.
  private mutating func name(of spelling: Sketch.Spelling, _ text: borrowing Span<UInt8>) -> NameID {
    var name = spelling.lock ? "LOCK " : ""
    name += spelling.known
    for i in spelling.root {
      name.append(Character(UnicodeScalar(text[i] >= 0x61 && text[i] <= 0x7a ? text[i] - 0x20 : text[i])))
    }
    if spelling.suffix != 0 { name.append(Character(UnicodeScalar(spelling.suffix))) }
    if let known = spellings[name] { return known }
    let id = names.intern(name)
    spellings[name] = id
    return id
  }
}
