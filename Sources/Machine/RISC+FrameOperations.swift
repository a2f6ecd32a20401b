import Listing

extension RISC {
  /// What a function's instructions do to its frame, in the order of the listing.
  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation] {
    var all: [FrameOperation] = []
    for i in 0..<codeLines {
      let line = function.lines[i]
      let found = instruction(text, line, dialect)
      let (from, to) = (found.from, found.to)
      var operation = FrameOperation(kind: .clobber, register: to.register, line: i)
      switch found.verb {
      case .nothing, .clobber: continue
      case .branch: operation.kind = .branch
      case .stop: operation.kind = .stop
      case .call:
        if let call = call(text, function, i, dialect) { all.append(call) }
        continue
      case .store:
        guard let slot = slot(to, i, text, function, dialect), found.bytes == 1 || found.bytes == 8 else {
          continue
        }
        operation = FrameOperation(
          kind: found.bytes == 1 ? .storeByte : .storeWord, slot: slot, register: from.register, line: i)
      case .load:
        guard to.kind == .register else { continue }
        if found.bytes == 1 || found.bytes == 8, let slot = slot(from, i, text, function, dialect) {
          operation.kind = found.bytes == 1 ? .loadByte : .loadWord
          operation.slot = slot
        }
      case .move where to.kind == .register && from.kind == .immediate:
        (operation.kind, operation.value) = (.constant, from.value)
      case .move where to.kind == .register && from.kind == .register:
        (operation.kind, operation.value) = (.copy, Int64(from.register))
      case .or where to.kind == .register && from.kind == .immediate:
        if found.second.register != to.register {
          all.append(
            FrameOperation(kind: .copy, register: to.register, value: Int64(found.second.register), line: i))
        }
        (operation.kind, operation.value) = (.or, from.value)
      case .other, .move, .add, .or, .upper, .page:
        guard to.kind == .register else { continue }
      }
      all.append(operation)
    }
    return all
  }

  private static func call(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, _ dialect: Dialect
  ) -> FrameOperation? {
    var end = Int(function.lines[i].mnemonic)
    while text[end] > 0x20 { end += 1 }
    guard let target = target(text, operands(text, function.lines[i], end, dialect), i, function, dialect)
    else {
      return FrameOperation(kind: .indirectCall, line: i)
    }
    var operand = Operand()
    operand.kind = .place
    operand.symbol = Trampoline.target(text, target.symbol)
    return FrameOperation(call: operand, text, dialect, line: i)
  }

  /// The slot of the frame that an address is: a distant one is reached through the assembler's own register.
  private static func slot(
    _ operand: Operand, _ i: Int, _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText,
    _ dialect: Dialect
  ) -> Int64? {
    guard operand.isMemory, operand.index == noRegister else { return nil }
    if operand.register == stackPointer { return operand.value }
    guard operand.register == scratch,
      let base = amount(of: scratch, before: i, text, function, dialect), base.isFromSP
    else { return nil }
    return base.value &+ operand.value
  }
}
