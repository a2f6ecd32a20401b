/// What the mnemonics of riscv64 and loong64 stand for.
enum RISCSpelling: Sendable {
  /// Any other: what stands last in Go's order is written.
  case other
  /// Writes nothing that matters: fences, compares of numbers that are no integers, NOPs.
  case nothing
  /// Go's MOV: a load, a store, or a copy, as its operands say. So many bytes.
  case memory(UInt8)
  case load(UInt8)
  /// The same of numbers with a sign, of fewer bytes than a register has.
  case signedMemory(UInt8)
  case signedLoad(UInt8)
  case store(UInt8)
  case move, add, or, subtract, and, xor
  /// The lowest byte of a register; its lowest 32 bits with their sign, where a shift says that it is one by 0.
  case zeroExtend, signExtend
  /// As `add`, of 32 bits.
  case addWord
  /// A constant's upper bits: `LUI`, `LU12IW`.
  case upper
  /// An address near the instruction's: `AUIPC`, `PCALAU12I`.
  case page
  /// 1 or 0, by what the second operand is to the first: `SLT`, `SGT`.
  case setIf(Condition)
  /// By what the first operand is to the second, or to zero.
  case branch(Condition?)
  case call, jump, `return`, trap
  /// A load that reserves its place, and a store that is conditional on that: LR/SC, LL/SC.
  case reserving, conditional
  /// An atomic read-modify-write.
  case atomic
  /// May have written any register, and memory.
  case clobber
  case undecoded

  /// Whether it may be a piece of an amount for SP, or in a prologue SP less some of the frame.
  func isPartOfAmount(inPrologue: Bool) -> Bool {
    switch self {
    case .upper, .addWord, .or: true
    case .add: inPrologue
    default: false
    }
  }
}
