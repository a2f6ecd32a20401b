import Disassembly
import Foundation
import ProgramModel
import Testing

@testable import Scan

/// Tools that print a part of a listing and exit 0: what is missing is found by the linker's table.
@Suite("A disassembler that stops early and says nothing of it") final class MissingCodeTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func program(_ name: String) throws -> String {
    struct NoProgram: Error { var name: String }
    for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
      let path = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw NoProgram(name: name)
  }

  private func run(_ words: [String], in directory: URL? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = directory
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }

  /// The sample program.
  private func features(isStripped: Bool = false) throws -> String {
    let path = folder.appendingPathComponent("features").path
    let go = ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go"
    try run(
      [
        "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", go, "build",
        "-ldflags=\(isStripped ? "-s -w" : "")", "-o", path, ".",
      ], in: samplePath("features"))
    return path
  }

  /// A scan by a disassembler whose text goes through a filter.
  private func options(_ kind: Disassembler, through filter: [String], jobs: Int = 2) throws -> ScanOptions {
    let name = kind == .go ? "go" : kind == .gnu ? "objdump" : "llvm-objdump"
    let real = kind == .go ? ProcessInfo.processInfo.environment["FATHOM_GO"] : nil
    let tool = try real ?? program(name)
    let tools = folder.appendingPathComponent("tools-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    let file = tools.appendingPathComponent(name)
    let words = try [program(filter[0])] + filter.dropFirst()
    let filtered = words.map { "'\($0)'" }.joined(separator: " ")
    // The go command is asked where its objdump is, and that is run.
    let objdump = tools.appendingPathComponent("go-objdump")
    let scripts = [
      file: """
      #!/bin/sh
      case $1 in
        --version | -i | version) exec '\(tool)' "$@" ;;
        tool) echo '\(objdump.path)'; exit ;;
      esac
      '\(tool)' "$@" | \(filtered)

      """,
      objdump: """
      #!/bin/sh
      '\(tool)' tool objdump "$@" | \(filtered)

      """,
    ]
    for (file, script) in scripts {
      try Data(script.utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
    var environment = ChildEnvironment.current
    environment["PATH"] = tools.path
    var options = ScanOptions()
    options.toolbox = Toolbox(environment: environment)
    options.disassembler = kind
    options.jobs = jobs
    return options
  }

  /// The first part alone, to a line's end and within one; without a stretch in the middle; without the end.
  @Test(
    arguments: [(Disassembler.go, false), (.gnu, false), (.llvm, false), (.gnu, true), (.llvm, true)],
    [["head", "-n", "9000"], ["head", "-c", "300000"], ["sed", "5000,9000d"], ["head", "-n", "-120"]])
  func isAnError(_ by: (tool: Disassembler, isStripped: Bool), filter: [String]) async throws {
    let path = try features(isStripped: by.isStripped)
    var options = try options(by.tool, through: filter)
    var environment = ChildEnvironment.current
    environment["XDG_CACHE_HOME"] = folder.path
    let cache = try #require(ModelCache(version: "1", environment: environment))
    options.cache = { cache }
    do {
      let found = try await Scan.scan(Array(path.utf8CString), options: options)
      Issue.record("\(found.program.functions.count) functions without a word")
    } catch {
      guard case .missingCode(_, _, let missing) = error else { throw error }
      #expect(missing.total > 1400 && missing.count > 0 && missing.count < missing.total)
      let shown = "\(error)"
      #expect(
        shown.contains(": \(missing.count) of the \(missing.total) functions")
          && shown.contains(missing.first.name))
      #expect(shown.contains("--disassembler") && shown.contains("/tools-"))
    }
    let models = folder.appendingPathComponent("fathom/models").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: models).isEmpty)
  }

  @Test(arguments: [(Disassembler.go, false), (.gnu, false), (.llvm, false), (.gnu, true), (.llvm, true)])
  func aWholeListingIsNone(_ by: (tool: Disassembler, isStripped: Bool)) async throws {
    let found = try await Scan.scan(
      Array(try features(isStripped: by.isStripped).utf8CString),
      options: options(by.tool, through: ["tail", "-n", "+1"])
    ).program
    #expect(found.functions.count > 1400 && !found.isPartial)
  }

  /// `strip -x` takes some of the symbols: what it took is named by the table.
  @Test(arguments: [Disassembler.gnu, .llvm]) func someSymbols(tool: Disassembler) async throws {
    let path = try features()
    let some = folder.appendingPathComponent("some").path
    try run(["strip", "-x", "-o", some, path])
    let options = try options(tool, through: ["tail", "-n", "+1"])
    let whole = try await Scan.scan(Array(path.utf8CString), options: options).program
    let found = try await Scan.scan(Array(some.utf8CString), options: options).program
    func rows(_ program: Program) -> [String] {
      program.functions.filter { $0.size > 0 }.map(Facts(program).shared).filter {
        !$0.contains("go:textfipsend")
      }
    }
    #expect(rows(whole) == rows(found))
  }
}
