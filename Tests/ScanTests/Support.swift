import Foundation
import Listing
import ProgramModel
import Testing

@testable import Scan

func samplePath(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/\(name)").standardized
}

func sample(_ name: String) throws -> [UInt8] {
  try Array(Data(contentsOf: samplePath("listings/features.\(name).txt")))
}

func scanSample(_ name: String) async throws -> Program {
  try await program(samplePath("listings/features.\(name).txt").path)
}

/// What `fathom PATH` reads.
func program(_ path: String, _ options: ScanOptions = ScanOptions()) async throws -> Program {
  try await scan(Array(path.utf8CString), options: options).program
}

/// cmd/link for a machine, as scripts/corpus built it.
func linkProgram(_ arch: Architecture) throws -> String {
  struct NoCorpus: Error {
    var advice = "FATHOM_CORPUS is not set: run scripts/test, or name the folder of scripts/corpus"
  }
  guard let corpus = ProcessInfo.processInfo.environment["FATHOM_CORPUS"] else { throw NoCorpus() }
  return "\(corpus)/link-1.27.3-\(arch)"
}

/// Builds a Go program of these files for a machine, and lends its path.
///
/// - Parameters:
///   - flags: of `go build`.
///   - callsC: whether cgo is on, which takes a C compiler for the machine.
///   - settings: variables of `go build`, `GOPPC64=power10`.
func withGoProgram(
  _ files: [String: String], _ arch: Architecture, flags: [String] = [], callsC: Bool = false,
  settings: [String] = [],
  _ body: (String) async throws -> Void
) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments =
    [
      "GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=\(callsC ? 1 : 0)", "GOFLAGS=-buildvcs=false",
    ] + settings
    + [ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "build", "-o", "app"] + flags + ["."]
  process.currentDirectoryURL = folder
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  try await body(folder.appendingPathComponent("app").path)
}

/// The same of text, through a file of its own.
func program(of bytes: [UInt8], _ options: ScanOptions = ScanOptions()) async throws -> Program {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
  try Data(bytes).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try await program(file.path, options)
}

/// Whether bytes are read; false where they are refused, with a reason.
func isRead(_ bytes: [UInt8]) async throws -> Bool {
  do {
    _ = try await program(of: bytes)
    return true
  } catch let error as ScanError {
    #expect(!"\(error)".isEmpty)
    return false
  }
}

/// What a program holds, in words, so that two can be told apart whatever their name tables.
struct Facts {
  private let program: Program

  init(_ program: Program) { self.program = program }

  /// A function in full.
  func all(_ f: Function) -> String {
    let frame =
      "\(f.frame.bytes) \(f.frame.source) \(f.frame.savesFramePointer) \(f.frame.splitCheck)"
      + " \(f.frame.uncertain.map { "\($0)" } ?? "-")"
    let aliases = f.aliases.map(program.names.string)
    let places = "\(name(f.file)) \(f.line ?? 0) \(f.endLine ?? 0)"
    let atomics = f.atomics.map {
      "\(hex($0.address)) \(name($0.instruction)) \($0.implicit) \(place($0.location)) \($0.inLoop)"
    }
    let defers = f.deferSites.map {
      "\($0.kind) \(hex($0.address)) \(place($0.location)) \($0.looping) \($0.needless) \($0.bound ?? -1) \(callee($0.callee))"
    }
    let calls = f.calls.map { "\(hex($0.address)) \($0.kind) \(name($0.target)) \(place($0.place))" }
    let entries = f.calls.map { $0.targetEntry.map(hex) ?? "-" }
    let indirect = f.indirectCalls.map {
      "\(hex($0.address)) \(place($0.place)) \($0.inLoop) \(callee($0.callee))"
    }
    let go = f.goStatements.map { "\(hex($0.address)) \(place($0.place)) \($0.inLoop) \(callee($0.callee))" }
    let leaks = f.lockLeaks.map {
      "\([$0.lock, $0.wayOut, $0.unlock].map { "\(hex($0.address)) \(place($0.location))" }) \($0.isRead)"
    }
    return
      "\(hex(f.entry)) \(name(f.name)) \(aliases) \(f.size) \(places) | \(frame) | \(defers) | \(atomics)"
      + " | \(calls) | \(entries) | \(indirect) | \(go) | \(leaks) \(f.lockUse) | \(f.undecoded)"
  }

  /// All functions, and what else the listing held.
  var all: [String] {
    program.functions.map(all) + ["\(program.isPartial) \(program.diagnostics)"]
  }

  /// What every dialect tells of a function.
  func shared(_ f: Function) -> String {
    let defers = f.deferSites.map { "\($0.kind) \($0.looping) \($0.needless) \($0.bound ?? -1)" }
    let atomics = f.atomics.map { "\(hex($0.address)) \(name($0.instruction)) \($0.inLoop)" }
    let indirect = f.indirectCalls.map { "\(hex($0.address)) \($0.inLoop)" }
    let frame = "\(f.frame.bytes) \(f.frame.splitCheck) \(f.frame.savesFramePointer)"
    return "\(hex(f.entry)) \(name(f.name)) \(frame) | \(defers) | \(atomics) | \(indirect)"
  }

  func name(_ id: NameID?) -> String { id.map(program.names.string) ?? "-" }

  private func callee(_ callee: Callee) -> String { "\(name(callee.target)) \(callee.entry.map(hex) ?? "-")" }

  private func hex(_ address: UInt64) -> String { String(address, radix: 16) }

  private func place(_ place: SitePlace) -> String {
    let callers = place.callers.map { " by \(name($0.function)) \(self.place($0.call))" }
    return "\(name(place.file)):\(place.line ?? 0)" + callers.joined()
  }

  private func place(_ location: ProgramModel.SourceLocation?) -> String {
    location.map { "\(name($0.file)):\($0.line)" } ?? "-"
  }
}

extension Architecture {
  /// Those that read it, of what scripts/setup installs: Debian's GNU objdump knows no loong64.
  var disassemblers: [Disassembler] { self == .loong64 ? [.go, .llvm] : Disassembler.allCases }

  /// Those that read a program of it without symbols.
  var strippedDisassemblers: [Disassembler] {
    disassemblers.filter { $0 != .go && !(self == .s390x && $0 == .gnu) }
  }

  /// Whether the compiler makes atomics of its own of sync/atomic's; elsewhere it calls them.
  var inlinesAtomics: Bool { self != .i386 && self != .arm }

  /// Whether a large switch becomes one (Go `cmd/compile/internal/ssagen/arch.go`, `cmd/internal/sys`).
  var hasJumpTables: Bool {
    switch self {
    case .amd64, .arm64, .loong64: true
    case .i386, .arm, .riscv64, .ppc64le, .s390x: false
    }
  }
}
