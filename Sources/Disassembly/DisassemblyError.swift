public import ProgramModel
public import SystemPackage

/// Why there is no listing, or no whole one. Its description says what, where, and what to do next;
/// it holds file names and what tools wrote as they are, so whoever prints it escapes it.
public enum DisassemblyError: Error, CustomStringConvertible {
  /// fathom has no model of the machine (Go's name for it).
  case unsupportedMachine(FilePath, String)
  /// No disassembler here reads the binary.
  case noTool(FilePath, String, asked: Disassembler?, [Refusal])
  /// The system did not start the program.
  case notStarted(FilePath, Errno)
  /// It ended badly: the listing is not whole.
  case failed(Tool, FilePath, reason: String, errors: String)
  /// There is no go command to build with.
  case noGo
  /// A package is given as a path, and nothing is there.
  case nothingThere(String)
  /// The go command failed; its own words.
  case goFailed(FilePath, what: String, reason: String, errors: String)
  /// Nothing to build a program from: the packages that were given.
  case noMain([String])
  /// Several programs: the import paths.
  case severalMains([String])
  /// Where builds are kept cannot be made.
  case noCache(FilePath?, Errno)

  /// A tool that is here but does not read the binary.
  public struct Refusal: Sendable {
    /// The tool.
    public var tool: Tool
    /// Why not: `it was built without elf64-littleaarch64`.
    public var reason: String
  }

  /// One line, or more where a tool's own words follow.
  public var description: String {
    switch self {
    case .unsupportedMachine(let path, let machine):
      "\(path): built for \(machine), which is not supported yet; build it with GOARCH=amd64 or GOARCH=arm64"
    case .noTool(let path, let machine, let asked, let refusals):
      Self.noTool(path, machine, asked, refusals)
    case .notStarted(let path, let errno): "\(path): could not be started: \(errno)"
    case .failed(let tool, let path, let reason, let errors):
      "\(path): \(tool.label) (\(tool.path)) failed: \(reason)" + Self.quoted(errors)
    case .noGo:
      "no go command on PATH: install Go (https://go.dev/dl), or give a built binary or a saved listing"
    case .nothingThere(let path):
      "\(path): no such file or folder; give a binary, a listing, or Go code as ./cmd/app"
    case .goFailed(let path, let what, let reason, let errors):
      "\(what) (\(path)) failed: \(reason)" + Self.quoted(errors)
    case .noMain(let packages):
      "\(packages.joined(separator: " ")): not a program: no package main in it. Name one, as ./cmd/app; "
        + "libraries come with a later version"
    case .severalMains(let mains):
      "\(mains.count) programs match; name one of them:" + Self.quoted(mains.joined(separator: "\n"))
    case .noCache(let path, let errno):
      "\(path.map { "\($0)" } ?? "no cache folder"): cannot keep builds there: \(errno); set XDG_CACHE_HOME or HOME "
        + "to a folder that can be written"
    }
  }

  private static func noTool(
    _ path: FilePath, _ machine: String, _ asked: Disassembler?, _ refusals: [Refusal]
  ) -> String {
    let what =
      switch asked {
      case nil: "no disassembler for \(machine) on PATH"
      case .go: "no go command on PATH that reads it"
      case .gnu: "no GNU objdump for \(machine) on PATH"
      case .llvm: "no llvm-objdump for \(machine) on PATH"
      }
    let seen = refusals.map { "\n  \($0.tool.label) (\($0.tool.path)): \($0.reason)" }.joined()
    return
      "\(path): \(what); install one: binutils or binutils-multiarch (GNU), llvm, a Go toolchain, or Swift's "
      + "own toolchain, which has llvm-objdump beside swift" + seen
  }

  /// What a tool wrote, set in.
  private static func quoted(_ text: String) -> String {
    text.split(separator: "\n").map { "\n  \($0)" }.joined()
  }
}
