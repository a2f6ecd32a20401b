import CallGraph
import ProgramModel

extension DepthTextReporter {
  /// Returns the section of the deepest functions.
  func worst(_ shown: Shown) -> TextSection {
    let all = depth.deepest(shown)
    guard let first = all.first else {
      return TextSection(title: "Depth", lead: "no function is listed: nothing matches")
    }
    let exact = all.count { depth.worst.causes[$0] == [] }
    let bounded = all.count { depth.certainty(of: CallGraph.Node($0)) == .bounded }
    let almost = all.count {
      depth.certainty(of: CallGraph.Node($0)) == .atLeast && depth.worst.causesOutsideRuntime[$0] == []
    }
    let largest = CallGraph.Node(all.max { depth.worst.bytes[$0] < depth.worst.bytes[$1] } ?? first)
    var lead = "deepest \(shown.ofThese) \(labels.bytes(largest)); \(Figures.count(exact)) exact"
    if bounded > 0 { lead += ", \(Figures.count(bounded)) but for recursion" }
    if almost > 0 { lead += ", \(Figures.count(almost)) but for the runtime" }
    if exact + bounded + almost < all.count {
      lead += ", \(Figures.count(all.count - exact - bounded - almost, "lower bound"))"
    }
    lead += "; \(depth.graph.options.extent)"
    let rows = all.prefix(options.top).map { i in
      TextSection.Row(
        figure: labels.bytes(CallGraph.Node(i)), style: nil, name: labels.name(CallGraph.Node(i)),
        place: labels.place(CallGraph.Node(i)))
    }
    return TextSection(title: "Depth", lead: lead, groups: [.init(rows: rows)])
  }

  // MARK: Cycles

  /// Returns the cycles with a listed function: first those in which a listed function calls itself, then
  /// those with the fewest members.
  func listedCycles(_ ranks: Ranks) -> [Cycle] {
    depth.cycles.filter { cycle in cycle.members.contains { ranks.contains($0, depth.graph) } }
      .map { (cycle: $0, isDirect: isDirect($0, ranks)) }
      .sorted { a, b in
        if a.isDirect != b.isDirect { return a.isDirect }
        return (a.cycle.members.count, a.cycle.members[0]) < (b.cycle.members.count, b.cycle.members[0])
      }.map(\.cycle)
  }

  /// Whether a listed function of a cycle calls itself.
  func isDirect(_ cycle: Cycle, _ ranks: Ranks) -> Bool {
    cycle.direct.contains { ranks.contains($0.steps[0].node, depth.graph) }
  }

  /// Returns the listed function that represents a cycle: one that calls itself, if there is one.
  func face(_ cycle: Cycle, _ ranks: Ranks) -> CallGraph.Node {
    let direct = cycle.direct.lazy.map { $0.steps[0].node }.first { ranks.contains($0, depth.graph) }
    return direct ?? cycle.members.first { ranks.contains($0, depth.graph) } ?? cycle.members[0]
  }

  /// Returns the section of the cycles: each with the bytes of a lap and the lap at which the stack
  /// overflows.
  func cycles(_ ranks: Ranks) -> TextSection {
    let listed = listedCycles(ranks)
    let elsewhere = depth.cycles.count - listed.count
    guard !depth.cycles.isEmpty else { return TextSection(title: "Cycles", lead: "none: nothing recurses") }
    var lead =
      listed.isEmpty ? "none \(ranks.shown.ofThese)" : "\(Figures.count(listed.count)) \(ranks.shown.ofThese)"
    if elsewhere > 0 { lead += ", \(Figures.count(elsewhere)) elsewhere" }
    if !listed.isEmpty { lead += "; bytes per iteration, and the iteration at which the stack overflows" }
    let rows = listed.prefix(options.top).map { cycle in
      let face = face(cycle, ranks)
      let lap = cycle.direct.first { $0.steps[0].node == face } ?? cycle.cheapest
      let others = cycle.members.count - 1
      return TextSection.Row(
        figure: "\(Figures.bytes(lap.bytes)), \(turn(lap))", style: lap.pendingDefers > 0 ? .alarm : .warning,
        name: labels.name(face) + (others > 0 ? " +\(Figures.count(others))" : ""), place: labels.place(face))
    }
    return TextSection(
      title: "Cycles", lead: lead,
      groups: [.init(rows: rows, hidden: max(0, listed.count - options.top))])
  }

  /// Returns the round of the recursion in which the stack overflows, or `never`.
  func turn(_ lap: Cycle.Lap) -> String { lap.overflowTurn.map { Figures.count($0) } ?? "never" }

  // MARK: Goroutines

  /// Returns the `go` statements in listed functions, those whose stacks are largest first: ordinarily, and
  /// among those in the worst case.
  func listedGoroutines(_ ranks: Ranks) -> [Goroutine] {
    depth.goroutines.filter { ranks.isShown[$0.function] }.map { goroutine in
      let worst = goroutine.growth?.settled ?? -1
      return (goroutine: goroutine, sizes: (goroutine.ordinary?.high ?? worst, worst))
    }.enumerated().sorted { a, b in
      a.element.sizes == b.element.sizes ? a.offset < b.offset : a.element.sizes > b.element.sizes
    }.map(\.element.goroutine)
  }

  /// Returns the section of the `go` statements whose goroutines can grow their stacks.
  func goroutines(_ ranks: Ranks) -> TextSection {
    let listed = listedGoroutines(ranks)
    guard !depth.goroutines.isEmpty else { return TextSection(title: "Go", lead: "no go statement") }
    let grown = listed.filter { !($0.growth?.steps.isEmpty ?? true) }
    let open = listed.count { $0.entry == nil }
    var lead = "\(Figures.count(listed.count, "statement")) \(ranks.shown.ofThese)"
    let elsewhere = depth.goroutines.count - listed.count
    if elsewhere > 0 { lead += " (\(Figures.count(elsewhere)) elsewhere)" }
    lead += "; \(Figures.count(grown.count)) can grow \(grown.count == 1 ? "its" : "their") stack"
    let ordinary = listed.count { ($0.ordinary?.low ?? 0) > depth.rules.first }
    if ordinary > 0 { lead += ", \(Figures.count(ordinary)) ordinarily" }
    if open > 0 { lead += ", \(Figures.count(open)) open" }
    if !grown.isEmpty { lead += "; the size that each ordinarily has" }
    let rows = grown.prefix(options.top).map { goroutine in
      TextSection.Row(
        figure: growthFigure(goroutine), style: nil, name: goroutine.entry.map(labels.entry) ?? "",
        place: statement(goroutine))
    }
    return TextSection(
      title: "Go", lead: lead, groups: [.init(rows: Array(rows), hidden: max(0, grown.count - options.top))])
  }

  /// Returns the size that a goroutine's stack ordinarily has; where that is not known, the worst case.
  private func growthFigure(_ goroutine: Goroutine) -> String {
    guard let growth = goroutine.growth, let entry = goroutine.entry else { return "open" }
    if let ordinary = goroutine.ordinary { return labels.size(ordinary) }
    let bound = depth.certainty(of: entry) == .exact ? "" : "≥ "
    return growth.settled > depth.rules.ceiling ? "overflows" : bound + Figures.bytes(growth.settled)
  }

  /// Returns the place of a `go` statement: its line, or else its address.
  func statement(_ goroutine: Goroutine) -> String {
    let site = program.functions[goroutine.function].goStatements[goroutine.site]
    guard site.line != nil else { return Figures.address(site.address) }
    return labels.place(goroutine.function, site.place)
  }

  // MARK: The rest

  /// The section of the longest chain of functions without a split check, against the linker's limit.
  var nosplit: TextSection {
    let chains = depth.nosplit
    guard let longest = chains.longest else {
      return TextSection(title: "Nosplit", lead: "no functions")
    }
    let room = chains.limit - longest
    let left = room >= 0 ? "\(Figures.count(room)) left" : "\(Figures.count(-room)) too many"
    return TextSection(
      title: "Nosplit",
      lead:
        "the longest chain takes \(Figures.count(longest)) of \(Figures.count(chains.limit)) bytes: \(left)")
  }

  /// Returns the section of the most defers that are pending at once, and of locked instructions in loops.
  func defers(_ shown: Shown) -> TextSection {
    let deepest = shown.indices.max {
      (depth.defers.depths[$0], $1) < (depth.defers.depths[$1], $0)
    }
    let locked = depth.lockedLoops.count
    let loops = "locked instructions in loops of \(Figures.count(locked, "function"))"
    guard let deepest, depth.defers.depths[deepest] > 0 else {
      return TextSection(title: "Defers", lead: "none pending \(shown.ofThese); \(loops)")
    }
    let atLeast = depth.defers.isLowerBound[deepest] ? "at least " : ""
    // The name fits on a line of its own after the sections' indentation.
    let name = TextPage.shortened(labels.name(CallGraph.Node(deepest)), options.width - 10)
    return TextSection(
      title: "Defers",
      lead: "\(atLeast)\(Figures.count(depth.defers.depths[deepest])) pending at once below \(name); \(loops)"
    )
  }

  /// Returns the section of the calls that are not followed, and of the reasons.
  func open(_ ranks: Ranks) -> TextSection {
    var calls: [CallGraph.Node] = []
    var missing = 0
    for (i, extra) in depth.graph.extras.enumerated() {
      switch extra {
      case .indirectCall, .openDefer: calls.append(CallGraph.Node(program.functions.count + i))
      case .missing: missing += 1
      case .deferReturn: break
      }
    }
    let own = calls.filter { node in depth.graph.function(of: node).map { ranks.isShown[$0] } ?? false }
    let noEntry = depth.goroutines.count { $0.entry == nil }
    var parts: [String] = []
    if !calls.isEmpty {
      parts.append(
        "\(Figures.count(calls.count, "call")) through pointers, \(Figures.count(own.count)) \(ranks.shown.ofThese)"
      )
    }
    if missing > 0 { parts.append(Figures.count(missing, "symbol") + " without code") }
    if noEntry > 0 { parts.append("\(Figures.count(noEntry, "go statement")) whose entry is not known") }
    if program.header.inputKind == .text || program.header.inputKind == .compiler {
      parts.append("read from text: with the binary fewer calls would be open")
    }
    guard !parts.isEmpty else { return TextSection(title: "Open", lead: "nothing: every call is followed") }
    let reasons = Causes.all.compactMap { cause -> String? in
      let count = ranks.shown.indices.count { depth.worst.causes[$0].contains(cause) }
      return count > 0 ? "\(Figures.count(count)) by \(cause.explanation)" : nil
    }
    let note = reasons.isEmpty ? nil : "not exact \(ranks.shown.ofThese): " + reasons.joined(separator: ", ")
    let rows = own.prefix(min(3, options.top)).map { node in
      TextSection.Row(
        figure: "through a \(depth.openReason(node)?.label ?? "pointer")", style: nil,
        name: depth.graph.function(of: node).map { labels.name(CallGraph.Node($0)) } ?? "",
        place: labels.place(node))
    }
    return TextSection(
      title: "Open", lead: parts.joined(separator: "; "),
      groups: [.init(note: note, noteStyle: .quiet, rows: rows)])
  }
}
