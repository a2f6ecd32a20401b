import Findings
import ProgramModel

/// The cost of a change on one screen: the sums first, then the functions whose frames changed most.
public struct DiffTextReporter: Sendable {
  private let report: DiffReport
  private let options: TextOptions
  private var words: DiffWords { DiffWords(report) }

  /// Makes the reporter of a comparison.
  ///
  /// - Parameter options: how it looks.
  public init(_ report: DiffReport, options: TextOptions) {
    self.report = report
    self.options = options
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report.
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

  /// Returns the last element of a path, which tells most; `.` and `./...` keep the rest of the path.
  private func short(_ name: String) -> String {
    let safe = name == "-" ? "standard input" : TerminalText.safe(name)
    let last = safe.split(separator: "/").last.map(String.init) ?? safe
    // Two paths with the same last element are told apart by their folders.
    let isSame =
      report.names.before.split(separator: "/").last == report.names.after.split(separator: "/").last
    return isSame || last.allSatisfy { $0 == "." } || safe.contains(" (") ? safe : last
  }

  // MARK: Sections

  /// Returns the section of the frames: those that changed, then functions that came, then those that went.
  private func stack(_ shown: [DiffPair], _ tally: DiffTally) -> TextSection {
    let lists = [[.grew, .shrank], [.came], [.went]].map { (changes: [DiffPair.Change]) in
      shown.filter { changes.contains($0.change) }
    }
    let columns = Columns(lists.flatMap { $0.prefix(options.top) })
    let notes = ["frames in bytes, the largest change first:", "came:", "went:"]
    var groups = [TextSection.Group(note: words.shared(tally), rows: [])]
    for (note, pairs) in zip(notes, lists) where !pairs.isEmpty {
      groups.append(group(note, pairs) { (columns.figure($0), $0.growth > 0 ? .warning : .good) })
    }
    return TextSection(title: "Stack", lead: words.changes(tally), groups: groups)
  }

  /// The figures of frames in columns: `+48  248 → 296`.
  private struct Columns {
    private let growth: Int
    private let before: Int
    private let after: Int

    init(_ pairs: [DiffPair]) {
      func widest(_ text: (DiffPair) -> String) -> Int { pairs.map { text($0).count }.max() ?? 0 }
      growth = widest(Self.growth)
      before = widest { Self.frame($0.before) }
      after = widest { Self.frame($0.after) }
    }

    func figure(_ pair: DiffPair) -> String {
      let change = Self.right(Self.growth(pair), growth)
      guard pair.before != nil, pair.after != nil else { return change }
      return
        "\(change)  \(Self.right(Self.frame(pair.before), before)) → \(Self.right(Self.frame(pair.after), after))"
    }

    private static func growth(_ pair: DiffPair) -> String {
      (pair.growth == 0 ? "" : pair.growth < 0 ? "-" : "+") + Figures.count(abs(pair.growth))
    }

    private static func frame(_ function: DiffFunction?) -> String {
      guard let cost = function?.cost else { return "" }
      return (cost.isUncertain ? "≥ " : "") + Figures.count(cost.frameBytes)
    }

    private static func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
  }

  /// Returns the section of split checks whose class changed; nil where none did.
  private func checks(_ shown: [DiffPair]) -> TextSection? {
    var counts: [String: Int] = [:]
    for change in shown.compactMap(DiffWords.checkChange) { counts[change, default: 0] += 1 }
    guard !counts.isEmpty else { return nil }
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let list = ranked.map { "\(Figures.count($0.value)) \($0.key)" }.joined(separator: ", ")
    return TextSection(title: "Checks", lead: "of another class: \(list)")
  }

  /// Returns the section of the defers, new looping ones first; nil where neither side has any.
  private func defers(_ shown: [DiffPair], _ tally: DiffTally) -> TextSection? {
    guard let lead = words.defers(tally) else { return nil }
    let changed = shown.filter { !DiffWords.deferChanges($0).isEmpty }
    let looping = shown.filter { DiffWords.newLoopingDefers($0) > 0 }
    return TextSection(
      title: "Defers", lead: lead,
      groups: [
        group(
          looping.isEmpty ? nil : "new looping defers: each iteration adds to the chain", looping,
          style: .alarm
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
      title: "Others", lead: "code that is not shown",
      groups: elsewhere.map { TextSection.Group(note: $0, rows: []) })
  }

  private func group(
    _ note: String?, _ pairs: [DiffPair], style: Paint.Style? = .quiet,
    _ figure: (DiffPair) -> (String, Paint.Style?)
  ) -> TextSection.Group {
    let rows = pairs.prefix(options.top).map { pair in
      let (text, style) = figure(pair)
      return TextSection.Row(
        figure: TerminalText.keepingStart(of: text, width: max(26, options.width / 3)), style: style,
        name: TerminalText.safe(DiffWords.name(pair)), place: TerminalText.safe(DiffWords.place(pair)))
    }
    return TextSection.Group(
      note: note, noteStyle: style, rows: rows, hidden: max(0, pairs.count - options.top))
  }
}
