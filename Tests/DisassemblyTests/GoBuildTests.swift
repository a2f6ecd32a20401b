import Disassembly
import GoBinary
import SystemPackage
import Testing

struct GoBuildTests {
  private func build(_ packages: [String], flags: [String] = [], cache: FilePath) async throws
    -> GoBuild.Program
  {
    let environment = testEnvironment(cache: cache)
    let program = try await GoBuild(Toolbox(environment: environment), environment: environment)
      .run(packages: packages, flags: flags)
    return try #require(program)
  }

  private func failure(_ packages: [String], flags: [String] = [], cache: FilePath) async -> String {
    do {
      _ = try await build(packages, flags: flags, cache: cache)
      return ""
    } catch { return "\(error)" }
  }

  @Test func buildsOnceToAStablePlace() async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    let program = try await build([folder.appending("cmd/one").string], cache: folder)
    #expect(program.package == "example.com/app/cmd/one")
    #expect(program.modulePath == "example.com/app")
    #expect(program.goVersion.hasPrefix("go1."))
    #expect(program.path.lastComponent?.string == "one")
    #expect(program.path.starts(with: folder.appending("fathom/builds")))
    #expect(try BinaryFile(path: program.path).buildInfo?.path == "example.com/app/cmd/one")
    let before = try Stat(program.path)
    let again = try await build([folder.appending("cmd/one").string], cache: folder)
    #expect(again.path == program.path)
    #expect(try Stat(again.path).inode == before.inode)
    // Only the user may look in.
    #expect(try Stat(folder.appending("fathom")).permissions == .ownerReadWriteExecute)
    let tagged = try await build([folder.appending("cmd/one").string], flags: ["-tags=x"], cache: folder)
    #expect(tagged.path != program.path)
  }

  @Test func files() async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    let program = try await build([folder.appending("cmd/two/main.go").string], cache: folder)
    #expect(program.path.lastComponent?.string == "main")
    #expect(try BinaryFile(path: program.path).isGo)
  }

  @Test func whatCannotBeBuilt() async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    #expect(await failure([folder.appending("empty").string], cache: folder).contains("no Go files in"))
    #expect(
      await failure([folder.appending("absent").string], cache: folder).contains(
        "absent: no such file or folder"))
    try write("package main\n\nfunc main() { undefinedName() }\n", to: folder.appending("cmd/two/main.go"))
    let message = await failure([folder.appending("cmd/two").string], cache: folder)
    #expect(message.contains("main.go:3:15: undefined: undefinedName"))
    var environment = testEnvironment()
    environment["PATH"] = "/nowhere"
    let error = #expect(throws: DisassemblyError.self) { try GoBuild(Toolbox(environment: environment)) }
    #expect(error.map { "\($0)" }?.contains("no go command on PATH") == true)
  }

  @Test func severalPrograms() async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    let environment = testEnvironment(cache: folder)
    let builder = try GoBuild(Toolbox(environment: environment), environment: environment)
    let error = await #expect(throws: DisassemblyError.self) {
      try await builder.run(packages: ["./..."], directory: folder)
    }
    #expect(error.map { "\($0)" }?.contains("example.com/app/cmd/one\n  example.com/app/cmd/two") == true)
    let one = try await builder.run(packages: ["./cmd/one/...", "./lib"], directory: folder)
    #expect(one?.package == "example.com/app/cmd/one")
  }

  @Test func packagesWithoutAMain() async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    let environment = testEnvironment(cache: folder)
    let builder = try GoBuild(Toolbox(environment: environment), environment: environment)
    let program = try await builder.run(packages: ["./lib"], directory: folder)
    #expect(program == nil)
    let package = try #require(try await builder.archives(packages: ["./lib"], directory: folder).first)
    #expect(package.importPath == "example.com/app/lib")
    #expect(package.modulePath == "example.com/app")
    let archive = try BinaryFile(path: package.archive)
    #expect(archive.format == .archive && archive.isGo)
  }

  /// A hook's GIT_DIR names the repository that is being committed to: it must not reach the go command.
  @Test func gitVariablesAreScrubbed() async throws {
    let folder = try scratchFolder()
    try script(
      "/usr/bin/env >\(folder)/seen; echo 'go version go1.27.3 linux/amd64'", named: "go", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    environment["GIT_DIR"] = "/x"
    environment["GOARCH"] = "arm64"
    environment["XDG_CACHE_HOME"] = folder.string
    _ = try? await GoBuild(Toolbox(environment: environment), environment: environment).run(packages: ["."])
    let file = try FileDescriptor.open(folder.appending("seen"), .readOnly)
    let seen = try file.closeAfter { try readAll(file.rawValue) }
    #expect(!seen.contains("GIT_DIR"))
    #expect(seen.contains("GOARCH=arm64"))
  }
}
