import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("Ways out that keep a mutex locked") struct LockLeakTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")
  private let sample = samplePath("rules/lock-without-unlock")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func run(_ words: String..., in directory: URL? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = directory
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }

  private var go: String { ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go" }

  private func build(_ arch: Architecture, _ flags: String = "") throws -> String {
    let path = folder.appendingPathComponent("sample-\(arch)").path
    try run(
      "env", "GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", go, "build",
      "-gcflags=\(flags)", "-o", path, ".", in: sample)
    return path
  }

  /// `fires.go:27` of each line with a `want` comment.
  private func wanted() throws -> [String] {
    var places: [String] = []
    for file in ["fires.go", "quiet.go"] {
      let text = try String(contentsOf: sample.appendingPathComponent(file), encoding: .utf8)
      for (i, line) in text.components(separatedBy: "\n").enumerated()
      where line.contains("// want lock-without-unlock") { places.append("\(file):\(i + 1)") }
    }
    try #require(places.count == 18)
    return places.sorted()
  }

  private func leaks(_ program: Program) -> [(function: String, leak: LockLeak)] {
    program.functions.filter { program.names.string($0.name).hasPrefix("main.") }.flatMap { function in
      function.lockLeaks.map { (program.names.string(function.name), $0) }
    }
  }

  private func place(_ place: LockLeak.Place, _ facts: Facts) -> String {
    place.location.map { "\(facts.name($0.file)):\($0.line)" } ?? "-"
  }

  @Test(arguments: liveMachines) func everyWantAndNoMore(arch: Architecture) async throws {
    let path = try build(arch)
    defer { try? FileManager.default.removeItem(at: folder) }
    for disassembler in arch.disassemblers {
      var options = ScanOptions()
      options.disassembler = disassembler
      let program = try await program(path, options)
      let facts = Facts(program)
      let found = leaks(program)
      #expect(try found.map { place($0.leak.wayOut, facts) }.sorted() == wanted(), "\(disassembler)")
      #expect(found.filter { $0.leak.isRead }.map(\.function) == ["main.(*store).forReading"])
      // Lines of the function itself, though `Lock` and `Unlock` were inlined.
      let early = try #require(found.first { $0.function == "main.(*store).earlyReturn" }).leak
      let lines = [early.lock, early.wayOut, early.unlock].map { $0.location?.line ?? 0 }
      #expect(lines == [lines[0], lines[0] + 2, lines[0] + 5], "\(disassembler)")
      #expect(place(early.lock, facts).hasPrefix("fires.go:"))
    }
  }

  /// Nothing is inlined: the methods are called. Without optimization every value goes through the frame.
  @Test(arguments: liveMachines, ["-l", "-N -l"])
  func withoutInlining(arch: Architecture, flags: String) async throws {
    let path = try build(arch, flags)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = try await program(path)
    #expect(try leaks(program).map { place($0.leak.wayOut, Facts(program)) }.sorted() == wanted())
  }

  /// Text alone names the same functions; Go's has lines as well.
  @Test(arguments: [Architecture.amd64, .arm64])
  func savedText(arch: Architecture) async throws {
    let path = try build(arch)
    defer { try? FileManager.default.removeItem(at: folder) }
    let expected = leaks(try await program(path)).map { "\($0.function) \($0.leak.wayOut.address)" }
    var commands = ["'\(go)' tool objdump", "objdump -d", "objdump -d --no-show-raw-insn", "llvm-objdump -d"]
    if arch == .amd64 { commands.append("objdump -d -M intel") }
    for (i, command) in commands.enumerated() {
      let listing = folder.appendingPathComponent("\(i).txt").path
      try run("sh", "-c", "\(command) \(path) >\(listing)")
      let program = try await program(listing)
      #expect(leaks(program).map { "\($0.function) \($0.leak.wayOut.address)" } == expected, "\(command)")
      guard i == 0 else { continue }
      #expect(try leaks(program).map { place($0.leak.wayOut, Facts(program)) }.sorted() == wanted())
    }
  }

  /// A trap's spelling may begin like a return's (`brk`, `br`): it ends the program, whatever is locked.
  @Test func aTrapIsNoWayOut() async throws {
    let path = try build(.arm64)
    defer { try? FileManager.default.removeItem(at: folder) }
    let listing = folder.appendingPathComponent("listing.txt")
    try run("sh", "-c", "objdump -d \(path) >\(listing.path)")
    func leaksOfOne() async throws -> Int {
      try await leaks(program(listing.path)).count { $0.function == "main.(*store).earlyReturn" }
    }
    #expect(try await leaksOfOne() == 1)
    var text = try String(contentsOf: listing, encoding: .utf8)
    let start = try #require(text.range(of: "<main.(*store).earlyReturn>:\n")).upperBound
    let end = try #require(text.range(of: "\n\n", range: start..<text.endIndex)).lowerBound
    let trapped = text[start..<end].replacingOccurrences(of: "d65f03c0 \tret", with: "d4200000 \tbrk\t#0x0")
    text.replaceSubrange(start..<end, with: trapped)
    try Data(text.utf8).write(to: listing)
    #expect(try await leaksOfOne() == 0)
  }

  /// What the hook reads.
  @Test func anArchive() async throws {
    let module = folder.appendingPathComponent("lib")
    try FileManager.default.createDirectory(at: module, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in ["go.mod", "fires.go", "quiet.go"] {
      let text = try String(contentsOf: sample.appendingPathComponent(file), encoding: .utf8)
      try text.replacingOccurrences(of: "package main", with: "package rules")
        .replacingOccurrences(of: "func main()", with: "func unused()")
        .write(to: module.appendingPathComponent(file), atomically: true, encoding: .utf8)
    }
    let library = try await program(module.path)
    #expect(library.header.inputKind == .archive)
    let found = library.functions.flatMap(\.lockLeaks).map { place($0.wayOut, Facts(library)) }
    #expect(try found.sorted() == wanted())
  }
}
