import ByteText
import Listing

/// The end of the area above SP in which a function passes arguments to its callees and receives their
/// results: all arguments on some machines, those that registers do not hold on the others. The text does not
/// say how much of it a call writes.
///
/// A value that is stored there is an argument of the next call, without a branch between them, and the
/// compiler stores all arguments. So a slot is the function's own when another slot between it and the first
/// argument is not stored, or when a branch comes before the call; and so are all slots above it (Go
/// `cmd/compile/internal/ssagen/pgen.go`, AllocFrame: the arguments of calls are lowest). An argument may be
/// copied as a block, through a register or by `duffcopy`: where an address that low is taken, only those
/// calls count before which every store is seen.
struct OutgoingArguments {
  /// The end in bytes above SP; `Int64.max` where no slot is proved to be the function's own.
  private(set) var end = Int64.max
  /// How many words the callee takes, by the line of its call; those of which that is not known are left out.
  private(set) var words: [Int: Int] = [:]

  /// Returns how many words a call takes as arguments; nil for callees of which that is not known.
  private static func arguments(of symbol: Range<Int>, _ text: borrowing Span<UInt8>) -> Int? {
    switch RuntimeCall(text, symbol) {
    case .deferred(.heap): return 1
    case .allocates(let words): return Int(words)
    default: break
    }
    guard let call = LockCall(text, symbol) else { return nil }
    // runtime_SemacquireRWMutexR(s, lifo, skip), unlockSlow(m, new), rUnlockSlow(rw, r).
    return !call.isSlow ? 1 : call.offset != 0 ? 3 : call.isUnlock ? 2 : 1
  }

  init(
    _ instructions: [Instruction], _ graph: FlowGraph, _ facts: MachineFacts, _ text: borrowing Span<UInt8>
  ) {
    var stored: Set<Int64> = []
    /// The same end, for a function that may have copied an argument as a block which the text does not show
    /// next to its call.
    var strictEnd = Int64.max
    /// The lowest offset from SP whose address is taken: a block may be copied to it.
    var lowestTaken = Int64.max
    /// Whether every store since the last call was seen: nothing was copied as a block, and no path joins in
    /// between.
    var isWhole = false
    for (line, instruction) in instructions.enumerated() {
      let node = graph.nodes[Int(graph.nodeOfLine[line])]
      if node.isLeader, line == node.lines.lowerBound {
        // An argument is stored where the call is, after all branches; so what was stored before this one is
        // the function's own.
        if let own = stored.filter({ $0 >= facts.argumentOffset }).min() { end = min(end, own) }
        stored.removeAll(keepingCapacity: true)
        isWhole = false
      }
      let target = instruction.target
      switch instruction.kind {
      case .call:
        if target.kind == .place, case .duff = RuntimeCall(to: target.symbol, text) {
          isWhole = false
          continue
        }
        let known =
          target.kind == .place ? Self.arguments(of: Trampoline.target(text, target.symbol), text) : nil
        words[line] = known
        var slot = facts.argumentOffset
        if let known {
          slot += Int64(known) * facts.word
        } else {
          while stored.contains(slot) { slot += facts.word }
        }
        if let own = stored.filter({ $0 >= slot }).min() {
          end = min(end, own)
          if known != nil || isWhole { strictEnd = min(strictEnd, own) }
        }
        stored.removeAll(keepingCapacity: true)
        isWhole = true
      case .clobberAll: isWhole = false
      case .address, .add, .subtract:
        // Something may be stored to this address through the register.
        guard let sum = instruction.sum, sum.base == stackPointer, instruction.result != stackPointer else {
          continue
        }
        let offset = sum.amount.kind == .immediate ? sum.sign &* sum.amount.value : 0
        // Nothing is passed below SP: this is a prologue's split check.
        guard offset >= 0 else { continue }
        lowestTaken = min(lowestTaken, offset)
        isWhole = false
      default:
        guard target.isMemory, target.register == stackPointer, target.value >= 0 else { continue }
        guard target.index == noRegister else {
          isWhole = false
          continue
        }
        let bytes =
          instruction.kind == .move
          ? Int64(instruction.width) / 8
          : instruction.kind == .storePair ? 2 * facts.word : min(instruction.reach, 256)
        for part in stride(from: 0, to: max(bytes, 1), by: Int(facts.word)) {
          stored.insert((target.value &+ part) & ~(facts.word - 1))
        }
      }
    }
    if lowestTaken < end { end = strictEnd }
  }
}
