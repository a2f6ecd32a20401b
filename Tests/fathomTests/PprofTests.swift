import Foundation
import TestSupport
import Testing

@testable import fathom

/// The profiles that `depth` writes, as Go's own pprof reads them.
@Suite("pprof") struct PprofTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-pprof-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Runs the go command; nothing may be said on standard error.
  private func go(_ words: [String], in place: URL) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let go = ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go"
    process.arguments =
      ["CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local", "GOPROXY=off", go] + words
    process.currentDirectoryURL = place
    process.standardInput = FileHandle.nullDevice
    let files = ["out", "errors"].map { folder.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try await process.ended()
    #expect(try String(contentsOf: files[1], encoding: .utf8).isEmpty)
    #expect(process.terminationStatus == 0)
    return try String(contentsOf: files[0], encoding: .utf8)
  }

  private func fathom(_ words: [String]) async throws -> Executable {
    try await Executable(["depth", "depths"] + words, in: folder)
  }

  /// What `-top` says that all samples are together.
  private func total(_ file: String, _ words: [String] = []) async throws -> Int? {
    let text = try await go(["tool", "pprof", "-top", "-unit=bytes"] + words + [file], in: folder)
    return text.firstMatch(of: /of (\d+)B total/).flatMap { Int($0.1) }
  }

  @Test func opensWithoutAWarning() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../samples/depths").standardized
    _ = try await go(["build", "-o", folder.appendingPathComponent("depths").path, "."], in: sample)
    let worst = try #require(
      (try await fathom(["--format", "ndjson", "--function", "main.huge"])).records.first {
        $0["record"] as? String == "function"
      }?["worstBytes"] as? Int)
    #expect(worst > 40_000)
    let written = try await fathom(["--function", "main.huge", "--format", "pprof=huge.pb"])
    #expect(written.status == 0 && written.output.isEmpty && written.errors.isEmpty)
    #expect(try await total("huge.pb") == worst)

    // What is declared where, and what is called there.
    let list = try await go(["tool", "pprof", "-list", "^main.huge$", "-unit=bytes", "huge.pb"], in: folder)
    #expect(list.contains(/40024B +\d+B +66:func huge/) && list.contains(/\. +4816B +69:/))

    // Every root, the same in both formats, and on any number of cores.
    let all = try await fathom(["--format", "pprof=all.pb", "--format", "folded=all.folded", "--jobs", "1"])
    #expect(all.status == 0)
    _ = try await fathom(["--format", "pprof=again.pb", "--jobs", "2"])
    let contents = ["all.pb", "again.pb"].map { FileManager.default.contents(atPath: folder.path + "/" + $0) }
    #expect(contents[0] == contents[1] && contents[0] != nil)
    let folded = try String(contentsOf: folder.appendingPathComponent("all.folded"), encoding: .utf8)
    let sum = folded.split(separator: "\n").reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    #expect(try await total("all.pb") == sum)
    // One root by its label.
    #expect(
      try await total("all.pb", ["-tagfocus=root=main.main.func4", "-relative_percentages"]) == worst + 24)
  }

  /// A terminal gets no bytes that it may take for commands.
  @Test func terminalsAreSpared() throws {
    typealias Request = FormatRequest<DepthCommand.Format>
    func check(_ request: Request, isTerminal: Bool) throws {
      try DepthCommand.check([request], Terminal(environment: { _ in nil }, isTerminal: { _ in isTerminal }))
    }
    #expect(throws: FathomError.self) { try check(Request(format: .pprof), isTerminal: true) }
    try check(Request(format: .pprof, file: "a.pb"), isTerminal: true)
    try check(Request(format: .pprof), isTerminal: false)
    try check(Request(format: .folded), isTerminal: true)
  }
}
