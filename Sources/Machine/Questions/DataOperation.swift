import ByteText
import Listing
import ProgramModel

/// The effect of an instruction on registers and memory, as far as a pointer can be followed through it. An
/// instruction that is not followed may write anything: a register, all registers, memory too.
struct DataOperation {
  enum Kind: UInt8 {
    /// No register is written, and no memory that matters: compares, branches, NOPs, stores outside the
    /// frame.
    case nothing
    /// register = base.
    case copy
    /// register = address, which has the symbol if one is printed.
    case address
    /// register = displacement, a number that is no address.
    case constant
    /// register = base + displacement.
    case offset
    /// register = base | displacement.
    case or
    /// register = base, with sixteen of its bits replaced by those of displacement.
    case insert
    /// register = the word at base + displacement.
    case load
    /// register, second = the two words at base + displacement.
    case loadPair
    /// The word at base + displacement = register.
    case store
    /// The two words at base + displacement = register, second.
    case storePair
    /// The words at base + displacement = register and the registers with the numbers that follow, `width`
    /// bytes in all.
    case storeMultiple
    /// Some of the `width` bytes at base + displacement = unknown.
    case storeOther
    /// Any other call than the next two: it returns a result in the first register, and the other registers
    /// are lost.
    case call
    /// A call that returns zeroed memory to which nothing else points.
    case allocation
    /// A call that changes only a few registers of the assembler's.
    case writeBarrier
    /// register = unknown; for `clobberTwo` second as well.
    case clobber, clobberTwo
    /// Every register = unknown.
    case clobberRegisters
    /// SP moves, so an offset from it now names another slot.
    case moveSP
    /// Every register and every slot of the frame = unknown.
    case clobberAll
  }

  var kind: Kind
  var register = noRegister
  var second = noRegister
  var base = noRegister
  /// A register that is added to the base and the displacement, where the base is SP; it holds a constant.
  var index = noRegister
  /// How many bytes a store writes.
  var width: UInt8 = 8
  var displacement: Int64 = 0
  /// For ``Kind/address`` and ``Kind/load``: the address that the text gives; `UInt64.max` where a relocation
  /// gives the symbol alone.
  var address = UInt64.max
  var symbol: Range<Int> = 0..<0

  private init(_ kind: Kind) { self.kind = kind }

  /// Whether it stores whole words.
  var storesWords: Bool { kind == .store || kind == .storePair || kind == .storeMultiple }

  /// Returns the register of a stored word: of the first for 0, of the second for 1, and so on.
  func register(_ index: Int) -> UInt8 {
    if index == 0 { return register }
    return kind == .storePair ? second : register &+ UInt8(truncatingIfNeeded: index)
  }

  init(_ instruction: Instruction, _ facts: MachineFacts, _ text: borrowing Span<UInt8>) {
    let (source, target) = (instruction.source, instruction.target)
    let isWord = Int64(instruction.width) == 8 * facts.word
    switch instruction.kind {
    case .nothing where source.writeback != .none:
      self.init(source.register == stackPointer ? .moveSP : .clobberAll)
    case .nothing, .compare, .test, .jump, .branch, .branchOnBit, .returns, .traps: self.init(.nothing)
    case .call: self.init(call: target, facts, text)
    case .clobberRegisters: self.init(.clobberRegisters)
    case .clobberTwo where source.writeback != .none: self.init(.clobberAll)
    case .clobberTwo:
      self.init(.clobberTwo)
      (register, second) = (target.register, instruction.second.register)
    case .clobberAll, .atomic: self.init(.clobberAll)
    case .atomicStore:
      self.init(writes: instruction.second.kind == .register ? instruction.second : target, bytes: 8, facts)
    case .clobber, .other, .overwrite, .increment, .moveIf, .setIf, .and, .xor:
      self.init(writes: target, bytes: instruction.reach, facts)
    // The base is written as well.
    case .move where source.writeback != .none && target.kind == .register: self.init(.clobberAll)
    case _ where target.isSP: self.init(.moveSP)
    case .move where !isWord || !source.isGeneral && source.kind == .register:
      self.init(writes: target, bytes: Int64(instruction.width) / 8, facts)
    case .move where target.isGeneral: self.init(moves: source, to: target.register, facts)
    case .move: self.init(stores: source, at: target, Int64(instruction.width) / 8, facts)
    case .address where target.isGeneral && source.kind == .place && isWord:
      self.init(.address)
      register = target.register
      if source.hasValue { address = UInt64(bitPattern: source.value) }
      symbol = source.symbol
    case .or where source.isNumber && target.isGeneral && instruction.second.isGeneral,
      .insert where source.isNumber && target.isGeneral && instruction.second.isGeneral:
      self.init(instruction.kind == .or ? .or : .insert)
      (register, base, displacement) = (target.register, instruction.second.register, source.value)
    case .address, .add, .subtract, .or, .insert:
      // A number of fewer bits is no address; one that is extended may be part of a constant.
      guard isWord || instruction.isSigned, target.isGeneral, let sum = instruction.sum,
        sum.amount.kind == .immediate || sum.base == stackPointer && sum.sign > 0
      else {
        self.init(writes: target, bytes: instruction.reach, facts)
        break
      }
      self.init(.offset)
      (register, base) = (target.register, sum.base)
      if sum.amount.kind == .immediate {
        displacement = sum.sign &* sum.amount.value
      } else {
        index = sum.amount.register
      }
    case .loadPair:
      guard isWord, let place = Self.place(source, facts), target.isGeneral, instruction.second.isGeneral
      else {
        self.init(.clobberAll)
        break
      }
      self.init(.loadPair)
      (register, second) = (target.register, instruction.second.register)
      (base, displacement, index) = place
    case .storePair:
      guard isWord, let place = Self.place(target, facts) else {
        self.init(writes: target, bytes: 64, facts)
        break
      }
      self.init(.storePair)
      (register, second) = (source.register, instruction.second.register)
      (base, displacement, index) = place
    case .storeMultiple:
      guard let place = Self.place(target, facts) else {
        self.init(writes: target, bytes: instruction.reach, facts)
        break
      }
      self.init(.storeMultiple)
      (base, displacement, index) = place
      (register, width) = (source.register, UInt8(clamping: instruction.reach))
    }
  }

  /// The lowest number that can be an address: below it, a program has neither code nor data.
  static let lowestAddress: Int64 = 1 << 12

  /// Makes the move of a word to a register.
  private init(moves source: Operand, to target: UInt8, _ facts: MachineFacts) {
    self.init(.clobber)
    register = target
    switch source.kind {
    case .register:
      kind = source.isSP ? .offset : .copy
      base = source.register
    case .immediate where source.hasValue:
      kind = source.value >= Self.lowestAddress ? .address : .constant
      (address, displacement) = (UInt64(bitPattern: source.value), source.value)
    case .place:
      kind = .load
      if source.hasValue { address = UInt64(bitPattern: source.value) }
    case .memory, .indirect:
      guard let place = Self.place(source, facts) else { return }
      kind = .load
      (base, displacement, index) = place
    case .immediate, .none, .other: break
    }
  }

  /// Makes a store; a value that is in no register is not followed.
  private init(stores source: Operand, at target: Operand, _ bytes: Int64, _ facts: MachineFacts) {
    guard let place = Self.place(target, facts), source.isGeneral else {
      self.init(writes: target, bytes: bytes, facts)
      return
    }
    self.init(.store)
    (base, displacement, index) = place
    register = source.register
    width = UInt8(clamping: bytes)
  }

  /// Makes a call, whose effect depends on the callee.
  private init(call target: Operand, _ facts: MachineFacts, _ text: borrowing Span<UInt8>) {
    self.init(.call)
    guard target.kind == .place else { return }
    switch RuntimeCall(to: target.symbol, text) {
    case .duff: kind = .clobberAll
    case .writeBarrier: kind = .writeBarrier
    case .allocates(let words):
      kind = .allocation
      // Where results are on the stack, they come after the arguments.
      (base, displacement) = (stackPointer, facts.argumentOffset + Int64(words) * facts.word)
    default: break
    }
  }

  /// Returns where memory is: the base, the displacement and, for SP, a register that holds a constant.
  /// Memory with any other index is not followed; nor is RIP-relative memory.
  private static func place(
    _ operand: Operand, _ facts: MachineFacts
  ) -> (base: UInt8, displacement: Int64, index: UInt8)? {
    guard operand.isMemory, operand.writeback == .none, operand.register != noRegister,
      operand.register != instructionPointer
    else { return nil }
    let isConstant =
      operand.register == stackPointer && operand.index != vectorRegister && !facts.scalesIndexes
    guard operand.index == noRegister || isConstant else { return nil }
    return (operand.register, operand.value, operand.index)
  }

  /// Makes a write of at most so many bytes to an operand, which is a register or memory.
  private init(writes operand: Operand, bytes: Int64, _ facts: MachineFacts) {
    switch operand.kind {
    case .register where operand.isSP: self.init(.moveSP)
    case .register:
      self.init(.clobber)
      register = operand.register
    case .memory where operand.register == instructionPointer, .place: self.init(.nothing)
    case .memory, .indirect:
      if let place = Self.place(operand, facts) {
        self.init(.storeOther)
        (base, displacement, index) = place
        width = UInt8(clamping: bytes)
      } else if operand.writeback != .none {
        self.init(operand.register == stackPointer ? .moveSP : .clobberAll)
      } else {
        // This may write an element of an array in the frame, by its index; without SP it writes no slot of
        // the frame.
        self.init(
          operand.register == stackPointer || operand.index == stackPointer ? .clobberAll : .nothing)
      }
    case .none: self.init(.clobberRegisters)
    case .immediate, .other: self.init(.clobberAll)
    }
  }
}
