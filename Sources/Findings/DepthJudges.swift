import CallGraph
import ProgramModel

/// `deep-stack`: reports a stack whose worst case reaches a limit, at the function in which the stack starts.
enum DeepStackJudge: Judge {
  static let rule = RuleID.deepStack

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard let limit = settings.limit, subject.graph.roots.contains(subject.index) else { return [] }
    let depth = subject.graph.depth
    let bytes = depth.worst.bytes[subject.index]
    guard bytes >= limit else { return [] }
    let path = depth.path(of: CallGraph.Node(subject.index))
    let frames = subject.graph.dearest(path) { $0.bytes }
    let stack =
      switch depth.certainty(of: CallGraph.Node(subject.index)) {
      case .exact: "\(Spelled.bytes(bytes)) of stack"
      case .bounded: "\(Spelled.bytes(bytes)) of stack, and more by recursion"
      case .atLeast: "at least \(Spelled.bytes(bytes)) of stack"
      }
    var draft = draft(
      severity, subject.place,
      "can take \(stack): "
        + GraphAnswers.shown(frames, in: subject.package), measure: bytes, unit: .bytes)
    draft.causes = frames.prefix(1).map(\.name)
    draft.others = { subject.graph.names(path) }
    return [draft]
  }
}

/// `deep-defer-chain`: reports many deferred calls that are pending at once, at the function in which the
/// stack starts.
enum DeepDeferChainJudge: Judge {
  static let rule = RuleID.deepDeferChain

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard let limit = settings.limit, subject.graph.roots.contains(subject.index) else { return [] }
    let depth = subject.graph.depth
    let count = depth.defers.depths[subject.index]
    guard count > limit else { return [] }
    let path = depth.defers.path(of: CallGraph.Node(subject.index), in: depth.graph)
    let parts = subject.graph.dearest(path) { subject.program.functions[Int($0.node)].deferSites.count }
    // Functions that are not in the input, or are called through a pointer, may register defers, too.
    let isOpen = depth.defers.isLowerBound[subject.index] || depth.worst.causes[subject.index] != []
    var draft = draft(
      severity, subject.place,
      "can have \(isOpen ? "at least " : "")\(Spelled.figure(count)) deferred calls pending at once: "
        + GraphAnswers.shown(parts, in: subject.package), measure: count)
    draft.causes = parts.prefix(1).map(\.name)
    draft.others = { subject.graph.names(path) }
    return [draft]
  }
}

/// `goroutine-regrowth`: reports each `go` statement whose goroutine grows its stack several times.
enum GoroutineRegrowthJudge: Judge {
  static let rule = RuleID.goroutineRegrowth

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard let limit = settings.limit, !subject.function.goStatements.isEmpty else { return [] }
    return (subject.graph.goroutines[subject.index] ?? []).compactMap { goroutine in
      guard let entry = goroutine.entry, let growth = goroutine.growth, growth.steps.count >= limit,
        let path = subject.graph.depth.growthPath(of: entry)
      else { return nil }
      var draft = draft(
        severity, place(goroutine, subject), message(entry, growth, path, subject),
        measure: growth.steps.count)
      draft.others = { subject.graph.names(path) }
      return draft
    }
  }

  private static func place(_ goroutine: Goroutine, _ subject: Subject) -> Finding.Place? {
    subject.place(of: subject.function.goStatements[goroutine.site].place)
  }

  private static func message(
    _ entry: CallGraph.Node, _ growth: StackGrowth.Outcome, _ path: Path, _ subject: Subject
  ) -> String {
    let graph = subject.graph
    let depth = graph.depth
    let written = depth.written(entry)
    let name =
      depth.graph.isFunction(written)
      ? Spelled.function(graph.name(Int(written)), in: subject.package) : "a goroutine"
    let atLeast = depth.certainty(of: entry) == .exact ? "" : "at least "
    let times = growth.steps.count == 1 ? "once" : "\(growth.steps.count) times"
    let end =
      growth.settled > depth.rules.ceiling
      ? "and overflows" : "to \(Spelled.bytes(growth.settled)) in the worst case"
    let ordinary = depth.ordinarySize(of: entry).map { size in
      let low = size.low < size.high ? "\(Spelled.figure(size.low)) to " : ""
      return size.high == growth.settled && low.isEmpty
        ? "" : " (ordinarily \(low)\(Spelled.figure(size.high)))"
    }
    let frames = graph.dearest(path) { depth.graph.isFunction($0.node) ? $0.bytes : 0 }
    return
      "starts \(name), whose stack grows \(atLeast)\(times), \(end)\(ordinary ?? ""); the dearest frames: "
      + GraphAnswers.shown(frames, in: subject.package)
  }
}
