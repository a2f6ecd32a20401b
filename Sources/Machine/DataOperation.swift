import Listing
import ProgramModel

/// What an instruction does to registers and memory, as far as a pointer can be followed through it. What is
/// not followed may have written anything: a register, all registers, memory too.
struct DataOperation {
  enum Kind: UInt8 {
    /// Writes no register and no memory that matters: compares, branches, NOPs, stores to no frame.
    case nothing
    /// register = base.
    case copy
    /// register = address, of the symbol if one is printed.
    case address
    /// register = base + displacement.
    case offset
    /// register = the word at base + displacement.
    case load
    /// register, second = the words at base + displacement.
    case loadPair
    /// The word at base + displacement = register.
    case store
    /// The words at base + displacement = register, second.
    case storePair
    /// The words at base + displacement = register and those with the next numbers, `width` bytes in all.
    case storeMultiple
    /// Some of the `width` bytes at base + displacement = something.
    case storeOther
    /// A call that is not one of the next: a result in register 0, the other registers lost.
    case call
    /// A call that returns memory, all zero, that nothing else points to.
    case allocation
    /// A call that leaves all registers but a few of the assembler's alone.
    case writeBarrier
    /// register = something.
    case clobber
    /// Every register = something.
    case clobberRegisters
    /// SP moves: slots are other ones.
    case moveSP
    /// Every register and every slot of the frame = something.
    case clobberAll
  }

  var kind: Kind
  var register = noRegister
  var second = noRegister
  var base = noRegister
  /// A register that is added to the base and the displacement, where the base is SP: it holds a constant.
  var index = noRegister
  var width: UInt8 = 8
  var displacement: Int64 = 0
  /// For ``Kind/address``; `UInt64.max` when a relocation gives the symbol alone.
  var address = UInt64.max
  var symbol: Range<Int> = 0..<0

  init(_ kind: Kind) { self.kind = kind }

  /// Whether it stores whole words.
  var storesWords: Bool { kind == .store || kind == .storePair || kind == .storeMultiple }

  /// What it stores: the register of the first word, of the second …
  func register(_ index: Int) -> UInt8 {
    if index == 0 { return register }
    return kind == .storePair ? second : register &+ UInt8(truncatingIfNeeded: index)
  }

  init(clobber register: UInt8) {
    kind = register == stackPointer ? .moveSP : .clobber
    self.register = register
  }

  /// A call, by what it calls; nil for one through a register or memory.
  init(call symbol: Range<Int>?, _ text: borrowing Span<UInt8>) {
    self.init(.call)
    guard let symbol else { return }
    // The middle of `duffzero` and `duffcopy`: Go's objdump prints no name there.
    if symbol.isEmpty || text.has("runtime.duff", at: symbol.lowerBound) {
      kind = .clobberAll
    } else if text.has("runtime.gcWriteBarrier", at: symbol.lowerBound) {
      kind = .writeBarrier
    } else if text.has("runtime.mallocgc", at: symbol.lowerBound)
      || symbol.count == 17 && text.has("runtime.newobject", at: symbol.lowerBound)
    {
      kind = .allocation
    }
  }

  /// An allocation's result stands behind the arguments where those are on the stack: newobject(type),
  /// mallocgc(size, type, needzero).
  mutating func resultOnStack(
    _ text: borrowing Span<UInt8>, _ symbol: Range<Int>, _ architecture: Architecture
  ) {
    base = stackPointer
    let arguments = text.has("runtime.newobject", at: symbol.lowerBound) ? 1 : 3
    displacement = Int64(architecture.argumentOffset + arguments * architecture.word)
  }

  /// Where memory is: the base and the displacement. Nothing is made of an index.
  static func place(_ operand: Operand) -> (base: UInt8, displacement: Int64)? {
    guard operand.kind == .memory || operand.kind == .indirect, operand.index == noRegister,
      operand.writeback == .none, operand.register != noRegister
    else { return nil }
    return (operand.register, operand.value)
  }

  /// A write of `width` bytes, at most, to an operand that is a register or memory.
  init(writes operand: Operand, width: UInt8) {
    switch operand.kind {
    case .register: self.init(clobber: operand.register)
    case .memory where operand.register == instructionPointer, .place: self.init(.nothing)
    case .memory, .indirect:
      if let place = Self.place(operand) {
        self.init(.storeOther)
        (base, displacement) = place
        self.width = width
      } else if operand.writeback != .none {
        self.init(operand.register == stackPointer ? .moveSP : .clobberAll)
      } else {
        // An element of an array in the frame, by its index; elsewhere no slot of the frame is written.
        self.init(operand.register == stackPointer ? .clobberAll : .nothing)
      }
    case .none: self.init(.clobberRegisters)
    case .immediate, .other: self.init(.clobberAll)
    }
  }
}
