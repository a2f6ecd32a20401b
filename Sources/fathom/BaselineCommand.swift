import ArgumentParser
import Findings
import Reporting
import SystemPackage

/// `fathom baseline [INPUT…]`.
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Accept what check finds today.",
    usage: "fathom baseline [INPUT…] [--output FILE] [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      Writes every finding that nothing excuses, and the frames that frame-growth compares with, to a file that check \
      then goes by: the one that --output names, else the configuration's. Take it into the repository, and review its \
      changes as code.
      """)

  static let usualName = ".fathom-baseline"

  @OptionGroup var options: CheckOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to; - is standard output.", valueName: "file"))
  var output: String?

  func run() async throws {
    let place = try CheckPlace()
    let settings = try options.settings(place)
    let named = settings.configuration.baseline
    let path =
      output ?? place.shown(settings.folder.pushing(FilePath(named ?? Self.usualName)))
    let file = path == "-" ? nil : try ReportFile(path)
    let subjects = try await options.read(settings)
    let check = Check(
      configuration: settings.configuration, origins: settings.configuration.origins,
      sources: place.sources(subjects.modules))
    let baseline = check.baseline(of: subjects.programs)
    let target = file?.output ?? Output(descriptor: 1, name: "standard output")
    try target.write(Array(baseline.text.utf8))
    try file?.finish()
    guard file != nil, !options.common.quiet else { return }
    let frames = baseline.rows.filter { $0.key.rule == .frameGrowth }.reduce(0) { $0 + $1.value.count }
    let findings = baseline.rows.reduce(0) { $0 + $1.value.count } - frames
    Errors.say(
      "\(path): \(findings) \(findings == 1 ? "finding" : "findings") accepted, "
        + "\(frames) \(frames == 1 ? "frame" : "frames") to compare with"
    )
    if named == nil {
      Errors.say(
        "check goes by it once it is named: «baseline: \(path)» in \(CheckPlace.configurationName), or --baseline"
      )
    }
  }
}
