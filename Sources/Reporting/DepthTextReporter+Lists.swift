import CallGraph
import ProgramModel

extension DepthTextReporter {
  // MARK: Cycles

  /// Returns the cycles in full, with `top` of them.
  func cyclesText(_ ranks: Ranks) -> String {
    let listed = listedCycles(ranks)
    guard !listed.isEmpty else { return "\nnothing recurses \(ranks.shown.ofThese)\n" }
    var out = ""
    for cycle in listed.prefix(options.top) { out += "\n" + text(cycle, ranks) }
    if listed.count > options.top {
      out +=
        "\n"
        + page.paint("… \(Figures.count(listed.count - options.top)) more: --top \(listed.count)", .quiet)
        + "\n"
    }
    return out
  }

  /// Returns a cycle in full: its laps with their bytes, and the functions that call into it.
  private func text(_ cycle: Cycle, _ ranks: Ranks) -> String {
    let face = face(cycle, ranks)
    var out = page.paint(labels.name(face), .strong) + "  " + page.paint(labels.place(face), .quiet) + "\n"
    if cycle.members.count == 1 {
      out += line("calls itself: \(bytes(cycle.cheapest))")
    } else {
      out += line("a cycle of \(Figures.count(cycle.members.count)) functions")
      let proof = cycle.isCheapestProved ? "" : " found"
      out += line("cheapest lap\(proof): \(bytes(cycle.cheapest))") + lap(cycle.cheapest)
      if cycle.dearest != cycle.cheapest {
        out += line("dearest lap found: \(bytes(cycle.dearest))") + lap(cycle.dearest)
      }
      let own = cycle.direct.filter { ranks.contains($0.steps[0].node, depth.graph) && $0 != cycle.cheapest }
      for lap in own.prefix(options.top) {
        out += line("\(labels.name(lap.steps[0].node)) calls itself: \(bytes(lap))")
      }
    }
    return out + entries(cycle)
  }

  /// Returns the size of a lap and how often it fits: `88 bytes per iteration, overflows at iteration 6,100,805`.
  private func bytes(_ lap: Cycle.Lap) -> String {
    var text = "\(lap.isLowerBound ? "at least " : "")\(Figures.count(lap.bytes, "byte")) per iteration"
    if let turn = lap.overflowTurn {
      text += ", overflows \(lap.isLowerBound ? "by" : "at") iteration \(Figures.count(turn))"
    }
    if lap.pendingDefers > 0 {
      text +=
        "; \(Figures.count(lap.pendingDefers, "defer")) per iteration \(lap.pendingDefers == 1 ? "stays" : "stay") pending"
    }
    return text
  }

  private func line(_ text: String) -> String { "  " + page.wrapped(text, indentation: 4) + "\n" }

  /// Returns the steps of a lap, with the bytes of each frame.
  private func lap(_ lap: Cycle.Lap) -> String {
    let limit = max(8, options.top)
    let rows = lap.steps.prefix(limit).map {
      [Figures.count($0.bytes), labels.name($0.node), labels.call($0)]
    }
    let table = TextTable(width: options.width, paint: page.paint, flexible: 1, indent: "    ")
    let more = lap.steps.count > limit ? "    … \(Figures.count(lap.steps.count - limit)) more\n" : ""
    return table.render(Array(rows)) + more
  }

  /// Returns the functions that call into a cycle from outside.
  private func entries(_ cycle: Cycle) -> String {
    guard !cycle.entries.isEmpty else { return line("nothing here calls it by name") }
    let rows = cycle.entries.prefix(3).map { entry in
      let function = depth.graph.function(of: entry.firstCaller)
      let place = function.map { labels.place($0, entry.place) } ?? ""
      let others = entry.callers > 1 ? " and \(Figures.count(entry.callers - 1)) more" : ""
      let caller = "by \(labels.name(entry.firstCaller))\(others)"
      // The member's full name is above.
      let member = TextPage.shortened(labels.name(entry.member), (options.width - 20) / 2)
      return cycle.members.count > 1 ? [member, caller, place] : ["", caller, place]
    }
    let more = cycle.entries.count > 3 ? line("… \(Figures.count(cycle.entries.count - 3)) more entries") : ""
    let table = TextTable(width: options.width, paint: page.paint, right: [], flexible: 1, indent: "    ")
    return line("entered") + table.render(Array(rows)) + more
  }

  // MARK: Goroutines

  /// Returns the `go` statements in full, `top` of them.
  func goroutinesText(_ ranks: Ranks) -> String {
    let listed = listedGoroutines(ranks)
    guard !listed.isEmpty else { return "\nno go statement \(ranks.shown.ofThese)\n" }
    var out = ""
    for goroutine in listed.prefix(options.top) {
      let statement = statement(goroutine)
      guard let entry = goroutine.entry, let growth = goroutine.growth else {
        out += "\n" + page.paint("go", .strong) + "  " + page.paint(statement, .quiet) + "\n"
        out += line("what it starts is not known; in \(labels.name(CallGraph.Node(goroutine.function)))")
        continue
      }
      let isInLoop = program.functions[goroutine.function].goStatements[goroutine.site].inLoop
      out += "\n" + page.paint("go " + labels.entry(entry), .strong) + "  "
      out += page.paint(statement + (isInLoop ? ", in a loop" : ""), .quiet) + "\n"
      out += line(
        "deepest \(labels.bytes(entry)), \(Figures.count(depth.path(of: entry).steps.count, "level"))")
      out += growthTable(growth, of: entry)
    }
    if listed.count > options.top {
      out +=
        "\n"
        + page.paint("… \(Figures.count(listed.count - options.top)) more: --top \(listed.count)", .quiet)
        + "\n"
    }
    return out
  }

  // MARK: Nosplit

  /// The longest chain of functions without a split check, as a table.
  var nosplitText: String {
    let chains = depth.nosplit
    guard !chains.chain.isEmpty else { return "no function, no chain\n" }
    let longest = chains.longest ?? 0
    var lead =
      "the longest chain without a split check takes \(Figures.count(longest)) of the linker's \(Figures.count(chains.limit)) bytes: "
    lead +=
      longest <= chains.limit
      ? "\(Figures.count(chains.limit - longest)) left" : "\(Figures.count(longest - chains.limit)) too many"
    let rows = chains.chain.map { step in
      [
        Figures.count(step.used), labels.name(CallGraph.Node(step.function)),
        labels.place(CallGraph.Node(step.function)),
      ]
    }
    let end =
      switch chains.end {
      case .leaf: ""
      case .splittable: "  and there morestack is called\n"
      case .indirectCall: "  and there a call goes through a pointer\n"
      }
    let circles =
      chains.circles > 0
      ? "\n"
        + page.wrapped(
          "left out: \(Figures.count(chains.circles, "call")) back into a chain, which the linker would refuse: data that "
            + "looks like code", indentation: 0) + "\n" : ""
    return page.wrapped(lead, indentation: 0) + "\n\n"
      + TextTable(width: options.width, paint: page.paint, flexible: 1).render(
        [["used", "function", ""]] + rows) + end + circles
  }
}
