import ProgramModel

/// `atomic-in-loop`: reports each function with locked instructions in loops once, at the first of them.
enum AtomicInLoopJudge: Judge {
  static let rule = RuleID.atomicInLoop

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    let sites = subject.function.atomics.filter(\.inLoop)
    guard let first = sites.first else { return [] }
    let count = sites.count == 1 ? "a locked instruction" : "\(sites.count) locked instructions"
    return [
      draft(
        severity, subject.place(of: first.callers.last?.call ?? first.location),
        "executes \(count) in a loop: \(Spelled.instructions(sites, subject.program))", measure: sites.count)
    ]
  }
}

/// `atomic-outside-sync`: reports locked instructions in assembly and, where the configuration lists packages
/// that may have them, in all others.
///
/// Instructions of sync's own types (an inlined `Mutex.Lock`) are not the user's. Where they were inlined,
/// the line is that of sync's file, or the caller's line, which then also has a call of sync's slow path
/// (GO-FACTS, «Lines»).
enum AtomicOutsideSyncJudge: Judge {
  static let rule = RuleID.atomicOutsideSync

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    let sites: [AtomicSite]
    if subject.isAssembly {
      sites = subject.function.atomics
    } else if let allowed = settings.packages {
      let package = subject.package ?? ""
      guard !allowed.contains(where: { $0.matches(package) }) else { return [] }
      let slowLines = lines(ofSlowPathsIn: subject)
      sites = subject.function.atomics.filter { isOwn($0, subject, slowLines) }
    } else {
      return []
    }
    guard let first = sites.first else { return [] }
    let count = sites.count == 1 ? "a locked instruction" : "\(sites.count) locked instructions"
    let place = subject.isAssembly ? " in assembly" : " outside of the packages that may"
    return [
      draft(
        severity, subject.place(of: first.callers.last?.call ?? first.location),
        "executes \(count)\(place): \(Spelled.instructions(sites, subject.program))", measure: sites.count)
    ]
  }

  private static func isOwn(_ site: AtomicSite, _ subject: Subject, _ slowLines: Set<Int32>) -> Bool {
    guard let location = site.location else { return false }
    if subject.isOfOwnFile(location.file) { return !slowLines.contains(location.line) }
    // The methods of atomic.Int64 and the like are inlined from these files.
    return ["type.go", "value.go"].contains(subject.program.names.string(location.file))
  }

  private static func lines(ofSlowPathsIn subject: Subject) -> Set<Int32> {
    var lines: Set<Int32> = []
    for call in subject.function.calls {
      guard let line = call.line, call.place.file.map(subject.isOfOwnFile) ?? true else { continue }
      let target = subject.program.names.string(call.target)
      if target.hasPrefix("sync.") || target.hasPrefix("internal/sync.") { lines.insert(line) }
    }
    return lines
  }
}
