import Listing

extension DataOperation {
  init(_ instruction: Instruction, word: Int64, _ text: borrowing Span<UInt8>) {
    switch instruction.kind {
    case .nothing, .branch, .stop: self.init(.nothing)
    case .call: self.init(call: instruction.symbol, text)
    case .indirectCall: self.init(call: nil, text)
    case .clobberAll: self.init(.clobberAll)
    case .clobber where instruction.register == noRegister: self.init(.clobberRegisters)
    case .load where instruction.isUpdate, .store where instruction.isUpdate,
      .overwrite where instruction.isUpdate:
      self.init(instruction.base == stackPointer ? .moveSP : .clobberAll)
    case .store, .storeMultiple, .overwrite: self.init(storing: instruction, word: word)
    case _ where instruction.register == stackPointer: self.init(.moveSP)
    case .copy, .add:
      self.init(instruction.kind == .add || instruction.base == stackPointer ? .offset : .copy)
      (register, base, displacement) = (instruction.register, instruction.base, instruction.value)
    case .constant where instruction.value >= Self.lowestAddress, .address:
      self.init(.address)
      register = instruction.register
      address = UInt64(bitPattern: instruction.value)
      symbol = instruction.symbol
    case .load where instruction.width == word && instruction.other == noRegister:
      self.init(.load)
      (register, base, displacement) = (instruction.register, instruction.base, instruction.value)
      if base == noRegister { address = UInt64(bitPattern: instruction.value) }
    case .constant, .sum, .or, .load, .clobber: self.init(clobber: instruction.register)
    }
  }

  /// Below it there is neither code nor data of a program, so that a number is no address.
  private static let lowestAddress: Int64 = 1 << 12

  private init(storing instruction: Instruction, word: Int64) {
    if instruction.other != noRegister || instruction.base == noRegister {
      // An element of an array in the frame, by its index; elsewhere no slot of the frame is written.
      let isInFrame = instruction.base == stackPointer || instruction.other == stackPointer
      self.init(isInFrame ? .clobberAll : .nothing)
    } else {
      let isWord =
        instruction.kind == .store && instruction.width == word && instruction.register != noRegister
      self.init(isWord ? .store : instruction.kind == .storeMultiple ? .storeMultiple : .storeOther)
      (register, base, displacement) = (instruction.register, instruction.base, instruction.value)
      width = UInt8(clamping: instruction.width)
    }
  }
}
