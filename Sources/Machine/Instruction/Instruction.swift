import ByteText
import Listing

/// What one instruction does, the same for every machine and every disassembler: all that a question asks of it.
///
/// Each machine has one reader that makes it of a line. Operands stand as ``Operands`` has them: what is written last.
struct Instruction {
  enum Kind: UInt8, Sendable {
    /// Changes no general register and no memory: a fence, a NOP, a comparison of floats.
    case nothing
    /// The flags say how source compares with second.
    case compare
    /// The flags say how the bits that source and second have in common compare with zero.
    case test
    /// target = source: a constant, a copy, a load or a store of `width` bits.
    case move
    /// target = the address of source.
    case address
    /// target = second + source, and so on.
    case add, subtract, and, or, xor
    /// target = second, but for the sixteen bits that source stands in (arm64 MOVK, arm MOVT).
    case insert
    /// target = second + 1 where the condition holds, second elsewhere (arm64 CINC).
    case increment
    /// target = 1 where source compares with second as the condition says, 0 elsewhere.
    case setIf
    /// target, second = the words at source.
    case loadPair
    /// The words at target = source, second.
    case storePair
    /// The words at target = source and the registers with the next numbers, `reach` bytes in all.
    case storeMultiple
    /// The memory at target = something else, `reach` bytes at most; zeros where source is 0.
    case overwrite
    /// target = something else.
    case clobber
    /// target, second = something else.
    case clobberTwo
    /// target = something else, as far as is known: an instruction that no reader knows.
    case other
    /// Every register = something else.
    case clobberRegisters
    /// Every register and all memory = something else.
    case clobberAll
    /// Memory that others share, and the registers that are named, = something else.
    case atomic
    /// Memory that others share, and second where it is a register, = something else.
    case atomicStore
    /// Calls target: a place, or what a register or memory says.
    case call
    /// Goes on at target: a place, or where a register, memory or a table says.
    case jump
    /// Goes on at target where the condition holds: of source and second, or of the flags where it has no source.
    case branch
    /// Goes on at target where the condition holds of bit `second` of source and zero.
    case branchOnBit
    /// Goes back to the caller.
    case returns
    /// Goes on nowhere.
    case traps
  }

  var source = Operand()
  var second = Operand()
  var target = Operand()
  /// How many bytes of memory are overwritten at most, where that is not `width`.
  var reach: Int64 = 64
  var kind: Kind
  /// The bits that are moved, added or compared.
  var width: UInt8 = 64
  /// Of a move to a register: the bits above `width` are the sign, zeros elsewhere.
  var isSigned = false
  /// Of a move to a register: the bits above `width` stay (x86).
  var keepsUpperBits = false
  /// What a branch asks; nil where that is not followed.
  var condition: Condition?
  /// Of a comparison: of numbers without a sign, whatever the condition is called.
  var isUnsigned = false
  /// The index of the address that it takes may be multiplied (x86).
  var scalesIndex = false
  /// What the flags said is lost.
  var setsFlags = false

  init(_ kind: Kind) { self.kind = kind }

  init(
    _ kind: Kind, _ source: Operand = Operand(), _ second: Operand = Operand(), to target: Operand,
    width: UInt8 = 64
  ) {
    self.kind = kind
    (self.source, self.second, self.target, self.width) = (source, second, target, width)
  }

  /// A call, or a jump.
  init(_ kind: Kind, to target: Target?) {
    self.kind = kind
    guard let target else { return }
    self.target.kind = .place
    self.target.value = Int64(bitPattern: target.address)
    self.target.hasValue = target.address != .max
    self.target.symbol = target.symbol
  }

  /// A call or jump to where an operand says.
  init(_ kind: Kind, to target: Operand) {
    self.kind = kind
    self.target = target
  }

  /// A branch; without a condition what it asks is not followed.
  init(branch target: Target?, if condition: Condition?) {
    self.init(.branch, to: target)
    self.condition = condition
  }

  /// The same, and what the flags said is lost.
  var losingFlags: Instruction {
    var instruction = self
    instruction.setsFlags = true
    return instruction
  }

  /// Changes what the flags said, and nothing else.
  static var losesFlags: Instruction { Instruction(.nothing).losingFlags }

  /// What an ``Kind/insert`` makes of a number; nil where the text does not say which bits it replaces.
  func inserted(into number: Int64) -> Int64? {
    source.isNumber ? Self.inserting(source.value, into: number) : nil
  }

  /// A number with the sixteen bits replaced that a value stands in; nil for zero, which stands in none.
  static func inserting(_ value: Int64, into number: Int64) -> Int64? {
    guard value != 0 else { return nil }
    let place = Int64(63 - UInt64(bitPattern: value).leadingZeroBitCount) & ~15
    return number & ~(0xffff << place) | value
  }

  /// Whether a register is given what stands in memory.
  var isLoad: Bool { kind == .move && source.isMemory && target.kind == .register }

  /// The general register that it writes; of a load that moves its base, not the base.
  var result: UInt8 {
    switch kind {
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .setIf, .clobber, .other,
      .loadPair:
      target.kind == .register ? target.register : noRegister
    default: noRegister
    }
  }

  /// What it adds to SP, or to what another register holds, to get its target; nil where it is no such sum.
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
  static func constant(_ value: Int64) -> Operand {
    var operand = Operand()
    operand.kind = .immediate
    operand.value = value
    operand.hasValue = true
    return operand
  }

  static func register(_ number: UInt8) -> Operand {
    var operand = Operand()
    operand.kind = .register
    operand.register = number
    operand.width = 64
    return operand
  }

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

  /// An address; nil where only its symbol is printed.
  static func place(_ address: UInt64?, symbol: Range<Int> = 0..<0) -> Operand {
    var operand = Operand()
    operand.kind = .place
    operand.value = Int64(bitPattern: address ?? .max)
    operand.hasValue = address != nil
    operand.symbol = symbol
    return operand
  }

  /// A number that is printed.
  var isNumber: Bool { kind == .immediate && hasValue }

  /// A word in memory at a register and a known amount.
  var isPlain: Bool {
    isMemory && index == noRegister && hasValue && register < instructionPointer
  }

  var isMemory: Bool { kind == .memory || kind == .indirect }

  /// Whether it is a register that may hold an address.
  var isGeneral: Bool { kind == .register && register != vectorRegister && register != instructionPointer }
}

extension InstructionLine {
  /// Whether its bytes are zeros, which are no instruction.
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
