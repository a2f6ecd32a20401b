import ArgumentParser
import Disassembly
import Findings
import Reporting
import SystemPackage

/// The command `fathom check [INPUT…]`, which judges functions by rules.
///
/// The configuration and the baseline are read, and the reports are opened, before anything is compiled. All
/// reports are written before a result that fails makes the exit code 1. Where not a single function was
/// judged, no report is written, and the exit code is 2.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "What is proved and new: for hooks and CI.",
    usage: "fathom check [INPUT…] [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      Compiles the packages of the configuration (./... by default) and holds the rules against every function of your \
      own; or takes what scan takes. Exit code 1 when an error or a warning is found that no baseline, no allow-list \
      and no «//fathom:allow RULE reason» excuses; notes never fail.
      """)

  @OptionGroup var options: CheckOptions

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<CheckFormat>] = []

  @Option(
    help: ArgumentHelp("Findings that are accepted; the configuration's by default.", valueName: "file"))
  var baseline: String?

  @Flag(name: .customLong("no-baseline"), help: "Judge as if there were no baseline.")
  var noBaseline = false

  @Option(
    help: ArgumentHelp(
      "Only findings in functions whose source is not as in this git revision.", valueName: "revision"))
  var changedSince: String?

  @Flag(
    help: ArgumentHelp(
      "Judge the modules that hold changed files, and fail where one of these files was not judged."))
  var hook = false

  @Option(
    help: ArgumentHelp(
      "Read no further package after so many seconds, and say which are left.", valueName: "seconds"))
  var timeLimit: Int?

  @Flag(help: "Print what is in force and where each value came from; judge nothing.")
  var showConfig = false

  func validate() throws {
    try FormatRequest<CheckFormat>.validate(formats)
    if let timeLimit, !(1...86_400).contains(timeLimit) {
      throw ValidationError("--time-limit takes a number of seconds from 1 to 86400")
    }
    if baseline != nil, noBaseline {
      throw ValidationError("--baseline and --no-baseline exclude each other")
    }
  }

  func run() async throws {
    let place = try CheckPlace()
    var settings = try options.settings(place)
    if let baseline { settings.flags["baseline"] = (baseline, "--baseline") }
    if noBaseline { settings.flags["baseline"] = ("none", "--no-baseline") }
    if showConfig {
      let rows = settings.configuration.rows(flags: settings.flags)
      let reporter = ConfigurationReporter(
        rows, file: settings.configuration.file, options: options.common.textOptions(top: 0))
      return try Destination().write { try reporter.write(to: $0) }
    }
    // This comes before a minute of work, in case the baseline is missing or a report cannot be written.
    let accepted = try readBaseline(settings, place)
    let requests = formats.isEmpty ? [FormatRequest<CheckFormat>(format: .text)] : formats
    let read = options.inputs + [settings.file, accepted?.path].compactMap { $0.map(ArgumentBytes.text) }
    let destinations = try Destination.open(requests, reading: read)
    let changes = try await changes(place)
    let files = hook ? try await HookFiles() : nil
    var subjects = try await options.read(settings, modules: files?.modules, timeLimit: timeLimit)
    var check = Check(
      configuration: settings.configuration, origins: settings.configuration.origins,
      baseline: accepted?.baseline,
      baselineName: accepted?.name ?? "", sources: place.sources(subjects.modules, goroot: subjects.goroot))
    check.changes = changes
    let unjudged = try await files?.unjudged(
      subjects, settings.configuration, GoBuild(options.toolbox))
    subjects.notes += unjudged?.notes ?? []
    var result = check.run(subjects.programs)
    result.warnings = subjects.notes + result.warnings
    if result.judged == 0, !subjects.late.isEmpty {
      throw FathomError(
        "no package was read within the time limit, so that nothing was judged; raise --time-limit, or name fewer"
      )
    }
    // A package of types alone has no function. Whoever says whose code to judge wants to see some of it.
    let mayBeNone =
      subjects.hasPackages && options.origin == nil && settings.configuration.module == nil
    guard result.judged > 0 || mayBeNone else { throw FathomError(nothingJudged(result)) }
    if !options.common.quiet { for warning in result.warnings { Errors.say(warning) } }
    for (request, destination) in zip(requests, destinations) {
      let text = options.common.textOptions(top: 10, toTerminal: destination.isStandardOutput)
      try destination.write {
        try CheckReports.write(result, request.format, version: Version.text, options: text, to: $0)
      }
    }
    try destinations.finish()
    if let missed = unjudged?.missed, !missed.isEmpty {
      throw FathomError(
        "changed and not judged: \(CheckOptions.list(missed)); add the packages to the configuration's, or to the "
          + "command line")
    }
    if result.fails { throw Unclean() }
  }

  /// Returns the lines that `--changed-since` finds changed, by file; nil without it.
  private func changes(_ place: CheckPlace) async throws -> [String: [ClosedRange<Int>]]? {
    guard let changedSince else { return nil }
    let repository = try await GitRepository(Toolbox())
    guard let commit = try await repository.commit(of: changedSince) else {
      let hint =
        repository.isShallow
        ? "the clone is shallow: fetch more of its history (git fetch --unshallow)"
        : "name a branch, a tag or a commit"
      throw FathomError("--changed-since \(changedSince): no such revision here; \(hint)")
    }
    return try await repository.changedLines(since: commit) { $0.hasSuffix(".go") || $0.hasSuffix(".s") }
  }

  /// Reads the baseline of the command line, or else of the configuration; nil where there is none.
  private func readBaseline(
    _ settings: CheckOptions.Settings, _ place: CheckPlace
  ) throws -> (baseline: Baseline, name: String, path: FilePath)? {
    guard !noBaseline else { return nil }
    let path: FilePath
    let name: String
    if let baseline {
      path = FilePath(platformString: ArgumentBytes.path(baseline))
      name = FunctionChoice.safe(baseline)
    } else if let named = settings.configuration.baseline {
      path = try place.baseline(named, settings)
      name = TerminalText.safe(named)
    } else {
      return nil
    }
    guard let text = try CheckPlace.text(of: path, name: name, limit: CheckPlace.baselineLimit) else {
      throw FathomError(
        "\(name): no such baseline; write it with fathom baseline --output \(ShellWord.quoted(name)), or leave it out with --no-baseline"
      )
    }
    return (try Baseline(text, file: name), name, path)
  }

  /// Returns the message for a check that judged no function: that is an error, since nothing was shown to be
  /// clean.
  private func nothingJudged(_ result: CheckResult) -> String {
    let what = result.inputs.map { CommonOptions.shown($0) }.joined(separator: ", ")
    return
      "\(what): none of its \(result.functions) functions was judged, since none is of the code that is asked for; "
      + "say whose code is your own with --module PREFIX, or name others with --origin"
  }
}
