import ProgramModel

/// `atomic-in-loop`: reports each function that adds to shared counters in loops once, at the first of them.
///
/// Other locked instructions in a loop are seldom anything that could be done once behind it: a compare-and-swap that is
/// tried again, a flag or a pointer that is stored, what `Lock` and `Unlock` execute. A wrapper that the compiler wrote
/// is nobody's to change.
enum AtomicInLoopJudge: Judge {
  static let rule = RuleID.atomicInLoop

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    let names = subject.program.names
    var sites = subject.function.atomics.filter { $0.inLoop && isAddition(names.string($0.instruction)) }
    guard !sites.isEmpty, subject.file?.hasPrefix("<") != true else { return [] }
    let fastPaths = SyncFastPaths(subject)
    sites.removeAll(where: fastPaths.contain)
    guard let first = sites.first else { return [] }
    let count = sites.count == 1 ? "a shared counter" : "shared counters in \(sites.count) places"
    return [
      draft(
        severity, subject.place(of: first.callers.last?.call ?? first.location),
        "adds to \(count) in a loop: \(Spelled.instructions(sites, subject.program))", measure: sites.count)
    ]
  }

  /// Whether an instruction adds to memory, by its name in Go's spelling on any machine.
  private static func isAddition(_ name: String) -> Bool {
    let word = name.hasPrefix("LOCK ") ? name.dropFirst(5) : name[...]
    return ["XADD", "ADD", "SUB", "INC", "DEC", "LDADD", "AMOADD", "AMADD", "LAA"].contains {
      word.hasPrefix($0)
    }
  }
}

/// `atomic-outside-sync`: reports locked instructions in assembly and, where the configuration lists packages
/// that may have them, in all others.
///
/// Instructions of sync's own types (an inlined `Mutex.Lock`) are not the user's.
enum AtomicOutsideSyncJudge: Judge {
  static let rule = RuleID.atomicOutsideSync

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    let sites: [AtomicSite]
    if subject.isAssembly {
      sites = subject.function.atomics
    } else if let allowed = settings.packages {
      let package = subject.package ?? ""
      guard !allowed.contains(where: { $0.matches(package) }) else { return [] }
      let fastPaths = SyncFastPaths(subject)
      sites = subject.function.atomics.filter { isOwn($0, subject) && !fastPaths.contain($0) }
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

  private static func isOwn(_ site: AtomicSite, _ subject: Subject) -> Bool {
    guard let location = site.location else { return false }
    if subject.isOfOwnFile(location.file) { return true }
    // The methods of atomic.Int64 and the like are inlined from these files.
    return ["type.go", "value.go"].contains(subject.program.names.string(location.file))
  }
}

/// The locked instructions of a function that are those of sync's own types, whose fast paths were inlined.
private struct SyncFastPaths {
  private let subject: Subject
  /// Those right before a call of a slow path.
  private let addresses: Set<UInt64>
  /// The lines of its own text with such a call.
  private let lines: Set<Int32>

  /// How far before its slow path a fast path's instruction stands, in bytes.
  private static let reach: UInt64 = 96
  /// The files of sync's types whose methods are inlined.
  private static let files: Set = [
    "mutex.go", "rwmutex.go", "once.go", "oncefunc.go", "waitgroup.go", "pool.go", "cond.go",
    "hashtriemap.go",
  ]

  init(_ subject: Subject) {
    self.subject = subject
    var (addresses, lines): (Set<UInt64>, Set<Int32>) = ([], [])
    let atomics = subject.function.atomics
    for call in subject.function.calls {
      let target = subject.program.names.string(call.target)
      guard target.hasPrefix("sync.") || target.hasPrefix("internal/sync."),
        target.contains("Slow") || target.contains("runtime_Sem")
      else { continue }
      if let last = atomics.last(where: { $0.address < call.address }),
        call.address - last.address <= Self.reach
      {
        addresses.insert(last.address)
      }
      if let line = call.line, call.place.file.map(subject.isOfOwnFile) ?? true { lines.insert(line) }
    }
    (self.addresses, self.lines) = (addresses, lines)
  }

  func contain(_ site: AtomicSite) -> Bool {
    let names = subject.program.names
    if addresses.contains(site.address) { return true }
    let callees = site.callers.compactMap { $0.function.map(names.string) }
    if callees.contains(where: { $0.hasPrefix("sync.") || $0.hasPrefix("internal/sync.") }) { return true }
    guard let location = site.location else { return false }
    if subject.isOfOwnFile(location.file) { return lines.contains(location.line) }
    return site.callers.isEmpty && Self.files.contains(names.string(location.file))
  }
}
