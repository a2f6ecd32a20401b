import ArgumentParser
import CallGraph
import ProgramModel
import Reporting
import Scan

/// The command `fathom show NAME INPUT`, which explains one function.
///
/// With `--stack-map` nothing is disassembled: the answer is what the linker wrote.
struct ShowCommand: AsyncParsableCommand {
  /// The formats of its report.
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

  @Flag(help: "Print where SP stands along a binary's function, and which slots of its frame hold pointers.")
  var stackMap = false

  @Option(
    help: ArgumentHelp(
      "Only there: an address (0x49a900; of a return address one less) or a line of the function (88).",
      valueName: "pc|line"))
  var at: String?

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  func validate() throws {
    if top < 0 { throw ValidationError("--top takes a number from 0 on") }
    guard let at else { return }
    if !stackMap { throw ValidationError("--at goes with --stack-map") }
    if Self.place(at) == nil {
      throw ValidationError("--at takes an address (0x49a900) or a line (88), not \(FunctionChoice.safe(at))")
    }
  }

  func run() async throws {
    if stackMap { return try await showStackMap() }
    let query = NameQuery(name)
    let result = try await ScanRun.run(input, common, goFlags: goFlags.list) { query.mayMean($0, $1) }
    let program = result.program
    let index = try FunctionChoice.one(query, name, in: program, input: input)
    let report = ShowReport(
      program: program, index: index, listing: result.listings[program.functions[index].entry] ?? [],
      depth: Depth(program))
    try Destination(format: format.rawValue).write { output in
      switch format {
      case .json: try ShowJSONReporter(report, version: Version.text).write(to: output)
      case .text: try ShowReporter(report, options: common.textOptions(top: top)).write(to: output)
      }
    }
    if program.isPartial {
      throw FathomError("\(CommonOptions.shown(input)): the listing was cut; callers may be missing")
    }
  }

  /// Prints the function's stack map as the linker wrote it. Nothing is disassembled.
  private func showStackMap() async throws {
    let maps = try await ScanRun.withProgress(common) { options in
      var options = options
      options.goFlags = goFlags.list
      return try await StackMaps(ArgumentBytes.path(input), options: options)
    }
    let query = NameQuery(name)
    let index = try FunctionChoice.one(query, name, in: maps.program, input: input)
    var place = at.flatMap(Self.place) ?? query.place
    // A function's entry names the function and no place in it, as in a list of several matches.
    if at == nil, place == .address(maps.program.functions[index].entry) { place = nil }
    let reporter = StackMapReporter(
      try maps.map(of: index, at: place), of: maps.program, index: index, version: Version.text,
      options: common.textOptions(top: 0))
    try Destination(format: format.rawValue).write { output in
      switch format {
      case .text: try reporter.writeText(to: output)
      case .json: try reporter.writeJSON(to: output)
      }
    }
  }

  /// Reads the value of `--at`; nil for a text that is neither an address nor a line.
  ///
  /// `0x49a900` is an address, `88` a line.
  private static func place(_ text: String) -> StackMap.Place? {
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { .address($0) } }
    return Int32(text).flatMap { $0 > 0 ? .line($0) : nil }
  }
}
