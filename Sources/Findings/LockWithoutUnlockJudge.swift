import ProgramModel

/// `lock-without-unlock`: one finding for each lock that a way out keeps.
enum LockWithoutUnlockJudge: Judge {
  static let rule = RuleID.lockWithoutUnlock

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    var seen: Set<UInt64> = []
    return subject.function.lockLeaks.compactMap { leak in
      guard seen.insert(leak.lock.address).inserted else { return nil }
      let what = leak.isRead ? "read lock" : "lock"
      return draft(
        severity, subject.place(of: leak.lock.location),
        "keeps this \(what) where it returns\(line(leak.wayOut)); another way out unlocks it\(line(leak.unlock))"
      )
    }
  }

  private static func line(_ place: LockLeak.Place) -> String {
    place.location.map { " (line \($0.line))" } ?? ""
  }
}
