import Findings
import ProgramModel

/// What a change costs, on one screen: the sums first, then the functions whose frames changed most.
public struct DiffTextReporter: Sendable {
  private let report: DiffReport
  private let options: TextOptions
  private var words: DiffWords { DiffWords(report) }

  /// - Parameters:
  ///   - report: what to print.
  ///   - options: how it looks.
  public init(_ report: DiffReport, options: TextOptions) {
    self.report = report
    self.options = options
  }

  /// Writes all of it.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// All of it.
  var text: String {
    let page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
    let shown = report.diff.shown
    let tally = report.diff.tally
    let sections =
      options.detail == .quiet
      ? [stack(shown, tally)]
      : [stack(shown, tally), checks(shown), defers(shown, tally), atomics(shown, tally), others].compactMap(
        \.self)
    return head(page) + page.render(sections)
  }

  private func head(_ page: TextPage) -> String {
    let names = "\(short(report.names.before)) → \(short(report.names.after))"
    let facts = words.build.map(TerminalText.safe).joined(separator: " · ")
    let fits = TerminalText.width(names + facts) + 3 <= options.width
    var out = page.paint(page.wrapped(names, indentation: 0), .strong)
    out += fits ? " · \(facts)\n" : "\n" + page.wrapped(facts, indentation: 0) + "\n"
    for note in words.notes {
      out += page.paint(page.wrapped(TerminalText.safe(note), indentation: 0), .warning) + "\n"
    }
    guard options.detail != .quiet else { return out }
    return out + page.paint(page.wrapped(words.scope, indentation: 0), .quiet) + "\n"
  }

  /// The last element of a path tells most; `.` and `./...` say nothing without the rest.
  private func short(_ name: String) -> String {
    let safe = name == "-" ? "standard input" : TerminalText.safe(name)
    let last = safe.split(separator: "/").last.map(String.init) ?? safe
    // Two of one name are told apart by their folders.
    let isSame =
      report.names.before.split(separator: "/").last == report.names.after.split(separator: "/").last
    return isSame || last.allSatisfy { $0 == "." } || safe.contains(" (") ? safe : last
  }

  // MARK: Sections

  private func stack(_ shown: [DiffPair], _ tally: DiffTally) -> TextSection {
    var lead = words.changes(tally)
    if let shared = words.shared(tally) { lead += "; \(shared)" }
    let changed = shown.filter { $0.change == .grew || $0.change == .shrank }
    let came = shown.filter { $0.change == .came }
    let went = shown.filter { $0.change == .went }
    return TextSection(
      title: "Stack", lead: lead,
      groups: [
        group(nil, changed, figure),
        group(came.isEmpty ? nil : "came, by their frames:", came, figure),
        group(went.isEmpty ? nil : "went:", went, figure),
      ])
  }

  private func figure(_ pair: DiffPair) -> (String, Paint.Style?) {
    let growth = DiffWords.signed(pair.growth)
    let gap = String(repeating: " ", count: max(0, 9 - TerminalText.width(growth)))
    let frames = pair.change == .came || pair.change == .went ? "" : "  " + DiffWords.frames(pair)
    return (gap + growth + frames, pair.growth > 0 ? .warning : .good)
  }

  private func checks(_ shown: [DiffPair]) -> TextSection? {
    var counts: [String: Int] = [:]
    for change in shown.compactMap(DiffWords.checkChange) { counts[change, default: 0] += 1 }
    guard !counts.isEmpty else { return nil }
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return TextSection(
      title: "Checks", lead: ranked.map { "\(Figures.count($0.value)) \($0.key)" }.joined(separator: ", "))
  }

  private func defers(_ shown: [DiffPair], _ tally: DiffTally) -> TextSection? {
    guard let lead = words.defers(tally) else { return nil }
    let changed = shown.filter { !DiffWords.deferChanges($0).isEmpty }
    let looping = shown.filter { DiffWords.newLoopingDefers($0) > 0 }
    return TextSection(
      title: "Defers", lead: lead,
      groups: [
        group(
          looping.isEmpty ? nil : "looping ones came: the chain grows with every turn", looping, style: .alarm
        ) { ("+\(Figures.count(DiffWords.newLoopingDefers($0))) looping", .alarm) },
        group(looping.isEmpty || changed.isEmpty ? nil : "came and went:", changed) {
          (DiffWords.deferChanges($0), nil)
        },
      ])
  }

  private func atomics(_ shown: [DiffPair], _ tally: DiffTally) -> TextSection? {
    guard let lead = words.atomics(tally) else { return nil }
    let changed = shown.filter { !DiffWords.atomicChanges($0).isEmpty }
    return TextSection(
      title: "Atomics", lead: TerminalText.safe(lead),
      groups: [group(nil, changed) { (TerminalText.safe(DiffWords.atomicChanges($0)), nil) }])
  }

  private var others: TextSection? {
    let elsewhere = words.elsewhere
    guard !elsewhere.isEmpty else { return nil }
    return TextSection(
      title: "Others", lead: "in code that is not shown: " + elsewhere.joined(separator: " · "))
  }

  private func group(
    _ note: String?, _ pairs: [DiffPair], style: Paint.Style? = .quiet,
    _ figure: (DiffPair) -> (String, Paint.Style?)
  ) -> TextSection.Group {
    let rows = pairs.prefix(options.top).map { pair in
      let (text, style) = figure(pair)
      return TextSection.Row(
        figure: TerminalText.keepingStart(of: text, width: max(30, options.width / 3)), style: style,
        name: TerminalText.safe(DiffWords.name(pair)), place: TerminalText.safe(DiffWords.place(pair)))
    }
    return TextSection.Group(
      note: note, noteStyle: style, rows: rows, hidden: max(0, pairs.count - options.top))
  }
}
