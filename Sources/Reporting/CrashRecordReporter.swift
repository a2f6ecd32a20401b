public import Evidence
import ProgramModel

/// The stream of schema `fathom.crash/1`: a header, a line a crash and a line a frame of its chain, and an end record
/// without which the stream was cut.
public struct CrashRecordReporter: Sendable {
  private let reports: [CrashReport]
  private let diagnostics: TraceDiagnostics
  private let input: String
  private let version: String

  /// - Parameters:
  ///   - reports: the log's crashes.
  ///   - diagnostics: what of the log could not be read.
  ///   - input: what the user called the log.
  ///   - version: fathom's.
  public init(_ reports: [CrashReport], diagnostics: TraceDiagnostics, input: String, version: String) {
    self.reports = reports
    self.diagnostics = diagnostics
    self.input = input
    self.version = version
  }

  /// Writes the whole stream.
  public func write(to output: Output) throws(OutputError) {
    var lines: [String] = [
      object([
        ("record", text("header")), ("schema", text("fathom.crash/1")), ("fathomVersion", text(version)),
        ("input", text(input)),
      ])
    ]
    for report in reports {
      lines.append(crash(report))
      for (i, frame) in report.postmortem.frames.enumerated() {
        lines.append(self.frame(frame, i + 1, report))
      }
    }
    lines.append(
      object([
        ("record", text("end")), ("crashes", "\(reports.count)"),
        ("foreignLines", "\(diagnostics.foreignLines)"),
        ("cutGoroutines", "\(diagnostics.cutGoroutines)"), ("overlongLines", "\(diagnostics.overlongLines)"),
      ]))
    try output.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func crash(_ report: CrashReport) -> String {
    let crash = report.crash
    let lap = report.postmortem.lap
    let slide: UInt64? = if case .same(let slide) = report.postmortem.match { slide } else { nil }
    let match =
      switch report.postmortem.match {
      case .same: "same"
      case .other: "other"
      case .unknown: "unknown"
      }
    return object([
      ("record", text("crash")), ("crash", "\(report.number)"), ("kind", text(crash.kind.rawValue)),
      ("message", list(crash.message.map { text($0) })), ("goroutines", "\(crash.goroutines.count)"),
      ("goroutine", report.goroutine?.id.map { "\($0)" } ?? "null"),
      ("state", name(report.goroutine?.state, report)),
      ("firstOwn", number(report.postmortem.firstOwn.map { $0 + 1 })),
      ("elided", number(report.goroutine?.elided?.count)), ("limit", number(crash.limit)),
      ("stackLow", address(crash.stack?.lowerBound)), ("stackHigh", address(crash.stack?.upperBound)),
      ("lap", list(report.turn.map { name($0.trace.function, report) })),
      ("lapBytes", number(report.postmortem.lapCost)),
      ("lapMeasured", number(lap?.measured)), ("turns", number(report.turns)),
      ("lapFrames", number(lap?.count)),
      ("binary", text(match)), ("slide", address(slide)),
    ])
  }

  private func frame(_ frame: Postmortem.Frame, _ number: Int, _ report: CrashReport) -> String {
    object([
      ("record", text("frame")), ("crash", "\(report.number)"), ("frame", "\(number)"),
      ("function", name(frame.trace.function, report)), ("class", text(frame.kind.rawValue)),
      ("inlined", frame.trace.isInlined ? "true" : "false"), ("file", name(frame.trace.file, report)),
      ("line", "\(frame.trace.line)"), ("offset", self.number(frame.trace.offset.map(Int.init))),
      ("pc", address(frame.trace.pc)), ("fp", address(frame.trace.fp)), ("sp", address(frame.trace.sp)),
      ("measured", self.number(frame.trace.measured)), ("callCost", self.number(frame.callCost)),
    ])
  }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  private func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

  private func text(_ value: String) -> String {
    String(decoding: JSONText.quoted(value.utf8), as: UTF8.self)
  }

  private func name(_ name: NameID?, _ report: CrashReport) -> String {
    name.map { String(decoding: JSONText.quoted(report.traces.names.bytes(of: $0)), as: UTF8.self) } ?? "null"
  }

  private func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "null" }

  private func address(_ value: UInt64?) -> String {
    value.map { value in
      let digits = String(value, radix: 16)
      return "\"0x" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
    } ?? "null"
  }
}
