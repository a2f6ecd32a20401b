import Foundation
import TestSupport
import Testing

/// A folder for one test: modules in it, a cache, and `fathom` and git run there.
struct GatePlace {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-gate-\(UUID().uuidString)")
  var cache: String { folder.appendingPathComponent("cache").path }

  static func with(_ body: (GatePlace) async throws -> Void) async throws {
    let place = GatePlace()
    try FileManager.default.createDirectory(at: place.folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place.folder) }
    try await body(place)
  }

  func write(_ text: String, _ path: String) throws {
    let file = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func module(_ name: String, _ files: [String: String]) throws {
    try write("module example.com/\(name)\n\ngo 1.21\n", "\(name)/go.mod")
    for (file, text) in files { try write(text, "\(name)/\(file)") }
  }

  func check(
    _ arguments: [String], in name: String, cache: String? = nil
  ) async throws -> Executable {
    try await run(["check", "--quiet"] + arguments, in: name, cache: cache)
  }

  func run(
    _ arguments: [String], in name: String, cache: String? = nil, environment: [String: String] = [:]
  ) async throws -> Executable {
    var all = [
      "XDG_CACHE_HOME": cache ?? self.cache, "CGO_ENABLED": "0", "GIT_CONFIG_GLOBAL": "/dev/null",
    ]
    // The tests' own environment switches workspaces off.
    all["GOWORK"] = ""
    all.merge(environment) { $1 }
    return try await Executable(arguments, in: folder.appendingPathComponent(name), environment: all)
  }

  func git(_ arguments: String..., in name: String) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=main"]
      + arguments
    process.currentDirectoryURL = folder.appendingPathComponent(name)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try await process.ended()
    #expect(process.terminationStatus == 0, "git \(arguments)")
  }

  /// Makes a repository of a folder, with all that is in it committed.
  func repository(_ name: String) async throws {
    try await git("init", "-q", in: name)
    try await commit(name)
  }

  func commit(_ name: String) async throws {
    try await git("add", ".", in: name)
    try await git("commit", "-qm", "c", in: name)
  }

  /// Defers in a loop, at its line 5 below a line `package` and an empty one.
  static func drain(_ name: String) -> String {
    """
    func \(name)(all []func()) {
    \tfor _, f := range all {
    \t\tdefer f()
    \t}
    }

    """
  }

  static let library = "package lib\n\n" + drain("Drain")
  static let program = "package main\n\n" + drain("drain") + "\nfunc main() { drain(nil) }\n"
}
