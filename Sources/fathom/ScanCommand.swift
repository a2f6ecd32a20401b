import ArgumentParser
import ProgramModel
import Reporting
import Scan
import Synchronization

/// The command `fathom [scan] INPUT…`, which models every function.
///
/// Inputs are scanned one after another and reported to the same destinations; an empty line separates text
/// reports. Of a listing that was cut, the complete functions are reported, and the exit code is 2.
struct ScanCommand: AsyncParsableCommand {
  /// The formats of its report.
  enum Format: String, CaseIterable {
    case text, json, ndjson, csv
  }

  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Every function's model: what it reserves, defers and locks.",
    usage: "fathom [scan] INPUT… [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      INPUT is a Go binary, an archive or object file, what objdump printed of one, - for standard input, \
      or Go code (./cmd/app, main.go), which is built first with the flags behind --.
      """)

  // It is empty by default, so that a misspelt option is reported rather than a missing input (see `run`).
  @Argument(help: ArgumentHelp("What to read.", valueName: "input"))
  var inputs: [String] = []

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<Format>] = []

  @OptionGroup var only: SelectionOptions

  @Option(help: ArgumentHelp("Rows of each section.", valueName: "n"))
  var top = 10

  @Option(help: "What the functions are sorted by.")
  var sort = TextOptions.Sort.frame

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  /// The last model, which is kept until the process ends: freeing its hundred thousand arrays would take
  /// longer than writing some reports.
  private static let last = Mutex<ScanResult?>(nil)

  func validate() throws {
    try FormatRequest<Format>.validate(formats)
    if top < 1 { throw ValidationError("--top takes a number from 1 on") }
    if inputs.count > 1, formats.contains(where: { $0.format == .json || $0.format == .csv }) {
      throw ValidationError("json and csv hold one input each; run fathom once for each, or take ndjson")
    }
    if inputs.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input can be read once only")
    }
  }

  func run() async throws {
    // This is not checked in `validate`, so that an unknown option is reported first.
    if inputs.isEmpty {
      throw ValidationError("nothing to read: name a binary, saved text, Go code, or - for standard input")
    }
    let requests = formats.isEmpty ? [FormatRequest<Format>(format: .text)] : formats
    let destinations = try Destination.open(requests, reading: inputs)
    var cut: [String] = []
    for (i, input) in inputs.enumerated() {
      let start = ContinuousClock.now
      let result = try await ScanRun.run(input, common, goFlags: goFlags.list)
      Self.last.withLock { $0 = result }
      if result.program.isPartial { cut.append(input) }
      for (request, destination) in zip(requests, destinations) {
        try write(result.program, request.format, destination, isFirst: i == 0, elapsed: .now - start)
      }
    }
    try destinations.finish()
    guard cut.isEmpty else {
      let names = cut.map { CommonOptions.shown($0) }
      throw FathomError(
        "\(names.joined(separator: ", ")): the listing was cut; the functions that are whole were printed, the rest is missing. Make the listing again and look whether the disk is full or objdump failed"
      )
    }
  }

  /// Writes the report on one input. `elapsed` is the time since the input was begun, which only a terminal
  /// shows.
  private func write(
    _ program: Program, _ format: Format, _ destination: Destination, isFirst: Bool, elapsed: Duration
  ) throws {
    let report = Report(
      program: program,
      selection: only.selection,
      version: Version.text, jobs: common.cores)
    try destination.write { output in
      switch format {
      case .ndjson: try NDJSONReporter(report).write(to: output)
      case .json: try JSONReporter(report).write(to: output)
      case .csv: try CSVReporter(report).write(to: output)
      case .text:
        let isHere = destination.isStandardOutput
        var options = common.textOptions(top: top, sort: sort, toTerminal: isHere)
        if isHere, Terminal.process.isTerminal(1) { options.elapsed = elapsed }
        if !isFirst { try output.write([UInt8(ascii: "\n")]) }
        try TextReporter(report, options: options).write(to: output)
      }
    }
  }
}
