import ArgumentParser
import ProgramModel
import Reporting
import Scan

/// `fathom show NAME INPUT`.
struct ShowCommand: AsyncParsableCommand {
  /// The reports of one function.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One function, explained line by line.",
    usage: "fathom show NAME INPUT [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      NAME is a whole name, the end of one (Server.dispatch), file.go:88, or 0x49a900. INPUT is what scan takes.
      """)

  @Argument(help: "Which function.")
  var name: String

  @Argument(help: "What to read.")
  var input: String

  @Option(help: "The report.")
  var format = Format.text

  @Option(help: ArgumentHelp("Rows of callers and callees; 0 is all.", valueName: "n"))
  var top = 20

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  func validate() throws {
    if top < 0 { throw ValidationError("--top takes a number from 0 on") }
  }

  func run() async throws {
    let query = NameQuery(name)
    let result = try await Pipeline.run(input, common, goFlags: goFlags.list) { query.mayMean($0, $1) }
    let program = result.program
    let found = query.matches(in: program)
    guard let index = found.first else { throw FathomError(noMatch(query, program)) }
    guard found.count == 1 else {
      throw FathomError(
        "\(Self.safe(name)) may be one of \(found.count) functions; give more of the name, or an address:\n"
          + ShowReporter.list(found, of: program))
    }
    let report = ShowReport(
      program: program, index: index, listing: result.listings[program.functions[index].entry] ?? [])
    let output = Output(descriptor: 1, name: "standard output")
    switch format {
    case .json: try ShowJSONReporter(report, version: Version.text).write(to: output)
    case .text: try ShowReporter(report, options: common.textOptions(top: top)).write(to: output)
    }
    if program.isPartial {
      throw FathomError("\(CommonOptions.shown(input)): the listing was cut; callers may be missing")
    }
  }

  private func noMatch(_ query: NameQuery, _ program: Program) -> String {
    if query.isPlace {
      let hasLines = program.functions.contains { $0.line != nil }
      return hasLines
        ? "no function of \(CommonOptions.shown(input)) has code of \(Self.safe(name)): a blank line, a comment, or inlined elsewhere"
        : "\(CommonOptions.shown(input)) was read without source lines, which only go tool objdump prints; give a name or an address"
    }
    let near = query.suggestions(in: program)
    let hint =
      near.isEmpty
      ? "; fathom \(ShellWord.quoted(Self.safe(input))) --sort name --top 1000 lists what there is"
      : "; did you mean\n" + near.map { "  " + $0 }.joined(separator: "\n")
    return "no function of \(CommonOptions.shown(input)) is named \(Self.safe(name))" + hint
  }

  private static func safe(_ argument: String) -> String {
    TerminalText.safe(ArgumentBytes.bytes(of: argument))
  }
}
