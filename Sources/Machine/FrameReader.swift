import Listing

/// Turns instructions into what they do to the frame.
struct FrameReader {
  private(set) var operations: [FrameOperation] = []
  private let word: Int64
  /// A register that holds SP and an offset: what a displacement does not reach is reached through one.
  private var near: (register: UInt8, offset: Int64) = (noRegister, 0)

  init(word: Int64) { self.word = word }

  mutating func add(_ instruction: Instruction, line: Int, _ text: borrowing Span<UInt8>, _ dialect: Dialect)
  {
    func append(_ kind: FrameOperation.Kind, slot: Int64 = 0, register: UInt8 = noRegister, value: Int64 = 0)
    {
      operations.append(FrameOperation(kind: kind, slot: slot, register: register, value: value, line: line))
    }
    let register = instruction.register
    switch instruction.kind {
    case .nothing, .clobberAll: break
    case .call:
      if case .morestack = RuntimeCall(text, instruction.symbol) { return leaveMorestack() }
      var target = Operand()
      target.kind = .place
      target.symbol = instruction.symbol
      if let call = FrameOperation(call: target, text, dialect, line: line) { operations.append(call) }
    case .indirectCall: append(.indirectCall)
    case .branch: append(.branch)
    case .stop: append(.stop)
    case .constant: append(.constant, register: register, value: instruction.value)
    case .copy where instruction.base != stackPointer:
      append(.copy, register: register, value: Int64(instruction.base))
    case .or:
      if instruction.base != register { append(.copy, register: register, value: Int64(instruction.base)) }
      append(.or, register: register, value: instruction.value)
    case .load:
      if let slot = slot(instruction), instruction.width == 1 || instruction.width == word {
        append(instruction.width == 1 ? .loadByte : .loadWord, slot: slot, register: register)
      } else {
        append(.clobber, register: register)
      }
    case .store, .overwrite:
      guard let slot = slot(instruction) else { break }
      switch instruction.width {
      case 1 where instruction.kind == .store:
        append(.storeByte, slot: slot, register: register, value: instruction.constant)
      case word...:
        // Zeros, where no register is stored: by one instruction to many slots, perhaps.
        let stored = register == noRegister && instruction.constant == 0 ? zeroRegister : register
        for part in stride(from: 0, to: instruction.width, by: Int(word)) {
          append(.storeWord, slot: slot &+ part, register: stored)
        }
      default: break
      }
    case .storeMultiple:
      guard let slot = slot(instruction) else { break }
      for (i, part) in stride(from: 0, to: instruction.width, by: Int(word)).enumerated() {
        append(.storeWord, slot: slot &+ part, register: register &+ UInt8(truncatingIfNeeded: i))
      }
    case .address, .copy, .add, .sum, .clobber: append(.clobber, register: register)
    }
    guard instruction.result == near.register || instruction.base == stackPointer else { return }
    if instruction.kind == .add, instruction.base == stackPointer {
      near = (register, instruction.value)
    } else if instruction.result == near.register {
      near = (noRegister, 0)
    }
  }

  /// Where morestack is called before the frame is there, what was stored for it is in no slot of the frame.
  private mutating func leaveMorestack() {
    let isFirst = !operations.contains { $0.kind == .call || $0.kind == .indirectCall || $0.kind == .stop }
    if isFirst { operations.removeAll(keepingCapacity: true) }
  }

  private func slot(_ instruction: Instruction) -> Int64? {
    guard instruction.other == noRegister, !instruction.isUpdate, instruction.base != noRegister else {
      return nil
    }
    if instruction.base == stackPointer { return instruction.value }
    return instruction.base == near.register ? instruction.value &+ near.offset : nil
  }
}
