import ArgumentParser
import ProgramModel
import Reporting
import Scan

/// The command `fathom verify BINARY [LISTING]`, which compares the text's answers with the linker's.
///
/// The report is complete whatever the result; a disagreement makes the exit code 1.
struct VerifyCommand: AsyncParsableCommand {
  /// The formats of its report.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "The text's answer against the linker's, on your own binary.",
    usage: "fathom verify BINARY [LISTING] [OPTIONS]",
    discussion: """
      Holds what is read from text (frames, defers, bounds, lines) against the tables that Go's linker wrote into \
      BINARY, function by function. LISTING is saved text of the same binary, or - for standard input; without it a \
      disassembler runs. Exit code 1 when the two disagree anywhere.
      """)

  @Argument(help: "A Go binary.")
  var binary: String

  @Argument(help: "What objdump printed of it.")
  var listing: String?

  @Option(help: "The report.")
  var format = Format.text

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let (verification, warnings) = try await ScanRun.withProgress(common) { options in
      try await verify(
        ArgumentBytes.path(binary), listing: listing.map { ArgumentBytes.path($0) }, options: options)
    }
    if !common.quiet { for warning in warnings { Errors.say(warning) } }
    let reporter = VerifyReporter(
      verification, version: Version.text, options: common.textOptions(top: 10))
    try Destination(format: format.rawValue).write { output in
      switch format {
      case .text: try reporter.writeText(to: output)
      case .json: try reporter.writeJSON(to: output)
      }
    }
    if !verification.disagreements.isEmpty { throw Unclean() }
  }
}
