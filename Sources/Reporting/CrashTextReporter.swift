import Evidence
import ProgramModel

/// A crash as text.
public struct CrashTextReporter: Sendable {
  private let report: CrashReport
  private let options: TextOptions
  /// How many bytes of code are shown on each side of a pc.
  private let window: Int
  private var page: TextPage { TextPage(width: options.width, paint: Paint(isOn: options.isColored)) }

  /// Makes the reporter of a crash.
  ///
  /// - Parameters:
  ///   - options: how it looks.
  ///   - window: how many bytes of code are shown on each side of a pc.
  public init(_ report: CrashReport, options: TextOptions, window: Int = 32) {
    self.report = report
    self.options = options
    self.window = window
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// Writes one frame in full; `number` counts from 1.
  public func write(frame number: Int, to output: Output) throws(OutputError) {
    try output.write(Array(frameText(number).utf8))
  }

  /// The whole report: the cause, the message of the log, then the sections for which there is something to
  /// say.
  var text: String {
    var out = page.paint(page.wrapped(report.sentence, indentation: 0), .strong) + "\n"
    for line in report.crash.message where !line.isEmpty {
      let text =
        line.prefix { $0 == "\t" }.map { _ in "  " }.joined()
        + TerminalText.safe(String(line.drop { $0 == "\t" }))
      out += "  " + page.paint(TerminalText.keepingStart(of: text, width: options.width - 2), .quiet) + "\n"
    }
    out += binary + lap + chain + accesses
    if options.detail != .quiet { out += code(of: interesting) }
    return out
  }

  // MARK: Sections

  /// Whether the binary is the one that crashed; empty where none was given.
  private var binary: String {
    guard !report.program.functions.isEmpty else { return "" }
    let name = report.program.header.inputLabel
    let words: String
    switch report.postmortem.match {
    case .same(slide: nil):
      words = "\(name) has these functions; no frame has its pc printed, which would prove that it crashed"
    case .same(slide: 0?): words = "\(name) is the one that crashed: every address fits"
    case .same(let slide?): words = "\(name) is the one that crashed, loaded \(Figures.address(slide)) higher"
    case .unknown: words = "nothing says whether \(name) is the one that crashed"
    case .other(let difference): words = "\(name) is not the one that crashed: \(difference.words)"
    }
    return section("Binary", words)
  }

  /// The cycle of a stack overflow: its functions, the size of a lap, and how many laps fit; empty for other
  /// crashes.
  private var lap: String {
    guard let lap = report.postmortem.lap else { return "" }
    let turn = report.turn
    var out = section("Cycle", cycle.joined(separator: " → "))
    var facts: [String] = []
    switch (report.postmortem.lapCost, lap.measured) {
    case (let model?, let measured?) where model == measured:
      facts.append("one iteration takes \(Figures.count(model, "byte")), by the model and by fp − sp")
    case (let model?, let measured?):
      facts.append(
        "one iteration takes \(Figures.count(model, "byte")) by the model, \(Figures.count(measured)) by fp − sp"
      )
    case (let model?, nil): facts.append("one iteration takes \(Figures.count(model, "byte")) by the model")
    case (nil, let measured?):
      facts.append("one iteration takes \(Figures.count(measured, "byte")) by fp − sp")
    case (nil, nil): break
    }
    if let stack = report.crash.stack, let turns = report.turns {
      facts.append(
        "\(Figures.count(turns, "iteration")), \(Figures.count(turns.multipliedClamped(by: turn.count), "frame")), fit "
          + "\(Figures.bytes(Int(clamping: stack.upperBound - stack.lowerBound))) of stack"
          + (lap.count.map { "; the traceback counts \(Figures.count($0))" } ?? ""))
    }
    if let first = lap.first, let goroutine = report.goroutine {
      let entered = report.postmortem.frames.first { $0.place == first }
      let by = report.postmortem.frames.first { $0.place == first + 1 && first + 1 < goroutine.frames.count }
      if let entered, let by {
        facts.append(
          "\(report.name(by)) set it off: it called \(report.name(entered)) at \(report.place(by))")
      }
    }
    if turn.count > 1, let largest = report.largest, let bytes = report.bytes(largest) {
      facts.append("\(report.name(largest)) takes most of it, \(Figures.count(bytes, "byte"))")
    }
    for fact in facts { out += indent + page.wrapped(fact) + "\n" }
    return out
  }

  /// The rest of a race detector's report: the other access, and where the goroutines were started; of another crash, the
  /// goroutines that led to the one that crashed, where they are printed.
  private var accesses: String {
    let traces = report.traces
    var out = ""
    let parts =
      report.crash.kind == .race
      ? report.crash.goroutines.dropFirst().map { traces.goroutines[$0] } : report.goroutine?.ancestors ?? []
    for goroutine in parts {
      let rows = goroutine.frames.map { frame -> [String] in
        let name = TerminalText.safe(traces.names.bytes(of: frame.function))
        return ["", name, report.place(frame)]
      }
      let words =
        goroutine.state.map { TerminalText.safe(traces.names.bytes(of: $0)) }
        ?? goroutine.id.map { "by goroutine \($0)" } ?? ""
      out +=
        section(traces.isOtherAccess(goroutine) ? "Against" : "Started", words)
        + TextTable(width: options.width, paint: page.paint, flexible: 1).render(rows)
    }
    return out
  }

  /// The frames of the goroutine that crashed. The laps of an overflow are folded but for the innermost and
  /// the outermost one.
  private var chain: String {
    let frames = report.postmortem.frames
    guard !frames.isEmpty else {
      let isElsewhere = report.goroutine?.isUnavailable == true
      return section(
        "Chain",
        isElsewhere
          ? "it ran on another thread: its stack could not be read" : "the log has no traceback of it")
    }
    let elided = report.goroutine?.elided
    var lead = Figures.count(frames.count, "frame")
    if report.crash.kind == .race, let state = report.goroutine?.state {
      lead = TerminalText.safe(report.traces.names.bytes(of: state)) + ", " + lead
    }
    if let elided {
      lead += elided.count.map { ", \(Figures.count($0)) more were elided" } ?? ", more were elided"
    }
    if report.postmortem.isOfRuntime {
      lead += "; the runtime's own stack, with no goroutine on it"
    } else {
      lead += systemWords
    }
    if let own = report.postmortem.firstOwn {
      lead += "; the first of your own is \(own + 1), \(report.name(frames[own]))"
    }
    if report.goroutine?.isCut == true {
      lead += "; not the whole chain: its text breaks off, or another process's lines are among it"
    }
    lead += report.ownWords
    let hasModel = frames.contains { $0.callCost != nil }
    if frames.contains(where: { $0.trace.measured != nil }) {
      lead += "; bytes: fp − sp" + (hasModel ? ", and the model's where they differ" : "")
    }
    var rows: [[String]] = []
    let folded = foldedPlaces
    for (i, frame) in frames.enumerated() {
      if let elided, frame.place == elided.behind {
        rows.append(["", "", "… \(elided.count.map(Figures.count) ?? "") elided", "", ""])
      }
      if let place = frame.place, let range = folded.first(where: { $0.contains(place) }) {
        if place == range.lowerBound {
          rows.append(["", "", "… the same up to frame \(i + range.count)", "", ""])
        }
        continue
      }
      rows.append(["\(i + 1)", frame.kind.label, report.name(frame), report.place(frame), bytes(frame)])
    }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 2)
    table.right = [0, 4]
    return section("Chain", lead) + table.render(rows)
  }

  /// How many of the chain's frames are of the runtime's own stack, and for which goroutine it worked; empty where none is.
  private var systemWords: String {
    let count = report.postmortem.frames.count { $0.place == nil }
    guard count > 0, let goroutine = report.goroutine else { return "" }
    let who = goroutine.id.map { "goroutine \($0)" } ?? "a goroutine"
    let marks = [
      goroutine.address.map { "gp=\(Figures.address($0))" }, goroutine.thread.map { "m=\($0)" },
    ].compactMap(\.self)
    return "; the first \(Figures.count(count)) on the runtime's own stack, for \(who)"
      + (marks.isEmpty ? "" : " (\(marks.joined(separator: " ")))")
  }

  /// The frames between the innermost and the outermost lap, as ranges of their places.
  private var foldedPlaces: [Range<Int>] {
    guard let lap = report.postmortem.lap, let goroutine = report.goroutine, let first = lap.first else {
      return []
    }
    let start = lap.frames.upperBound
    let end = first + 1 - lap.frames.count
    let cut = goroutine.elided?.behind ?? start
    return [start..<max(start, min(cut, end)), max(start, cut)..<max(start, cut, end)].filter { !$0.isEmpty }
  }

  /// One lap in the order of the calls, beginning with the function that was entered first.
  private var cycle: [String] {
    let turn = Array(report.turn.reversed())
    let entered = report.postmortem.frames.first { $0.place == report.postmortem.lap?.first }
    let start = turn.firstIndex { $0.trace.function == entered?.trace.function } ?? 0
    return (turn[start...] + turn[..<start]).map {
      report.name($0) + ($0.trace.isInlined ? " (inlined)" : "")
    }
  }

  /// Returns a frame's size in words: the measured one and, where it differs, the model's.
  private func bytes(_ frame: Postmortem.Frame) -> String {
    if frame.trace.isInlined { return "inlined" }
    switch (frame.trace.measured, report.isNotYetThere(frame) ? nil : frame.callCost) {
    case (let measured?, let cost?) where measured != cost:
      return "\(Figures.count(measured)) ≠ \(Figures.count(cost))"
    case (let bytes?, _), (nil, let bytes?): return Figures.count(bytes)
    case (nil, nil): return ""
    }
  }

  // MARK: Code

  /// The frames whose code is shown: the goroutine's innermost that is no machinery, and the first of the
  /// user's own.
  private var interesting: [Int] {
    let frames = report.postmortem.frames
    let innermost = frames.firstIndex { $0.place != nil && $0.kind != .machinery }
    var all = [innermost, report.postmortem.firstOwn].compactMap(\.self).map { place in
      // The code of an inlined function is in the next frame that is not inlined.
      frames[place...].firstIndex { !$0.trace.isInlined } ?? place
    }
    if all.count == 2, all[0] == all[1] { all.removeLast() }
    return all
  }

  private func code(of places: [Int]) -> String { places.map { code(of: $0) }.joined() }

  /// Returns the instructions around the one that a frame is at; empty where they are not known.
  private func code(of place: Int) -> String {
    let frame = report.postmortem.frames[place]
    if case .other = report.postmortem.match { return "" }
    guard let index = frame.function, let offset = frame.trace.offset,
      let listing = report.listings[report.program.functions[index].entry]
    else { return "" }
    let pc = report.program.functions[index].entry &+ UInt64(offset)
    // For a call, the pc is the return address; for a fault, it is the instruction itself.
    let above = report.postmortem.frames[..<place].last { !$0.trace.isInlined }
    let isFault =
      above.map { report.traces.isSignalPanic($0.trace) } ?? report.faults(at: pc) || offset == 0
    guard let marked = listing.last(where: { isFault ? $0.address <= pc : $0.address < pc }) else {
      return ""
    }
    var rows: [[String]] = []
    let labels = Labels(program: report.program)
    for instruction in listing {
      let (low, high) = (
        min(instruction.address, marked.address), max(instruction.address, marked.address)
      )
      guard high - low <= UInt64(window) else { continue }
      rows.append([
        instruction.address == marked.address ? "=>" : "", Figures.address(instruction.address),
        TerminalText.safe(instruction.text), instruction.location.map { labels.place($0) } ?? "",
      ])
    }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 2)
    table.right = []
    return section("Code", "frame \(place + 1), \(report.name(frame)) +\(Figures.address(UInt64(offset)))")
      + table.render(rows)
  }

  /// Returns one frame in full: where it is, its registers, its size, and the code around its pc.
  private func frameText(_ number: Int) -> String {
    let frame = report.postmortem.frames[number - 1]
    var out = page.paint("Frame \(number)", .strong) + "  \(report.name(frame)) · \(frame.kind.label)\n"
    if let file = frame.trace.file {
      out += "  \(TerminalText.safe(report.traces.names.bytes(of: file))):\(frame.trace.line)"
      out += frame.trace.offset.map { " +\(Figures.address(UInt64($0)))" } ?? ""
      out += "\n"
    }
    if frame.trace.isInlined { out += "  inlined: it has no frame of its own\n" }
    if let pc = frame.trace.pc, let sp = frame.trace.sp, let fp = frame.trace.fp {
      out += "  pc \(Figures.address(pc))  sp \(Figures.address(sp))  fp \(Figures.address(fp))\n"
    }
    if let measured = frame.trace.measured { out += "  \(Figures.count(measured, "byte")) by fp − sp\n" }
    if let index = frame.function, !frame.trace.isInlined {
      let function = report.program.functions[index]
      let atLeast = function.frame.uncertain == nil ? "" : "at least "
      out += "  \(atLeast)\(Figures.count(report.program.callCost(of: function), "byte")) by the model: "
      out +=
        "a frame of \(Figures.count(function.frame.bytes)), split check \(function.frame.splitCheck.rawValue)\n"
    }
    return out + code(of: number - 1)
  }

  private var indent: String { String(repeating: " ", count: 9) }

  /// Returns the head of a section: the title in a column of nine, and the lead after it.
  private func section(_ title: String, _ lead: String) -> String {
    "\n" + page.paint(title + String(repeating: " ", count: max(1, 9 - title.count)), .strong)
      + page.wrapped(lead) + "\n"
  }
}
