import Foundation
import TestSupport
import Testing

/// What samples/crashes says as it runs, read with its binary.
@Suite("Crashes and dumps, with the binary") struct GoroutineDumpTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-dump-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  /// Builds the program.
  ///
  /// - Returns: what it says on both streams.
  private func run(_ arguments: [String], traceback: String) async throws -> String {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../samples/crashes").standardized
    let binary = folder.appendingPathComponent("crashes")
    let build = Process()
    build.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go")
    build.arguments = ["build", "-o", binary.path, "."]
    build.currentDirectoryURL = source
    build.environment = ProcessInfo.processInfo.environment.merging([
      "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local", "GOPROXY": "off",
    ]) { _, new in new }
    try await build.ended()
    try #require(build.terminationStatus == 0)
    let file = folder.appendingPathComponent("dump")
    try Data().write(to: file)
    let run = Process()
    run.executableURL = binary
    run.arguments = arguments
    run.environment = ["GOTRACEBACK": traceback]
    let output = try FileHandle(forWritingTo: file)
    run.standardOutput = output
    run.standardError = output
    try await run.ended()
    return try String(contentsOf: file, encoding: .utf8)
  }

  /// Each group's count, and its frames but the runtime's.
  private func groups(_ text: String) async throws -> [String: Int] {
    try Data(text.utf8).write(to: folder.appendingPathComponent("text"))
    let run = try await Executable(["goroutines", "text", "crashes", "--format", "ndjson"], in: folder)
    try #require(run.status == 0, "\(run.errors)")
    var groups: [String: Int] = [:]
    for record in run.records where record["record"] as? String == "group" {
      let frames = (record["frames"] as? [[String: Any]] ?? []).filter {
        ($0["function"] as? String)?.hasPrefix("runtime.") == false
      }
      let places = frames.map { "\($0["function"] ?? "") \($0["file"] ?? "") \($0["line"] ?? "")" }
      groups["\(places)", default: 0] += record["count"] as? Int ?? 0
    }
    return groups
  }

  /// Addresses alone are named by the binary, inlined calls among them.
  @Test func addressesAlone() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = try await run(["many", "200", "1"], traceback: "single")
    let named = try await groups(text)
    let bare = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("#") }
    #expect(bare.count < text.count { $0 == "\n" })
    #expect(try await groups(bare.joined(separator: "\n")) == named)
    #expect(named.count >= 5 && named.values.reduce(0, +) >= 201)
    #expect(named.keys.contains { $0.contains("sync.(*Mutex).Lock") && $0.contains("main.waitFor") })
  }

  /// What faulted is marked, whether the runtime's own frames are printed or not: by the pc that the signal's line has.
  @Test(arguments: ["single", "system"]) func theInstructionThatFaulted(traceback: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = try await run(["nilpointer"], traceback: traceback)
    let fault = try #require(text.firstMatch(of: /\[signal SIGSEGV.* pc=(0x[0-9a-f]+)\]/)).1
    try Data(text.utf8).write(to: folder.appendingPathComponent("text"))
    let run = try await Executable(["crash", "text", "crashes"], in: folder)
    #expect(run.status == 0 && run.output.contains("=>  \(fault) "), "\(run.output)")
  }
}
