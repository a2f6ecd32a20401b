import Foundation
import Scan
import TestSupport
import Testing

@testable import ProgramModel

@Suite("A program as bytes") struct ProgramArchiveTests {
  /// Everything that a value holds, its private fields and those that are added later too.
  private func everything(_ value: Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }

  private func copy(of program: Program) throws -> Program {
    let archive = ProgramArchive(program: program, notes: ["", "ä"])
    let copy = try #require(ProgramArchive(decoding: archive.encoded()))
    #expect(copy.notes == archive.notes)
    return copy.program
  }

  @Test(arguments: [
    "amd64.go", "amd64.gnu", "amd64.llvm", "arm64.go", "arm64.llvm", "386.go", "arm.go", "riscv64.go",
    "loong64.go",
    "ppc64le.go", "s390x.go", "amd64.compiler",
  ])
  func aListing(name: String) async throws {
    let program = try await scanSample(name)
    let copy = try copy(of: program)
    #expect(Facts(copy).all == Facts(program).all)
    #expect(everything(copy.header) == everything(program.header))
    for (a, b) in zip(copy.functions, program.functions) where !a.calls.isEmpty || !a.atomics.isEmpty {
      guard everything(a) == everything(b) else {
        Issue.record("\(Facts(program).name(b.name))")
        break
      }
    }
  }

  @Test func everythingSet() throws {
    let program = Self.full
    let copy = try copy(of: program)
    #expect(everything(copy.header) == everything(program.header))
    #expect(everything(copy.functions) == everything(program.functions))
    #expect(everything(copy.diagnostics) == everything(program.diagnostics))
    #expect(copy.isPartial)
    #expect(copy.names.bytes == program.names.bytes)
    var names = copy.names
    for i in 0..<names.count {
      let name = NameID(index: UInt32(i))
      #expect(names.intern(program.names.bytes(of: name).span) == name)
    }
    #expect(names.count == program.names.count)
  }

  @Test func nothingSet() throws {
    #expect(everything(try copy(of: .blank)) == everything(Program.blank))
  }

  /// `everythingSet` shows nothing of a field that its program leaves as it is in a blank one.
  @Test func everyFieldIsSetThere() throws {
    let full = Self.full
    let function = full.functions[1]
    try differ(full.header, .blank)
    try differ(full.header.modules.all[0], .blank)
    try differ(full.diagnostics, .blank)
    try differ(function, .blank)
    try differ(function.frame, StackFrame())
    try differ(function.deferSites[0], .blank)
    try differ(function.atomics[0], .blank)
    try differ(try #require(function.atomics[0].location), SourceLocation.blank)
    try differ(function.calls[0], .blank)
    try differ(function.calls[0].place, SitePlace())
    try differ(try #require(function.calls[0].place.callers.first), InlinedCall.blank)
    try differ(function.indirectCalls[0], .blank)
    try differ(function.goStatements[0], .blank)
    // Its calls are forgotten once the scan has looked at them.
    try differ(function.lockLeaks[0], .blank, but: "calls")
    try differ(function.lockLeaks[0].lock, .blank)
    try differ(function.lockUse, LockUse())
    #expect(
      Mirror(reflecting: full).children.compactMap(\.label)
        // The last is found anew.
        == ["header", "names", "functions", "diagnostics", "isPartial", "packagesOfFolders"],
      "a field of Program that this test has to know")
  }

  private func differ<Value>(_ value: Value, _ blank: Value, but other: String? = nil) throws {
    for (a, b) in zip(Mirror(reflecting: value).children, Mirror(reflecting: blank).children)
    where other == nil || a.label != other {
      #expect(everything(a.value) != everything(b.value), "\(Value.self).\(a.label ?? ""): set it in `full`")
    }
  }

  @Test func everyFlippedBitIsSeen() {
    let bytes = ProgramArchive(program: Self.full).encoded()
    for i in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[i] ^= 1 << bit
        #expect(ProgramArchive(decoding: damaged) == nil, "byte \(i), bit \(bit)")
      }
    }
  }

  @Test func everyLengthIsSeen() {
    let bytes = ProgramArchive(program: Self.full).encoded()
    for count in bytes.indices { #expect(ProgramArchive(decoding: Array(bytes[..<count])) == nil) }
    #expect(ProgramArchive(decoding: bytes + [0]) == nil)
    #expect(ProgramArchive(decoding: bytes + [1]) == nil)
  }

  /// With a sum that is right nothing is left but the reader's own care.
  @Test func aForgedSum() {
    var random = Seeded(state: 5)
    let bytes = ProgramArchive(program: Self.full).encoded()
    var read = 0
    for _ in 0..<20_000 {
      var forged = bytes
      if Int.random(in: 0..<8, using: &random) == 0 {
        forged.removeLast(Int.random(in: 1...bytes.count - 24, using: &random))
      }
      for _ in 0..<Int.random(in: 1...4, using: &random) where forged.count > 24 {
        let place = Int.random(in: 24..<forged.count, using: &random)
        forged[place] = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random)!
      }
      ProgramArchive.seal(&forged)
      guard let archive = ProgramArchive(decoding: forged) else { continue }
      // Every name lies in the table.
      read += Facts(archive.program).all.isEmpty ? 0 : 1
    }
    // Both happen: what reads back, and what does not.
    #expect(4600...5100 ~= read)
  }

  /// A program in which no field is as in a blank one.
  static let full: Program = {
    var names = NameTable()
    _ = names.intern("first")
    let (file, lock) = (names.intern("a.go"), names.intern("LOCK XADDQ"))
    let name = names.intern([0xff, 0x00, 0x41].span)
    let place = SourceLocation(file: file, line: 3)
    var function = Function(
      entry: 0x40_1000, name: name, size: 7,
      frame: StackFrame(
        bytes: 24, source: .table, savesFramePointer: true, uncertain: .tooLarge, splitCheck: .huge))
    function.aliases = [file, name]
    let callee = Callee(target: name, entry: 0x40_1000)
    function.file = file
    function.line = 1
    function.endLine = .max
    function.deferSites = [
      DeferSite(
        kind: .range, address: 1, location: place, looping: true, needless: true, bound: 10, callee: callee),
      DeferSite(kind: .open, address: 2, location: nil),
    ]
    function.atomics = [
      AtomicSite(
        address: 3, instruction: lock, implicit: true, location: place,
        callers: [InlinedCall(function: name, call: place)], inLoop: true),
      AtomicSite(address: 4, instruction: lock, implicit: false, location: nil),
    ]
    function.calls = [
      CallSite(
        address: 5, target: name, targetEntry: 0x40_1000, kind: .tail,
        place: SitePlace(
          line: 9, file: file,
          callers: [InlinedCall(function: name, call: place), InlinedCall(function: nil, call: nil)])),
      CallSite(address: 6, target: name, targetEntry: nil, kind: .call, place: SitePlace()),
    ]
    function.indirectCalls = [
      IndirectCall(address: 7, place: SitePlace(line: 5), inLoop: true, callee: callee),
      IndirectCall(address: 8, place: SitePlace(), callee: Callee(target: file, entry: nil)),
    ]
    function.goStatements = [
      GoStatement(address: 9, place: SitePlace(line: 5), inLoop: true, callee: callee),
      GoStatement(address: 10, place: SitePlace(), callee: .open(.far)),
    ]
    function.lockLeaks = [
      LockLeak(
        lock: .init(address: 11, location: place), isRead: true, wayOut: .init(address: 12, location: place),
        unlock: .init(address: 13, location: place))
    ]
    function.lockUse.locks = true
    function.lockUse.releases = true
    function.undecoded = 11
    function.flat = lock
    function.cumulative = name
    var diagnostics = Diagnostics()
    for field in [
      \Diagnostics.unknownLines, \.sourceLines, \.relocationLines, \.overlongLines, \.undecoded,
      \.orphanInstructions, \.lostStepFunctions, \.distrustedAtomics, \.cutFunctions, \.fileHeaders,
      \.repeatedFunctions, \.unfollowedLocks,
    ] { diagnostics[keyPath: field] = 12 }
    diagnostics.unknownExamples = ["x", ""]
    return Program(
      header: Program.Header(
        input: "app", inputKind: .text, contentHash: "sha256:0", goVersion: "go1.27.3", os: "linux",
        arch: .arm64, tags: ["a", "b"], modulePath: "m", ownFrom: .path, ownPrefixes: ["p"],
        modules: ModuleList([.init(path: "m", version: "v1")]), disassembler: .llvm, debugger: .gdb),
      names: names,
      functions: [Function(entry: 0, name: file, size: 0, frame: StackFrame()), function, last(name)],
      diagnostics: diagnostics, isPartial: true)
  }()

  private static func last(_ name: NameID) -> Function {
    Function(entry: .max, name: name, size: 0, frame: StackFrame())
  }
}
