import ArgumentParser
import CallGraph
import ProgramModel
import Reporting
import Scan
import Synchronization

/// The command `fathom depth INPUT`, which follows the calls of all functions.
///
/// At most one of `--function`, `--goroutines`, `--cycles`, `--nosplit` and `--from` with `--to` chooses the
/// view; without them it is the summary. The edges file is read and the reports are opened before the scan. A
/// listing that was cut is reported after everything was written, with exit code 2.
struct DepthCommand: AsyncParsableCommand {
  /// The formats of its report.
  enum Format: String, CaseIterable {
    case text, json, ndjson, pprof, folded, dot
  }

  static let configuration = CommandConfiguration(
    commandName: "depth",
    abstract: "How deep it can go, what recurses, which goroutines grow.",
    usage: "fathom depth INPUT [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      Follows the calls of all functions. INPUT is what scan takes, NAME what show takes. What a figure does not know \
      makes it «at least»: a cycle, a call through a pointer, a symbol without code, C. An edges file closes such calls: \
      «caller -> callee, callee» a line, * and ? for any characters, # for comments.

      pprof and folded are flame graphs of worst cases: main.main's and each goroutine's, or what --goroutines, \
      --function or --from with --to choose. dot is the graph around --function NAME.
      """)

  @Argument(help: "What to read.")
  var input: String

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<Format>] = []

  @Option(help: ArgumentHelp("One function's way down in full.", valueName: "name"))
  var function: String?

  @Flag(help: "Every go statement: how its stack grows, and where.")
  var goroutines = false

  @Flag(help: "What recurses, and at which iteration it overflows.")
  var cycles = false

  @Flag(help: "The longest chain without a split check, and the linker's limit.")
  var nosplit = false

  @Option(help: ArgumentHelp("The most expensive path from this function …", valueName: "name"))
  var from: String?

  @Option(help: ArgumentHelp("… down to this one.", valueName: "name"))
  var to: String?

  @OptionGroup var graph: GraphOptions

  @OptionGroup var only: SelectionOptions

  @Option(
    help: ArgumentHelp("Rows of each section; callers and callees of each node in dot.", valueName: "n"))
  var top: Int?

  @Option(help: ArgumentHelp("How far dot goes each way: 2 by default.", valueName: "n"))
  var levels: Int?

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  /// The last result, which is kept until the process ends: freeing it would take longer than writing some
  /// reports.
  private static let last = Mutex<Depth?>(nil)

  func validate() throws {
    try FormatRequest<Format>.validate(formats)
    if let top, top < 1 { throw ValidationError("--top takes a number from 1 on") }
    if (from == nil) != (to == nil) { throw ValidationError("--from and --to go together") }
    let views = [function != nil, goroutines, cycles, nosplit, from != nil]
    if views.count(where: \.self) > 1 {
      throw ValidationError(
        "--function, --goroutines, --cycles, --nosplit and --from with --to exclude each other")
    }
    try validatePictures()
  }

  /// Throws where a profile would go to a terminal, which would take its bytes for commands.
  static func check(_ requests: [FormatRequest<Format>], _ terminal: Terminal) throws {
    guard requests.contains(where: { $0.format == .pprof && $0.file == nil }), terminal.isTerminal(1) else {
      return
    }
    throw FathomError("pprof is binary, and this is a terminal: --format pprof=FILE, or > FILE")
  }

  /// Throws where a picture is asked for that the other options do not allow.
  private func validatePictures() throws {
    let all = Set(formats.map(\.format))
    if all.contains(.dot), function == nil {
      throw ValidationError("--format dot draws the graph around one function: --function NAME says which")
    }
    if cycles || nosplit, let format = [Format.pprof, .folded].first(where: all.contains) {
      throw ValidationError(
        "--format \(format.rawValue) draws ways down: of all goroutines, or what --function or --from with --to choose"
      )
    }
    if let levels {
      guard all.contains(.dot) else { throw ValidationError("--levels goes with --format dot") }
      guard 1...100 ~= levels else { throw ValidationError("--levels takes a number from 1 to 100") }
    }
  }

  func run() async throws {
    let requests = formats.isEmpty ? [FormatRequest<Format>(format: .text)] : formats
    try Self.check(requests, .process)
    let edges = try graph.readEdges()
    let destinations = try Destination.open(requests, reading: [input, graph.edges])
    let start = ContinuousClock.now
    let program = try await ScanRun.run(input, common, goFlags: goFlags.list).program
    let scanned = ContinuousClock.now
    let depth = try graph.analyse(program, edges, isQuiet: common.quiet)
    Self.last.withLock { $0 = depth }
    if common.verbose { Errors.say(measured(depth, .now - scanned)) }
    let report = DepthReport(
      Report(
        program: program,
        selection: only.selection,
        version: Version.text, jobs: common.cores), depth: depth, view: try view(program))
    let ways = try ways(report, requests)
    for (request, destination) in zip(requests, destinations) {
      try destination.write { output in
        switch request.format {
        case .ndjson: try DepthRecordReporter(report).writeNDJSON(to: output)
        case .json: try DepthRecordReporter(report).writeJSON(to: output)
        case .pprof: if let ways { try DepthPprofReporter(ways).write(to: output) }
        case .folded: if let ways { try DepthFoldedReporter(ways).write(to: output) }
        case .dot: try dot(report)?.write(to: output)
        case .text:
          let isHere = destination.isStandardOutput
          var options = common.textOptions(top: top ?? (isSummary ? 5 : 20), toTerminal: isHere)
          if isHere, Terminal.process.isTerminal(1) { options.elapsed = .now - start }
          try DepthTextReporter(report, options: options).write(to: output)
        }
      }
    }
    try destinations.finish()
    if program.isPartial {
      throw FathomError(
        "\(CommonOptions.shown(input)): the listing was cut; calls and functions may be missing")
    }
  }

  /// Returns the paths that flame graphs draw; nil where none is asked for. For folded stacks it prints why
  /// figures are lower bounds, since those have no room for it.
  private func ways(_ report: DepthReport, _ requests: [FormatRequest<Format>]) throws -> DepthWays? {
    guard requests.contains(where: { $0.format == .pprof || $0.format == .folded }) else { return nil }
    let ways = try DepthWays(report)
    if requests.contains(where: { $0.format == .folded }), !common.quiet {
      for caveat in ways.caveats { Errors.say(caveat) }
    }
    return ways
  }

  /// Returns the graph around a function; nil where the view is another one.
  private func dot(_ report: DepthReport) -> DepthDotReporter? {
    guard case .function(let index) = report.view else { return nil }
    return DepthDotReporter(report.depth, function: index, levels: levels ?? 2, width: top ?? 8)
  }

  /// Whether no option chooses a view other than the summary.
  private var isSummary: Bool { function == nil && !goroutines && !cycles && !nosplit && from == nil }

  /// Returns the view that the options choose. Throws where a NAME means no function, or several.
  private func view(_ program: Program) throws -> DepthReport.View {
    if let function { return .function(try FunctionChoice.one(function, in: program, input: input)) }
    if let from, let to {
      return .path(
        from: try FunctionChoice.one(from, in: program, input: input),
        to: try FunctionChoice.one(to, in: program, input: input))
    }
    return goroutines ? .goroutines : cycles ? .cycles : nosplit ? .nosplit : .summary
  }

  /// Returns the size of the graph and the time of the analyses, for `--verbose`.
  private func measured(_ depth: Depth, _ time: Duration) -> String {
    let tenths = Int(time / .microseconds(100))
    return "\(depth.graph.nodeCount) nodes and \(depth.graph.targets.count) edges analysed in "
      + "\(tenths / 10).\(tenths % 10) ms"
  }
}
