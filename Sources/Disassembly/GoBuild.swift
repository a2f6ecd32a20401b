import GoBinary
import LibC
import ProgramModel
public import SystemPackage

/// Builds a program from Go code, as the user would, at a stable place in the user's cache folder. The go
/// command leaves an unchanged program as it is.
public struct GoBuild: Sendable {
  /// A program that has been built.
  public struct Program: Hashable, Sendable {
    /// The path of the program.
    public var path: FilePath
    /// The import path of its package, `example.com/app/cmd/app`; nil when it was made from single files.
    public var package: String?
    /// The path of its module; nil outside of one.
    public var modulePath: String?
    /// The version of Go that built it: `go1.27.3`.
    public var goVersion: String
    /// The time that the build took, in seconds.
    public var seconds: Double
  }

  /// A compiled package.
  public struct Package: Sendable {
    /// The path of its archive, which is in Go's own build cache.
    public var archive: FilePath
    /// The import path: `example.com/app/lib`.
    public var importPath: String
    /// The path of its module; nil outside of one.
    public var modulePath: String?
    /// The folder of that module; nil outside of one.
    public var moduleFolder: FilePath?
    /// The Go tree whose compiler made it. The module's `toolchain` line chooses it, so it is not always the
    /// one on PATH.
    public var goroot: FilePath?
  }

  let go: FilePath
  private var environment: ChildEnvironment

  /// Creates a builder.
  ///
  /// - Parameters:
  ///   - toolbox: finds the go command.
  ///   - environment: the variables for the go command; nil means the toolbox's. GOOS, GOARCH, GOFLAGS and
  ///     all others are inherited, except GIT_…: in a hook, these name the repository that is being committed
  ///     to.
  /// - Throws: ``DisassemblyError/noGo``.
  public init(_ toolbox: Toolbox, environment: ChildEnvironment? = nil) throws(DisassemblyError) {
    guard let go = toolbox.go else { throw .noGo }
    self.go = go
    self.environment = environment ?? toolbox.environment
    self.environment.removeAll(prefix: "GIT_")
    // The go command would trust PWD before it asks the system.
    self.environment["PWD"] = nil
  }

  /// Builds the only program among these packages.
  ///
  /// - Parameters:
  ///   - packages: the packages, as the go command takes them: `./cmd/app`, `main.go`, `.`, `./...`.
  ///   - flags: flags for `go build`, such as `-tags=netgo`.
  ///   - directory: the folder that relative paths start from; nil means the current one.
  ///   - output: the folder for the program; nil means a folder in the user's cache.
  /// - Returns: the program; nil when none of the packages is one.
  /// - Throws: ``DisassemblyError`` when the go command fails, or when there are several programs.
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
    // The go command leaves its work folder behind when a signal ends it, so give it one that fathom removes.
    // The go command renames the linked program from there to its place, so nobody sees it half written.
    let work = try TemporaryFolder(in: home)
    // Of several -o flags, the last one counts.
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

  /// Returns the import paths of the programs among these packages.
  ///
  /// - Throws: ``DisassemblyError`` when the go command fails.
  public func mains(
    packages: [String], flags: [String] = [], directory: FilePath? = nil
  ) async throws(DisassemblyError) -> [String] {
    try await findMains(BuildPlace(packages, in: directory), flags).map(\.package)
  }

  /// Compiles packages without linking anything, and returns their archives (`go list -export`).
  ///
  /// - Throws: ``DisassemblyError`` when the go command fails.
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

  /// The go command's name for the package that the files on its command line make.
  private static let files = "command-line-arguments"

  private func findMains(_ place: BuildPlace, _ flags: [String]) async throws(DisassemblyError) -> [Main] {
    let format = #"{{if eq .Name "main"}}{{.ImportPath}}{{with .Module}} {{.Path}}{{end}}{{end}}"#
    // To stamp the build, the go command would run «git status», and thereby the programs that the
    // repository's configuration names.
    let list = try await ask(
      ["list", "-buildvcs=false", "-f", format] + flags + ["--"] + place.packages, in: place.directory)
    return list.split(separator: "\n").map { line -> Main in
      let words = line.split(separator: " ").map(String.init)
      return (words[0], words.count > 1 ? words[1] : nil)
    }
  }

  /// Returns the module that contains some files: the go command does not tell it for
  /// `command-line-arguments`.
  private func module(of place: BuildPlace) async -> String? {
    guard let list = try? await ask(["list", "-m"], in: place.directory) else { return nil }
    // There are several in a workspace. Outside of any module, the go command prints the package's own name.
    let modules = list.split(separator: "\n").map(String.init)
    return modules.count == 1 && modules[0] != Self.files ? modules[0] : nil
  }

  /// Runs the go command and returns its output.
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
      // `go list` and `go build` describe errors only on standard error.
      throw .goFailed(
        go, what: "go \(arguments[0])", in: directory, reason: answer.ending.reason,
        errors: answer.ending.errors)
    }
    return String(decoding: answer.output, as: UTF8.self)
  }

  /// Returns a folder that is the same for the same build, and that only the user can read. Creates it if
  /// needed.
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
