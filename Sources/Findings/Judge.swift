import ProgramModel

/// The implementation of a rule: it judges one function at a time.
///
/// It reports only facts that the text or the tables prove. The caller has checked that the rule is on for
/// the function.
protocol Judge: Sendable {
  static var rule: RuleID { get }
  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft]
}

extension Judge {
  static func draft(
    _ severity: Severity, _ place: Finding.Place?, _ message: String, measure: Int = 1,
    unit: Finding.Unit = .count
  ) -> Draft {
    Draft(rule: rule, severity: severity, place: place, message: message, measure: measure, unit: unit)
  }
}

/// All rules.
enum Judges {
  static let all: [any Judge.Type] = [
    LargeFrameJudge.self, FrameGrowthJudge.self,
    LoopingDeferJudge.self, NeedlessHeapDeferJudge.self, ManyDefersJudge.self,
    AtomicInLoopJudge.self, AtomicOutsideSyncJudge.self, ForbiddenCallJudge.self, LockWithoutUnlockJudge.self,
    UncertainFrameJudge.self, DeepStackJudge.self, DeepDeferChainJudge.self, UnboundedRecursionJudge.self,
    GoroutineRegrowthJudge.self, DeferOnRecursionJudge.self,
  ]
}
