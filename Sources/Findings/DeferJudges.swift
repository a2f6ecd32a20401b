import ProgramModel

/// `looping-defer`: reports a defer that control flow can register again before the function returns, unless
/// a small constant bounds the iterations.
enum LoopingDeferJudge: Judge {
  static let rule = RuleID.loopingDefer

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    subject.function.deferSites.filter { $0.looping && $0.bound ?? .max > settings.moreThan }.map { site in
      let what =
        site.bound.map { "defers in a loop, at most \($0) times" }
        ?? (site.kind == .range
          ? "defers in a range-over-func body: each iteration can add to the chain"
          : "defers in a loop: each iteration can add to the chain")
      return draft(severity, subject.place(of: site.location), what)
    }
  }
}

/// `needless-heap-defer`: reports a defer with a heap record that is registered at most once.
enum NeedlessHeapDeferJudge: Judge {
  static let rule = RuleID.needlessHeapDefer

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    subject.function.deferSites.filter(\.needless).map { site in
      draft(
        severity, subject.place(of: site.location),
        "allocates a record for a defer that is registered at most once, because it is inside a loop statement"
      )
    }
  }
}

/// `many-defers`: reports a function with more defer statements than `more-than`.
enum ManyDefersJudge: Judge {
  static let rule = RuleID.manyDefers

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    let count = subject.function.deferSites.count
    guard count > settings.moreThan else { return [] }
    return [draft(severity, subject.place, "has \(count) defer statements", measure: count)]
  }
}
