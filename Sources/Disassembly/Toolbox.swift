public import GoBinary
import LibC
public import ProgramModel
import Synchronization
public import SystemPackage

/// The disassemblers on this computer. They are found only through PATH, and only in its absolute folders, so
/// that nothing in the current folder is ever started.
public struct Toolbox: Sendable {
  let environment: ChildEnvironment
  private let programs: Programs
  private let probes = Probes()
  /// The time that a program has to identify itself, in seconds.
  private let patience: Int

  /// Creates a toolbox. It starts no program, and looks for none yet: saved text needs none.
  ///
  /// - Parameter environment: the variables for the tools, whose PATH is searched.
  public init(environment: ChildEnvironment = .current) {
    self.init(environment: environment, patience: Tool.patience)
  }

  /// Creates a toolbox with another patience.
  ///
  /// - Parameter patience: the time that a program has to identify itself, in seconds.
  init(environment: ChildEnvironment, patience: Int) {
    self.environment = environment
    self.patience = patience
    programs = Programs(environment)
  }

  /// Returns the same toolbox with the go command of another Go tree, if that has one: only this go command
  /// reads the archives that the tree's compiler made.
  public func with(goroot: FilePath?) -> Toolbox {
    guard let folder = goroot?.appending("bin"), Self.isProgram(folder.appending("go")),
      go.flatMap(Self.resolved) != Self.resolved(folder.appending("go"))
    else { return self }
    var environment = environment
    environment["PATH"] = "\(folder):\(environment["PATH"] ?? "")"
    return Toolbox(environment: environment)
  }

  /// The programs that may be disassemblers, the fastest first. Whether one is a disassembler, it says when
  /// asked.
  var candidates: [FilePath] { programs.found.candidates }

  /// The path of the go command; nil when there is none.
  public var go: FilePath? { programs.found.go }

  /// The path of the git command; nil when there is none.
  var git: FilePath? { programs.found.git }

  /// The programs on PATH, which are searched once, when first needed.
  private final class Programs: Sendable {
    typealias Found = (candidates: [FilePath], go: FilePath?, git: FilePath?)
    private let environment: ChildEnvironment
    private let known = Mutex<Found?>(nil)

    init(_ environment: ChildEnvironment) { self.environment = environment }

    var found: Found {
      known.withLock { known in
        let found = known ?? Toolbox.find(environment)
        known = found
        return found
      }
    }
  }

  private static func find(_ environment: ChildEnvironment) -> Programs.Found {
    let folders = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.map {
      FilePath(String($0))
    }
    func find(_ name: String) -> [FilePath] { folders.map { $0.appending(name) }.filter(isProgram) }

    // A toolchain often has its own llvm-objdump, next to the swift that a link on PATH points to.
    let toolchain = ["swift", "swiftc"].flatMap(find).compactMap(resolved)
      .map { $0.removingLastComponent().appending("llvm-objdump") }.filter(isProgram)
    let gnu = ["objdump", "gobjdump", "x86_64-linux-gnu-objdump", "aarch64-linux-gnu-objdump"].flatMap(find)
    let llvm = find("llvm-objdump") + (11...40).reversed().flatMap { find("llvm-objdump-\($0)") } + toolchain
    let go = find("go").first
    return (distinct(gnu + llvm) + [go].compactMap(\.self), go, find("git").first)
  }

  /// Returns every disassembler, after asking each to identify itself. Starts each once or twice; used by
  /// `doctor`.
  public func tools() async -> [Tool] {
    var tools: [Tool] = []
    for path in candidates {
      if let tool = await probe(path) { tools.append(tool) }
    }
    return tools
  }

  /// Returns the fastest of the disassemblers that decode a binary correctly. GNU objdump takes half the time
  /// of Go's; LLVM's is between them. Two come last: an LLVM older than 12 for arm64, which does not know LSE
  /// atomics, and GNU objdump for arm and riscv64, which searches the symbols before each instruction and
  /// takes minutes where the others take seconds.
  ///
  /// - Parameters:
  ///   - binary: the binary to disassemble.
  ///   - kind: the kind that the user asked for; nil for any.
  /// - Throws: ``DisassemblyError`` when there is none; it says what to install.
  public func choose(for binary: BinaryFile, kind: Disassembler? = nil) async throws(DisassemblyError) -> Tool
  {
    guard binary.arch != nil else { throw .unsupportedMachine(binary.path, binary.machine) }
    var refusals: [DisassemblyError.Refusal] = []
    var last: Tool?
    // Only Go's objdump reads Go's archives, of which there may be hundreds.
    let isArchive = binary.format == .archive && (kind == nil || kind == .go) && go != nil
    for path in isArchive ? [go].compactMap(\.self) : candidates {
      guard let tool = await probe(path) else { continue }
      if let kind, tool.kind != kind { continue }
      if let reason = tool.refusal(of: binary) {
        refusals.append(.init(tool: tool, reason: reason))
      } else if tool.kind == .llvm && tool.majorVersion ?? 0 < 12 && binary.arch == .arm64
        || tool.kind == .gnu && (binary.arch == .arm || binary.arch == .riscv64)
      {
        last = last ?? tool
      } else {
        return tool
      }
    }
    if let last { return last }
    throw .noTool(binary.path, binary.machine, asked: kind, refusals, silent: await silent())
  }

  /// Returns Go's objdump with the program that the go command starts for it, and any other tool as it is.
  ///
  /// From Go 1.25 on, the go command builds objdump when it is first asked for, and then looks each time whether that is
  /// still right. Asked once, before the first of several listings, it builds it once, and each listing takes 0.2 s
  /// less. Where it does not say, it is asked for every listing, and says there what is wrong.
  public func prepared(_ tool: Tool) async -> Tool {
    guard tool.kind == .go else { return tool }
    var tool = tool
    tool.objdump = await probes.objdump(of: tool.path, environment)
    return tool
  }

  /// Identifies a program; each is asked only once.
  private func probe(_ path: FilePath) async -> Tool? {
    if let known = await probes.known[path] { return known }
    var isSilent = false
    let tool = await Tool.probe(path, environment: environment, patience: patience, isSilent: &isSilent)
    await probes.note(path, tool, isSilent: isSilent)
    return tool
  }

  /// Returns those of the asked programs that did not identify themselves in time; they count as no tools.
  public func silent() async -> [FilePath] { await probes.silent }

  private actor Probes {
    private(set) var known: [FilePath: Tool?] = [:]
    private(set) var silent: [FilePath] = []
    private var objdumps: [FilePath: Task<FilePath?, Never>] = [:]
    /// The time to build objdump in, in seconds: without anything in Go's cache it takes 26 s of a processor.
    private static let buildingTime = 600

    /// Returns the program that is `go tool objdump`; those who ask while it is built wait for the same one.
    func objdump(of go: FilePath, _ environment: ChildEnvironment) async -> FilePath? {
      let task =
        objdumps[go]
        ?? Task {
          let command = Command(
            executable: go, arguments: ["tool", "-n", "objdump"], environment: environment.forDisassembler,
            endsWithUs: true)
          guard let answer = try? await ChildProcess.run(command, seconds: Self.buildingTime),
            answer.ending.isSuccess
          else { return nil }
          let path = FilePath(
            String(decoding: answer.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
          return path.isAbsolute && Toolbox.isProgram(path) ? path : nil
        }
      objdumps[go] = task
      return await task.value
    }

    func note(_ path: FilePath, _ tool: Tool?, isSilent: Bool) {
      guard known.updateValue(tool, forKey: path) == nil, isSilent else { return }
      silent.append(path)
    }
  }

  /// Returns the paths without those that link to the same program as an earlier one.
  private static func distinct(_ paths: [FilePath]) -> [FilePath] {
    var seen: Set<FilePath> = []
    return paths.filter { seen.insert(resolved($0) ?? $0).inserted }
  }

  private static func isProgram(_ path: FilePath) -> Bool {
    guard let type = try? Stat(path).type, type == .regular else { return false }
    return unsafe path.withPlatformString { unsafe access($0, X_OK) } == 0
  }

  private static func resolved(_ path: FilePath) -> FilePath? {
    guard let real = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(real) }
    return unsafe FilePath(platformString: real)
  }
}
