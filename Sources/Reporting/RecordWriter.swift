import ProgramModel

/// The records of schema `fathom.scan/1`. The keys and their order are fixed, since tools rely on them.
///
/// It is a class because workers share it: each copy of a struct would count a reference for every field of a
/// program.
final class RecordWriter: Sendable {
  let program: Program
  private let names: QuotedNames
  /// The paths and versions of the header's modules.
  private let moduleTexts: QuotedNames
  private let modules: [(path: NameID, version: NameID?)]

  init(_ program: Program) {
    self.program = program
    names = QuotedNames(program.names)
    var table = NameTable()
    modules = program.header.modules.all.map { module in
      (table.intern(module.path), module.version.map { table.intern($0) })
    }
    moduleTexts = QuotedNames(table)
  }

  // MARK: The header

  /// Puts the header: what was read, and with which tool.
  func header(version: String, into out: inout ByteWriter) {
    let header = program.header
    out.object { out in
      out.header(of: "fathom.scan/1", version: version)
      out.source(header)
      out.field("tags", header.tags)
      out.field("modulePath", header.modulePath)
      out.field("ownFrom", header.ownFrom?.rawValue)
      out.field("disassembler", header.disassembler.rawValue)
      if let debugger = header.debugger { out.field("debugger", debugger.rawValue) }
    }
  }

  // MARK: A function

  /// Puts a function with all its sites.
  func function(
    _ function: borrowing Function, _ classifier: inout NameClassifier, into out: inout ByteWriter
  ) {
    let facts = classifier.facts(of: function)
    out.put(UInt8(ascii: "{"))
    out.field("record", word: "function")
    out.field("entry", address: function.entry)
    identity(function, facts, &out)
    frame(function, &out)
    list("deferSites", function.deferSites.span, &out, deferSite)
    list("atomics", function.atomics.span, &out, atomic)
    list("calls", function.calls.span, &out, call)
    list("indirectCalls", function.indirectCalls.span, &out, indirectCall)
    list("goStatements", function.goStatements.span, &out, goStatement)
    out.field("undecoded", function.undecoded)
    list("lockLeaks", function.lockLeaks.span, &out, lockLeak)
    out.put(UInt8(ascii: "}"))
  }

  /// Puts the members from `name` to `wrapper`.
  private func identity(
    _ function: borrowing Function, _ facts: NameClassifier.Facts, _ out: inout ByteWriter
  ) {
    out.field("name", function.name, of: names)
    list("aliases", function.aliases.span, &out) { names.put($0, into: &$1) }
    out.field("package") { out in
      if let package = facts.package { out.value(utf8: package) } else { out.put("null") }
    }
    let module = facts.module.map { modules[$0] }
    out.field("module", module?.path, of: moduleTexts)
    out.field("moduleVersion", module?.version, of: moduleTexts)
    out.field("origin", word: facts.origin.literal)
    out.field("file", function.file, of: names)
    out.field("line", function.line)
    out.field("endLine", function.endLine)
    out.field("size", function.size)
    out.field("generated", function.file.map(isGenerated))
    out.field("wrapper", facts.isWrapper)
  }

  /// Puts the members of the frame, in bytes.
  private func frame(_ function: borrowing Function, _ out: inout ByteWriter) {
    let frame = function.frame
    out.field("frameBytes", frame.bytes)
    out.field("callCost", program.callCost(of: function))
    out.field("frameSource", word: frame.source.literal)
    out.field("savesFramePointer", frame.savesFramePointer)
    out.field("uncertain", frame.uncertain?.rawValue)
    out.field("splitCheck", word: frame.splitCheck.literal)
  }

  // MARK: Its sites

  /// Puts a defer. `looping` and `needless` are as in ``DeferSite``; `bound` is null where no constant is
  /// proved.
  private func deferSite(_ site: DeferSite, _ out: inout ByteWriter) {
    out.object { out in
      out.field("kind", word: site.kind.literal)
      out.field("address", address: site.address)
      location(site.location, &out)
      out.field("looping", site.looping)
      out.field("needless", site.needless)
      out.field("bound", site.bound)
      out.field("target", site.target, of: names)
      targetEntry(site.callee, &out)
    }
  }

  /// Puts an atomic. `callerFile` and `callerLine` are the place in the function itself where it was inlined,
  /// null where it was not.
  private func atomic(_ site: AtomicSite, _ out: inout ByteWriter) {
    out.object { out in
      out.field("address", address: site.address)
      out.field("instruction", site.instruction, of: names)
      out.field("implicit", site.implicit)
      location(site.location, &out)
      out.field("callerFile", site.callers.last?.file, of: names)
      out.field("callerLine", site.callers.last?.line)
      list("callers", site.callers.span, &out) { caller, out in
        out.object { location(caller, &$0) }
      }
      out.field("inLoop", site.inLoop)
    }
  }

  private func call(_ site: CallSite, _ out: inout ByteWriter) {
    out.object { out in
      out.field("address", address: site.address)
      out.field("target", site.target, of: names)
      out.field("targetEntry", address: site.targetEntry)
      out.field("kind", word: site.kind == .call ? "call" : "tail")
      out.field("line", site.line)
    }
  }

  private func indirectCall(_ site: IndirectCall, _ out: inout ByteWriter) {
    out.object { out in
      out.field("address", address: site.address)
      out.field("line", site.line)
      out.field("inLoop", site.inLoop)
      out.field("target", site.target, of: names)
      targetEntry(site.callee, &out)
    }
  }

  private func goStatement(_ site: GoStatement, _ out: inout ByteWriter) {
    out.object { out in
      out.field("address", address: site.address)
      out.field("target", site.target, of: names)
      out.field("line", site.line)
      out.field("inLoop", site.inLoop)
      targetEntry(site.callee, &out)
    }
  }

  /// Puts the members `targetEntry` and `open`, the reason why no target is known.
  private func targetEntry(_ callee: Callee, _ out: inout ByteWriter) {
    out.field("targetEntry", address: callee.entry)
    out.field("open", word: callee.entry == nil ? callee.openReason?.literal : nil)
  }

  /// Puts a lock leak: the place of the lock, then those of the return that keeps it and of an unlock.
  private func lockLeak(_ leak: LockLeak, _ out: inout ByteWriter) {
    out.object { out in
      place(leak.lock, &out)
      out.field("read", leak.isRead)
      out.object("wayOut") { place(leak.wayOut, &$0) }
      out.object("unlock") { place(leak.unlock, &$0) }
    }
  }

  private func place(_ place: LockLeak.Place, _ out: inout ByteWriter) {
    out.field("address", address: place.address)
    location(place.location, &out)
  }

  // MARK: The end

  /// Puts the members `status` and `diagnostics`, which the end record and the JSON document share.
  func ending(into out: inout ByteWriter) {
    out.field("status", word: program.isPartial ? "partial" : "complete")
    let all = program.diagnostics
    out.object("diagnostics") { out in
      out.field("unknownLines", all.unknownLines)
      out.field("unknownExamples", all.unknownExamples)
      out.field("sourceLines", all.sourceLines)
      out.field("relocationLines", all.relocationLines)
      out.field("overlongLines", all.overlongLines)
      out.field("undecoded", all.undecoded)
      out.field("orphanInstructions", all.orphanInstructions)
      out.field("lostStepFunctions", all.lostStepFunctions)
      out.field("distrustedAtomics", all.distrustedAtomics)
      out.field("cutFunctions", all.cutFunctions)
      out.field("repeatedFunctions", all.repeatedFunctions)
      // It is put only when it is not zero: readers of the schema's first streams do not know it.
      if all.unfollowedLocks > 0 { out.field("unfollowedLocks", all.unfollowedLocks) }
    }
  }

  // MARK: Members

  /// Puts a name or null.
  func name(_ key: StaticString, _ name: NameID?, _ out: inout ByteWriter) {
    out.field(key, name, of: names)
  }

  /// Puts the members `file` and `line`.
  func location(_ location: SourceLocation?, _ out: inout ByteWriter) {
    out.field("file", location?.file, of: names)
    out.field("line", location?.line)
  }

  /// Puts an array. A span lends its elements; a sequence would copy each.
  private func list<Element>(
    _ key: StaticString, _ all: borrowing Span<Element>, _ out: inout ByteWriter,
    _ each: (Element, inout ByteWriter) -> Void
  ) {
    out.put(key: key)
    out.put(UInt8(ascii: "["))
    for i in all.indices {
      if i > 0 { out.put(UInt8(ascii: ",")) }
      each(all[i], &out)
    }
    out.put(UInt8(ascii: "]"))
  }

  /// Whether the compiler made the file.
  private func isGenerated(_ file: NameID) -> Bool {
    program.names.bytes(of: file).elementsEqual("<autogenerated>".utf8)
  }
}
