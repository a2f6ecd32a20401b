import Findings

/// What a rule is about, as pages that sort findings of many tools want it.
enum RuleTopic: String {
  case stack, `defer`, atomics, locks, recursion, policy

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

  /// For SARIF.
  var tags: [String] {
    switch self {
    case .stack, .defer, .atomics: ["performance", rawValue]
    case .locks, .recursion: ["correctness", rawValue]
    case .policy: ["maintainability", rawValue]
    }
  }

  /// One of Code Climate's (its analyzers' specification, «Categories»).
  var category: String {
    switch self {
    case .stack, .defer, .atomics: "Performance"
    case .locks, .recursion: "Bug Risk"
    case .policy: "Style"
    }
  }
}
