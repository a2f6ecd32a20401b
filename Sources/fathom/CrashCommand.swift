import ArgumentParser
import Evidence
import ProgramModel
import Reporting
import Scan

/// The command `fathom crash LOG [BINARY]`, which reads a crash against the model.
///
/// A log without a traceback may be the words of a stack; those need the binary. Where none of the tracebacks
/// is of the binary that is given, the reports are written and the process exits with 2.
struct CrashCommand: AsyncParsableCommand {
  /// The formats of its report.
  enum Format: String, CaseIterable {
    case text, ndjson
  }

  static let configuration = CommandConfiguration(
    commandName: "crash", abstract: "A panic, a fatal error or an overflow, read against the model.",
    usage: "fathom crash LOG [BINARY] [OPTIONS]",
    discussion: """
      LOG is whatever holds a traceback: standard error as it was, a CI log, go test -json, a container's log; - is \
      standard input. What logs put around lines is taken off. With the BINARY that crashed, each frame is held against \
      its model, and the code around the interesting ones is shown.

      LOG may also be words of a stack, as gdb's x/200gx $rsp, delve's examinemem or a hex dump prints them: then the \
      return addresses among them are found, and the chain of calls that they make.
      """)

  @Argument(help: "A log with a traceback in it.")
  var log: String

  @Argument(help: "The Go binary that crashed.")
  var binary: String?

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<Format>] = []

  @Option(help: ArgumentHelp("One frame of the chain in full.", valueName: "n"))
  var frame: Int?

  @Option(help: ArgumentHelp("Which of the log's crashes: 1 is the first. All by default.", valueName: "n"))
  var crash: Int?

  @Option(help: ArgumentHelp("Bytes of code around a pc.", valueName: "n"))
  var window = 32

  @OptionGroup var loading: LoadingOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try FormatRequest<Format>.validate(formats)
    if let frame, frame < 1 { throw ValidationError("--frame takes a number from 1 on") }
    if let crash, crash < 1 { throw ValidationError("--crash takes a number from 1 on") }
    if !(0...4096).contains(window) { throw ValidationError("--window takes a number from 0 to 4096") }
    if frame != nil, formats.contains(where: { $0.format != .text }) {
      throw ValidationError("--frame prints text; ndjson has every frame")
    }
  }

  func run() async throws {
    let requests = formats.isEmpty ? [FormatRequest<Format>(format: .text)] : formats
    let destinations = try Destination.open(requests, reading: [log, binary, loading.maps])
    var (traces, beginning, isCut) = try LogFile.readKeeping(log)
    let shown = CommonOptions.shown(log)
    if traces.crashes.isEmpty, let memory = StackWords(beginning.span) {
      if isCut {
        Errors.say("\(shown): of a stack's words the first \(LogReader.keptBytes >> 20) MiB are read")
      }
      return try await readStack(memory, requests, destinations)
    }
    guard loading.isEmpty else {
      throw FathomError(
        "\(shown): a traceback; its own addresses say how far the program was moved, without --slide and --maps"
      )
    }
    if let words = traces.diagnostics.words { Errors.say("\(shown): \(words)") }
    guard !traces.crashes.isEmpty else {
      throw FathomError(
        "\(shown): no crash in it: no line begins «panic:», «fatal error:» or «goroutine N [», "
          + "and none is a stack's words; GOTRACEBACK=none leaves out all of it")
    }
    if let crash, crash > traces.crashes.count {
      throw FathomError("\(shown) holds \(traces.crashes.count) crashes; --crash \(crash) is none of them")
    }
    var result: ScanResult?
    if let binary {
      try LogFile.name(&traces, by: binary)
      result = try await scan(binary, traces)
    }
    let program = result?.program ?? LogFile.programWithoutBinary(log, traces, common)
    let names = TracedNames(program)
    var reports = traces.crashes.enumerated().map { i, crash in
      CrashReport(
        traces: traces, postmortem: Postmortem(crash, of: traces, in: program, index: names),
        program: program,
        listings: result?.listings ?? [:], number: i + 1)
    }
    if let crash { reports = [reports[crash - 1]] }
    try write(reports, requests, destinations, traces)
    if binary != nil, reports.allSatisfy({ if case .other = $0.postmortem.match { true } else { false } }) {
      throw FathomError("\(CommonOptions.shown(binary ?? "")) is not the binary that crashed in \(shown)")
    }
  }

  // MARK: Words of a stack

  /// Reports the return addresses among the words of a stack.
  private func readStack(
    _ memory: StackWords, _ requests: [FormatRequest<Format>], _ destinations: [Destination]
  ) async throws {
    guard let binary else {
      throw FathomError(
        "\(CommonOptions.shown(log)): words of a stack; name the binary as well, which says what they are")
    }
    let slide = try loading.slide(of: binary)
    let values = StackValues(memory, slide: slide)
    let result = try await ScanRun.run(binary, common, goFlags: []) { function, _ in
      values.mayReturn(into: function)
    }
    let stack = RawStack(memory, in: result.program, listings: result.listings, slide: slide)
    guard !stack.candidates.isEmpty else {
      throw FathomError(
        "\(CommonOptions.shown(log)): none of its \(stack.words) words is a return address in "
          + "\(CommonOptions.shown(binary)); is it the binary that ran? A PIE is moved by the loader: "
          + "--slide or --maps says how far")
    }
    let reporter = RawStackReporter(stack, in: memory, of: result.program, slide: slide)
    for (request, destination) in zip(requests, destinations) {
      try destination.write { output in
        switch request.format {
        case .ndjson: try reporter.writeRecords(to: output, input: log, version: Version.text)
        case .text:
          try reporter.write(
            to: output, options: common.textOptions(top: 0, toTerminal: destination.isStandardOutput))
        }
      }
    }
    try destinations.finish()
  }

  // MARK: A traceback

  /// Returns the binary's model, with the code of the functions that are innermost in the tracebacks.
  private func scan(_ binary: String, _ traces: Traces) async throws -> ScanResult {
    var wanted: Set<[UInt8]> = []
    for crash in traces.crashes {
      for goroutine in crash.goroutines.prefix(2) {
        for frame in traces.goroutines[goroutine].frames.prefix(16) {
          wanted.insert(Array(traces.names.bytes(of: frame.function)))
        }
      }
    }
    let names = wanted
    return try await ScanRun.run(binary, common, goFlags: []) { function, table in
      names.contains(Array(table.bytes(of: function.name)))
    }
  }

  /// Writes the reports. Throws where the chain of a crash has no frame `--frame`; files are then left as
  /// they were.
  private func write(
    _ reports: [CrashReport], _ requests: [FormatRequest<Format>], _ destinations: [Destination],
    _ traces: Traces
  ) throws {
    for (request, destination) in zip(requests, destinations) {
      try destination.write { output in
        switch request.format {
        case .ndjson:
          try CrashRecordReporter(reports, diagnostics: traces.diagnostics, input: log, version: Version.text)
            .write(to: output)
        case .text:
          try writeText(
            reports, common.textOptions(top: 0, toTerminal: destination.isStandardOutput), to: output)
        }
      }
    }
    if let frame, let short = reports.first(where: { $0.postmortem.frames.count < frame }) {
      throw FathomError(
        "the chain has \(short.postmortem.frames.count) frames; --frame \(frame) is none of them")
    }
    try destinations.finish()
  }

  /// Writes all crashes; with `--frame`, up to the first one whose chain does not have that frame.
  private func writeText(_ reports: [CrashReport], _ options: TextOptions, to output: Output) throws {
    for (i, report) in reports.enumerated() {
      if i > 0 { try output.write(Array("\n\n".utf8)) }
      let reporter = CrashTextReporter(report, options: options, window: window)
      guard let frame else {
        try reporter.write(to: output)
        continue
      }
      guard frame <= report.postmortem.frames.count else { return }
      try reporter.write(frame: frame, to: output)
    }
  }
}
