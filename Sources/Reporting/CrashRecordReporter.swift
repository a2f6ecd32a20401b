public import Evidence
import ProgramModel

/// The stream of schema `fathom.crash/1`: a header, one line for each crash, one for each frame of its chain,
/// and an end record without which the stream was cut.
public struct CrashRecordReporter: Sendable {
  private let reports: [CrashReport]
  private let diagnostics: TraceDiagnostics
  private let input: String
  private let version: String

  /// Makes the reporter of a log's crashes.
  ///
  /// - Parameters:
  ///   - diagnostics: what could not be read of the log.
  ///   - input: the log's name as the user gave it.
  ///   - version: the version of this fathom.
  public init(_ reports: [CrashReport], diagnostics: TraceDiagnostics, input: String, version: String) {
    self.reports = reports
    self.diagnostics = diagnostics
    self.input = input
    self.version = version
  }

  /// Writes the whole stream.
  public func write(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    out.object { out in
      out.header(of: "fathom.crash/1", version: version)
      out.field("input", input)
    }
    out.put("\n")
    for report in reports {
      crash(report, &out)
      out.put("\n")
      for (i, frame) in report.postmortem.frames.enumerated() {
        self.frame(frame, i + 1, report, &out)
        out.put("\n")
      }
      for (i, ancestor) in (report.goroutine?.ancestors ?? []).enumerated() {
        self.ancestor(ancestor, i + 1, report, &out)
        out.put("\n")
      }
    }
    out.object { out in
      out.field("record", word: "end")
      out.field("crashes", reports.count)
      out.field("foreignLines", diagnostics.foreignLines)
      out.field("cutGoroutines", diagnostics.cutGoroutines)
      out.field("overlongLines", diagnostics.overlongLines)
      out.field("damage", diagnostics.damage)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  /// Puts a crash. `firstOwn` and `frame` count from 1, `slide` is how much higher the binary was loaded, in
  /// bytes, and `elided` is how many frames the traceback left out.
  private func crash(_ report: CrashReport, _ out: inout ByteWriter) {
    let crash = report.crash
    let lap = report.postmortem.lap
    let (match, slide): (StaticString, UInt64?) =
      switch report.postmortem.match {
      case .same(let slide): ("same", slide)
      case .other: ("other", nil)
      case .unknown: ("unknown", nil)
      }
    out.object { out in
      out.field("record", word: "crash")
      out.field("crash", report.number)
      out.field("kind", crash.kind.rawValue)
      out.field("message", crash.message)
      out.field("goroutines", crash.goroutines.count)
      // An id may be too large for Int.
      out.field("goroutine") { $0.put(Array((report.goroutine?.id.map { "\($0)" } ?? "null").utf8)) }
      out.field("state", report.goroutine?.state, of: report.traces.names)
      out.field("gp", address: report.goroutine?.address)
      out.field("thread", report.goroutine?.thread.map(Int.init))
      out.field("runtimeFailed", report.postmortem.isOfRuntime)
      out.field("firstOwn", report.postmortem.firstOwn.map { $0 + 1 })
      out.field("elided", report.goroutine?.elided?.count)
      out.field("limit", crash.limit)
      out.field("stackLow", address: crash.stack?.lowerBound)
      out.field("stackHigh", address: crash.stack?.upperBound)
      out.list("lap", report.turn) { $1.value($0.trace.function, of: report.traces.names) }
      out.field("lapBytes", report.postmortem.lapCost)
      out.field("lapMeasured", lap?.measured)
      out.field("turns", report.turns)
      out.field("lapFrames", lap?.count)
      out.field("binary", word: match)
      out.field("slide", address: slide)
    }
  }

  /// Puts a goroutine that led to the one that crashed, the nearest first, with the stack of its go statement.
  private func ancestor(
    _ ancestor: GoroutineTrace, _ number: Int, _ report: CrashReport, _ out: inout ByteWriter
  ) {
    let names = report.traces.names
    out.object { out in
      out.field("record", word: "ancestor")
      out.field("crash", report.number)
      out.field("ancestor", number)
      out.field("goroutine") { $0.put(Array((ancestor.id.map { "\($0)" } ?? "null").utf8)) }
      out.list("frames", ancestor.frames) { frame, out in
        out.object { out in
          out.field("function", frame.function, of: names)
          out.field("file", frame.file, of: names)
          out.field("line", frame.line)
        }
      }
    }
  }

  /// Puts a frame of the chain. `measured` is the frame's size by the traceback's fp − sp, `callCost` by the
  /// model, both in bytes.
  private func frame(
    _ frame: Postmortem.Frame, _ number: Int, _ report: CrashReport, _ out: inout ByteWriter
  ) {
    let (trace, names) = (frame.trace, report.traces.names)
    out.object { out in
      out.field("record", word: "frame")
      out.field("crash", report.number)
      out.field("frame", number)
      out.field("function", trace.function, of: names)
      out.field("class", frame.kind.rawValue)
      out.field("system", frame.place == nil)
      out.field("inlined", trace.isInlined)
      out.field("file", trace.file, of: names)
      out.field("line", trace.line)
      out.field("offset", trace.offset.map(Int.init))
      out.field("pc", address: trace.pc)
      out.field("fp", address: trace.fp)
      out.field("sp", address: trace.sp)
      out.field("measured", trace.measured)
      out.field("callCost", frame.callCost)
    }
  }
}
