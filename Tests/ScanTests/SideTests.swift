import Disassembly
import Findings
import Foundation
import ProgramModel
import SystemPackage
import Testing

@testable import Scan

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Revisions of a repository that would run all kinds of things, if git were let.
@Suite("Sides") struct SideTests {
  /// A repository with a program of two revisions, `old` and `new`, and another program in `many`.
  private struct Repository {
    let folder: URL
    var path: FilePath { FilePath(folder.appendingPathComponent("code").path) }

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "fathom-sides-\(UUID().uuidString)")
      try write("code/go.mod", "module example.com/app\ngo 1.21\n")
      try git("init", "-q", ".")
      try write("code/lib/lib.go", Self.library(100))
      try write("code/cmd/app/main.go", Self.program)
      try commit("old")
      try write("code/lib/lib.go", Self.library(1000))
      // The filter is of the repository's configuration, below.
      try write("code/.gitattributes", "* filter=a.b\n")
      try commit("new")
      try write("code/cmd/two/main.go", Self.program)
      try commit("many")
      try write("code/broken/broken.go", "package broken\n\nvar X = undefined\n")
      try commit("broken")
      for hook in ["post-checkout", "post-index-change", "reference-transaction"] {
        try script("code/.git/hooks/\(hook)")
      }
      for key in ["core.fsmonitor", "filter.a.b.smudge", "filter.a.b.clean", "filter.a.b.process"] {
        try script(key)
        try git("config", key, folder.appendingPathComponent(key).path)
      }
      try git("config", "filter.a.b.required", "true")
      try? FileManager.default.removeItem(at: mark)
    }

    private static let program =
      "package main\n\nimport \"example.com/app/lib\"\n\nfunc main() { println(lib.Big(3)) }\n"

    private static func library(_ size: Int) -> String {
      "package lib\n\n//go:noinline\nfunc Big(n int) int {\n\tvar a [\(size)]int\n\tfor i := range a {\n\t\ta[i] = n * i\n\t}\n"
        + "\treturn a[n]\n}\n"
    }

    private var mark: URL { folder.appendingPathComponent("mark") }

    func write(_ name: String, _ text: String) throws {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }

    private func script(_ name: String) throws {
      try write(name, "#!/bin/sh\necho \(name) >>\(mark.path)\ncat\n")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.appendingPathComponent(name).path)
    }

    private func commit(_ tag: String) throws {
      try git("add", "-A")
      try git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", tag)
      try git("tag", tag)
    }

    @discardableResult func git(_ arguments: String...) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["git", "-C", folder.appendingPathComponent("code").path] + arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "git \(arguments)")
      return String(decoding: output, as: UTF8.self)
    }

    /// What ran that should not have; and git keeps no record of what was lent.
    func expectNothingLeft() throws {
      let marks = (try? String(contentsOf: mark, encoding: .utf8)) ?? ""
      #expect(marks.isEmpty, "\(marks)")
      #expect(
        !FileManager.default.fileExists(atPath: folder.appendingPathComponent("code/.git/worktrees").path))
    }
  }

  private func diff(
    _ repository: Repository, _ old: String, _ new: String, package: String? = nil
  ) async throws -> ProgramDiff {
    func side(_ argument: String) async throws -> Side {
      try await Side(Array(argument.utf8CString), in: repository.path)
    }
    let (before, after) = (try await side(old), try await side(new))
    let results = try await scan(before, after, package: package, options: ScanOptions())
    return try ProgramDiff(results.before.program, results.after.program)
  }

  private func failure<Result>(_ body: () async throws -> Result) async -> String {
    do {
      _ = try await body()
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func twoRevisions() async throws {
    let repository = try Repository()
    let found = try await diff(repository, "old", "new")
    // The one program there is, linked.
    #expect(found.before.inputKind == .binary && found.after.inputKind == .binary)
    #expect(found.before.input == "old")
    #expect(found.shown.map(\.function.name) == ["example.com/app/lib.Big"])
    #expect(found.shown.map(\.growth) == [7200])
    #expect(found.shown.first?.function.file == "example.com/app/lib/lib.go")
    try repository.expectNothingLeft()
    // Programs of two revisions that have not the same ones: everything, compiled.
    let many = try await diff(repository, "new", "many")
    #expect(many.before.inputKind == .archive && many.after.inputKind == .archive)
    #expect(many.shown.map(\.change) == [.came])
    let named = try await diff(repository, "old", "many:./cmd/app")
    #expect(named.after.inputKind == .binary)
    #expect(named.shown.map(\.growth) == [7200])
    #expect(try await diff(repository, "new", "new", package: "./lib").shown.isEmpty)
    try repository.expectNothingLeft()
  }

  /// Both are built with the same flags, wherever they lie.
  @Test func aRevisionAndWhatIsBuiltOfIt() async throws {
    let repository = try Repository()
    let code = repository.path.appending("cmd/app").string
    let found = try await diff(repository, "new", code)
    #expect(found.shown.isEmpty)
    #expect(found.tally.before.functions > 1)
    try repository.expectNothingLeft()
  }

  @Test func whatGoesWrong() async throws {
    let repository = try Repository()
    let message = await failure { try await diff(repository, "new", "broken", package: "./broken") }
    #expect(message.hasPrefix("new: ./broken: no such file or folder"))
    let broken = await failure { try await diff(repository, "broken", "broken", package: "./broken") }
    #expect(broken.contains("broken: go list"))
    #expect(broken.contains("undefined: undefined"))
    #expect(!broken.contains("/worktrees/"))
    let absent = await failure { try await diff(repository, "nosuch", "new") }
    #expect(absent.hasPrefix("nosuch: no such file, and no revision of \(repository.path)"))
    #expect(await failure { try await diff(repository, "-x", "new") }.hasPrefix("-x: no such file"))
    let outside = await failure {
      try await Side(Array("main".utf8CString), in: FilePath(repository.folder.path))
    }
    #expect(outside.contains("it cannot be a revision: git rev-parse failed"))
    try repository.expectNothingLeft()
  }

  /// In a hook GIT_DIR names another repository; here it would be the wrong one.
  @Test func aShallowCloneSaysSo() async throws {
    let repository = try Repository()
    try repository.git("clone", "-q", "--no-checkout", "--depth=1", "file://\(repository.path)", "../shallow")
    let clone = FilePath(repository.folder.appendingPathComponent("shallow").path)
    let message = await failure {
      try await Side(Array("old~1".utf8CString), in: clone)
    }
    #expect(message.contains("this clone is shallow"))
  }

  /// A build that is at work when the signal comes.
  @Test func aSignalLeavesNothing() async throws {
    let repository = try Repository()
    let folder = repository.folder.path
    _ = await #expect(processExitsWith: .signal(SIGTERM)) { [folder = folder as String] in
      try await SideTests.interrupted(folder)
    }
    let started = try String(contentsOfFile: folder + "/started", encoding: .utf8)
    let tree = try #require(started.split(separator: "\n").first.map(String.init))
    #expect(tree.contains("/worktrees/fathom-"))
    #expect(!FileManager.default.fileExists(atPath: tree), "\(tree) is left")
    #expect(!FileManager.default.fileExists(atPath: FilePath(tree).removingLastComponent().string))
    try repository.expectNothingLeft()
  }

  /// A go command that never ends, in a process that is told to.
  private static func interrupted(_ folder: String) async throws {
    Interruption.install()
    let go = folder + "/bin/go"
    try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
    try Data(
      "#!/bin/sh\npwd >\(folder)/started.part; mv \(folder)/started.part \(folder)/started; sleep 1000\n".utf8
    )
    .write(to: URL(fileURLWithPath: go))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: go)
    var environment = ChildEnvironment.current
    environment["PATH"] = "\(folder)/bin:" + (environment["PATH"] ?? "")
    var options = ScanOptions()
    options.toolbox = Toolbox(environment: environment)
    let path = FilePath(folder).appending("code")
    let side = try await Side(Array("new".utf8CString), toolbox: options.toolbox, in: path)
    let chosen = options
    let work = Task { _ = try? await scan(side, side, package: "./cmd/app", options: chosen) }
    for _ in 0..<12_000 where !FileManager.default.fileExists(atPath: folder + "/started") {
      try await Task.sleep(for: .milliseconds(5))
    }
    kill(getpid(), SIGTERM)
    await work.value
    exit(99)
  }
}
