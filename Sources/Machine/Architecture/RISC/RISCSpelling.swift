/// The meanings of riscv64's and loong64's mnemonics.
enum RISCSpelling: Sendable {
  /// Any other instruction: it writes its last operand in Go's order.
  case other
  /// An instruction that writes nothing that matters: a fence, a comparison of floats, a NOP.
  case nothing
  /// Go's MOV, which is a load, a store or a copy depending on its operands, of so many bytes; signed are
  /// numbers with a sign that have fewer bytes than a register.
  case memory(UInt8, isSigned: Bool = false)
  /// A load or a store of so many bytes.
  case load(UInt8, isSigned: Bool = false)
  case store(UInt8)
  case move
  /// A sum, a difference or a bit operation.
  case arithmetic(Instruction.Kind)
  /// A move of a register's lowest byte; and of its lowest 32 bits with their sign, which is how a shift of
  /// 32 bits by 0 works.
  case zeroExtend, signExtend
  /// A sum of 32 bits.
  case addWord
  /// A constant's upper bits: `LUI`, `LU12IW`.
  case upper
  /// An address relative to the instruction's: `AUIPC`, `PCALAU12I`.
  case page
  /// 1 where the condition holds for the second operand and the first, otherwise 0: `SLT`, `SGT`.
  case setIf(Condition)
  /// A branch on a condition for the first operand and the second, or zero where there is no second.
  case branch(Condition?)
  case call, jump, `return`, trap
  /// A load that makes a reservation, and a store that depends on it: LR/SC, LL/SC.
  case reserving, conditional
  /// An atomic read-modify-write.
  case atomic
  /// An instruction that may write any register, and memory.
  case clobber
  case undecoded

  /// Whether it may build part of an amount for SP, or in a prologue SP less part of the frame.
  func isPartOfAmount(inPrologue: Bool) -> Bool {
    switch self {
    case .upper, .addWord, .arithmetic(.or): true
    case .arithmetic(.add): inPrologue
    default: false
    }
  }
}
