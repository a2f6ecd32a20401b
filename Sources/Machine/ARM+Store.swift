import Listing

extension ARM {
  /// A store of a register to a base and another register, which Go's disassembler prints as `?`, up to 1.27 at least.
  ///
  /// Arm ARM A5.3: `cond 011 P U 0 W 0 Rn Rt imm5 type 0 Rm`.
  struct Store {
    var memory = Operand()
    var value = Operand()

    init?(word: UInt32) {
      guard word & 0x0e50_0010 == 0x0600_0000, word >> 28 != 15 else { return nil }
      func register(_ number: UInt32) -> UInt8 {
        let number = UInt8(number & 15)
        return number == 13 ? stackPointer : number == 15 ? instructionPointer : number
      }
      value.kind = .register
      value.register = register(word >> 12)
      memory.kind = .memory
      memory.hasValue = true
      memory.register = register(word >> 16)
      // Added as it is, or shifted, or taken off.
      memory.index = word & 0x0080_0ff0 == 0x0080_0000 ? register(word) : vectorRegister
      let isPre = word >> 24 & 1 == 1
      memory.writeback = !isPre ? .after : word >> 21 & 1 == 1 ? .before : .none
    }
  }
}
