import Listing

extension RISC {
  /// What the instruction of a line does to registers and memory.
  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let line = function.lines[i]
    let found = instruction(text, line, dialect)
    let to = found.to
    switch found.verb {
    case .nothing, .branch, .stop: return DataOperation(.nothing)
    case .clobber: return DataOperation(.clobberAll)
    case .call:
      var end = Int(line.mnemonic)
      while text[end] > 0x20 { end += 1 }
      let target = target(text, operands(text, line, end, dialect), i, function, dialect)
      return DataOperation(call: target.map { Trampoline.target(text, $0.symbol) }, text)
    case .other, .or: return DataOperation(writes: to, width: 64)
    case .store:
      guard found.bytes == 8, found.from.kind == .register, found.from.register != vectorRegister,
        let place = DataOperation.place(to)
      else { return DataOperation(writes: to, width: found.bytes) }
      var operation = DataOperation(.store)
      operation.register = found.from.register
      (operation.base, operation.displacement) = place
      return operation
    case .move, .add, .upper, .page, .load: break
    }
    guard to.kind == .register else { return DataOperation(.clobberAll) }
    var operation = DataOperation(clobber: to.register)
    guard !to.isSP else { return operation }
    switch found.verb {
    case .move where found.from.kind == .register:
      operation.kind = found.from.isSP ? .offset : .copy
      operation.base = found.from.register
    case .add where found.from.kind == .immediate && found.from.hasValue && found.second.kind == .register:
      operation.kind = .offset
      (operation.base, operation.displacement) = (found.second.register, found.from.value)
    case .add where found.from.isSP || found.second.isSP:
      guard let amount = amount(of: to.register, before: i + 1, text, function, dialect), amount.isFromSP
      else { break }
      operation.kind = .offset
      (operation.base, operation.displacement) = (stackPointer, amount.value)
    case .page:
      operation.kind = .address
      if dialect.syntax == .go,
        let symbol = Relocation.symbol(text, behind: Int(line.end), addressRelocations)
      {
        // The instruction that follows brings the rest of it, and no more: as if it were 0.
        operation.symbol = symbol
      } else {
        operation.address = pageBase(line.address) &+ UInt64(bitPattern: found.upperBits)
      }
    case .load:
      guard found.bytes == 8, to.register != vectorRegister, let place = DataOperation.place(found.from)
      else { break }
      operation.kind = .load
      (operation.base, operation.displacement) = place
    default: break
    }
    return operation
  }
}
