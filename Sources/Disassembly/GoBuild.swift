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
    /// The import path: `example.com/app/lib`; with its tests, as the go command names it, `example.com/app/lib
    /// [example.com/app/lib.test]`.
    public var name: String
    /// The import path alone.
    public var importPath: String { name.split(separator: " ").first.map(String.init) ?? name }
    /// The operating system and the architecture, as in GOOS and GOARCH.
    public var os: String
    /// The architecture, as in GOARCH.
    public var arch: String
    /// The absolute paths of the files that were compiled: Go's, cgo's, and assembly.
    public var files: [String]
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
  /// - Parameter tests: whether test files are compiled too, as `go test -c` compiles them: a package together with
  ///   those that are in it, and the package `…_test`.
  /// - Throws: ``DisassemblyError`` when the go command fails.
  public func archives(
    packages: [String], flags: [String] = [], directory: FilePath? = nil, tests: Bool = false
  ) async throws(DisassemblyError) -> [Package] {
    let place = try BuildPlace(packages, in: directory)
    let format =
      "{{with .Export}}{{.}}\t{{$.ImportPath}}\t{{with $.Module}}{{.Path}}\t{{.Dir}}{{else}}\t{{end}}"
      + "\t{{context.GOROOT}}\t{{context.GOOS}}\t{{context.GOARCH}}\t{{$.Dir}}\t\(Self.compiled){{end}}"
    let list = try await ask(
      ["list", "-export", "-buildvcs=false", "-f", format] + (tests ? ["-test"] : []) + flags + ["--"]
        + place.packages, in: place.directory)
    let packages = list.split(separator: "\n").compactMap { line -> Package? in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 9 else { return nil }
      return Package(
        archive: FilePath(fields[0]), name: fields[1], os: fields[5], arch: fields[6],
        files: Self.files(fields[8], in: fields[7]), modulePath: fields[2].isEmpty ? nil : fields[2],
        moduleFolder: fields[3].isEmpty ? nil : FilePath(fields[3]),
        goroot: fields[4].isEmpty ? nil : FilePath(fields[4]))
    }
    // With tests there are the generated `lib.test`, which nobody wrote, and `lib` with and without its tests.
    let tested = Set(packages.filter { $0.name != $0.importPath }.map(\.importPath))
    return packages.filter {
      $0.name != $0.importPath || !tested.contains($0.name) && !(tests && $0.name.hasSuffix(".test"))
    }
  }

  /// The compiled files of a package in a format of `go list`, each with a slash behind it.
  private static let compiled =
    "{{range $.GoFiles}}{{.}}/{{end}}{{range $.CgoFiles}}{{.}}/{{end}}{{range $.SFiles}}{{.}}/{{end}}"

  private static func files(_ names: String, in folder: String) -> [String] {
    // The go command names generated files, as those of a test's main package, by their whole path.
    names.split(separator: "/").map { folder + "/" + $0 }
  }

  /// Returns the files in a folder that belong to its package in this build, by their absolute paths; nil where the
  /// go command cannot tell.
  public func compiledFiles(in folder: FilePath, flags: [String] = []) async -> [String]? {
    let list = try? await ask(
      ["list", "-e", "-buildvcs=false", "-f", Self.compiled] + flags + ["--", "."], in: folder)
    return list.map { Self.files($0.filter { $0 != "\n" }, in: folder.string) }
  }

  /// Whether an argument is an import path or a pattern that the go command knows, such as `fmt`, `std` or
  /// `example.com/app/lib`.
  public func knows(_ package: String, directory: FilePath? = nil) async -> Bool {
    let list = try? await ask(["list", "-buildvcs=false", "--", package], in: directory)
    return list?.isEmpty == false
  }

  /// Divides packages by the folders in which they have to be built.
  ///
  /// - Throws: ``DisassemblyError`` when the go command fails.
  public func groups(
    _ packages: [String], in directory: FilePath? = nil
  ) async throws(DisassemblyError) -> PackageGroups {
    let here = PackageGroups.real(directory ?? ".") ?? "."
    let setting = environment["GOWORK"] ?? ""
    guard setting != "off", !setting.isEmpty || PackageGroups.above(here, with: "go.work") != nil,
      // GOWORK may be set by `go env -w`, too.
      case let file = try await ask(["env", "GOWORK"], in: directory).filter({ $0 != "\n" }),
      !file.isEmpty, file != "off"
    else { return PackageGroups(packages, in: directory, workspace: []) }
    let modules = try await ask(["list", "-m", "-f", "{{.Dir}}"], in: directory)
    let folders = modules.split(separator: "\n").compactMap { PackageGroups.real(FilePath(String($0))) }
    return PackageGroups(packages, in: directory, workspace: Set(folders))
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
