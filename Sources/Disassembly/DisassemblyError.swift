public import ProgramModel
public import SystemPackage

/// The reason why there is no listing, or only a part of one. The description says what is wrong, where, and
/// what to do next. It contains file names and the output of tools unchanged, so whoever prints it must
/// escape it.
public enum DisassemblyError: Error, CustomStringConvertible {
  /// fathom does not support the binary's architecture, given by Go's name.
  case unsupportedMachine(FilePath, String)
  /// No disassembler here reads the binary.
  ///
  /// - Parameter silent: the programs that did not identify themselves in time.
  case noTool(FilePath, String, asked: Disassembler?, [Refusal], silent: [FilePath])
  /// The system could not start the program.
  case notStarted(FilePath, Errno)
  /// The tool failed, so that the listing is incomplete.
  case failed(Tool, FilePath, reason: String, errors: String)
  /// There is no go command to build with.
  case noGo
  /// A package was given as a path that does not exist.
  case nothingThere(String)
  /// A package's name starts like an option.
  case notAPackage(String)
  /// The go command failed; includes its own messages.
  case goFailed(FilePath, what: String, in: FilePath?, reason: String, errors: String)
  /// There is no git command to ask.
  case noGit
  /// The git command failed; includes its own messages.
  case gitFailed(what: String, reason: String, errors: String)
  /// The packages contain nothing to build; holds the packages that were given.
  case noMain([String])
  /// A program was to be linked, but none of these packages is one.
  case noProgram([String])
  /// There are several programs; holds their import paths.
  case severalMains([String])
  /// The folder for builds cannot be created.
  case noCache(FilePath?, Errno)

  /// A tool that is installed but does not read the binary.
  public struct Refusal: Sendable {
    /// The tool.
    public var tool: Tool
    /// The reason: `it was built without elf64-littleaarch64`.
    public var reason: String
  }

  /// One line, or several where a tool's own messages follow.
  public var description: String {
    switch self {
    case .unsupportedMachine(let path, let machine):
      "\(path): built for \(machine), which is not supported yet; build it with GOARCH=amd64 or GOARCH=arm64"
    case .noTool(let path, let machine, let asked, let refusals, let silent):
      Self.noTool(path, machine, asked, refusals)
        + silent.map { "\n  \($0): \(Tool.silence), and is none for fathom" }.joined()
    case .notStarted(let path, let errno): "\(path): could not be started: \(errno)"
    case .failed(let tool, let path, let reason, let errors):
      "\(path): \(tool.label) (\(tool.path)) failed: \(reason)" + Self.quoted(errors)
    case .noGo:
      "no go command on PATH: install a Go toolchain, or give a built binary or a saved listing"
    case .nothingThere(let path):
      "\(path): no such file or folder; give a binary, a listing, or Go code as ./cmd/app"
    case .notAPackage(let name):
      "\(name): not a package: no name of one begins with «-»; for a folder of that name give ./\(name)"
    case .goFailed(let path, let what, let folder, let reason, let errors):
      // Keep Go's own messages as they are: editors look for `./main.go:2:15: …` at the start of a line.
      "\(what) (\(path)) failed" + (folder.map { " in \($0)" } ?? "") + ": \(reason)"
        + Self.lines(errors).map { "\n\($0)" }.joined() + Self.hint(errors)
    case .noGit:
      "no git command on PATH: install git, or give a built binary or a saved scan in place of the revision"
    case .gitFailed(let what, let reason, let errors):
      "\(what) failed: \(reason)" + Self.lines(errors).map { "\n\($0)" }.joined()
    case .noMain(let packages):
      "\(packages.joined(separator: " ")): nothing to compile in it; name a program or a package, as ./cmd/app"
    case .noProgram(let packages):
      "\(packages.joined(separator: " ")): no package main in it, so that there is no program to link; without "
        + "--program the packages themselves are judged"
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
    let seen = refusals.map { "\n  \($0.tool.label) (\($0.tool.path)): \($0.reason)" }.joined()
    let unfit = refusals.isEmpty ? "on PATH" : "that reads it on PATH"
    let isLoong64 = machine == Architecture.loong64.rawValue
    // GNU objdump in Debian 12 and llvm-objdump in Swift 6.3 are built without loong64.
    let gnu =
      isLoong64
      ? "binutils built for loong64" : "binutils-multiarch (binutils reads this machine's own code)"
    let llvm =
      isLoong64 ? "llvm 16 or later (llvm-objdump; not the one of a Swift toolchain)" : "llvm (llvm-objdump)"
    switch asked {
    case nil:
      return
        "\(path): no disassembler for \(machine) \(unfit); install "
        + (isLoong64
          ? "a Go toolchain, \(llvm), or \(gnu)"
          : "binutils or binutils-multiarch (GNU objdump), \(llvm), or a Go toolchain; "
            + "a Swift toolchain on PATH has llvm-objdump beside swift")
        + seen
    case .go:
      return "\(path): --disassembler go needs the go command, and there is none \(unfit); "
        + "install a Go toolchain, or leave --disassembler out" + seen
    case .gnu:
      return "\(path): --disassembler gnu needs GNU objdump for \(machine), and there is none \(unfit); "
        + "install \(gnu), or leave --disassembler out" + seen
    case .llvm:
      return
        "\(path): --disassembler llvm needs llvm-objdump\(isLoong64 ? " for \(machine)" : ""), and there is none "
        + "\(unfit); install \(isLoong64 ? llvm : "llvm, put a Swift toolchain on PATH"), or leave --disassembler out"
        + seen
    }
  }

  /// Returns a tool's messages, indented.
  private static func quoted(_ text: String) -> String { lines(text).map { "\n  \($0)" }.joined() }

  /// Returns the lines of a tool's messages; long ones are shortened.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.count > 500 ? "\($0.prefix(240)) … \($0.suffix(240))" : "\($0)" }
  }

  /// Returns advice where Go's own messages give none.
  private static func hint(_ errors: String) -> String {
    let isOutside =
      errors.contains("go.mod file not found")
      || errors.contains("directory prefix . does not contain main module")
    guard isOutside else { return "" }
    return
      "\nit is outside of any module: name a file of it (main.go), or run «go mod init example.com/app» there"
  }

  /// The same error without the folder, for code in a temporary folder, whose name would tell nobody
  /// anything.
  public var withoutFolder: DisassemblyError {
    guard case .goFailed(let path, let what, _, let reason, let errors) = self else { return self }
    return .goFailed(path, what: what, in: nil, reason: reason, errors: errors)
  }

  /// Returns the same error with the name that the user gave for the file: a program built from code is in a
  /// cache folder.
  public func naming(_ name: String) -> DisassemblyError {
    switch self {
    case .unsupportedMachine(_, let machine): .unsupportedMachine(FilePath(name), machine)
    case .noTool(_, let machine, let asked, let refusals, let silent):
      .noTool(FilePath(name), machine, asked: asked, refusals, silent: silent)
    case .failed(let tool, _, let reason, let errors):
      .failed(tool, FilePath(name), reason: reason, errors: errors)
    default: self
    }
  }
}
