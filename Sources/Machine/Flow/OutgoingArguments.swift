import Listing

/// Where the room ends that a function has above SP for what it passes to its calls and what they return, on machines that
/// have arguments on the stack: which of it a call writes is not in the text.
///
/// What is stored there is an argument of the next call, and stands next to it; the compiler stores all of them before.
/// So a slot is the function's own when another one between it and the first argument is not stored, and so are all above
/// it (Go `cmd/compile/internal/ssagen/pgen.go`, AllocFrame: the arguments of calls lie lowest).
struct OutgoingArguments {
  /// Bytes above SP; `Int64.max` where no slot is proved to be the function's own.
  private(set) var end = Int64.max

  /// How many words a call takes of which that is known; nil for all others.
  private static func arguments(of target: Operand, _ text: borrowing Span<UInt8>) -> Int64? {
    guard target.kind == .place else { return nil }
    let symbol = Trampoline.target(text, target.symbol)
    if case .deferred(.heap) = RuntimeCall(text, symbol) { return 1 }
    return LockCall(text, symbol) == nil ? nil : 1
  }

  init(
    _ instructions: [Instruction], _ graph: LineGraph, _ facts: MachineFacts, _ text: borrowing Span<UInt8>
  ) {
    var stored: Set<Int64> = []
    for (line, instruction) in instructions.enumerated() {
      if graph.isLeader[line] { stored.removeAll(keepingCapacity: true) }
      let target = instruction.target
      if instruction.kind == .call {
        var slot = facts.argumentOffset
        if let known = Self.arguments(of: target, text) {
          slot += known * facts.word
        } else {
          while stored.contains(slot) { slot += facts.word }
        }
        if let own = stored.filter({ $0 >= slot }).min() { end = min(end, own) }
        stored.removeAll(keepingCapacity: true)
      } else if target.isMemory, target.register == stackPointer, target.index == noRegister,
        target.value >= 0
      {
        let bytes = instruction.kind == .move ? Int64(instruction.width) / 8 : min(instruction.reach, 256)
        for part in stride(from: 0, to: max(bytes, 1), by: Int(facts.word)) {
          stored.insert((target.value &+ part) & ~(facts.word - 1))
        }
      }
    }
  }
}
