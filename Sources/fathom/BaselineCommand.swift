import ArgumentParser
import Findings
import Reporting
import SystemPackage

/// The command `fathom baseline [INPUT…]`, which accepts the findings of today.
///
/// The file is opened before the packages are compiled, so a path that cannot be written is reported at once.
/// The last message counts findings and, apart from them, the frames that `frame-growth` compares with.
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Accept what check finds today.",
    usage: "fathom baseline [INPUT…] [--output FILE] [OPTIONS] [-- GO-FLAGS]",
    discussion: """
      Writes every finding that nothing excuses, and the frames that frame-growth compares with, to a file that check \
      then goes by: the one that --output names, else the configuration's. Frames are kept by build (GOOS, GOARCH, Go \
      without its patch release, tags): those of other builds that are in the file stay, and a file of an older fathom is \
      rewritten. Take it into the repository, and review its changes as code.
      """)

  /// The name of the file where neither the command line nor the configuration gives one.
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
    let target = try target(place, settings)
    let old = try target.flatMap(accepted)
    let destination = try target.map { place throws(OutputError) in
      try Destination.open(place, format: "baseline")
    }
    let subjects = try await options.read(settings)
    let check = Check(
      configuration: settings.configuration, origins: settings.configuration.origins,
      sources: place.sources(subjects.modules, goroot: subjects.goroot))
    let baseline = check.baseline(of: subjects.programs, replacing: old)
    let output = destination ?? Destination()
    try output.write { try $0.write(Array(baseline.text.utf8)) }
    try output.finish()
    guard !options.common.quiet else { return }
    for note in subjects.notes { Errors.say(note) }
    guard let target else { return }
    let (findings, frames) = baseline.counts
    Errors.say(
      "\(target.name): \(findings) \(findings == 1 ? "finding" : "findings") accepted, "
        + "\(frames) \(frames == 1 ? "frame" : "frames") to compare with"
    )
    if named == nil {
      Errors.say(
        "check goes by it once it is named: «baseline: \(target.name)» in \(CheckPlace.configurationName), or --baseline"
      )
    }
  }

  /// Returns the baseline that is there, whose frames of other builds stay; nil where there is none that can be read.
  private func accepted(_ target: FilePlace) throws -> Baseline? {
    guard target.isFile, !target.isEmpty,
      let text = try CheckPlace.text(of: target.path, name: target.name, limit: CheckPlace.baselineLimit)
    else { return nil }
    do { return try Baseline(text, file: target.name) } catch {
      Errors.say("\(error); what it holds of other builds is lost")
      return nil
    }
  }

  /// Returns the file to write; nil is standard output. A file that is there is overwritten only if it is a
  /// baseline, or empty.
  private func target(_ place: CheckPlace, _ settings: CheckOptions.Settings) throws -> FilePlace? {
    let target: FilePlace
    if let output {
      if output == "-" { return nil }
      target = try FilePlace(output)
    } else {
      let path = try place.baseline(settings.configuration.baseline ?? Self.usualName, settings)
      target = try FilePlace(path, name: TerminalText.safe(place.shown(path)))
    }
    guard target.isFile, !target.isEmpty else { return target }
    let isRead = options.inputs.contains { FilePlace.identity(ofInput: $0) == target.identity }
    guard !isRead,
      try CheckPlace.beginning(of: target.path, name: target.name).starts(with: Baseline.mark.utf8)
    else {
      throw FathomError(
        "\(target.name): this file is not a baseline and would be overwritten; "
          + "name another one with --output, or move it away")
    }
    return target
  }
}
