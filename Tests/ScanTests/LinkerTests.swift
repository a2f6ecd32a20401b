import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("What the linker wrote, joined to the text") struct LinkerTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  /// The sample program, built for a machine.
  private func features(_ arch: Architecture, _ flags: String = "") throws -> String {
    let path = folder.appendingPathComponent("features-\(arch)\(flags)").path
    let go = ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go"
    try run(
      "env", "GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", go, "build",
      "-ldflags=\(flags)", "-o", path, ".",
      in: samplePath("features"))
    return path
  }

  private func run(_ words: String..., in directory: URL? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = directory
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }

  /// Every function in full, less what only symbols tell: other names, and the marks behind the last function.
  private func rows(_ program: Program) -> [String] {
    let facts = Facts(program)
    let marks: Set = ["go:textfipsend", "runtime.etext"]
    return program.functions.filter { $0.size > 0 && !marks.contains(facts.name($0.name)) }.map { function in
      var function = function
      function.aliases = []
      function.undecoded = 0
      return facts.all(function)
    }
  }

  private func options(_ disassembler: Disassembler? = nil, jobs: Int = 2) -> ScanOptions {
    var options = ScanOptions()
    options.disassembler = disassembler
    options.jobs = jobs
    return options
  }

  private func expectSame(_ a: [String], _ b: [String]) {
    #expect(a.count == b.count)
    let differing = zip(a, b).filter { $0 != $1 }
    #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(3))")
  }

  @Test(arguments: liveMachines.filter { !$0.strippedDisassemblers.isEmpty })
  func strippedEqualsUnstripped(arch: Architecture) async throws {
    let path = try features(arch)
    var stripped = folder.appendingPathComponent("stripped").path
    if arch == .loong64 {
      // Debian's strip does not know it.
      stripped = try features(arch, "-s -w")
    } else {
      try run("strip", "-o", stripped, path)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    for disassembler in arch.strippedDisassemblers {
      let whole = try await program(path, options(disassembler))
      let bare = try await program(stripped, options(disassembler))
      #expect(bare.functions.count > 1200 && bare.diagnostics.unknownLines == 0)
      expectSame(rows(whole), rows(bare))
    }
  }

  @Test(arguments: liveMachines.filter { $0.disassemblers.contains(.gnu) })
  func everyDialectHasTheSameLines(arch: Architecture) async throws {
    let path = try features(arch)
    let reference = rows(try await program(path, options(.go)))
    for disassembler in [Disassembler.gnu, .llvm] {
      expectSame(reference, rows(try await program(path, options(disassembler))))
    }
  }

  @Test func anyNumberOfShards() async throws {
    let path = try features(.amd64)
    let one = rows(try await program(path, options(.gnu, jobs: 1)))
    for jobs in [2, 5] { expectSame(one, rows(try await program(path, options(.gnu, jobs: jobs)))) }
  }

  @Test(arguments: liveMachines) func textAndLinkerAgree(arch: Architecture)
    async throws
  {
    for disassembler in arch.disassemblers {
      let path = Array(try features(arch).utf8CString)
      let (verification, _) = try await verify(path, options: options(disassembler))
      #expect(verification.disagreements.isEmpty, "\(verification.disagreements.prefix(5))")
      #expect(verification.counts[.frame]?.uncertain ?? 99 <= 10)
      #expect(verification.counts[.defers]?.agree ?? 0 > 1200)
      #expect(verification.counts[.bounds]?.agree ?? 0 > 1200)
      // GNU's and LLVM's text has no lines.
      #expect((verification.counts[.lines]?.agree ?? 0 > 1200) == (disassembler == .go))
    }
  }

  @Test func anAlteredFrameIsFound() async throws {
    let path = try features(.amd64)
    let listing = folder.appendingPathComponent("listing.txt")
    defer { try? FileManager.default.removeItem(at: folder) }
    try run("sh", "-c", "objdump -d --no-show-raw-insn \(path) >\(listing.path)")
    var text = try String(contentsOf: listing, encoding: .utf8)
    let function = try #require(text.range(of: "<main.main>:"))
    let reservation = try #require(text.range(of: "sub    $0x", range: function.upperBound..<text.endIndex))
    let comma = try #require(text.range(of: ",", range: reservation.upperBound..<text.endIndex))
    // What it releases as well: a function that does not is taken for one that lacks lines.
    let number = String(text[reservation.upperBound..<comma.lowerBound])
    let next = try #require(text.range(of: "\n\n", range: comma.upperBound..<text.endIndex))
    let code = String(text[function.upperBound..<next.lowerBound])
    text.replaceSubrange(
      function.upperBound..<next.lowerBound,
      with: code.replacingOccurrences(of: "$0x\(number),%rsp", with: "$0x4440,%rsp"))
    try text.write(to: listing, atomically: true, encoding: .utf8)
    let (verification, _) = try await verify(
      Array(path.utf8CString), listing: Array(listing.path.utf8CString), options: options())
    #expect(verification.disagreements.map(\.subject) == [.frame])
    let found = try #require(verification.disagreements.first)
    #expect(verification.names.string(found.name) == "main.main")
    #expect(found.linker != found.text && found.text == "\(0x4440 + 8) bytes")
  }

  /// A package without a main: its archive, and the assembly that Go's objdump does not print of one.
  @Test func aPackageWithAssembly() async throws {
    let module = folder.appendingPathComponent("lib")
    try FileManager.default.createDirectory(at: module, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in [
      ("go.mod", "module example.com/lib\n\ngo 1.21\n"),
      (
        "lib.go",
        "package lib\n\nfunc two()\n\nfunc A(f func()) {\n\tfor range 3 {\n\t\tdefer f()\n\t}\n\ttwo()\n}\n"
      ),
      (
        "two_amd64.s",
        "#include \"textflag.h\"\nTEXT ·two(SB), NOSPLIT, $8-0\n\tLOCK\n\tXADDQ AX, (BX)\n\tRET\n"
      ),
      (
        "two_arm64.s",
        "#include \"textflag.h\"\nTEXT ·two(SB), NOSPLIT, $8-0\n\tLDADDALD R0, (R1), R2\n\tRET\n"
      ),
    ] {
      let text = text.replacingOccurrences(of: "for range 3", with: "for i := 0; i < 3; i++")
      try text.write(to: module.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let library = try await program(module.path)
    #expect(library.header.inputKind == .archive && library.header.ownFrom == .list)
    let names = library.functions.map { library.names.string($0.name) }
    #expect(names.contains("example.com/lib.A") && names.contains("example.com/lib.two"))
    let a = try #require(library.functions.first { library.names.string($0.name) == "example.com/lib.A" })
    #expect(a.deferSites.map(\.looping) == [true])
    let two = try #require(library.functions.last { library.names.string($0.name) == "example.com/lib.two" })
    #expect(two.atomics.count == 1)
  }
}
