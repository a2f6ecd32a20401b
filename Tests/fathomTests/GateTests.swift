import Foundation
import TestSupport
import Testing

/// `fathom check` on Go modules of its own, as a developer and a CI job run it.
@Suite("The gate on Go modules") struct GateTests {
  /// A folder for one test: modules in it, and a cache.
  private struct Place {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-gate-\(UUID().uuidString)")
    var cache: String { folder.appendingPathComponent("cache").path }

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
      try await Executable(
        ["check", "--quiet"] + arguments, in: folder.appendingPathComponent(name),
        environment: [
          "XDG_CACHE_HOME": cache ?? self.cache, "CGO_ENABLED": "0", "GIT_CONFIG_GLOBAL": "/dev/null",
        ])
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
  }

  private func place(_ body: (Place) async throws -> Void) async throws {
    let place = Place()
    try FileManager.default.createDirectory(at: place.folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place.folder) }
    try await body(place)
  }

  /// Defers in a loop, at its line 5.
  private static func drain(_ name: String) -> String {
    """
    func \(name)(all []func()) {
    \tfor _, f := range all {
    \t\tdefer f()
    \t}
    }

    """
  }

  private static let library = "package lib\n\n" + drain("Drain")
  private static let program = "package main\n\n" + drain("drain") + "\nfunc main() { drain(nil) }\n"

  @Test func programsAreLinkedWhereThereAreSome() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program, "lib/lib.go": Self.library])
      let run = try await place.check(["--program"], in: "app")
      // What no program of the module holds is not in it.
      #expect(run.status == 1 && run.output.contains("main.go:5  looping-defer"), "\(run.errors)")
      #expect(!run.output.contains("lib.go"))
      let whole = try await place.check([], in: "app")
      #expect(whole.status == 1 && whole.output.contains("lib/lib.go:5  looping-defer"), "\(whole.errors)")
      try place.module("lib", ["lib.go": Self.library])
      let none = try await place.check(["--program"], in: "lib")
      #expect(none.status == 2 && none.output.isEmpty)
      #expect(none.errors.hasPrefix("fathom: ./...: no package main in it"), "\(none.errors)")
    }
  }

  @Test func onlyWhatChangedIsNamed() async throws {
    try await place { place in
      try place.module("app", ["lib.go": Self.library])
      try await place.git("init", "-q", in: "app")
      try await place.git("add", ".", in: "app")
      try await place.git("commit", "-qm", "one", in: "app")
      let same = try await place.check(["--changed-since", "HEAD"], in: "app")
      #expect(same.status == 0, "\(same.output)\(same.errors)")
      try place.write("// moved\n" + Self.library + Self.drain("Other"), "app/lib.go")
      try place.write("package lib\n\n" + Self.drain("New"), "app/new.go")
      let changed = try await place.check(["--changed-since", "HEAD"], in: "app")
      #expect(changed.status == 1, "\(changed.errors)")
      #expect(changed.output.contains("lib.go:11  looping-defer"), "\(changed.output)")
      #expect(changed.output.contains("new.go:5  looping-defer"))
      #expect(!changed.output.contains("lib.go:6"))
      for revision in ["nosuch", "--output=x"] {
        let bad = try await place.check(["--changed-since=\(revision)"], in: "app")
        #expect(bad.status == 2 && bad.output.isEmpty)
        #expect(
          bad.errors.contains("no such revision here; name a branch, a tag or a commit"), "\(bad.errors)")
      }
      try await place.git("add", ".", in: "app")
      try await place.git("commit", "-qm", "two", in: "app")
      let source = "file://" + place.folder.appendingPathComponent("app").path
      try await place.git("clone", "-q", "--depth", "1", source, "shallow", in: ".")
      let shallow = try await place.check(["--changed-since", "HEAD~1"], in: "shallow")
      #expect(shallow.status == 2 && shallow.errors.contains("the clone is shallow"), "\(shallow.errors)")
      try place.module("bare", ["lib.go": Self.library])
      let bare = try await place.check(["--changed-since", "HEAD"], in: "bare")
      #expect(bare.status == 2 && bare.errors.contains("not a git repository"), "\(bare.errors)")
    }
  }

  @Test func aCacheThatCannotBeWrittenIsSaidAndNotMinded() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program])
      try place.write("", "file")
      // Go's own cache lies elsewhere, as the tests' environment says.
      for arguments in [[], ["--program"]] {
        let run = try await place.check(
          arguments, in: "app", cache: place.folder.appendingPathComponent("file").path)
        #expect(run.status == 1 && run.output.contains("main.go:5  looping-defer"), "\(run.errors)")
        #expect(run.errors.contains("the cache folder cannot be written"), "\(run.errors)")
      }
    }
  }

  @Test func patternsThatMatchNothingAreErrors() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program])
      try place.write("no code", "app/empty/readme")
      for (pattern, words) in [
        ("./nosuch/...", "lstat ./nosuch/: no such file or directory"),
        ("./empty/...", "nothing to compile in it"), ("./empty", "no Go files in"),
        ("./nosuch", "no such file"), ("example.com/app/nosuch", "no such file"),
      ] {
        let run = try await place.check([pattern], in: "app")
        #expect(run.status == 2 && run.output.isEmpty, "\(pattern)")
        #expect(run.errors.contains(words), "\(run.errors)")
      }
      try place.write("packages: [./nosuch/...]\n", "app/.fathom.yml")
      let run = try await place.check([], in: "app")
      #expect(run.status == 2 && run.errors.contains("./nosuch"), "\(run.errors)")
    }
  }
}
