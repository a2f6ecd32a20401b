import ByteText
import Listing

/// The effect of one instruction, in the same form for every machine and every disassembler: all that a
/// question needs to know about it.
///
/// Each machine has one reader that makes it from a line. The operands are in the order of ``Operands``: the
/// destination is written last, so `SUBQ $0x18, SP` is `subtract` with source 24, and SP as both second and
/// target.
struct Instruction {
  /// The effect, as an assignment to `target` where there is one.
  ///
  /// «Unknown» stands for a value that is not followed.
  enum Kind: UInt8, Sendable {
    /// No change of a general register or of memory: a fence, a NOP, a comparison of floats.
    case nothing
    /// The flags = a comparison of source with second.
    case compare
    /// The flags = a comparison of the bits that source and second have in common with zero.
    case test
    /// target = source: a constant, a copy, a load or a store of `width` bits.
    case move
    /// target = the address of source.
    case address
    /// target = second + source, and so on: `subtract` is second - source.
    case add, subtract, and, or, xor
    /// target = second, with sixteen of its bits replaced by those of source (arm64 MOVK, arm MOVT).
    case insert
    /// target = second + 1 where the condition holds, otherwise second (arm64 CINC).
    case increment
    /// target = source where the condition holds, otherwise second (x86 CMOV).
    case moveIf
    /// target = 1 where the condition holds for source and second, otherwise 0.
    case setIf
    /// target, second = the two words in memory at source.
    case loadPair
    /// The two words in memory at target = source, second.
    case storePair
    /// The words in memory at target = source and the registers with the numbers that follow, `reach` bytes
    /// in all.
    case storeMultiple
    /// The memory at target, at most `reach` bytes of it = unknown; zeros where source is the number 0.
    case overwrite
    /// target = unknown.
    case clobber
    /// target, second = unknown.
    case clobberTwo
    /// target = unknown, as far as can be told: no reader knows the instruction.
    case other
    /// Every register = unknown.
    case clobberRegisters
    /// Every register and all memory = unknown.
    case clobberAll
    /// Memory that others share, and the registers that are named = unknown.
    case atomic
    /// Memory that others share, and second where it is a register = unknown.
    case atomicStore
    /// A call of target: a place, or the address that a register or memory holds.
    case call
    /// A jump to target: a place, or an address that a register, memory or a jump table holds.
    case jump
    /// A jump to target where the condition holds: for source and second, or for the flags where there is no
    /// source.
    case branch
    /// A jump to target where the condition holds for bit `second` of source, compared with zero.
    case branchOnBit
    /// A return to the caller.
    case returns
    /// A trap: nothing is executed after it.
    case traps
  }

  var source = Operand()
  var second = Operand()
  var target = Operand()
  /// The most bytes of memory that are overwritten, where that is not `width`.
  var reach: Int64 = 64
  var kind: Kind
  /// How many bits are moved, added or compared.
  var width: UInt8 = 64
  /// Of a move to a register: whether the bits above `width` are copies of the sign; otherwise they are
  /// zeros.
  var isSigned = false
  /// Of a move to a register: whether the bits above `width` stay as they are (x86).
  var keepsUpperBits = false
  /// The condition of a branch; nil where it is not followed.
  var condition: Condition?
  /// Of a comparison: whether it is of numbers without a sign, whatever the condition is called.
  var isUnsigned = false
  /// Of `address`: whether the index may be multiplied (x86 `LEAQ 0(SI)(CX*8), AX`).
  var scalesIndex = false
  /// Whether the flags are changed.
  var setsFlags = false

  init(_ kind: Kind) { self.kind = kind }

  init(
    _ kind: Kind, _ source: Operand = Operand(), _ second: Operand = Operand(),
    to target: Operand = Operand(), width: UInt8 = 64, reach: Int64 = 64, isSigned: Bool = false,
    isUnsigned: Bool = false, setsFlags: Bool = false, if condition: Condition? = nil
  ) {
    (self.kind, self.source, self.second, self.target) = (kind, source, second, target)
    (self.width, self.reach, self.isSigned, self.isUnsigned) = (width, reach, isSigned, isUnsigned)
    (self.setsFlags, self.condition) = (setsFlags, condition)
  }

  /// Makes a call or a jump to an address or a symbol; without either the target stays unknown.
  init(_ kind: Kind, to target: Target?) {
    self.kind = kind
    guard let target else { return }
    self.target.kind = .place
    self.target.value = Int64(bitPattern: target.address)
    self.target.hasValue = target.address != .max
    self.target.symbol = target.symbol
  }

  /// Makes a branch. Without a condition, it may go either way.
  init(branch target: Target?, if condition: Condition?) {
    self.init(.branch, to: target)
    self.condition = condition
  }

  /// Makes a write of so many bytes of memory with what is not followed.
  static func overwrite(_ memory: Operand, bytes: Int64) -> Instruction {
    Instruction(.overwrite, to: memory, reach: bytes)
  }

  /// The same instruction, which also changes the flags.
  var losingFlags: Instruction {
    var instruction = self
    instruction.setsFlags = true
    return instruction
  }

  /// An instruction that changes the flags and nothing else.
  static var losesFlags: Instruction { Instruction(.nothing, setsFlags: true) }

  /// Returns the result of an ``Kind/insert`` into a number; nil where the text does not say which bits it
  /// replaces.
  func inserted(into number: Int64) -> Int64? {
    source.isNumber ? Self.inserting(source.value, into: number) : nil
  }

  /// Returns a number with sixteen bits replaced by those of a value, which is already shifted to their
  /// place; nil for zero, which does not tell the place.
  ///
  /// `0x12340000` replaces bits 16 to 31.
  static func inserting(_ value: Int64, into number: Int64) -> Int64? {
    guard value != 0 else { return nil }
    let place = Int64(63 - UInt64(bitPattern: value).leadingZeroBitCount) & ~15
    return number & ~(0xffff << place) | value
  }

  /// Whether it loads a register from memory.
  var isLoad: Bool { kind == .move && source.isMemory && target.kind == .register }

  /// The general register that it writes, or ``noRegister``. For a load that also moves its base, it is not
  /// the base.
  var result: UInt8 {
    switch kind {
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .moveIf, .setIf, .clobber,
      .other,
      .loadPair:
      target.kind == .register ? target.register : noRegister
    default: noRegister
    }
  }

  /// Its result as a sum `base + sign * amount`; nil where it is no such sum.
  ///
  /// `LEAQ 0x8(SP), AX` is SP and 8, `SUBQ $0x18, SP` is SP and -24.
  var sum: (base: UInt8, amount: Operand, sign: Int64)? {
    switch kind {
    case .address where source.isMemory && source.writeback == .none:
      if source.index == noRegister { return (source.register, .constant(source.value), 1) }
      guard source.value == 0, !scalesIndex else { return nil }
      return source.index == stackPointer
        ? (source.index, .register(source.register), 1) : (source.register, .register(source.index), 1)
    case .add where second.kind == .register && source.kind == .register && source.isSP:
      return (source.register, second, 1)
    case .add where second.kind == .register && (source.kind == .register || source.isNumber):
      return (second.register, source, 1)
    case .subtract where second.kind == .register && (source.kind == .register || source.isNumber):
      return (second.register, source, -1)
    default: return nil
    }
  }
}

extension Operand {
  /// A number that is written in the instruction, `$0x18`.
  static func constant(_ value: Int64) -> Operand {
    var operand = Operand()
    operand.kind = .immediate
    operand.value = value
    operand.hasValue = true
    return operand
  }

  /// A whole register.
  static func register(_ number: UInt8) -> Operand {
    var operand = Operand()
    operand.kind = .register
    operand.register = number
    operand.width = 64
    return operand
  }

  /// The memory at `displacement(base)(index)`.
  static func memory(
    _ base: UInt8, _ displacement: Int64, index: UInt8 = noRegister, writeback: Writeback = .none
  )
    -> Operand
  {
    var operand = Operand()
    operand.kind = .memory
    operand.hasValue = true
    (operand.register, operand.value, operand.index, operand.writeback) = (
      base, displacement, index, writeback
    )
    return operand
  }

  /// An address, or a symbol alone where the address is nil.
  static func place(_ address: UInt64?, symbol: Range<Int> = 0..<0) -> Operand {
    var operand = Operand()
    operand.kind = .place
    operand.value = Int64(bitPattern: address ?? .max)
    operand.hasValue = address != nil
    operand.symbol = symbol
    return operand
  }

  /// Whether it is a number that is printed.
  var isNumber: Bool { kind == .immediate && hasValue }

  /// Whether it is memory at a general register plus a known displacement, without an index.
  var isPlain: Bool {
    isMemory && index == noRegister && hasValue && register < instructionPointer
  }

  var isMemory: Bool { kind == .memory || kind == .indirect }

  /// Whether it is a register that can hold an address: neither a vector register nor RIP.
  var isGeneral: Bool { kind == .register && register != vectorRegister && register != instructionPointer }
}

extension InstructionLine {
  /// Whether the instruction's bytes are all zeros, which pad a function: `00 00 00 00`, or `.long 0x0` where
  /// no bytes are printed.
  func isZero(_ text: borrowing Span<UInt8>) -> Bool {
    guard raw >= 0, text[Int(raw)] != UInt8(ascii: "-") else {
      // `.long 0x0`
      let instruction = Int(mnemonic)..<Int(end)
      guard text[Int(mnemonic)] == UInt8(ascii: "."), let mark = text.lastOffset(of: "0x", in: instruction)
      else { return false }
      let (value, last) = text.hexadecimal(from: mark + 2)
      return value == 0 && last == Int(end)
    }
    var i = Int(raw)
    while text[i] == UInt8(ascii: "0") || text[i] == UInt8(ascii: " ") { i += 1 }
    return text[i] <= 0x20
  }
}
