/// The rules, by the names that configurations, baselines and comments contain: no name may be removed or
/// changed.
public enum RuleID: String, CaseIterable, Sendable {
  case largeFrame = "large-frame"
  case loopingDefer = "looping-defer"
  case needlessHeapDefer = "needless-heap-defer"
  case manyDefers = "many-defers"
  case atomicInLoop = "atomic-in-loop"
  case atomicOutsideSync = "atomic-outside-sync"
  case forbiddenCall = "forbidden-call"
  case lockWithoutUnlock = "lock-without-unlock"
  case frameGrowth = "frame-growth"
  case uncertainFrame = "uncertain-frame"
  case deepStack = "deep-stack"
  case deepDeferChain = "deep-defer-chain"
  case unboundedRecursion = "unbounded-recursion"
  case goroutineRegrowth = "goroutine-regrowth"
  case deferOnRecursion = "defer-on-recursion"
}

/// A rule's description. Reports show it; `samples/rules/ID/README.md` says more.
public struct Rule: Sendable {
  /// The rule's name.
  public let id: RuleID
  /// The severity where nothing is configured; nil means off.
  public let severity: Severity?
  /// The finding in a few words: `A large stack frame`.
  public let title: String
  /// The reason why the finding matters, in a sentence or two.
  public let rationale: String
  /// The remedy, in a sentence or two.
  public let advice: String
}
