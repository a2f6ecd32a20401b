import Findings

/// The topic of a rule, for pages that sort the findings of many tools.
enum RuleTopic: String {
  case stack, `defer`, atomics, locks, recursion, policy

  /// Finds the topic of a rule; every rule has one.
  init(_ rule: RuleID) {
    switch rule {
    case .largeFrame, .frameGrowth, .uncertainFrame, .deepStack, .goroutineRegrowth: self = .stack
    case .loopingDefer, .needlessHeapDefer, .manyDefers, .deepDeferChain, .deferOnRecursion: self = .defer
    case .atomicInLoop, .atomicOutsideSync: self = .atomics
    case .lockWithoutUnlock: self = .locks
    case .unboundedRecursion: self = .recursion
    case .forbiddenCall: self = .policy
    }
  }

  /// The tags of the rule in SARIF.
  var tags: [String] {
    switch self {
    case .stack, .defer, .atomics: ["performance", rawValue]
    case .locks, .recursion: ["correctness", rawValue]
    case .policy: ["maintainability", rawValue]
    }
  }

  /// The category in Code Climate's terms (its analyzers' specification, «Categories»).
  var category: String {
    switch self {
    case .stack, .defer, .atomics: "Performance"
    case .locks, .recursion: "Bug Risk"
    case .policy: "Style"
    }
  }
}
