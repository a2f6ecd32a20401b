/// The rules by their names. They stand in configurations, baselines and comments: none goes or changes.
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

/// What a rule is for. Reports show it, and `samples/rules/ID/README.md` says more.
public struct Rule: Sendable {
  /// Its name.
  public let id: RuleID
  /// What it has where nothing else is configured; nil is off.
  public let severity: Severity?
  /// What it names, in a few words: `A large stack frame`.
  public let title: String
  /// Why that matters, in a sentence or two.
  public let rationale: String
  /// What to do about it, in a sentence or two.
  public let advice: String
}
