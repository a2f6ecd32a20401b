import GoBinary
import LibC
import ProgramModel
public import SystemPackage

/// Builds a program from Go code, as the user would, to a stable place in the user's cache folder:
/// the go command leaves an unchanged one as it is.
public struct GoBuild: Sendable {
  /// A program that was built.
  public struct Program: Hashable, Sendable {
    /// Where it is.
    public var path: FilePath
    /// Its package, `example.com/app/cmd/app`; nil when it was made of files.
    public var package: String?
    /// The module that it belongs to; nil outside of one.
    public var modulePath: String?
    /// What built it: `go1.27.3`.
    public var goVersion: String
    /// How long that took, in seconds.
    public var seconds: Double
  }

  /// A package as the compiler left it.
  public struct Package: Sendable {
    /// Where its archive is: in Go's own build cache.
    public var archive: FilePath
    /// `example.com/app/lib`.
    public var importPath: String
    /// The module that it belongs to; nil outside of one.
    public var modulePath: String?
    /// Where that module lies; nil outside of one.
    public var moduleFolder: FilePath?
    /// The Go tree whose compiler made it: that of the module's `toolchain` line, not always the one on PATH.
    public var goroot: FilePath?
  }

  let go: FilePath
  private var environment: ChildEnvironment

  /// - Parameters:
  ///   - toolbox: where to find the go command.
  ///   - environment: nil is the toolbox's. GOOS, GOARCH, GOFLAGS and all others are inherited. GIT_… is not: in a
  ///     hook it names the repository that is being committed to.
  /// - Throws: ``DisassemblyError/noGo``.
  public init(_ toolbox: Toolbox, environment: ChildEnvironment? = nil) throws(DisassemblyError) {
    guard let go = toolbox.go else { throw .noGo }
    self.go = go
    self.environment = environment ?? toolbox.environment
    self.environment.removeAll(prefix: "GIT_")
    // The go command believes it before it asks the system.
    self.environment["PWD"] = nil
  }

  /// Builds the one program among these packages.
  ///
  /// - Parameters:
  ///   - packages: as the go command takes them: `./cmd/app`, `main.go`, `.`, `./...`.
  ///   - flags: for `go build`, as `-tags=netgo`.
  ///   - directory: what relative paths start from; nil is where we are.
  ///   - output: a folder to build to; nil is the user's cache.
  /// - Returns: nil when none of them is a program.
  /// - Throws: ``DisassemblyError``: what the go command said, or that there is more than one.
  public func run(
    packages: [String], flags: [String] = [], directory: FilePath? = nil, output folder: FilePath? = nil
  ) async throws(DisassemblyError) -> Program? {
    let place = try BuildPlace(packages, in: directory)
    let mains = try await findMains(place, flags)
    guard let main = mains.first else { return nil }
    guard mains.count == 1 else { throw .severalMains(mains.map(\.package)) }
    let version = try await ask(["version"], in: place.directory)
    let name = place.programName(main.package == Self.files ? nil : main.package)
    let home: FilePath
    if let folder { home = folder } else { home = try output(place, main, flags) }
    let path = home.appending(name)
    let started = ContinuousClock.now
    // The go command leaves its work folder behind when a signal ends it, so it gets one that we know
    // of. From there it renames what it linked to its place: nobody sees that half written.
    let work = try TemporaryFolder(in: home)
    // The last -o counts.
    let target = main.package == Self.files ? place.packages : [main.package]
    _ = try await ask(
      ["build", "-buildvcs=false"] + flags + ["-o", path.string, "--"] + target, in: place.directory,
      work: work.path)
    withExtendedLifetime(work) {}
    return Program(
      path: path, package: main.package == Self.files ? nil : main.package, modulePath: main.modulePath,
      // `go version go1.27.3 linux/amd64`.
      goVersion: version.split(separator: " ").dropFirst(2).first.map(String.init) ?? "Go",
      seconds: (ContinuousClock.now - started) / .seconds(1))
  }

  /// The import paths of the programs among these packages.
  ///
  /// - Throws: ``DisassemblyError``: what the go command said.
  public func mains(
    packages: [String], flags: [String] = [], directory: FilePath? = nil
  ) async throws(DisassemblyError) -> [String] {
    try await findMains(BuildPlace(packages, in: directory), flags).map(\.package)
  }

  /// Compiles packages, and gives their archives (`go list -export`); nothing is linked.
  ///
  /// - Throws: ``DisassemblyError``: what the go command said.
  public func archives(
    packages: [String], flags: [String] = [], directory: FilePath? = nil
  ) async throws(DisassemblyError) -> [Package] {
    let place = try BuildPlace(packages, in: directory)
    let format =
      "{{with .Export}}{{.}}\t{{$.ImportPath}}\t{{with $.Module}}{{.Path}}\t{{.Dir}}{{else}}\t{{end}}"
      + "\t{{context.GOROOT}}{{end}}"
    let list = try await ask(
      ["list", "-export", "-buildvcs=false", "-f", format] + flags + ["--"] + place.packages,
      in: place.directory)
    return list.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5 else { return nil }
      return Package(
        archive: FilePath(fields[0]), importPath: fields[1], modulePath: fields[2].isEmpty ? nil : fields[2],
        moduleFolder: fields[3].isEmpty ? nil : FilePath(fields[3]),
        goroot: fields[4].isEmpty ? nil : FilePath(fields[4]))
    }
  }

  private typealias Main = (package: String, modulePath: String?)

  /// The go command's name for the package that files on its command line make.
  private static let files = "command-line-arguments"

  private func findMains(_ place: BuildPlace, _ flags: [String]) async throws(DisassemblyError) -> [Main] {
    let format = #"{{if eq .Name "main"}}{{.ImportPath}}{{with .Module}} {{.Path}}{{end}}{{end}}"#
    // For a stamp it would run «git status», and with that what the repository's configuration names.
    let list = try await ask(
      ["list", "-buildvcs=false", "-f", format] + flags + ["--"] + place.packages, in: place.directory)
    return list.split(separator: "\n").map { line -> Main in
      let words = line.split(separator: " ").map(String.init)
      return (words[0], words.count > 1 ? words[1] : nil)
    }
  }

  /// The module that files lie in: of `command-line-arguments` the go command does not say it.
  private func module(of place: BuildPlace) async -> String? {
    guard let list = try? await ask(["list", "-m"], in: place.directory) else { return nil }
    // Several in a workspace; outside of any module the package's own name.
    let modules = list.split(separator: "\n").map(String.init)
    return modules.count == 1 && modules[0] != Self.files ? modules[0] : nil
  }

  /// Runs the go command; gives its output.
  private func ask(
    _ arguments: [String], in directory: FilePath?, work: FilePath? = nil
  ) async throws(DisassemblyError) -> String {
    var environment = environment
    if let work { environment["GOTMPDIR"] = work.string }
    let answer: (output: [UInt8], ending: Ending)
    do throws(Errno) {
      answer = try await ChildProcess.run(
        Command(
          executable: go, arguments: arguments.map { .init($0) }, environment: environment,
          directory: directory, endsWithUs: true))
    } catch {
      throw .notStarted(go, error)
    }
    guard answer.ending.isSuccess else {
      // `go list` and `go build` say what is wrong on standard error alone.
      throw .goFailed(
        go, what: "go \(arguments[0])", in: directory, reason: answer.ending.reason,
        errors: answer.ending.errors)
    }
    return String(decoding: answer.output, as: UTF8.self)
  }

  /// A folder that is the same for the same build, and that only the user can read.
  private func output(_ place: BuildPlace, _ main: Main, _ flags: [String]) throws(DisassemblyError)
    -> FilePath
  {
    let settings = ["GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "CGO_ENABLED", "CC"]
    let identity =
      [place.absolute.string, main.package] + place.packages + flags
      + settings.map { "\($0)=\(environment[$0] ?? "")" }
    let hash = SHA256.hex(of: identity.joined(separator: "\0").utf8).prefix(24)
    return try CacheFolder.make(["builds", String(hash)], environment)
  }
}
