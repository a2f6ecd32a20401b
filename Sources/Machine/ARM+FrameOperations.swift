import Listing

extension ARM {
  /// What a function's instructions do to its frame, in the order of the listing.
  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation] {
    var all: [FrameOperation] = []
    var constant = Constant()
    /// The register that was zeroed, to zero slots: where none is zero always.
    var zero = noRegister
    func slot(_ memory: Operand, _ line: Int) -> Int64? {
      guard memory.isMemory, memory.register == stackPointer else { return nil }
      if memory.index == noRegister { return memory.value }
      return constant.value(of: memory.index, at: line)
    }
    for i in 0..<codeLines {
      let instruction = Instruction(text, function.lines[i], dialect)
      let (from, second, to) = (instruction.from, instruction.second, instruction.to)
      var operation = FrameOperation(kind: .clobber, register: to.register, line: i)
      switch instruction.verb {
      case .nothing: continue
      case .branch: operation.kind = .branch
      case .stop: operation.kind = .stop
      case .call:
        zero = noRegister
        guard let call = FrameOperation(call: from, text, dialect, line: i) else { continue }
        operation = call
      case .store, .storeByte:
        guard let slot = slot(to, i), from.kind == .register else { continue }
        operation.kind = instruction.verb == .store ? .storeWord : .storeByte
        operation.slot = slot
        operation.register =
          instruction.verb == .store && from.register == zero ? zeroRegister : from.register
      case .load, .loadByte:
        if from.register == instructionPointer {
          let address = literalAddress(from, function.lines[i])
          constant = literal(text, function, at: address).map { Constant(to.register, $0, i) } ?? Constant()
        } else if let slot = slot(from, i) {
          operation.kind = instruction.verb == .load ? .loadWord : .loadByte
          operation.slot = slot
        }
      case .move where from.kind == .immediate, .not where from.kind == .immediate:
        operation.kind = .constant
        operation.value = instruction.verb == .move ? from.value : ~from.value
        constant = Constant(to.register, operation.value, i)
      case .move where from.kind == .register:
        operation.kind = .copy
        operation.value = Int64(from.register)
      case .or where from.kind == .immediate:
        if second.register != to.register {
          all.append(
            FrameOperation(kind: .copy, register: to.register, value: Int64(second.register), line: i))
        }
        operation.kind = .or
        operation.value = from.value
      case .storeHalf, .storeVector, .reserve, .clobber, .twoResults:
        zero = noRegister
        continue
      case .move, .not, .or, .add, .subtract, .other: break
      }
      if operation.kind == .clobber, to.kind != .register { continue }
      switch operation.kind {
      case .branch, .stop: zero = noRegister
      case .constant where operation.value == 0: zero = operation.register
      case .constant, .copy, .clobber, .or, .loadWord, .loadByte:
        if operation.register == zero { zero = noRegister }
      default: break
      }
      all.append(operation)
    }
    return all
  }
}
