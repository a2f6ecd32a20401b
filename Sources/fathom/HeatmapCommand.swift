import ArgumentParser
import ProgramModel
import Reporting
import Scan

/// The command `fathom heatmap INPUT`, which draws worst cases.
///
/// Where the selection leaves no function, no picture is written, and the exit code is 2.
struct HeatmapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heatmap",
    abstract: "A picture: where on the way down the bytes of the stack sit.",
    usage: "fathom heatmap INPUT [-o FILE] [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      A row is a function, the deepest first. It goes down the function's worst path: its own frame at depth 0, its \
      callee's at depth 1, and so on; the colour is the frame's bytes. The csv has the cells. Without a FILE an SVG \
      goes to standard output.
      """)

  @Argument(help: "What to read.")
  var input: String

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "The picture, or its cells; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<HeatmapReporter.Format>] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where it goes; without --format, .svg, .png or .csv says what.", valueName: "file"))
  var output: String?

  @Option(help: "How bytes become colours.")
  var scale = HeatScale.log

  @Option(help: ArgumentHelp("How many functions.", valueName: "n"))
  var top = 40

  @OptionGroup var graph: GraphOptions

  @OptionGroup var only: SelectionOptions

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  func validate() throws {
    if top < 1 { throw ValidationError("--top takes a number from 1 on") }
    _ = try requests()
  }

  func run() async throws {
    let requests = try requests()
    if requests.contains(where: { $0.format == .png && $0.file == nil }), Terminal.process.isTerminal(1) {
      throw FathomError("a PNG is nothing for a terminal: give it a file, -o heatmap.png")
    }
    let edges = try graph.readEdges()
    let destinations = try Destination.open(requests, "picture", reading: [input, graph.edges])
    let program = try await ScanRun.run(input, common, goFlags: goFlags.list).program
    let reporter = HeatmapReporter(
      Report(
        program: program,
        selection: only.selection,
        version: Version.text, jobs: common.cores),
      depth: try graph.analyse(program, edges, isQuiet: common.quiet), top: top, scale: scale)
    guard !reporter.isEmpty else {
      throw FathomError(
        "\(CommonOptions.shown(input)): no function is listed, so that there is no picture: "
          + "--filter and --origin leave none")
    }
    for (request, destination) in zip(requests, destinations) {
      try destination.write { try reporter.write(request.format, to: $0) }
    }
    try destinations.finish()
    if program.isPartial {
      throw FathomError(
        "\(CommonOptions.shown(input)): the listing was cut; calls and functions may be missing")
    }
  }

  /// Returns the pictures to write and their destinations: `-o` is the file of the one format that has none.
  private func requests() throws -> [FormatRequest<HeatmapReporter.Format>] {
    var requests = formats
    if let output {
      if let place = requests.firstIndex(where: { $0.file == nil }) {
        requests[place].file = output
      } else {
        requests.append(FormatRequest(format: try Self.format(of: output), file: output))
      }
    }
    try FormatRequest.validate(requests)
    return requests.isEmpty ? [FormatRequest(format: .svg)] : requests
  }

  /// Returns the format that a file's name ends in. Throws where it ends in none.
  private static func format(of file: String) throws -> HeatmapReporter.Format {
    let ending = file.lastIndex(of: ".").map { file[file.index(after: $0)...].lowercased() }
    guard let format = ending.flatMap(HeatmapReporter.Format.init(rawValue:)) else {
      throw ValidationError(
        "\(FunctionChoice.safe(file)): its ending says no format; .svg, .png and .csv do, and --format")
    }
    return format
  }
}
