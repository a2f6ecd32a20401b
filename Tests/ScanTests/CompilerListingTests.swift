import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// `go build -gcflags=-S` of the sample, held against `go tool objdump` of the program that was built with it.
@Suite("The compiler's own listing") final class CompilerListingTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private var go: String { ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go" }

  /// What a command of Go's prints; the compiler writes its listing to stderr.
  private func output(_ arguments: [String], _ arch: Architecture, errors: Bool = false) throws -> [UInt8] {
    let file = folder.appendingPathComponent("output")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", go] + arguments
    process.currentDirectoryURL = samplePath("features")
    let handle = try FileHandle(forWritingTo: file)
    if errors { process.standardError = handle } else { process.standardOutput = handle }
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try Array(Data(contentsOf: file))
  }

  private func both(_ arch: Architecture, _ flags: String) async throws -> (
    compilers: Program, linked: Program
  ) {
    let binary = folder.appendingPathComponent("features").path
    let listing = try output(["build", "-gcflags=-S \(flags)", "-o", binary, "."], arch, errors: true)
    let text = try output(["tool", "objdump", "-s", "^main\\.", binary], arch)
    return (try await program(of: listing), try await program(of: text))
  }

  /// A function's model with places counted from its entry.
  private func facts(_ f: Function, _ program: Program) -> [String] {
    func name(_ id: NameID?) -> String { id.map(program.names.string) ?? "-" }
    func at(_ address: UInt64) -> String { "+\(address - f.entry)" }
    func place(_ location: ProgramModel.SourceLocation?) -> String {
      location.map { "\(name($0.file)):\($0.line)" } ?? "-"
    }
    // The linker tells the two ABIs' functions apart. Calls of the middle of duffzero have no name in Go's objdump.
    func target(_ call: CallSite) -> String {
      let name = name(call.target)
      if name.hasPrefix("runtime.duff") || name.hasPrefix("0x") { return "duff" }
      return name.hasSuffix(".abi0") ? String(name.dropLast(5)) : name
    }
    let frame = f.frame
    var facts = ["frame \(frame.bytes) \(frame.source) \(frame.savesFramePointer) \(frame.splitCheck)"]
    // Go's objdump knows no vector instructions of loong64; the compiler names them.
    let undecoded = program.header.arch == .loong64 ? 0 : f.undecoded
    facts.append("uncertain \(frame.uncertain.map { "\($0)" } ?? "-"), \(undecoded) undecoded")
    facts.append("size \(f.size) lines \(f.line ?? 0) \(f.endLine ?? 0)")
    for site in f.deferSites {
      let flags = "\(site.looping) \(site.needless) \(site.bound ?? -1)"
      facts.append("defer \(site.kind) \(at(site.address)) \(place(site.location)) \(flags)")
    }
    for site in f.atomics {
      let flags = "\(site.implicit) \(site.inLoop)"
      facts.append("atomic \(name(site.instruction)) \(at(site.address)) \(place(site.location)) \(flags)")
    }
    for call in f.calls { facts.append("\(call.kind) \(at(call.address)) \(target(call)) \(call.line ?? 0)") }
    for call in f.indirectCalls {
      facts.append("indirect \(at(call.address)) \(call.line ?? 0) \(call.inLoop)")
    }
    for site in f.goStatements { facts.append("go \(at(site.address)) \(site.line ?? 0) \(site.inLoop)") }
    for leak in f.lockLeaks { facts.append("leak \(at(leak.lock.address)) \(at(leak.wayOut.address))") }
    return facts + ["\(f.lockUse)"]
  }

  @Test(arguments: liveMachines, ["", "-N -l"])
  func equalsTheBinarys(arch: Architecture, flags: String) async throws {
    let (compilers, linked) = try await both(arch, flags)
    #expect(compilers.header.inputKind == .compiler && compilers.header.arch == arch)
    #expect(compilers.diagnostics.unknownLines == 0 && !compilers.isPartial)
    var known: [String: Function] = [:]
    for function in linked.functions { known[linked.names.string(function.name)] = function }
    var compared = 0
    for function in compilers.functions {
      // Some are left out by the linker.
      guard let other = known[compilers.names.string(function.name)] else { continue }
      #expect(
        facts(function, compilers) == facts(other, linked), "\(compilers.names.string(function.name))")
      compared += 1
    }
    // All that the linker took; it made none of package main itself.
    #expect(compared == known.count)
    #expect(compared > 150)
  }

  /// More targets are named than in text of a binary, for relocations name them; never others.
  @Test(arguments: liveMachines) func namesWhatStatementsRun(arch: Architecture)
    async throws
  {
    let (compilers, _) = try await both(arch, "")
    let named = compilers.functions.flatMap(\.goStatements).filter { $0.target != nil }
    #expect(named.count == 7)
    for want in try Want.all() where want.subject == "go" && want.holds(on: arch) && want.words[0] != "?" {
      let function = compilers.functions.first { function in
        function.goStatements.contains { "calls.go:\($0.line ?? 0)" == want.place }
      }
      let site = function?.goStatements.first { "calls.go:\($0.line ?? 0)" == want.place }
      let target = compilers.names.string(try #require(site?.target))
      #expect(target == want.words[0] || target.contains(".gowrap"), "\(want.place): \(target)")
    }
  }

  /// What the header states is held against the code.
  @Test(arguments: [
    ("locals=0x60", "locals=0x68"),
    ("main.deferEight(SB), ABIInternal, $96-0", "main.deferEight(SB), ABIInternal, $104-0"),
    ("SUBQ\t$88, SP", "SUBQ\t$80, SP"), ("$96-0", "$96-8"),
  ])
  func aStatementThatDiffers(from: String, to: String) async throws {
    let text = String(decoding: try sample("amd64.compiler"), as: UTF8.self)
    let start = try #require(text.range(of: "main.deferEight STEXT"))
    let place = try #require(text.range(of: from, range: start.lowerBound..<text.endIndex))
    let found = try await program(of: Array(text.replacingCharacters(in: place, with: to).utf8))
    let whole = try await program(of: Array(text.utf8))
    let (names, facts) = (found.names, Facts(whole))
    for (function, other) in zip(found.functions, whole.functions) {
      #expect(other.frame.uncertain == nil)
      let isAltered = names.string(function.name) == "main.deferEight"
      #expect(function.frame.uncertain == (isAltered ? .statedMismatch : nil), "\(facts.name(other.name))")
    }
  }
}
