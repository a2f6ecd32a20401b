import ArgumentParser
import Findings
import ProgramModel
import Reporting
import Scan

/// The command `fathom diff OLD NEW`, which compares two models.
///
/// `Side` decides whether an argument is an input or a git revision. Exit code 1 is only for `--exit-code`,
/// and only for differences that are shown.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "What a change costs: stack, defers, atomics.",
    usage: "fathom diff OLD NEW [--package PKG] [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      OLD and NEW are each what scan takes (a binary, Go code, a listing, saved NDJSON), or a git revision of the \
      repository that you are in (v1.2.0, HEAD~3, main; main:./cmd/app says the package, too). Revisions are built in a \
      temporary worktree, with hooks and filters off, with -trimpath and the flags behind --. Exit code 0, whatever \
      differs, but for --exit-code.
      """)

  @Argument(help: "As it was.")
  var old: String

  @Argument(help: "As it is.")
  var new: String

  @Option(
    help: ArgumentHelp(
      "What is built of a revision; the one program there is by default, or else all packages.",
      valueName: "pkg"))
  var package: String?

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The report; with =FILE it goes there. May be given again.", valueName: "f[=file]"))
  var formats: [FormatRequest<DiffFormat>] = []

  @OptionGroup var only: SelectionOptions

  @Option(help: ArgumentHelp("Rows of each list.", valueName: "n"))
  var top = 5

  @Flag(help: "Exit with 1 when something that is shown differs.")
  var exitCode = false

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  func validate() throws {
    try FormatRequest<DiffFormat>.validate(formats)
    if top < 1 { throw ValidationError("--top takes a number from 1 on") }
    if old == "-", new == "-" { throw ValidationError("standard input can be read once only") }
  }

  func run() async throws {
    let requests = formats.isEmpty ? [FormatRequest<DiffFormat>(format: .text)] : formats
    let destinations = try Destination.open(requests, reading: [old, new])
    let report = try await compare()
    for (request, destination) in zip(requests, destinations) {
      try destination.write { output in
        switch request.format {
        case .text:
          let options = common.textOptions(top: top, toTerminal: destination.isStandardOutput)
          try DiffTextReporter(report, options: options).write(to: output)
        case .json: try DiffJSONReporter(report).write(to: output)
        case .markdown: try DiffMarkdownReporter(report, top: top).write(to: output)
        }
      }
    }
    try destinations.finish()
    if exitCode, !report.diff.shown.isEmpty { throw Unclean() }
  }

  /// Reads both sides and compares them. Throws for a listing that was cut.
  private func compare() async throws -> DiffReport {
    let sides = (try await Side(ArgumentBytes.path(old)), try await Side(ArgumentBytes.path(new)))
    let results = try await ScanRun.withProgress(common) { options in
      var options = options
      options.goFlags = goFlags.list
      options.ownOnly = only.origin == nil && common.modulePrefix == nil
      if !common.noCache { options.cache = { ModelCache(version: Version.text) } }
      return try await scan(sides.0, sides.1, package: package, options: options)
    }
    for (argument, result) in [(old, results.before), (new, results.after)] {
      guard !result.program.isPartial else {
        throw FathomError(
          "\(CommonOptions.shown(argument)): the listing is cut short, so missing functions would appear as removed; make it again"
        )
      }
      if !common.quiet { for warning in result.warnings { Errors.say(warning) } }
    }
    let diff = try ProgramDiff(
      results.before.program, results.after.program, pattern: only.selection.pattern,
      origins: only.selection.origins)
    return DiffReport(
      diff, names: (Self.name(old, sides.0), Self.name(new, sides.1)), version: Version.text)
  }

  /// Returns the name of a side for reports; for a revision, its commit is added.
  private static func name(_ argument: String, _ side: Side) -> String {
    let shown = String(decoding: ArgumentBytes.bytes(of: argument), as: UTF8.self)
    guard case .revision(let revision) = side else { return shown }
    return "\(shown) (\(revision.commit.prefix(8)))"
  }
}
