import Listing

extension ARM {
  /// What one instruction does to registers and memory.
  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let line = function.lines[i]
    let instruction = Instruction(text, line, dialect)
    let (from, second, to) = (instruction.from, instruction.second, instruction.to)
    switch instruction.verb {
    case .nothing, .branch, .stop: return DataOperation(.nothing)
    case .reserve: return DataOperation(.moveSP)
    case .clobber: return DataOperation(.clobberAll)
    case .twoResults: return DataOperation(.clobberRegisters)
    case .call: return call(text, instruction.operands..<Int(line.end), dialect)
    case .store, .storeByte, .storeHalf, .storeVector: return store(instruction)
    case .move, .load, .add, .subtract, .or, .not, .loadByte, .other: break
    }
    guard to.kind == .register, to.register != vectorRegister, !to.isSP else {
      return DataOperation(writes: to, width: 64)
    }
    var operation = DataOperation(clobber: to.register)
    switch instruction.verb {
    case .move where from.kind == .register && from.register != vectorRegister:
      operation.kind = from.isSP ? .offset : .copy
      operation.base = from.register
    case .move where from.kind == .immediate && from.hasValue:
      operation.kind = .address
      operation.address = UInt64(UInt32(truncatingIfNeeded: from.value))
    case .load where from.register == instructionPointer && from.index == noRegister:
      operation.kind = .load
      operation.address = literalAddress(from, line)
    case .load:
      guard let place = place(from) else { break }
      operation.kind = .load
      (operation.base, operation.displacement, operation.index) = place
    case .add where second.kind == .register && from.kind == .immediate && from.hasValue,
      .subtract where second.kind == .register && from.kind == .immediate && from.hasValue:
      operation.kind = .offset
      operation.base = second.register
      operation.displacement = instruction.verb == .add ? from.value : 0 &- from.value
    case .add where second.isSP && from.kind == .register:
      operation.kind = .offset
      operation.base = stackPointer
      operation.index = from.register
    default: break
    }
    return operation
  }

  private static func store(_ instruction: Instruction) -> DataOperation {
    let width: UInt8 =
      switch instruction.verb {
      case .storeByte: 1
      case .storeHalf: 2
      case .storeVector: 8
      default: 4
      }
    let (value, memory) = (instruction.from, instruction.to)
    guard let place = place(memory) else { return DataOperation(writes: memory, width: width) }
    var operation = DataOperation(instruction.verb == .store ? .store : .storeOther)
    operation.width = width
    if instruction.verb == .store { operation.register = value.register }
    (operation.base, operation.displacement, operation.index) = place
    return operation
  }

  /// Where memory is. Slots of large frames are reached by a constant in a register.
  private static func place(_ memory: Operand) -> (base: UInt8, displacement: Int64, index: UInt8)? {
    guard memory.isMemory, memory.writeback == .none, memory.register != noRegister else { return nil }
    let isConstant = memory.register == stackPointer && memory.index != vectorRegister
    guard memory.index == noRegister || isConstant else { return nil }
    return (memory.register, memory.value, memory.index)
  }

  private static func call(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect)
    -> DataOperation
  {
    guard let target = target(text, range, dialect) else { return DataOperation(call: nil, text) }
    var operation = DataOperation(call: target.symbol, text)
    if operation.kind == .allocation { operation.resultOnStack(text, target.symbol, architecture) }
    return operation
  }
}
