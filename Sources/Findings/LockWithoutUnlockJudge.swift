import ProgramModel

/// `lock-without-unlock`: reports each return that keeps a lock.
enum LockWithoutUnlockJudge: Judge {
  static let rule = RuleID.lockWithoutUnlock

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    var seen: Set<UInt64> = []
    return subject.function.lockLeaks.compactMap { leak in
      guard seen.insert(leak.wayOut.address).inserted else { return nil }
      let what = leak.isRead ? "the read lock" : "the lock"
      return draft(
        severity, subject.place(of: leak.wayOut.location),
        "returns without releasing \(what) that it took\(line(leak.lock)); another path unlocks it\(line(leak.unlock))"
      )
    }
  }

  private static func line(_ place: LockLeak.Place) -> String {
    place.location.map { " at line \($0.line)" } ?? ""
  }
}
