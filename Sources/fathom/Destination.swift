import Reporting
import SystemPackage

/// The destination of one report: standard output, or a file.
///
/// A reader that goes away ends its own report and nothing else: other reports are written, and the exit code
/// stays what it would have been.
///
/// A file gets its report when ``finish()`` is called; until then an earlier file of that name stays as it
/// was.
final class Destination {
  /// The file; nil is standard output.
  private let file: ReportFile?
  private let output: Output
  /// Whether the reader of the report has closed the pipe.
  private var isGone = false

  /// Makes standard output.
  ///
  /// - Parameter format: the format of the report, as `--format` names it.
  init(format: String = "text") {
    file = nil
    output = Output(descriptor: 1, name: "standard output", log: Self.log(format))
  }

  /// Opens a file. Only what is not an ordinary file may be the log of a job, so that only that gets the
  /// log's form.
  private init(_ place: FilePlace, format: String) throws(OutputError) {
    let file = try ReportFile(place, log: place.isFile || place.status == nil ? nil : Self.log(format))
    self.file = file
    output = file.output
  }

  /// Returns the form of a report that GitHub's runner may read; nil outside of its jobs.
  static func log(_ format: String) -> LogForm? {
    Terminal.process.isSet("GITHUB_ACTIONS") ? LogForm(format: format) : nil
  }

  /// Whether it is standard output.
  var isStandardOutput: Bool { file == nil }

  /// Opens the destinations of a run's reports. It is called before a minute of work, in case a path cannot
  /// be written.
  ///
  /// - Parameters:
  ///   - what: the word for a report in messages.
  ///   - inputs: every file that the run reads; no report may replace one.
  /// - Throws: `FathomError` where a report would replace an input or another report.
  static func open<Format>(
    _ requests: [FormatRequest<Format>], _ what: String = "report", reading inputs: [String?]
  ) throws -> [Destination] {
    let inputs = Set(inputs.compactMap(\.self).compactMap(FilePlace.identity(ofInput:)))
    var taken: Set<FilePlace.Identity> = []
    if requests.contains(where: { $0.file == nil }), let output = FilePlace.identityOfStandardOutput {
      taken.insert(output)
    }
    let places = try requests.map { request throws -> FilePlace? in
      guard let file = request.file else { return nil }
      let place = try FilePlace(file)
      if place.isFile, inputs.contains(place.identity) || place.isSource {
        throw FathomError(
          "\(place.name): a \(what) there would take the place of what is read; name another file")
      }
      if place.isKept, !taken.insert(place.identity).inserted {
        throw FathomError("\(place.name): two reports would go there; give each a file of its own")
      }
      return place
    }
    return try zip(requests, places).map { request, place in
      try place.map { try Destination($0, format: request.format.rawValue) }
        ?? Destination(format: request.format.rawValue)
    }
  }

  /// Opens one file, whatever it contains.
  static func open(_ place: FilePlace, format: String) throws(OutputError) -> Destination {
    try Destination(place, format: format)
  }

  /// Writes a report, or a part of one; nothing once its reader went away.
  func write(_ report: (Output) throws -> Void) throws {
    guard !isGone else { return }
    do { try report(output) } catch OutputError.closedPipe { isGone = true }
  }

  /// Moves a file to its place.
  func finish() throws(OutputError) { try file?.finish() }
}

extension [Destination] {
  /// Moves all files to their places.
  func finish() throws(OutputError) { for destination in self { try destination.finish() } }
}
