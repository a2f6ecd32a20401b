import ArgumentParser
import CallGraph
import ProgramModel
import Reporting
import Scan
import Synchronization
import SystemPackage

/// `fathom depth INPUT`.
struct DepthCommand: AsyncParsableCommand {
  /// Its reports.
  enum Format: String, CaseIterable {
    case text, json, ndjson
  }

  static let configuration = CommandConfiguration(
    commandName: "depth",
    abstract: "How deep it can go, what recurses, which goroutines grow.",
    usage: "fathom depth INPUT [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      Follows the calls of all functions. INPUT is what scan takes, NAME what show takes. What a figure does not know \
      makes it «at least»: a cycle, a call through a pointer, a symbol without code, C. An edges file closes such calls: \
      «caller -> callee, callee» a line, * and ? for any characters, # for comments.
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

  @Flag(help: "What recurses, and at which turn it overflows.")
  var cycles = false

  @Flag(help: "The longest chain without a look at the stack, and the linker's limit.")
  var nosplit = false

  @Option(help: ArgumentHelp("The dearest way from this function …", valueName: "name"))
  var from: String?

  @Option(help: ArgumentHelp("… down to this one.", valueName: "name"))
  var to: String?

  @Option(help: ArgumentHelp("Where calls through pointers lead.", valueName: "file"))
  var edges: String?

  @Flag(help: "Follow panics and crashes, too.")
  var throughPanics = false

  @Option(
    help: ArgumentHelp(
      "Only names with this in them; with * or ? the whole name must match.", valueName: "pattern"))
  var filter: String?

  @Option(help: ArgumentHelp("Only these, with commas between.", valueName: "origins"))
  var origin: OriginChoice?

  @Option(help: ArgumentHelp("Rows of each section.", valueName: "n"))
  var top: Int?

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  /// Held until the process ends: to take it apart costs more than some reports.
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
  }

  func run() async throws {
    let requests = formats.isEmpty ? [FormatRequest<Format>(format: .text)] : formats
    for file in requests.compactMap(\.file) where ReportFile.isSame(file, input) {
      throw FathomError(
        "\(CommonOptions.shown(file)): a report there would take the place of what is read; name another file"
      )
    }
    let rules = try edges.map(readEdges)
    var files: [ReportFile?] = []
    for request in requests {
      files.append(try request.file.map { path throws(OutputError) in try ReportFile(path) })
    }
    let start = ContinuousClock.now
    let program = try await Pipeline.run(input, common, goFlags: goFlags.list).program
    let scanned = ContinuousClock.now
    let depth = try analyse(program, rules)
    Self.last.withLock { $0 = depth }
    if common.verbose { Errors.say(measured(depth, .now - scanned)) }
    let report = DepthReport(
      Report(
        program: program,
        selection: Selection(pattern: filter.map { NamePattern($0) }, origins: origin?.origins),
        version: Version.text, jobs: common.cores), depth: depth, view: try view(program))
    for (request, file) in zip(requests, files) {
      let output = file?.output ?? Output(descriptor: 1, name: "standard output")
      switch request.format {
      case .ndjson: try DepthRecordReporter(report).writeNDJSON(to: output)
      case .json: try DepthRecordReporter(report).writeJSON(to: output)
      case .text:
        var options = common.textOptions(top: top ?? (isSummary ? 5 : 20), toTerminal: file == nil)
        if file == nil, Terminal.process.isTerminal(1) { options.elapsed = .now - start }
        try DepthTextReporter(report, options: options).write(to: output)
      }
    }
    for file in files { try file?.finish() }
    if program.isPartial {
      throw FathomError(
        "\(CommonOptions.shown(input)): the listing was cut; calls and functions may be missing")
    }
  }

  private var isSummary: Bool { function == nil && !goroutines && !cycles && !nosplit && from == nil }

  private func view(_ program: Program) throws -> DepthReport.View {
    if let function { return .function(try FunctionChoice.one(function, in: program, input: input)) }
    if let from, let to {
      return .path(
        from: try FunctionChoice.one(from, in: program, input: input),
        to: try FunctionChoice.one(to, in: program, input: input))
    }
    return goroutines ? .goroutines : cycles ? .cycles : nosplit ? .nosplit : .summary
  }

  private func readEdges(_ file: String) throws -> (text: [UInt8], name: String) {
    let name = CommonOptions.shown(file)
    let path = FilePath(platformString: ArgumentBytes.path(file))
    guard let text = try CheckPlace.text(of: path, name: name, limit: 16 << 20) else {
      throw FathomError("\(name): no such file; --edges names one with «caller -> callee» lines")
    }
    return (Array(text.utf8), name)
  }

  private func analyse(_ program: Program, _ file: (text: [UInt8], name: String)?) throws -> Depth {
    var options = CallGraph.Options(throughPanics: throughPanics)
    if let file {
      options.edges = try EdgeRules(file.text, file: file.name, program: program)
      if !common.quiet {
        for line in options.edges.idle {
          Errors.say("\(file.name):\(line): none of these callers has an open call: the line does nothing")
        }
      }
    }
    return Depth(program, options: options)
  }

  private func measured(_ depth: Depth, _ time: Duration) -> String {
    let tenths = Int(time / .microseconds(100))
    return "\(depth.graph.nodeCount) nodes and \(depth.graph.targets.count) edges analysed in "
      + "\(tenths / 10).\(tenths % 10) ms"
  }
}
