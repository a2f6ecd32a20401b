// The fields of each type of the model, each once, as `FieldPass` says. Whoever adds a field adds it here and increments
// `ProgramArchive.version`; `ProgramArchiveTests` fails where that was forgotten.

extension Program.Header: Recorded {
  @inlinable package static var blank: Program.Header {
    Program.Header(
      input: "", inputKind: InputKind.allCases[0], arch: Architecture.allCases[0],
      disassembler: Disassembler.allCases[0])
  }

  /// Passes the first fields: what the program was read from, and what it runs on.
  @inlinable package mutating func source<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("input", text: &input)
    pass.field("inputKind", word: &inputKind)
    pass.field("contentHash", text: &contentHash)
    pass.field("goVersion", text: &goVersion)
    pass.field("os", text: &os)
    pass.field("arch", word: &arch, isNeeded: true)
  }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    source(&pass)
    pass.field("tags", texts: &tags)
    pass.field("modulePath", text: &modulePath)
    pass.field("ownFrom", word: &ownFrom)
    pass.field("disassembler", word: &disassembler)
    pass.field("debugger", word: &debugger, isSeldom: true)
  }
}

extension Diagnostics: Recorded {
  @inlinable package static var blank: Diagnostics { Diagnostics() }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("unknownLines", count: &unknownLines)
    pass.field("unknownExamples", texts: &unknownExamples)
    pass.field("sourceLines", count: &sourceLines)
    pass.field("relocationLines", count: &relocationLines)
    pass.field("overlongLines", count: &overlongLines)
    pass.field("undecoded", count: &undecoded)
    pass.field("orphanInstructions", count: &orphanInstructions)
    pass.field("lostStepFunctions", count: &lostStepFunctions)
    pass.field("distrustedAtomics", count: &distrustedAtomics)
    pass.field("cutFunctions", count: &cutFunctions)
    pass.field("repeatedFunctions", count: &repeatedFunctions)
    pass.field("unfollowedLocks", count: &unfollowedLocks, isSeldom: true)
  }
}

extension Function: Recorded {
  @inlinable package static var blank: Function {
    Function(entry: 0, name: .blank, size: 0, frame: StackFrame())
  }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("entry", address: &entry)
    pass.field("name", name: &name)
    pass.field("aliases", names: &aliases)
    pass.derived(.ownership)
    pass.field("file", name: &file)
    pass.field("line", line: &line)
    pass.field("endLine", line: &endLine)
    pass.field("size", size: &size)
    pass.derived(.nature)
    pass.field("frameBytes", size: &frame.bytes)
    pass.derived(.callCost)
    pass.field("frameSource", word: &frame.source)
    pass.field("savesFramePointer", flag: &frame.savesFramePointer)
    pass.field("uncertain", word: &frame.uncertain)
    pass.field("splitCheck", word: &frame.splitCheck)
    pass.field("deferSites", list: &deferSites)
    pass.field("atomics", list: &atomics)
    pass.field("calls", list: &calls)
    pass.field("indirectCalls", list: &indirectCalls)
    pass.field("goStatements", list: &goStatements)
    pass.field("undecoded", count: &undecoded)
    pass.field("lockLeaks", list: &lockLeaks)
    pass.field("flat", name: &flat, isSeldom: true)
    pass.field("cumulative", name: &cumulative, isSeldom: true)
  }
}

extension SourceLocation: Recorded {
  @inlinable package static var blank: SourceLocation { SourceLocation(file: .blank, line: 0) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("file", name: &file)
    pass.field("line", line: &line)
  }
}

extension InlinedCall: Recorded {
  @inlinable package static var blank: InlinedCall { InlinedCall(function: nil, call: nil) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.location(&call)
    pass.field("function", name: &function)
  }
}

extension SitePlace {
  /// Passes the members of a site that say where it is. Those of another text than the function's own are left out where
  /// there is none.
  @inlinable @inline(__always) package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    let isOwnText = file == nil
    pass.field("line", line: &line)
    pass.field("file", name: &file, isSeldom: true)
    pass.field("callers", list: &callers, isSeldom: isOwnText)
  }
}

extension DeferSite: Recorded {
  @inlinable package static var blank: DeferSite { DeferSite(kind: .open, address: 0, location: nil) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("kind", word: &kind, isNeeded: true)
    pass.field("address", address: &address)
    pass.location(&location)
    pass.field("looping", flag: &looping)
    pass.field("needless", flag: &needless)
    pass.field("bound", bound: &bound)
    pass.target(of: &callee)
    pass.entry(of: &callee)
  }
}

extension AtomicSite: Recorded {
  @inlinable package static var blank: AtomicSite {
    AtomicSite(address: 0, instruction: .blank, implicit: false, location: nil)
  }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("address", address: &address)
    pass.field("instruction", name: &instruction)
    pass.field("implicit", flag: &implicit)
    pass.location(&location)
    pass.derived(.caller(callers.last?.call))
    pass.field("callers", list: &callers)
    pass.field("inLoop", flag: &inLoop)
  }
}

extension CallSite: Recorded {
  @inlinable package static var blank: CallSite {
    CallSite(address: 0, target: .blank, targetEntry: nil, kind: .call, place: SitePlace())
  }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    var entry = targetEntry
    pass.field("address", address: &address)
    pass.field("target", name: &target)
    pass.field("targetEntry", address: &entry)
    pass.field("kind", word: &kind)
    place.fields(&pass)
    if entry != targetEntry { resolve(target: target, entry: entry) }
  }
}

extension IndirectCall: Recorded {
  @inlinable package static var blank: IndirectCall { IndirectCall(address: 0, place: SitePlace()) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("address", address: &address)
    place.fields(&pass)
    pass.field("inLoop", flag: &inLoop)
    pass.target(of: &callee)
    pass.entry(of: &callee)
  }
}

extension GoStatement: Recorded {
  @inlinable package static var blank: GoStatement { GoStatement(address: 0, place: SitePlace()) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("address", address: &address)
    pass.target(of: &callee)
    place.fields(&pass)
    pass.field("inLoop", flag: &inLoop)
    pass.entry(of: &callee)
  }
}

extension LockLeak: Recorded {
  @inlinable package static var blank: LockLeak {
    LockLeak(lock: .blank, isRead: false, wayOut: .blank, unlock: .blank)
  }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    lock.fields(&pass)
    pass.field("read", flag: &isRead)
    pass.field("wayOut", object: &wayOut)
    pass.field("unlock", object: &unlock)
  }
}

extension LockLeak.Place: Recorded {
  @inlinable package static var blank: LockLeak.Place { LockLeak.Place(address: 0, location: nil) }

  @inlinable package mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass) {
    pass.field("address", address: &address)
    pass.location(&location)
  }
}
