extension Rule {
  /// Every rule, in the order in which help lists them.
  public static let all: [Rule] = [
    Rule(
      id: .largeFrame, severity: .note, title: "A large stack frame",
      rationale:
        "A goroutine begins with 2 KiB and doubles its stack by copying it; a frame of this size forces that, "
        + "and a recursion through it ends the program soon.",
      advice:
        "Take large arrays and structs by pointer, let them escape to the heap once, or keep them in a sync.Pool."
    ),
    Rule(
      id: .loopingDefer, severity: .warning, title: "A defer in a loop",
      rationale:
        "The control flow can register it again before the function returns: each turn can add a record that lives, "
        + "with what it holds open, until then.",
      advice:
        "Move the loop's body into a function of its own, or call it at the end of the iteration instead of deferring it. "
        + "Where all are meant to run at the end (locks held until then, a rollback), say so: "
        + "//fathom:allow looping-defer REASON."
    ),
    Rule(
      id: .needlessHeapDefer, severity: .note, title: "A defer on the heap that is registered once",
      rationale:
        "The compiler puts every defer inside a loop statement on the heap, also where the loop is left right "
        + "behind it: an allocation that nothing needs.",
      advice:
        "Move the defer in front of the loop, or the part that is left at once into a function of its own."),
    Rule(
      id: .manyDefers, severity: .note, title: "Many defers in one function",
      rationale: "With more than eight defers a function loses open-coded ones: each then costs a record.",
      advice: "Split the function, or join what is cleaned up into one deferred function."),
    Rule(
      id: .atomicInLoop, severity: .note, title: "A shared counter in a loop",
      rationale:
        "Each iteration takes the cache line for itself; with several cores at it that is tens to hundreds of "
        + "nanoseconds per iteration.",
      advice: "Add up in a local variable and publish once behind the loop, or shard the counter."),
    Rule(
      id: .atomicOutsideSync, severity: .warning, title: "A locked instruction outside of the agreed places",
      rationale:
        "Hand-written atomics are where memory models are got wrong; most teams keep them to a few packages.",
      advice:
        "Use sync, or move it to one of the packages that are allowed it, or allow this one by a reason."),
    Rule(
      id: .forbiddenCall, severity: nil, title: "A call that the configuration forbids",
      rationale: "The project says that this function must not be called any more.",
      advice: "Call what replaces it, or allow this one by a reason."),
    Rule(
      id: .lockWithoutUnlock, severity: .warning, title: "A mutex that one way out leaves locked",
      rationale:
        "The same mutex is unlocked on another way out: whoever locks it next after this one waits for ever.",
      advice: "Unlock it on every way out; defer the Unlock right behind the Lock where that is cheap enough."
    ),
    Rule(
      id: .frameGrowth, severity: .warning, title: "A stack frame that grew",
      rationale:
        "It is larger than the baseline says by more than a new compiler does by itself: every goroutine that "
        + "comes through here needs that much more.",
      advice: "Look at what the change put into the frame; write the baseline anew where it is meant."),
    Rule(
      id: .uncertainFrame, severity: nil, title: "A stack frame of uncertain size",
      rationale: "What the disassembly shows is a lower bound only.",
      advice: "Look at the function with fathom show; assembly that switches stacks is the usual reason."),
    Rule(
      id: .deepStack, severity: nil, title: "A deep stack",
      rationale:
        "What main or a goroutine calls in turn takes so much at its worst: the stack is copied to twice the size "
        + "until it fits, and each goroutine that came there holds on to it.",
      advice:
        "Take the dearest frames off the way down: fathom depth --function NAME lists it, level by level."),
    Rule(
      id: .deepDeferChain, severity: nil, title: "A long chain of pending defers",
      rationale:
        "So many deferred calls wait at once along one way down: a panic runs all of them, and each holds what it "
        + "cleans up until its function returns.",
      advice: "Clean up where the resource was used last, or let one function own what several defer."),
    Rule(
      id: .unboundedRecursion, severity: .note, title: "A recursion that the stack alone bounds",
      rationale:
        "Nothing that fathom sees bounds the depth, and a stack overflow cannot be recovered: where the input decides "
        + "how often it goes round, the input ends the program.",
      advice:
        "Count the depth and return an error beyond a limit, or go round in a loop with a slice as the stack; allow it "
        + "by a reason where the depth is bounded."),
    Rule(
      id: .goroutineRegrowth, severity: nil, title: "A goroutine that grows its stack again and again",
      rationale:
        "A goroutine begins with 2 KiB; each time that it needs more, the runtime allocates twice as much and copies "
        + "all of it (copystack).",
      advice:
        "Call a //go:noinline function with a local array of the size first, while there is nothing to copy; or take "
        + "the largest frames off the way down, or let a pool of workers keep their stacks."),
    Rule(
      id: .deferOnRecursion, severity: nil, title: "A defer on a recursion",
      rationale:
        "Each level registers it again, and none runs until the recursion returns: what it holds, locks and open files among "
        + "them, grows with the depth, beside the stack.",
      advice: "Defer in the function that begins the recursion, or clean up before the call that goes on."),
  ]

  /// Returns the rule with this name.
  public static func of(_ id: RuleID) -> Rule { all.first { $0.id == id }! }
}
