import CallGraph
import ProgramModel

extension DepthTextReporter {
  // MARK: One function

  /// Returns the worst case of one function: its path, the causes of a lower bound, the growth of a stack
  /// that begins here, and the defers.
  func functionText(_ node: CallGraph.Node) -> String {
    let path = depth.path(of: node)
    let levels = Figures.count(path.steps.count, "level")
    var out = page.paint(labels.name(node), .strong) + "\n"
    let lead = "\(labels.stack(node)), \(levels) deep; \(depth.graph.options.extent)"
    out += page.wrapped(lead, indentation: 0) + "\n\n"
    out += table(path) + causesText(node) + growthText(node) + deferText(node)
    return out
  }

  /// Returns the levels of a path: the bytes of each, the sum so far, and the place of the next call.
  func table(_ path: Path) -> String {
    var total = 0
    let rows = path.steps.map { step in
      total += step.bytes
      return [Figures.count(step.bytes), Figures.count(total), labels.name(step.node), labels.call(step)]
    }
    let table = TextTable(width: options.width, paint: page.paint, right: [0, 1], flexible: 2)
    return table.render([["bytes", "total", "function", "calls on at"]] + rows)
  }

  /// Returns why a figure is only a lower bound, the nearest cause first; empty for an exact one.
  private func causesText(_ node: CallGraph.Node) -> String {
    let causes = depth.causes(of: node, limit: options.top)
    guard causes.total > 0 else { return "" }
    let rows = causes.found.map { cause in
      let function = depth.graph.function(of: cause.node).map { CallGraph.Node($0) } ?? cause.node
      return [
        Figures.count(cause.distance), cause.kind.explanation, labels.name(function),
        labels.place(cause.node),
      ]
    }
    let table = TextTable(width: options.width, paint: page.paint, flexible: 2)
    var out = "\n" + page.paint("Not exact", .strong) + "  "
    out +=
      page.paint("\(Figures.count(causes.total, "cause")); how many calls down, the nearest first", .quiet)
      + "\n"
    out += table.render(rows)
    if causes.total > causes.found.count {
      out +=
        "  "
        + page.paint(
          "… \(Figures.count(causes.total - causes.found.count)) more: --top \(causes.total)", .quiet)
      out += "\n"
    }
    return out
  }

  /// Returns how the stack of a goroutine grows that begins in a function.
  private func growthText(_ node: CallGraph.Node) -> String {
    "\n" + page.paint("Stack", .strong) + "  " + page.paint("of a goroutine that begins here", .quiet) + "\n"
      + growthTable(depth.growth(of: node), of: node)
  }

  /// Returns the growth of a stack that begins in a function, in words and rows.
  func growthTable(_ growth: StackGrowth.Outcome, of node: CallGraph.Node) -> String {
    let indented = TextPage(width: options.width, paint: page.paint)
    let first = Figures.bytes(growth.first)
    let certainty = depth.certainty(of: node)
    let ordinary = ordinaryText(node, growth)
    guard !growth.steps.isEmpty else {
      let words =
        switch certainty {
        case .exact: "stays at \(first)"
        case .bounded: "stays at \(first) as long as no recursion goes deep"
        case .atLeast: "begins with \(first); whether it grows is not known, since some calls are not"
        }
      return ordinary + "  " + indented.wrapped(words, indentation: 2) + "\n"
    }
    let times = growth.steps.count == 1 ? "grows once" : "grows \(growth.steps.count) times"
    let size =
      switch certainty {
      case .exact: "to \(Figures.bytes(growth.settled)) in the worst case"
      case .bounded: "to \(Figures.bytes(growth.settled)) in the worst case, and further by recursion"
      case .atLeast: "to at least \(Figures.bytes(growth.settled)) in the worst case"
      }
    let end =
      growth.settled > depth.rules.ceiling
      ? "overflows: \(Figures.bytes(depth.rules.ceiling)) is the most there is" : "\(times), \(size)"
    var out = ordinary + "  " + indented.wrapped("begins with \(first), \(end)", indentation: 2) + "\n"
    let steps = growth.steps.map { step in
      [
        "at \(Figures.count(step.used))", "→ \(Figures.bytes(step.size))", labels.name(step.node),
        labels.place(step.node),
      ]
    }
    out += TextTable(width: options.width, paint: page.paint, right: [0], flexible: 2).render(steps)
    let savings = growth.largest.filter { $0.frame > 0 }.map { saving in
      let what =
        saving.settled < growth.settled
        ? "without it \(Figures.bytes(saving.settled))" : "saves nothing alone"
      return [Figures.bytes(saving.frame), labels.name(saving.node), what]
    }
    if !savings.isEmpty {
      out += "  largest frames on the way\n"
      out += TextTable(width: options.width, paint: page.paint, right: [0], flexible: 1).render(savings)
    }
    return out
  }

  /// Returns the size that the stack of a goroutine ordinarily comes to have, and what it depends on; empty
  /// where it is not known, and where the stack certainly never grows.
  private func ordinaryText(_ node: CallGraph.Node, _ growth: StackGrowth.Outcome) -> String {
    guard let size = depth.ordinarySize(of: node) else { return "" }
    if depth.certainty(of: node) == .exact, growth.steps.isEmpty { return "" }
    var words = "ordinarily \(labels.size(size))"
    let causes = [
      size.recursion.map { "how deep \(labels.name($0)) recurses" },
      size.openCall.map { "what \(labels.name($0)) calls through a pointer" },
    ].compactMap(\.self)
    if !causes.isEmpty { words += ", depending on " + causes.joined(separator: " and ") }
    if size.low > depth.rules.first {
      words += ": where many are started, it pays to begin with \(Figures.bytes(size.low))"
    }
    return "  " + TextPage(width: options.width, paint: page.paint).wrapped(words, indentation: 2) + "\n"
  }

  /// Returns the defers that are pending at once below a function, by function; empty where there are none.
  private func deferText(_ node: CallGraph.Node) -> String {
    let count = depth.defers.depths[Int(node)]
    guard count > 0 else { return "" }
    let atLeast = depth.defers.isLowerBound[Int(node)] ? "at least " : ""
    let path = depth.defers.path(of: node, in: depth.graph).steps.filter { step in
      let node = depth.graph.original(step.node)
      return depth.graph.isFunction(node) && !program.functions[Int(node)].deferSites.isEmpty
        && !depth.graph.returnsAtOnce(step.node)
    }
    let rows = path.prefix(options.top).map { step in
      [
        Figures.count(program.functions[Int(depth.graph.original(step.node))].deferSites.count),
        labels.name(step.node),
        labels.place(step.node),
      ]
    }
    return "\n" + page.paint("Defers", .strong) + "  "
      + page.paint("\(atLeast)\(Figures.count(count)) pending at once; by function", .quiet) + "\n"
      + TextTable(width: options.width, paint: page.paint, flexible: 1).render(Array(rows))
  }

  // MARK: Between two

  /// Returns the path from one function down to another.
  func pathText(_ start: CallGraph.Node, _ end: CallGraph.Node) -> String {
    let (from, to) = (labels.name(start), labels.name(end))
    guard let path = depth.path(from: start, to: end) else {
      let why =
        depth.worst.causes[Int(start)].contains(.indirectCall) ? "; calls through pointers are open" : ""
      return page.wrapped("no path leads from \(from) down to \(to)\(why)", indentation: 0) + "\n"
    }
    // Without a cycle no path is more expensive; with one, this is one path among several.
    let (what, note) =
      crossesCycle(path) ? ("one path", "; it crosses a cycle") : ("the most expensive path", "")
    return page.wrapped(
      "\(what) from \(from) to \(to): \(Figures.count(path.bytes, "byte")), "
        + "\(Figures.count(path.steps.count, "level"))\(note)", indentation: 0) + "\n\n" + table(path)
  }

  /// Whether a node of a path is on a cycle, which makes the path one among several.
  private func crossesCycle(_ path: Path) -> Bool {
    path.steps.contains { depth.components.isCycle[Int(depth.components.number[Int($0.node)])] }
  }
}
