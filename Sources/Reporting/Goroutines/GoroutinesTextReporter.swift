import Evidence
import ProgramModel

/// A dump's goroutines in groups, as text.
public struct GoroutinesTextReporter: Sendable {
  private let report: GoroutinesReport
  private let options: TextOptions
  private var groups: GoroutineGroups { report.groups }

  /// Makes the reporter of some goroutines.
  ///
  /// - Parameter options: how the text looks; `top` limits the groups.
  public init(_ report: GoroutinesReport, options: TextOptions) {
    self.report = report
    self.options = options
  }

  private var page: TextPage { TextPage(width: options.width, paint: Paint(isOn: options.isColored)) }

  /// Writes the text.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  var text: String {
    let what = Figures.count(groups.count, "goroutine") + " in " + Figures.count(groups.groups.count, "group")
    var out = page.paint(
      page.wrapped("\(what), at least \(Figures.bytes(groups.weight)) of stacks", indentation: 0), .strong)
    out += "\n" + page.wrapped(shape, indentation: 0) + "\n"
    out += growth
    for (i, group) in groups.groups.prefix(options.top).enumerated() { out += "\n" + self.text(group, i + 1) }
    if groups.groups.count > options.top {
      let rest = groups.groups[options.top...].reduce(0) { $0 + $1.count }
      let more =
        "… \(Figures.count(groups.groups.count - options.top, "group")) more with \(Figures.count(rest, "goroutine")): "
        + "--top \(groups.groups.count)"
      out += "\n" + page.paint(more, .quiet) + "\n"
    }
    return out
  }

  /// The shape of the whole dump in words: a recursion, a possible leak, or many kinds.
  private var shape: String {
    guard let heaviest = groups.groups.first, let largest = groups.groups.max(by: { $0.count < $1.count })
    else {
      return "none"
    }
    if let repeated = heaviest.repeated, repeated.times > 50 {
      return
        "few and deep: \(report.name(repeated.function)) stands \(Figures.count(repeated.times)) times on one stack, a recursion"
    }
    let percent = largest.count * 100 / max(1, groups.count)
    if largest.count >= 20, percent >= 50 {
      let who = report.example(largest).creator.map { ", started by \(report.name($0.function))" } ?? ""
      return
        "many and alike: \(percent) % stand in \(report.title(largest))\(who); if their number only grows, it is a leak"
    }
    return "of many kinds: the largest group has \(Figures.count(largest.count))"
  }

  /// Returns a group: its size and states, then the frames of the goroutine that represents it. Eight frames
  /// are shown, all where the report is verbose.
  private func text(_ group: GoroutineGroup, _ number: Int) -> String {
    let goroutine = report.example(group)
    let isEven = group.weight == group.count.multipliedClamped(by: group.stackBytes)
    var facts = [
      "\(Figures.count(group.count)) × \(isEven ? "" : "up to ")\(Figures.bytes(group.stackBytes))"
        + " = \(group.weight == .max ? "at least " : "")\(Figures.bytes(group.weight))"
    ]
    let states = group.states.prefix(3).compactMap { state, count in
      state.map { name in "\(report.name(name))" + (group.states.count > 1 ? " \(Figures.count(count))" : "")
      }
    }
    if !states.isEmpty { facts.append(states.joined(separator: ", ")) }
    if group.longest > 0 {
      facts.append(
        group.shortest == group.longest
          ? "for \(Figures.count(Int(group.longest), "minute"))"
          : "for \(group.shortest) to \(Figures.count(Int(group.longest), "minute"))")
    }
    if let waits = group.waitsFor, waits.count > 1 {
      facts.append("\(Figures.count(waits.count)) of them for \(Figures.address(waits.address))")
    }
    if let bytes = group.pathBytes { facts.append("\(Figures.count(bytes, "byte")) deep") }
    if let repeated = group.repeated, repeated.times > 2 {
      facts.append("\(report.name(repeated.function)) \(Figures.count(repeated.times)) times")
    }
    if group.variants > 1 { facts.append("\(Figures.count(group.variants)) different stacks") }
    var out = page.paint("\(number)  \(report.title(group))", .strong) + "\n"
    out += "   " + page.wrapped(facts.joined(separator: " · "), indentation: 3) + "\n"
    let limit = options.detail == .verbose ? Int.max : 8
    var rows = goroutine.frames.prefix(limit).map { ["", report.name($0.function), place($0)] }
    if goroutine.frames.count > limit {
      rows.append(["", "… \(Figures.count(goroutine.frames.count - limit, "frame")) more: --verbose", ""])
    }
    if let elided = goroutine.elided {
      rows.append(["", "… \(elided.count.map { Figures.count($0, "frame") } ?? "frames") left out", ""])
    }
    if let creator = goroutine.creator { rows.append(["by", report.name(creator.function), place(creator)]) }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 1)
    table.right = []
    return out + table.render(rows)
  }

  private func place(_ frame: TraceFrame) -> String {
    guard let file = frame.file else { return "" }
    let path = report.traces.names.bytes(of: file)
    let start = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 }
    return TerminalText.safe(path[(start ?? path.startIndex)...]) + ":\(frame.line)"
  }

  /// The groups that grew since the earlier dump; empty without one.
  private var growth: String {
    guard let countBefore = report.countBefore, let countsBefore = report.countsBefore else { return "" }
    let rows = zip(groups.groups, countsBefore).map { group, before in (group, group.count - before) }
      .filter { $0.1 > 0 }.sorted { ($1.1, $0.0.example) < ($0.1, $1.0.example) }
    let change = groups.count - countBefore
    var out = "\n" + page.paint("Since    ", .strong)
    out += page.wrapped("\(change >= 0 ? "+" : "−")\(Figures.count(abs(change))) goroutines") + "\n"
    guard !rows.isEmpty else { return out + "  no group grew\n" }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 1)
    table.right = [0]
    out += table.render(
      rows.prefix(options.top).map { group, more in
        [
          "+\(Figures.count(more))", report.title(group),
          "\(Figures.count(group.count - more)) → \(Figures.count(group.count))",
        ]
      })
    return out
  }
}
