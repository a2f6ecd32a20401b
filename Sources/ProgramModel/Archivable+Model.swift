// Each type of the model lists its fields here, each once. Whoever adds a field adds it here and increments
// ``ProgramArchive/version``; `ProgramArchiveTests` fails where that was forgotten.

extension Program: Archivable {
  static var blank: Program {
    Program(header: .blank, names: NameTable(), functions: [], diagnostics: .blank, isPartial: false)
  }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(table: &names)
    pass.pass(&header)
    pass.pass(&functions)
    pass.pass(&diagnostics)
    pass.pass(&isPartial)
    pass.require(Self.areOrdered(functions))
  }

  /// Whether the functions are in address order: they are found by binary search.
  private static func areOrdered(_ functions: [Function]) -> Bool {
    let all = functions.span
    for i in all.indices.dropFirst() where all[i - 1].entry >= all[i].entry { return false }
    return true
  }
}

extension Program.Header: Archivable {
  static var blank: Program.Header {
    Program.Header(input: "", inputKind: .blank, arch: .blank, disassembler: .blank)
  }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&input)
    pass.pass(&inputKind)
    pass.pass(&contentHash)
    pass.pass(&goVersion)
    pass.pass(&os)
    pass.pass(&arch)
    pass.pass(&tags)
    pass.pass(&modulePath)
    pass.pass(&ownFrom)
    pass.pass(&ownPrefixes)
    pass.pass(&modules)
    pass.pass(&disassembler)
    pass.pass(&debugger)
  }
}

extension ModuleList: Archivable {
  static var blank: ModuleList { ModuleList() }

  mutating func pass(through pass: inout some ArchivePass) {
    var all = all
    pass.pass(&all)
    self = ModuleList(all)
  }
}

extension ModuleList.Module: Archivable {
  static var blank: ModuleList.Module { ModuleList.Module(path: "", version: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&path)
    pass.pass(&version)
  }
}

extension Diagnostics: Archivable {
  static var blank: Diagnostics { Diagnostics() }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&unknownLines)
    pass.pass(&unknownExamples)
    pass.pass(&sourceLines)
    pass.pass(&relocationLines)
    pass.pass(&overlongLines)
    pass.pass(&undecoded)
    pass.pass(&orphanInstructions)
    pass.pass(&lostStepFunctions)
    pass.pass(&distrustedAtomics)
    pass.pass(&cutFunctions)
    pass.pass(&fileHeaders)
    pass.pass(&repeatedFunctions)
    pass.pass(&unfollowedLocks)
  }
}

extension Function: Archivable {
  static var blank: Function { Function(entry: 0, name: .blank, size: 0, frame: .blank) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&entry)
    pass.pass(&name)
    pass.pass(&aliases)
    pass.pass(&size)
    pass.pass(&file)
    pass.pass(&line)
    pass.pass(&endLine)
    pass.pass(&frame)
    pass.pass(&deferSites)
    pass.pass(&atomics)
    pass.pass(&calls)
    pass.pass(&indirectCalls)
    pass.pass(&goStatements)
    pass.pass(&lockLeaks)
    pass.pass(&lockUse)
    pass.pass(&undecoded)
  }
}

extension StackFrame: Archivable {
  static var blank: StackFrame { StackFrame() }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&bytes)
    pass.pass(&source)
    pass.pass(&savesFramePointer)
    pass.pass(&uncertain)
    pass.pass(&splitCheck)
  }
}

extension SourceLocation: Archivable {
  static var blank: SourceLocation { SourceLocation(file: .blank, line: 0) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&file)
    pass.pass(&line)
  }
}

extension DeferSite: Archivable {
  static var blank: DeferSite { DeferSite(kind: .blank, address: 0, location: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&kind)
    pass.pass(&address)
    pass.pass(&location)
    pass.pass(&looping)
    pass.pass(&needless)
    pass.pass(&bound)
    pass.pass(&callee)
  }
}

extension AtomicSite: Archivable {
  static var blank: AtomicSite { AtomicSite(address: 0, instruction: .blank, implicit: false, location: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&address)
    pass.pass(&instruction)
    pass.pass(&implicit)
    pass.pass(&location)
    pass.pass(&callers)
    pass.pass(&inLoop)
  }
}

extension CallSite: Archivable {
  static var blank: CallSite {
    CallSite(address: 0, target: .blank, targetEntry: nil, kind: .blank, line: nil)
  }

  mutating func pass(through pass: inout some ArchivePass) {
    var (entry, line) = (targetEntry, line)
    pass.pass(&address)
    pass.pass(&target)
    pass.pass(&entry)
    pass.pass(&kind)
    pass.pass(&line)
    self = CallSite(address: address, target: target, targetEntry: entry, kind: kind, line: line)
  }
}

extension IndirectCall: Archivable {
  static var blank: IndirectCall { IndirectCall(address: 0, line: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&address)
    pass.pass(&line)
    pass.pass(&inLoop)
    pass.pass(&callee)
  }
}

extension GoStatement: Archivable {
  static var blank: GoStatement { GoStatement(address: 0, line: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&address)
    pass.pass(&line)
    pass.pass(&inLoop)
    pass.pass(&callee)
  }
}

extension Callee: Archivable {
  static var blank: Callee { .open }

  mutating func pass(through pass: inout some ArchivePass) {
    var (target, entry, reason) = (target, entry, openReason)
    pass.pass(&target)
    pass.pass(&entry)
    pass.pass(&reason)
    self = reason.map(Callee.open) ?? Callee(target: target, entry: entry)
  }
}

extension LockLeak: Archivable {
  static var blank: LockLeak { LockLeak(lock: .blank, isRead: false, wayOut: .blank, unlock: .blank) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&lock)
    pass.pass(&isRead)
    pass.pass(&wayOut)
    pass.pass(&unlock)
  }
}

extension LockLeak.Place: Archivable {
  static var blank: LockLeak.Place { LockLeak.Place(address: 0, location: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&address)
    pass.pass(&location)
  }
}

extension LockUse: Archivable {
  static var blank: LockUse { LockUse() }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&locks)
    pass.pass(&releases)
  }
}

extension OpenReason: Archivable {}
extension InputKind: Archivable {}
extension OwnFrom: Archivable {}
extension Disassembler: Archivable {}
extension Debugger: Archivable {}
extension Architecture: Archivable {}
extension FrameSource: Archivable {}
extension Uncertainty: Archivable {}
extension SplitCheck: Archivable {}
extension DeferSite.Kind: Archivable {}
extension CallSite.Kind: Archivable {}
