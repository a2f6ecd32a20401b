import ProgramModel

/// Puts the records of schema `fathom.scan/1`. The keys and their order are fixed: tools are built on them.
///
/// A class, since workers share it: each copy of a struct would count a reference for every field of a program.
final class RecordWriter: Sendable {
  let program: Program
  private let names: QuotedNames
  /// Paths and versions of the header's modules.
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

  func header(version: String, into out: inout ByteWriter) {
    let header = program.header
    out.put("{\"record\":\"header\",\"schema\":\"fathom.scan/1\",\"fathomVersion\":")
    text(version, &out)
    out.put(",\"input\":")
    text(header.input, &out)
    out.put(",\"inputKind\":")
    text(header.inputKind.rawValue, &out)
    out.put(",\"contentHash\":")
    text(header.contentHash, &out)
    out.put(",\"goVersion\":")
    text(header.goVersion, &out)
    out.put(",\"os\":")
    text(header.os, &out)
    out.put(",\"arch\":")
    text(header.arch.rawValue, &out)
    out.put(",\"tags\":")
    list(header.tags.span, &out) { text($0, &$1) }
    out.put(",\"modulePath\":")
    text(header.modulePath, &out)
    out.put(",\"ownFrom\":")
    text(header.ownFrom?.rawValue, &out)
    out.put(",\"disassembler\":")
    text(header.disassembler.rawValue, &out)
    if let debugger = header.debugger {
      out.put(",\"debugger\":")
      text(debugger.rawValue, &out)
    }
    out.put(UInt8(ascii: "}"))
  }

  // MARK: A function

  func function(
    _ function: borrowing Function, _ classifier: inout NameClassifier, into out: inout ByteWriter
  ) {
    out.put("{\"record\":\"function\",\"entry\":")
    address(function.entry, &out)
    identity(function, classifier.facts(of: function), &out)
    frame(function, &out)
    out.put(",\"deferSites\":")
    list(function.deferSites.span, &out, deferSite)
    out.put(",\"atomics\":")
    list(function.atomics.span, &out, atomic)
    out.put(",\"calls\":")
    list(function.calls.span, &out, call)
    out.put(",\"indirectCalls\":")
    list(function.indirectCalls.span, &out, indirectCall)
    out.put(",\"goStatements\":")
    list(function.goStatements.span, &out, goStatement)
    out.put(",\"undecoded\":")
    out.put(decimal: function.undecoded)
    out.put(",\"lockLeaks\":")
    list(function.lockLeaks.span, &out, lockLeak)
    out.put(UInt8(ascii: "}"))
  }

  private func identity(
    _ function: borrowing Function, _ facts: NameClassifier.Facts, _ out: inout ByteWriter
  ) {
    out.put(",\"name\":")
    names.put(function.name, into: &out)
    out.put(",\"aliases\":")
    list(function.aliases.span, &out) { names.put($0, into: &$1) }
    out.put(",\"package\":")
    if let package = facts.package { quoted(package, &out) } else { out.put("null") }
    module(facts.module, &out)
    out.put(",\"origin\":\"")
    out.put(facts.origin.literal)
    out.put("\",\"file\":")
    name(function.file, &out)
    out.put(",\"line\":")
    number(function.line, &out)
    out.put(",\"endLine\":")
    number(function.endLine, &out)
    out.put(",\"size\":")
    out.put(decimal: function.size)
    out.put(",\"generated\":")
    if let file = function.file { bool(isGenerated(file), &out) } else { out.put("null") }
    out.put(",\"wrapper\":")
    bool(facts.isWrapper, &out)
  }

  private func module(_ place: Int?, _ out: inout ByteWriter) {
    guard let place else { return out.put(",\"module\":null,\"moduleVersion\":null") }
    let module = modules[place]
    out.put(",\"module\":")
    moduleTexts.put(module.path, into: &out)
    out.put(",\"moduleVersion\":")
    if let version = module.version { moduleTexts.put(version, into: &out) } else { out.put("null") }
  }

  private func frame(_ function: borrowing Function, _ out: inout ByteWriter) {
    let frame = function.frame
    out.put(",\"frameBytes\":")
    out.put(decimal: frame.bytes)
    out.put(",\"callCost\":")
    out.put(decimal: program.callCost(of: function))
    out.put(",\"frameSource\":\"")
    out.put(frame.source.literal)
    out.put("\",\"savesFramePointer\":")
    bool(frame.savesFramePointer, &out)
    out.put(",\"uncertain\":")
    text(frame.uncertain?.rawValue, &out)
    out.put(",\"splitCheck\":\"")
    out.put(frame.splitCheck.literal)
    out.put(UInt8(ascii: "\""))
  }

  // MARK: Its sites

  private func deferSite(_ site: DeferSite, _ out: inout ByteWriter) {
    out.put("{\"kind\":\"")
    out.put(site.kind.literal)
    out.put("\",\"address\":")
    address(site.address, &out)
    out.put(",\"file\":")
    name(site.location?.file, &out)
    out.put(",\"line\":")
    number(site.location?.line, &out)
    out.put(",\"looping\":")
    bool(site.looping, &out)
    out.put(",\"needless\":")
    bool(site.needless, &out)
    out.put(",\"bound\":")
    number(site.bound, &out)
    out.put(",\"target\":")
    name(site.target, &out)
    targetEntry(site.callee, &out)
  }

  private func atomic(_ site: AtomicSite, _ out: inout ByteWriter) {
    out.put("{\"address\":")
    address(site.address, &out)
    out.put(",\"instruction\":")
    names.put(site.instruction, into: &out)
    out.put(",\"implicit\":")
    bool(site.implicit, &out)
    out.put(",\"file\":")
    name(site.location?.file, &out)
    out.put(",\"line\":")
    number(site.location?.line, &out)
    out.put(",\"callerFile\":")
    name(site.callers.last?.file, &out)
    out.put(",\"callerLine\":")
    number(site.callers.last?.line, &out)
    out.put(",\"callers\":")
    list(site.callers.span, &out) { location, out in
      out.put("{\"file\":")
      name(location.file, &out)
      out.put(",\"line\":")
      number(location.line, &out)
      out.put(UInt8(ascii: "}"))
    }
    inLoop(site.inLoop, &out)
  }

  private func call(_ site: CallSite, _ out: inout ByteWriter) {
    out.put("{\"address\":")
    address(site.address, &out)
    out.put(",\"target\":")
    names.put(site.target, into: &out)
    out.put(",\"targetEntry\":")
    if let entry = site.targetEntry { address(entry, &out) } else { out.put("null") }
    if site.kind == .call {
      out.put(",\"kind\":\"call\",\"line\":")
    } else {
      out.put(",\"kind\":\"tail\",\"line\":")
    }
    number(site.line, &out)
    out.put(UInt8(ascii: "}"))
  }

  private func indirectCall(_ site: IndirectCall, _ out: inout ByteWriter) {
    out.put("{\"address\":")
    address(site.address, &out)
    out.put(",\"line\":")
    number(site.line, &out)
    out.put(site.inLoop ? ",\"inLoop\":true,\"target\":" : ",\"inLoop\":false,\"target\":")
    name(site.target, &out)
    targetEntry(site.callee, &out)
  }

  private func goStatement(_ site: GoStatement, _ out: inout ByteWriter) {
    out.put("{\"address\":")
    address(site.address, &out)
    out.put(",\"target\":")
    name(site.target, &out)
    out.put(",\"line\":")
    number(site.line, &out)
    out.put(site.inLoop ? ",\"inLoop\":true" : ",\"inLoop\":false")
    targetEntry(site.callee, &out)
  }

  private func lockLeak(_ leak: LockLeak, _ out: inout ByteWriter) {
    out.put("{\"address\":")
    place(leak.lock, &out)
    out.put(",\"read\":")
    bool(leak.isRead, &out)
    out.put(",\"wayOut\":{\"address\":")
    place(leak.wayOut, &out)
    out.put("},\"unlock\":{\"address\":")
    place(leak.unlock, &out)
    out.put("}}")
  }

  private func place(_ place: LockLeak.Place, _ out: inout ByteWriter) {
    address(place.address, &out)
    out.put(",\"file\":")
    name(place.location?.file, &out)
    out.put(",\"line\":")
    number(place.location?.line, &out)
  }

  // MARK: The end

  /// `"status":…,"diagnostics":{…}`, which the end record and the JSON document share.
  func ending(into out: inout ByteWriter) {
    out.put(
      program.isPartial
        ? "\"status\":\"partial\",\"diagnostics\":{" : "\"status\":\"complete\",\"diagnostics\":{")
    let all = program.diagnostics
    out.put("\"unknownLines\":")
    out.put(decimal: all.unknownLines)
    out.put(",\"unknownExamples\":")
    list(all.unknownExamples.span, &out) { text($0, &$1) }
    var counts: [(StaticString, Int)] = [
      (",\"sourceLines\":", all.sourceLines), (",\"relocationLines\":", all.relocationLines),
      (",\"overlongLines\":", all.overlongLines), (",\"undecoded\":", all.undecoded),
      (",\"orphanInstructions\":", all.orphanInstructions),
      (",\"lostStepFunctions\":", all.lostStepFunctions),
      (",\"distrustedAtomics\":", all.distrustedAtomics), (",\"cutFunctions\":", all.cutFunctions),
      (",\"repeatedFunctions\":", all.repeatedFunctions),
    ]
    // Seldom anything: readers of the schema's first streams know nothing of it.
    if all.unfollowedLocks > 0 { counts.append((",\"unfollowedLocks\":", all.unfollowedLocks)) }
    for (key, count) in counts {
      out.put(key)
      out.put(decimal: count)
    }
    out.put(UInt8(ascii: "}"))
  }

  // MARK: Values

  func address(_ value: UInt64, _ out: inout ByteWriter) {
    out.put("\"0x")
    out.put(hex16: value)
    out.put(UInt8(ascii: "\""))
  }

  func name(_ name: NameID?, _ out: inout ByteWriter) {
    if let name { names.put(name, into: &out) } else { out.put("null") }
  }

  func number(_ value: Int32?, _ out: inout ByteWriter) {
    if let value { out.put(decimal: Int(value)) } else { out.put("null") }
  }

  func text(_ value: String?, _ out: inout ByteWriter) {
    if let value { out.put(JSONText.quoted(value.utf8)) } else { out.put("null") }
  }

  func list<Element>(
    _ all: borrowing Span<Element>, _ out: inout ByteWriter, _ each: (Element, inout ByteWriter) -> Void
  ) {
    out.put(UInt8(ascii: "["))
    for i in all.indices {
      if i > 0 { out.put(UInt8(ascii: ",")) }
      each(all[i], &out)
    }
    out.put(UInt8(ascii: "]"))
  }

  private func bool(_ value: Bool, _ out: inout ByteWriter) { out.put(value ? "true" : "false") }

  /// The last keys of its object.
  private func targetEntry(_ callee: Callee, _ out: inout ByteWriter) {
    if let entry = callee.entry {
      out.put(",\"targetEntry\":")
      address(entry, &out)
      out.put(",\"open\":null}")
    } else if let reason = callee.openReason {
      out.put(",\"targetEntry\":null,\"open\":\"")
      out.put(reason.literal)
      out.put("\"}")
    } else {
      out.put(",\"targetEntry\":null,\"open\":null}")
    }
  }

  private func inLoop(_ value: Bool, _ out: inout ByteWriter) {
    out.put(value ? ",\"inLoop\":true}" : ",\"inLoop\":false}")
  }

  private func quoted(_ bytes: ArraySlice<UInt8>, _ out: inout ByteWriter) {
    guard JSONText.isPlain(bytes.span) else { return out.put(JSONText.quoted(bytes)) }
    out.put(UInt8(ascii: "\""))
    out.put(bytes.span)
    out.put(UInt8(ascii: "\""))
  }

  private func isGenerated(_ file: NameID) -> Bool {
    program.names.bytes(of: file).elementsEqual("<autogenerated>".utf8)
  }
}
