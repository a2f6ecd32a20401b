import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// `go tool objdump -gnu` puts GNU's spelling behind each instruction, `BNE 64(PC)  // b.ne .+0x100`: what is read is what
/// stands before it.
@Suite("Go's listings with GNU's spelling behind") struct GNUCommentTests {
  private func objdump(_ words: String...) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "tool", "objdump"] + words
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return Array(data)
  }

  @Test(arguments: liveMachines) func changesNothing(arch: Architecture) async throws {
    let packages = #"^(encoding/binary|bufio|internal/poll)\."#
    let plain = try await program(of: objdump("-s", packages, linkProgram(arch)))
    let both = try await program(of: objdump("-gnu", "-s", packages, linkProgram(arch)))
    #expect(plain.functions.count > 100 && both.header.arch == arch)
    #expect(Facts(both).all == Facts(plain).all)
  }

  /// Where nothing is linked the relocation stands behind it.
  @Test(arguments: liveMachines) func beforeRelocations(arch: Architecture) async throws {
    let source =
      "package a\n\nvar x func()\n\nfunc F(n int) { defer x(); go H(n) }\n\n//go:noinline\nfunc H(n int) {}\n"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, object) = (folder.appendingPathComponent("a.go"), folder.appendingPathComponent("a.o"))
    try Data(source.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "GOOS=linux", "GOARCH=\(arch)", ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "tool",
      "compile",
      "-p", "a", "-o", object.path, file.path,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let plain = try await program(of: objdump(object.path))
    let both = try await program(of: objdump("-gnu", object.path))
    #expect(plain.functions.contains { !$0.goStatements.isEmpty && !$0.calls.isEmpty })
    #expect(Facts(both).all == Facts(plain).all)
  }
}
