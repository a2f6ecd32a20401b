import ArgumentParser
import Evidence
import ProgramModel
import Reporting
import Scan

/// The command `fathom goroutines DUMP [BINARY]`, which groups and weighs goroutines.
///
/// Without a binary, goroutines are grouped by the names in the dump, and no stack is weighed.
struct GoroutinesCommand: AsyncParsableCommand {
  /// The formats of its report.
  enum Format: String, CaseIterable {
    case text, ndjson, folded, dot
  }

  static let configuration = CommandConfiguration(
    commandName: "goroutines", abstract: "A dump of goroutines, grouped and weighed.",
    usage: "fathom goroutines DUMP [BINARY] [OPTIONS]",
    discussion: """
      DUMP is what SIGQUIT, a crash, or /debug/pprof/goroutine?debug=1 or 2 printed, in whatever log; - is standard \
      input. With the BINARY each group's stacks are weighed: at least what the frames on them need.
      """)

  @Argument(help: "A log with goroutines in it.")
  var dump: String

  @Argument(help: "The Go binary that they are of.")
  var binary: String?

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<Format>] = []

  @Option(help: ArgumentHelp("An earlier dump of the same program: what grew since.", valueName: "old"))
  var since: String?

  @Option(help: ArgumentHelp("How many groups.", valueName: "n"))
  var top = 5

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try FormatRequest<Format>.validate(formats)
    if top < 1 { throw ValidationError("--top takes a number from 1 on") }
  }

  func run() async throws {
    let requests = formats.isEmpty ? [FormatRequest<Format>(format: .text)] : formats
    let destinations = try Destination.open(requests, reading: [dump, since, binary])
    let traces = try Self.read(dump, binary)
    let old = try since.map { try Self.read($0, binary) }
    var program = LogFile.programWithoutBinary(dump, traces, common)
    if let binary { program = try await ScanRun.run(binary, common, goFlags: []).program }
    let names = TracedNames(program)
    if let binary, case .other(let difference) = Postmortem.match(traces, in: program, index: names) {
      throw FathomError(
        "\(CommonOptions.shown(binary)) is not the binary that these goroutines are of: \(difference.words)")
    }
    let groups = GoroutineGroups(traces, in: program, index: names)
    let before = old.map { (traces: $0, groups: GoroutineGroups($0, in: program, index: names)) }
    let report = GoroutinesReport(traces, groups: groups, before: before)
    for (request, destination) in zip(requests, destinations) {
      let options = common.textOptions(top: top, toTerminal: destination.isStandardOutput)
      try destination.write { output in
        switch request.format {
        case .text: try GoroutinesTextReporter(report, options: options).write(to: output)
        case .ndjson:
          try GoroutinesRecordReporter(report, input: dump, version: Version.text).write(to: output)
        case .folded: try GoroutinesFoldedReporter(report).write(to: output)
        case .dot: try GoroutinesDotReporter(report).write(to: output)
        }
      }
    }
    try destinations.finish()
  }

  /// Reads a dump. Throws where no goroutine with frames is in it; names functions by the binary where the
  /// dump has only their lines.
  private static func read(_ dump: String, _ binary: String?) throws -> Traces {
    var traces = try LogFile.read(dump)
    let shown = CommonOptions.shown(dump)
    guard !traces.goroutines.isEmpty else {
      throw FathomError(
        "\(shown): no goroutine in it: no line begins «goroutine N [»; "
          + "/debug/pprof/goroutine?debug=2 prints them, and SIGQUIT")
    }
    // The runtime's own stack does not count, and nothing can be said about a goroutine without frames.
    guard traces.goroutines.contains(where: { !$0.isSystem && (!$0.frames.isEmpty || $0.isUnavailable) })
    else {
      throw FathomError(
        "\(shown): no goroutine in it: below no line «goroutine N […]:» stands a function, «main.f(…)»; the runtime's "
          + "own stack is none; /debug/pprof/goroutine?debug=2 prints them, and SIGQUIT")
    }
    if let words = traces.diagnostics.words { Errors.say("\(shown): \(words)") }
    if let binary { try LogFile.name(&traces, by: binary) }
    return traces
  }
}
