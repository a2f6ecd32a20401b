import Foundation
import TestSupport
import Testing

/// Whole runs of the executable. A case is a folder of `Cases/`:
///
/// - `command`: lines for `sh`, run in the project's folder. `fathom` is the executable that was built with
///   the tests, `$SCRATCH` an empty folder. What `go` compiles is kept from run to run, and it fetches nothing.
/// - `expected.txt`, `expected.stderr`: what it prints, `$SCRATCH` spelled so; a missing file is empty.
/// - `status`: what it exits with.
///
/// `scripts/bless` writes the last three.
@Suite("Golden: cases") struct CaseGoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Cases")

  static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }

  @Test func casesAreThere() { #expect(Self.names.count > 20) }

  @Test(arguments: names) func runs(name: String) async throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-case-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let result = try await Self.run(
      Self.folder.appendingPathComponent(name).appendingPathComponent("command"), in: scratch)
    try check(result.output, "\(name)/expected.txt")
    try check(result.errors, "\(name)/expected.stderr")
    try check("\(result.status)\n", "\(name)/status")
  }

  private static func run(
    _ command: URL, in scratch: URL
  ) async throws -> (output: String, errors: String, status: Int32) {
    let out = scratch.appendingPathComponent(".out")
    let errors = scratch.appendingPathComponent(".errors")
    for file in [out, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "fathom() { \"$FATHOM\" \"$@\"; }\n" + (try String(contentsOf: command, encoding: .utf8)),
    ]
    process.currentDirectoryURL = folder.appendingPathComponent("../../..").standardized
    let environment = ProcessInfo.processInfo.environment
    process.environment = [
      "FATHOM": try Executable.path().path, "SCRATCH": scratch.path, "LC_ALL": "C", "HOME": scratch.path,
      "PATH": environment["PATH"] ?? "/usr/bin:/bin",
      "GOCACHE": environment["GOCACHE"] ?? scratch.deletingLastPathComponent().path + "/fathom-test-gocache",
      "GOTOOLCHAIN": "local", "GOPROXY": "off",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: errors)
    try await process.ended()
    func text(_ file: URL) throws -> String {
      String(decoding: try Data(contentsOf: file), as: UTF8.self)
        .replacingOccurrences(of: scratch.path, with: "$SCRATCH")
    }
    return (try text(out), try text(errors), process.terminationStatus)
  }

  /// Empty is no file.
  private func check(_ text: String, _ file: String) throws {
    let golden = Self.folder.appendingPathComponent(file)
    if ProcessInfo.processInfo.environment["FATHOM_BLESS"] == "1" {
      if text.isEmpty {
        try? FileManager.default.removeItem(at: golden)
      } else {
        try Data(text.utf8).write(to: golden)
      }
      return
    }
    let expected = (try? Data(contentsOf: golden)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    #expect(text == expected, "\(file): bless with FATHOM_BLESS=1 if the change is meant")
  }
}
