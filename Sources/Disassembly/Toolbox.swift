public import GoBinary
import LibC
public import ProgramModel
import Synchronization
public import SystemPackage

/// The disassemblers of this machine. Only PATH says where to look, and of that only absolute
/// folders: nothing in the folder that fathom happens to run in is ever started.
public struct Toolbox: Sendable {
  let environment: ChildEnvironment
  private let programs: Programs
  private let probes = Probes()
  /// How long a program may take to say what it is, in seconds.
  private let patience: Int

  /// Starts no programs, and looks for none yet: saved text needs none.
  ///
  /// - Parameter environment: whose PATH is meant, and what the tools get.
  public init(environment: ChildEnvironment = .current) {
    self.init(environment: environment, patience: Tool.patience)
  }

  /// - Parameter patience: how long a program may take to say what it is, in seconds.
  init(environment: ChildEnvironment, patience: Int) {
    self.environment = environment
    self.patience = patience
    programs = Programs(environment)
  }

  /// The same with the go command of a Go tree, where it has one: the archives that its compiler made no other reads.
  public func with(goroot: FilePath?) -> Toolbox {
    guard let folder = goroot?.appending("bin"), Self.isProgram(folder.appending("go")),
      go.flatMap(Self.resolved) != Self.resolved(folder.appending("go"))
    else { return self }
    var environment = environment
    environment["PATH"] = "\(folder):\(environment["PATH"] ?? "")"
    return Toolbox(environment: environment)
  }

  /// What may be a disassembler, the fastest first; whether it is one, it says itself when asked.
  var candidates: [FilePath] { programs.found.candidates }

  /// The go command.
  public var go: FilePath? { programs.found.go }

  /// The git command.
  var git: FilePath? { programs.found.git }

  /// The programs on PATH, looked for once, when they are asked for.
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

    // A toolchain often brings its own llvm-objdump, beside the swift that a link on PATH leads to.
    let toolchain = ["swift", "swiftc"].flatMap(find).compactMap(resolved)
      .map { $0.removingLastComponent().appending("llvm-objdump") }.filter(isProgram)
    let gnu = ["objdump", "gobjdump", "x86_64-linux-gnu-objdump", "aarch64-linux-gnu-objdump"].flatMap(find)
    let llvm = find("llvm-objdump") + (11...40).reversed().flatMap { find("llvm-objdump-\($0)") } + toolchain
    let go = find("go").first
    return (distinct(gnu + llvm) + [go].compactMap(\.self), go, find("git").first)
  }

  /// Every disassembler, each asked what it is. Starts each once or twice: for `doctor`.
  public func tools() async -> [Tool] {
    var tools: [Tool] = []
    for path in candidates {
      if let tool = await probe(path) { tools.append(tool) }
    }
    return tools
  }

  /// The disassembler for a binary: of those that decode it rightly, the fastest. GNU's takes half
  /// of Go's time, LLVM's is between. Last comes an LLVM older than 12 for arm64, as it knows no LSE atomics, and GNU's
  /// for arm and riscv64: it looks through the symbols before each instruction, and takes minutes where the others take
  /// seconds.
  ///
  /// - Parameters:
  ///   - binary: what it is to read.
  ///   - kind: what the user asked for; nil for any.
  /// - Throws: ``DisassemblyError`` when there is none, with what to install.
  public func choose(for binary: BinaryFile, kind: Disassembler? = nil) async throws(DisassemblyError) -> Tool
  {
    guard binary.arch != nil else { throw .unsupportedMachine(binary.path, binary.machine) }
    var refusals: [DisassemblyError.Refusal] = []
    var last: Tool?
    // Only Go's reads Go's archives, and there may be hundreds of them.
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

  /// What a program is; asked once.
  private func probe(_ path: FilePath) async -> Tool? {
    if let known = await probes.known[path] { return known }
    var isSilent = false
    let tool = await Tool.probe(path, environment: environment, patience: patience, isSilent: &isSilent)
    await probes.note(path, tool, isSilent: isSilent)
    return tool
  }

  /// Of the programs that were asked, those that did not say in time what they are: they count as no tools.
  public func silent() async -> [FilePath] { await probes.silent }

  private actor Probes {
    private(set) var known: [FilePath: Tool?] = [:]
    private(set) var silent: [FilePath] = []

    func note(_ path: FilePath, _ tool: Tool?, isSilent: Bool) {
      guard known.updateValue(tool, forKey: path) == nil, isSilent else { return }
      silent.append(path)
    }
  }

  /// Without those that are another by a link.
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
