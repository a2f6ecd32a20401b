import ArgumentParser
import ProgramModel
import Reporting

/// The options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customLong("module"),
    help: ArgumentHelp("Treat packages with this import-path prefix as yours.", valueName: "prefix"))
  var modulePrefix: String?

  @Option(help: "Which disassembler runs.")
  var disassembler = DisassemblerChoice.auto

  @Option(help: ArgumentHelp("How many cores may work; all by default.", valueName: "n"))
  var jobs: Int?

  @Flag(name: .customLong("no-cache"), help: "Read binaries anew, whatever is kept of earlier runs.")
  var noCache = false

  @Option(help: "When to colour.")
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Print the most important only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more: lines not understood, for example.")
  var verbose = false

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 1024") }
  }

  /// Returns the name of an input for messages, safe to print.
  static func shown(_ input: String) -> String {
    input == "-" ? "standard input" : TerminalText.safe(ArgumentBytes.bytes(of: input))
  }

  /// Returns the options of a text report for this terminal, or for a file.
  ///
  /// A file gets 80 columns, and colours only with `--color always`.
  func textOptions(top: Int, sort: TextOptions.Sort = .frame, toTerminal: Bool = true) -> TextOptions {
    let terminal = Terminal.process
    return TextOptions(
      width: toTerminal ? terminal.width : 80,
      isColored: toTerminal ? terminal.wantsColor(color) : color == .always,
      top: top, sort: sort, detail: quiet ? .quiet : verbose ? .verbose : .normal)
  }
}

/// The values of `--disassembler`.
enum DisassemblerChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, go, gnu, llvm

  /// The disassembler that is asked for; nil takes the best one that is here.
  var disassembler: Disassembler? { Disassembler(rawValue: rawValue) }
}
