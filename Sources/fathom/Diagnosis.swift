import Disassembly
import GoBinary
import ProgramModel
import Reporting
import SystemPackage

/// Makes the doctor's report from the disassemblers that are here.
enum Diagnosis {
  /// Finds the tools, and examines a binary if one is given. The report has the working tools first, then
  /// those that did not answer, then those that are missing.
  static func make(binary: String?, _ common: CommonOptions) async -> DoctorReport {
    let toolbox = Toolbox()
    let found = await toolbox.tools()
    let silent = await toolbox.silent().map(describe)
    var report = DoctorReport(
      tools: found.map(describe) + silent + missing(found), taken: nil, reason: "", version: Version.text)
    let wanted = common.disassembler.disassembler
    guard let binary else {
      report.taken = found.firstIndex { wanted == nil || $0.kind == wanted }
      report.reason = wanted.map { "--disassembler asks for \($0.rawValue)" } ?? "the fastest of those here"
      if report.taken == nil, wanted == nil { report.reason = "" }
      return report
    }
    report.binary = DoctorReport.Binary(path: TerminalText.safe(ArgumentBytes.bytes(of: binary)), facts: [])
    do {
      let file = try BinaryFile(path: FilePath(platformString: ArgumentBytes.path(binary)))
      let table = Result { try LineTable(file) }
      report.binary?.facts = facts(file, try? table.get())
      report.binary?.problem = problem(file, table, binary)
      guard report.binary?.problem == nil else { return report }
      let tool = try await toolbox.choose(for: file, kind: wanted)
      report.taken = found.firstIndex(of: tool)
      report.reason =
        wanted.map { "--disassembler asks for \($0.rawValue)" }
        ?? "the fastest of those that decode this binary rightly"
    } catch {
      report.binary?.problem = problem(error, binary)
    }
    return report
  }

  /// Returns an error's text about the binary, without the binary's name, which is printed above it.
  private static func problem(_ error: any Error, _ binary: String) -> String {
    if case BinaryError.notABinary = error {
      return "not a binary; a saved listing is read as it is, and needs no disassembler"
    }
    if case BinaryError.notAFile = error { return "not a regular file; name a built program" }
    let name = FilePath(platformString: ArgumentBytes.path(binary)).description
    let text = "\(error)"
    return text.hasPrefix(name + ": ") ? String(text.dropFirst(name.count + 2)) : text
  }

  /// Describes a tool that answered: its path, its version and its abilities.
  private static func describe(_ tool: Tool) -> DoctorReport.Tool {
    let abilities =
      switch tool.kind {
      case .go:
        ["prints source lines", "reads Go's archives", "refuses stripped binaries", "slower than the others"]
      case .gnu: ["fast", machines { tool.targets.contains(Tool.target(.elf, $0)) }]
      case .llvm: ["fast", machines { tool.targets.contains(Tool.llvmName($0)) }]
      }
    return DoctorReport.Tool(
      disassembler: tool.kind, path: tool.path.string, version: tool.version, abilities: abilities)
  }

  /// Describes a program that did not say what it is, by its name.
  private static func describe(_ silent: FilePath) -> DoctorReport.Tool {
    let name = silent.lastComponent?.string ?? ""
    let kind: Disassembler = name == "go" ? .go : name.hasPrefix("llvm") ? .llvm : .gnu
    return DoctorReport.Tool(
      disassembler: kind, path: silent.string, problem: "it \(Tool.silence), and is not used")
  }

  /// Returns the machines that a disassembler reads, in words.
  private static func machines(_ reads: (Architecture) -> Bool) -> String {
    let known = Architecture.allCases.filter(reads).map(\.rawValue)
    guard let last = known.last else { return "none of \(Architecture.known)" }
    return "reads " + (known.count > 1 ? known.dropLast().joined(separator: ", ") + " and " : "") + last
  }

  /// Returns the kinds that were not found, with the software that brings each.
  private static func missing(_ found: [Tool]) -> [DoctorReport.Tool] {
    Disassembler.allCases.filter { kind in !found.contains { $0.kind == kind } }.map { kind in
      let source =
        switch kind {
        case .go: "comes with a Go toolchain"
        case .gnu: "comes with binutils (Debian: binutils-multiarch reads foreign machines too)"
        case .llvm: "comes with LLVM (Debian: llvm), and with every Swift toolchain"
        }
      return DoctorReport.Tool(disassembler: kind, problem: source)
    }
  }

  /// Returns the reason why the binary cannot be scanned, whatever the disassembler; nil where there is none.
  private static func problem(
    _ file: BinaryFile, _ table: Result<LineTable?, any Error>, _ binary: String
  ) -> String? {
    guard file.isGo else { return "it is not a Go binary; name one built by Go" }
    if file.isObject, file.format != .archive {
      return "it is an object file that is not Go's; name a Go binary or archive"
    }
    do {
      if try table.get() == nil, !file.hasSymbols, !file.isObject {
        return "it has neither symbols nor a pclntab; name a binary as Go's linker wrote it"
      }
    } catch {
      if !file.hasSymbols { return problem(error, binary) }
    }
    guard file.arch != nil else {
      return "it is built for \(file.machine), which fathom does not read yet; it reads \(Architecture.known)"
    }
    return nil
  }

  /// Returns the facts about a binary, as names and values.
  private static func facts(_ file: BinaryFile, _ table: LineTable?) -> [(name: String, value: String)] {
    var facts = [
      ("format", "\(file.format)".uppercased()),
      ("machine", [file.os, file.machine].compactMap(\.self).joined(separator: "/")),
    ]
    if let slice = file.slice {
      let all = file.slices.map(\.machine).joined(separator: ", ")
      facts.insert(("universal", "\(slice.machine) is read of \(all)"), at: 1)
    }
    facts.append(("Go", file.goVersion ?? (file.isGo ? "yes, of a version that it does not say" : "no")))
    let functions = table.map { "pclntab of \($0.layout): \($0.functions.count) functions" }
    facts.append(
      (
        "names",
        file.hasSymbols ? "symbols" : functions == nil ? "none" : "stripped; those of the pclntab are taken"
      ))
    if !file.isObject { facts.append(("table", functions ?? "none: source lines only from go tool objdump")) }
    return facts
  }
}
