import Foundation
import GoBinary
import ProgramModel
import SystemPackage
import TestSupport
import Testing

@testable import Scan

/// The sample program, cross-built for what is no Linux: Mach-O, PE and other ELF. Each takes Go's library for a machine of
/// its own: the rarer ones are for scripts/programs.
@Suite("Other systems' binaries") struct SystemTests {
  static let targets =
    (liveMachines.contains(.amd64)
      ? ["darwin/amd64", "darwin/arm64", "windows/amd64", "freebsd/amd64"] : [])
    + (liveMachines.contains(.i386) ? ["windows/arm64", "windows/386", "freebsd/arm64"] : [])

  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func features(_ target: String, _ flags: [String] = []) throws -> String {
    let path = folder.appendingPathComponent(
      "\(target)\(flags.joined())".replacingOccurrences(of: "/", with: "-"))
    let words = target.split(separator: "/")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "GOOS=\(words[0])", "GOARCH=\(words[1])", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false",
        ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "build", "-o", path.path,
      ] + flags + ["."]
    process.currentDirectoryURL = samplePath("features")
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(target) \(flags)")
    return path.path
  }

  private func options(_ disassembler: Disassembler) -> ScanOptions {
    var options = ScanOptions()
    options.disassembler = disassembler
    return options
  }

  /// Debian's GNU objdump reads no Mach-O.
  private func disassemblers(_ target: String) -> [Disassembler] {
    target.hasPrefix("darwin") ? [.go, .llvm] : [.go, .gnu, .llvm]
  }

  /// Nothing that the linker wrote says otherwise than the text, whoever prints it, stripped or not.
  @Test(arguments: targets) func textAndLinkerAgree(target: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let plain = try features(target)
    // FreeBSD's position-independent programs need its C compiler.
    let mode = target.hasPrefix("freebsd") ? "exe" : "pie"
    // Another path in every object means the whole library once more: on one system that is enough.
    let flags = ["-buildmode=\(mode)", "-ldflags=-s -w"] + (target == "windows/amd64" ? ["-trimpath"] : [])
    let stripped = try features(target, flags)
    for (path, disassembler) in disassemblers(target).map({ (plain, $0) }) + [(stripped, .llvm)] {
      let (verification, _) = try await verify(Array(path.utf8CString), options: options(disassembler))
      #expect(verification.disagreements.isEmpty, "\(verification.disagreements.prefix(5))")
      #expect(verification.counts[.frame]?.uncertain ?? 99 <= 10)
      for subject in [Verification.Subject.frame, .defers, .bounds] {
        #expect(verification.counts[subject]?.agree ?? 0 > 1500)
      }
      #expect((verification.counts[.lines]?.agree ?? 0 > 1500) == (disassembler == .go))
      #expect("\(verification.header.os ?? "?")/\(verification.header.arch)" == target)
    }
  }

  /// The system shows in no function of the program's own: each is as Linux has it, down to what its statements start.
  @Test(arguments: targets) func everyFunctionIsAsLinuxHasIt(target: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let arch = target.split(separator: "/")[1]
    let expected = Self.own(try await program(features("linux/\(arch)"), options(.llvm)))
    let found = Self.own(try await program(features(target, ["-ldflags=-s -w"]), options(.llvm)))
    #expect(expected.count > 150 && found.count == expected.count)
    let differing = zip(expected, found).filter { $0 != $1 }
    #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(3))")
  }

  /// The functions of package main in full, less addresses.
  private static func own(_ program: Program) -> [String] {
    let names = program.names
    return program.functions.filter { names.string($0.name).hasPrefix("main.") }.map { f in
      let frame = "\(f.frame.bytes) \(f.frame.splitCheck) \(f.frame.savesFramePointer) \(f.line ?? 0)"
      let defers = f.deferSites.map {
        "\($0.kind) \($0.location?.line ?? 0) \($0.looping) \(name($0.callee.target))"
      }
      let go = f.goStatements.map { "\($0.line ?? 0) \($0.inLoop) \(name($0.callee.target))" }
      let calls = f.calls.map { "\($0.kind) \(name($0.target)) \($0.line ?? 0)" }
      let indirect = f.indirectCalls.map { "\($0.line ?? 0) \($0.inLoop) \(name($0.callee.target))" }
      let atomics = f.atomics.map { "\(name($0.instruction)) \($0.location?.line ?? 0) \($0.inLoop)" }
      return "\(name(f.name)) \(frame) | \(defers) | \(go) | \(calls) | \(indirect) | \(atomics)"
    }.sorted()
    func name(_ id: NameID?) -> String { id.map(names.string) ?? "-" }
  }

  /// This machine's code is read, and what is not is said.
  @Test func aUniversalFile() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let thin = try ["amd64", "arm64"].map { try features("darwin/\($0)") }
    let universal = folder.appendingPathComponent("universal").path
    try Self.join(thin, to: universal)
    let host = Architecture.host ?? .amd64
    for disassembler in [Disassembler.go, .llvm] {
      let result = try await scan(Array(universal.utf8CString), options: options(disassembler))
      let alone = try await program(thin[host == .amd64 ? 0 : 1], options(disassembler))
      #expect(
        result.program.header.arch == host && result.program.header.contentHash == alone.header.contentHash)
      #expect(Facts(result.program).all == Facts(alone).all)
      #expect(result.warnings.count == 1)
      let warning = try #require(result.warnings.first)
      #expect(warning.hasPrefix("\(universal): a universal file: its \(host) code is read; for "))
      #expect(warning.contains("lipo \(universal) -thin \(host == .amd64 ? "arm64" : "x86_64")"))
    }
    let (verification, warnings) = try await verify(Array(universal.utf8CString), options: options(.llvm))
    #expect(verification.disagreements.isEmpty && warnings.count == 1)
  }

  /// What lipo does.
  private static func join(_ paths: [String], to universal: String) throws {
    let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    func big(_ value: Int) -> [UInt8] {
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var bytes = Data(big(0xcafe_babe) + big(files.count))
    var start = 1 << 14
    for file in files {
      bytes += Array(file[4..<8].reversed())
      bytes += Array(file[8..<12].reversed())
      bytes += big(start) + big(file.count) + big(14)
      start = (start + file.count + 0x3fff) & ~0x3fff
    }
    for file in files {
      bytes += Data(count: (0x4000 - bytes.count % 0x4000) % 0x4000) + file
    }
    try bytes.write(to: URL(fileURLWithPath: universal))
  }
}
