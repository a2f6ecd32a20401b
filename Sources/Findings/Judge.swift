import ProgramModel

/// A rule at work: what it has to say of one function.
///
/// It speaks only of what the text or the tables prove. Whether it is on for this function was asked before.
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

/// The rules that look at one function at a time. ``RuleID/frameGrowth`` is the baseline's.
enum Judges {
  static let all: [any Judge.Type] = [
    LargeFrameJudge.self, LoopingDeferJudge.self, NeedlessHeapDeferJudge.self, ManyDefersJudge.self,
    AtomicInLoopJudge.self, AtomicOutsideSyncJudge.self, ForbiddenCallJudge.self, LockWithoutUnlockJudge.self,
    UncertainFrameJudge.self, DeepStackJudge.self, DeepDeferChainJudge.self, UnboundedRecursionJudge.self,
    GoroutineRegrowthJudge.self, DeferOnRecursionJudge.self,
  ]
}
