public import Evidence
import ProgramModel

/// A dump's goroutines in groups, as text, records, a graph and folded stacks.
public struct GoroutinesReporter: Sendable {
  private let traces: Traces
  private let groups: GoroutineGroups
  /// What an earlier dump of the same program held.
  private let before: (traces: Traces, groups: GoroutineGroups)?
  private let input: String
  private let version: String
  private let options: TextOptions

  /// - Parameters:
  ///   - traces: what the dump holds.
  ///   - groups: its goroutines.
  ///   - before: an earlier dump of the same program, and its goroutines.
  ///   - input: what the user called the dump.
  ///   - version: fathom's.
  ///   - options: how the text looks; `top` limits the groups.
  public init(
    _ traces: Traces, groups: GoroutineGroups, before: (traces: Traces, groups: GoroutineGroups)?,
    input: String,
    version: String, options: TextOptions
  ) {
    self.traces = traces
    self.groups = groups
    self.before = before
    self.input = input
    self.version = version
    self.options = options
  }

  private var page: TextPage { TextPage(width: options.width, paint: Paint(isOn: options.isColored)) }

  private func name(_ id: NameID) -> String { TerminalText.safe(traces.names.bytes(of: id)) }

  private func example(_ group: GoroutineGroup) -> GoroutineTrace { traces.goroutines[group.example] }

  // MARK: Text

  /// Writes the text for people.
  public func writeText(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  var text: String {
    let what = Figures.count(groups.count, "goroutine") + " in " + Figures.count(groups.groups.count, "group")
    var out = page.paint(
      page.wrapped("\(what), at least \(Figures.bytes(groups.weight)) of stacks", indentation: 0), .strong)
    out += "\n" + page.wrapped(shape, indentation: 0) + "\n"
    if before != nil { out += growth }
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

  /// What the whole of it looks like, in words.
  private var shape: String {
    guard let heaviest = groups.groups.first, let largest = groups.groups.max(by: { $0.count < $1.count })
    else {
      return "none"
    }
    if let repeated = heaviest.repeated, repeated.times > 50 {
      return
        "few and deep: \(name(repeated.function)) stands \(Figures.count(repeated.times)) times on one stack, a recursion"
    }
    let percent = largest.count * 100 / max(1, groups.count)
    if largest.count >= 20, percent >= 50 {
      let who = example(largest).creator.map { ", started by \(name($0.function))" } ?? ""
      return
        "many and alike: \(percent) % stand in \(title(largest))\(who); if their number only grows, it is a leak"
    }
    return "of many kinds: the largest group has \(Figures.count(largest.count))"
  }

  /// The function that tells most: the first that is no machinery.
  private func title(_ group: GoroutineGroup) -> String {
    let frames = example(group).frames
    let frame =
      frames.first { traces.isOfUse($0) } ?? frames.first
    return frame.map { name($0.function) } ?? "no function"
  }

  private func text(_ group: GoroutineGroup, _ number: Int) -> String {
    let goroutine = example(group)
    let isEven = group.weight == group.count.multipliedClamped(by: group.stackBytes)
    var facts = [
      "\(Figures.count(group.count)) × \(isEven ? "" : "up to ")\(Figures.bytes(group.stackBytes))"
        + " = \(group.weight == .max ? "at least " : "")\(Figures.bytes(group.weight))"
    ]
    let states = group.states.prefix(3).compactMap { state, count in
      state.map { name in "\(self.name(name))" + (group.states.count > 1 ? " \(Figures.count(count))" : "") }
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
      facts.append("\(name(repeated.function)) \(Figures.count(repeated.times)) times")
    }
    if group.variants > 1 { facts.append("\(Figures.count(group.variants)) different stacks") }
    var out = page.paint("\(number)  \(title(group))", .strong) + "\n"
    out += "   " + page.wrapped(facts.joined(separator: " · "), indentation: 3) + "\n"
    let limit = options.detail == .verbose ? Int.max : 8
    var rows = goroutine.frames.prefix(limit).map { ["", name($0.function), place($0)] }
    if goroutine.frames.count > limit {
      rows.append(["", "… \(Figures.count(goroutine.frames.count - limit, "frame")) more: --verbose", ""])
    }
    if let elided = goroutine.elided {
      rows.append(["", "… \(elided.count.map { Figures.count($0, "frame") } ?? "frames") left out", ""])
    }
    if let creator = goroutine.creator { rows.append(["by", name(creator.function), place(creator)]) }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 1)
    table.right = []
    return out + table.render(rows)
  }

  private func place(_ frame: TraceFrame) -> String {
    guard let file = frame.file else { return "" }
    let path = traces.names.bytes(of: file)
    let start = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 }
    return TerminalText.safe(path[(start ?? path.startIndex)...]) + ":\(frame.line)"
  }

  // MARK: Against an earlier dump

  /// By what is the same in both: the functions of a group and who started it.
  private func counts(_ traces: Traces, _ groups: GoroutineGroups) -> [String: Int] {
    var all: [String: Int] = [:]
    for group in groups.groups { all[key(group, traces), default: 0] += group.count }
    return all
  }

  private func key(_ group: GoroutineGroup, _ traces: Traces) -> String {
    let goroutine = traces.goroutines[group.example]
    let functions = GoroutineGroups.kind(goroutine).map { traces.names.string($0) }
    return functions.joined(separator: "\n") + "\n\n"
      + (goroutine.creator.map { traces.names.string($0.function) } ?? "")
  }

  private var growth: String {
    guard let before else { return "" }
    let old = counts(before.traces, before.groups)
    let rows = groups.groups.map { group in (group, group.count - (old[key(group, traces)] ?? 0)) }
      .filter { $0.1 > 0 }.sorted { ($1.1, $0.0.example) < ($0.1, $1.0.example) }
    let change = groups.count - before.groups.count
    var out = "\n" + page.paint("Since    ", .strong)
    out += page.wrapped("\(change >= 0 ? "+" : "−")\(Figures.count(abs(change))) goroutines") + "\n"
    guard !rows.isEmpty else { return out + "  no group grew\n" }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 1)
    table.right = [0]
    out += table.render(
      rows.prefix(options.top).map { group, more in
        [
          "+\(Figures.count(more))", title(group),
          "\(Figures.count(group.count - more)) → \(Figures.count(group.count))",
        ]
      })
    return out
  }

  // MARK: Records

  /// Writes the stream of schema `fathom.goroutines/1`: a header, a line a group and an end record without which the
  /// stream was cut.
  public func writeNDJSON(to output: Output) throws(OutputError) {
    var lines = [
      "{\"record\":\"header\",\"schema\":\"fathom.goroutines/1\",\"fathomVersion\":\(quoted(version)),\"input\":\(quoted(input))}"
    ]
    let old = before.map { counts($0.traces, $0.groups) }
    for group in groups.groups {
      let goroutine = example(group)
      let states = group.states.map { "{\"state\":\(name($0.state)),\"count\":\($0.count)}" }.joined(
        separator: ",")
      let frames = goroutine.frames.map {
        "{\"function\":\(name(Optional($0.function))),\"file\":\(name($0.file)),\"line\":\($0.line)}"
      }.joined(separator: ",")
      lines.append(
        "{\"record\":\"group\",\"count\":\(group.count),\"variants\":\(group.variants),\"stackBytes\":\(group.stackBytes),"
          + "\"weight\":\(group.weight),\"pathBytes\":\(group.pathBytes.map(String.init) ?? "null"),"
          + "\"depth\":\(group.depth),\"states\":[\(states)],\"minutesLeast\":\(group.shortest),"
          + "\"minutesMost\":\(group.longest),"
          + "\"before\":\(old.map { "\($0[key(group, traces)] ?? 0)" } ?? "null"),"
          + "\"creator\":\(name(goroutine.creator?.function)),\"frames\":[\(frames)]}")
    }
    lines.append(
      "{\"record\":\"end\",\"goroutines\":\(groups.count),\"groups\":\(groups.groups.count),\"weight\":\(groups.weight)}"
    )
    try output.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func quoted(_ text: String) -> String {
    String(decoding: JSONText.quoted(text.utf8), as: UTF8.self)
  }

  private func name(_ id: NameID?) -> String {
    id.map { String(decoding: JSONText.quoted(traces.names.bytes(of: $0)), as: UTF8.self) } ?? "null"
  }

  // MARK: Pictures

  /// Writes folded stacks, outermost first, with how many goroutines stand so.
  public func writeFolded(to output: Output) throws(OutputError) {
    var counts: [String: Int] = [:]
    for group in groups.groups {
      let functions = GoroutineGroups.kind(example(group)).reversed().map { FoldedText.frame(name($0)) }
      counts[functions.joined(separator: ";"), default: 0] += group.count
    }
    let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try output.write(Array(lines.joined().utf8))
  }

  /// Writes a graph of who started how many goroutines, and where those stand.
  public func writeDot(to output: Output) throws(OutputError) {
    var edges: [String: Int] = [:]
    for group in groups.groups {
      let creator = example(group).creator.map { name($0.function) } ?? "the program"
      edges["  \(DotText.quoted(creator)) -> \(DotText.quoted(title(group)))", default: 0] += group.count
    }
    var out = "digraph goroutines {\n  rankdir=LR\n  node [shape=box, fontname=\"sans-serif\"]\n"
    for (edge, count) in edges.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      out += "\(edge) [label=\"\(Figures.count(count))\"]\n"
    }
    try output.write(Array((out + "}\n").utf8))
  }
}
