import ProgramModel

/// The slow ways of the runtime and of the packages next to it: calls that a program makes, but that hardly
/// any call of a function comes to. They count in the worst case, and not in the ordinary one
/// (``OrdinaryStacks``).
///
/// `scripts/accuracy --only stacks` holds what follows from them against running programs.
enum SlowWays {
  /// The functions, by name, and why a call seldom comes to them.
  static let reasons: [(reason: StaticString, names: [StaticString])] = [
    (
      // proc.go: an idle thread is taken where there is one.
      "starts a thread", ["runtime.startm", "runtime.newm"]
    ),
    (
      // malloc.go, mgc.go, mgcmark.go, mgcsweep.go: once a cycle of the collector, or while it marks or sweeps;
      // proc.go: where a program reads statistics of its memory or sets GOMAXPROCS.
      "works for the collector, or stops the world",
      [
        "runtime.gcStart", "runtime.gcAssistAlloc", "runtime.gcMarkDone", "runtime.deductSweepCredit",
        "runtime.(*mspan).ensureSwept", "runtime.stopTheWorld", "runtime.stopTheWorldGC",
      ]
    ),
    (
      // mcache.go, mheap.go: once a span of objects.
      "takes a span from the heap",
      ["runtime.(*mcache).refill", "runtime.(*mcache).allocLarge", "runtime.(*mheap).alloc"]
    ),
    (
      // malloc.go, mprof.go: once in MemProfileRate bytes; blocked goroutines only where a rate is set.
      "samples a profile",
      [
        "runtime.profilealloc", "runtime.mProf_Malloc", "runtime.blockevent", "runtime.mutexevent",
        "runtime.(*mLockProfile).store", "runtime.(*mLockProfile).storeSlow",
      ]
    ),
    (
      // lock_spinbit.go, sync/mutex.go: only where another thread or goroutine wants the same lock.
      "waits for a lock",
      [
        "runtime.unlock2Wake", "internal/sync.(*Mutex).lockSlow", "internal/sync.(*Mutex).unlockSlow",
        "sync.(*Mutex).lockSlow", "sync.(*Mutex).unlockSlow", "internal/sync.runtime_SemacquireMutex",
        "sync.runtime_SemacquireMutex",
      ]
    ),
    (
      // iface.go, sync/once.go, sync/pool.go: once a program, a pair of types or a processor.
      "happens once",
      [
        "runtime.itabAdd", "runtime.itabInit", "runtime.(*itab).init", "sync.(*Once).doSlow",
        "sync.(*Pool).pinSlow",
      ]
    ),
    (
      // proc.go: the queue of runnable goroutines overflows.
      "moves goroutines to another queue", ["runtime.runqputslow"]
    ),
    (
      // symtab.go, runtime.go, internal/synctest, reflect/makefunc.go.
      "serves C frames, GODEBUG, synctest or method values",
      [
        "runtime.expandCgoFrames", "runtime.reparsedebugvars", "internal/synctest.associate",
        "reflect.makeMethodValue",
      ]
    ),
  ]

  private static let names = reasons.flatMap(\.names)

  /// Whether a call of a function with this name is a slow way, whoever makes it.
  static func areWays(to name: ArraySlice<UInt8>) -> Bool {
    switch name.first {
    case UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "i"):
      RuntimeRole.isOne(name.span, of: names)
    default: false
    }
  }

  /// Whether a function with this name, called by the runtime itself, enlarges one of its own tables or makes
  /// the text of a panic. The callers that serve a program's own slices and strings are ``serves(_:)``.
  static func areOwnWays(to name: ArraySlice<UInt8>) -> Bool {
    let name = name.span
    return RuntimeRole.has(name, "runtime.concatstring", at: 0)
      || name.count == 17 && RuntimeRole.has(name, "runtime.growslice", at: 0)
  }

  /// Whether a function of the runtime grows slices and joins strings for the program.
  static func serves(_ name: ArraySlice<UInt8>) -> Bool {
    ["concat", "append", "growslice", "reflect_", "reflectlite_"].contains {
      name.dropFirst(8).starts(with: $0.utf8)
    }
  }
}
