import CallGraph
import ProgramModel

/// `unbounded-recursion`: reports each cycle with judged code once, at a function by which it is entered.
enum UnboundedRecursionJudge: Judge {
  static let rule = RuleID.unboundedRecursion

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard let cycle = subject.graph.cycles[subject.index] else { return [] }
    let lap = cycle.cheapest
    var draft = draft(severity, subject.place, message(cycle, subject), measure: lap.bytes, unit: .bytes)
    draft.others = {
      cycle.members.filter { subject.graph.depth.graph.isFunction($0) }.map { subject.graph.name(Int($0)) }
    }
    // Instances of one generic function have the same source.
    if let place = subject.place { draft.causes = ["\(place.file):\(place.line)"] }
    return [draft]
  }

  private static func message(_ cycle: Cycle, _ subject: Subject) -> String {
    let graph = subject.graph
    let lap = cycle.cheapest
    let onLap = lap.steps.filter { graph.depth.graph.isFunction($0.node) }.map { Int($0.node) }
    let count = cycle.members.count { graph.depth.graph.isFunction($0) }
    let way: String
    if let first = onLap.firstIndex(of: subject.index) {
      let others = onLap[(first + 1)...] + onLap[..<first]
      way =
        others.isEmpty
        ? "calls itself" + (lap.steps.first?.place.outermost.line.map { " at line \($0)" } ?? "")
        : "calls itself through " + list(others.map(graph.name), subject)
    } else {
      way = "recurses, cheapest through " + list(onLap.map(graph.name), subject)
    }
    let cheapest = cycle.isCheapestProved ? "the cheapest lap" : "the cheapest lap found"
    return "\(way): \(figures(lap))" + (onLap.count < count ? "; \(cheapest) of \(count) functions" : "")
  }

  /// Returns a lap's figures, such as `at least 96 bytes per iteration, overflows by iteration 5,592,405`.
  private static func figures(_ lap: Cycle.Lap) -> String {
    var text = "\(lap.isLowerBound ? "at least " : "")\(Spelled.bytes(lap.bytes)) per iteration"
    if let turn = lap.overflowTurn {
      text += ", overflows \(lap.isLowerBound ? "by" : "at") iteration \(Spelled.figure(turn))"
    }
    return text
  }

  /// Returns a list of functions, such as `convert, (*T).each and 3 more`.
  private static func list(_ symbols: [String], _ subject: Subject) -> String {
    let names = symbols.map { Spelled.function($0, in: subject.package) }
    let limit = 4
    let isLong = names.count > limit
    let shown = isLong ? names[..<(limit - 1)] + ["\(names.count - limit + 1) more"] : names[...]
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}

/// `defer-on-recursion`: reports a function that continues its cycle of calls while deferred calls are
/// pending.
enum DeferOnRecursionJudge: Judge {
  static let rule = RuleID.deferOnRecursion

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard let site = subject.function.deferSites.first else { return [] }
    let components = subject.graph.depth.components
    guard components.isCycle[Int(components.number[subject.index])] else { return [] }
    let pending = pending(subject)
    guard pending > 0 else { return [] }
    let what = pending == 1 ? "a deferred call" : "\(pending) deferred calls"
    return [
      draft(
        severity, subject.place(of: site.location),
        "can leave \(what), and what \(pending == 1 ? "it holds" : "they hold"), pending at each level of a recursion",
        measure: pending)
    ]
  }

  /// Returns the most deferred calls that are pending while the function continues its cycle.
  ///
  /// A defer counts if it is before the call, or in a loop. A deferred call that is running is no longer
  /// pending.
  private static func pending(_ subject: Subject) -> Int {
    let (function, program) = (subject.function, subject.program)
    let components = subject.graph.depth.components
    let own = components.number[subject.index]
    func leadsOn(_ entry: UInt64?) -> Bool {
      guard let target = entry.flatMap(program.index(ofEntry:)) else { return false }
      return components.number[target] == own
    }
    // Open-coded defers are called at the function's exits like any other function.
    let open = Set(function.deferSites.lazy.filter { $0.kind == .open }.map(\.targetEntry))
    func isOn(_ target: UInt64?) -> Bool { leadsOn(target) && !open.contains(target) }
    let calls =
      function.calls.filter { $0.kind == .call && isOn($0.targetEntry) }.map(\.address)
      + function.indirectCalls.filter { isOn($0.targetEntry) }.map(\.address)
    let called = calls.map { call in
      function.deferSites.count { $0.address < call || $0.looping }
    }
    let deferred =
      function.deferSites.contains { leadsOn($0.targetEntry) } ? function.deferSites.count - 1 : 0
    return max(called.max() ?? 0, deferred)
  }
}
