import Listing

private enum Spelling: Sendable {
  case other, move, moveByte, moveHalf, moveLong, lea, leaLong, call, nothing, vectorStore, twoResults,
    exchange
}

private let spellings = MnemonicTable<Spelling>(
  [
    (.move, "MOVQ mov movq movabs movabsq"), (.moveByte, "MOVB movb"), (.moveHalf, "MOVW movw"),
    (.moveLong, "MOVL movl"), (.lea, "LEAQ lea leaq"), (.leaLong, "LEAL leal"),
    (.call, "CALL call callq calll"),
    (
      .nothing,
      "CMPB CMPW CMPL CMPQ TESTB TESTW TESTL TESTQ BTL BTQ NOPW NOPL NOP UCOMISD UCOMISS COMISD COMISS"
        + " cmp cmpb cmpw cmpl cmpq test testb testw testl testq bt btl btq nop nopw nopl ucomisd ucomiss comisd"
        + " comiss"
    ),
    (
      .vectorStore,
      "MOVUPS MOVUPD MOVAPS MOVDQU MOVDQA movups movupd movaps movdqu movdqa"
    ),
    (
      .twoResults,
      "MULQ MULL IMULQ IMULL DIVQ DIVL IDIVQ IDIVL mul mulq mull imul imulq imull div divq divl"
    ),
    (.twoResults, "idiv idivq idivl"),
    (.exchange, "XCHGB XCHGW XCHGL XCHGQ xchg xchgb xchgw xchgl xchgq LOCK lock mulx"),
  ], other: .other)

extension X86 {
  /// What the instruction of a line does to registers and memory.
  ///
  /// - Parameter next: the address behind it.
  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let line = function.lines[i]
    let at = Int(line.mnemonic)
    var (kind, end) = spellings.find(text, at: at)
    let range = end..<Int(line.end)
    // A conditional jump or a jump.
    if kind == .other, text[at] | 0x20 == UInt8(ascii: "j") { return DataOperation(.nothing) }
    switch kind {
    case .nothing: return DataOperation(.nothing)
    case .call: return call(text, range, dialect)
    case .exchange:
      // A NOP of two bytes.
      if text.has("XCHGL AX, AX", at: at) || text.has("xchg   %ax,%ax", at: at)
        || text.has("xchg   ax,ax", at: at) || text.has("xchg\t%ax, %ax", at: at)
        || text.has("xchgw\t%ax, %ax", at: at)
      {
        return DataOperation(.nothing)
      }
      return DataOperation(.clobberAll)
    case .moveLong where word == 4: kind = .move
    case .leaLong where word == 4: kind = .lea
    default: break
    }
    let found = dialect.operands(text, in: range)
    let (from, to) = (found.first, found.last)
    switch kind {
    case .lea where found.count == 2 && to.kind == .register:
      guard !to.isSP else { return DataOperation(.moveSP) }
      if let address = address(from, text, line, next, dialect) {
        var operation = DataOperation(.address)
        operation.register = to.register
        operation.address = address.value
        operation.symbol = address.symbol
        return operation
      }
      guard let place = DataOperation.place(from) else { return DataOperation(clobber: to.register) }
      var operation = DataOperation(.offset)
      operation.register = to.register
      (operation.base, operation.displacement) = place
      return operation
    case .move where found.count == 2: return move(from, to, text, line, next, dialect)
    case .moveByte where found.count == 2: return DataOperation(writes: to, width: 1)
    case .moveHalf where found.count == 2: return DataOperation(writes: to, width: 2)
    case .moveLong where found.count == 2: return DataOperation(writes: to, width: 4)
    case .vectorStore where found.count == 2: return DataOperation(writes: to, width: 16)
    case .twoResults where found.count == 1: return DataOperation(.clobberRegisters)
    default:
      if text.has("PUSH", at: at) || text.has("push", at: at) { return DataOperation(.moveSP) }
      if text.has("POP", at: at) || text.has("pop", at: at) { return DataOperation(.clobberAll) }
      if text.has("REP", at: at) || text.has("rep", at: at) || text.has("XADD", at: at)
        || text.has("CMPXCHG", at: at) || text.has("xadd", at: at) || text.has("cmpxchg", at: at)
        || text.has("?", at: at) || text.has("(bad)", at: at) || text.has("<unknown>", at: at)
      {
        return DataOperation(.clobberAll)
      }
      if from.kind == .none { return DataOperation(.clobberRegisters) }
      // Nothing is known of what a NOP with prefixes writes, `cs nopw 0x0(%rax,%rax,1)`: its memory is no slot.
      return DataOperation(writes: to, width: 64)
    }
  }

  private static func move(
    _ from: Operand, _ to: Operand, _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let isWord =
      (from.kind != .register || from.width == 0 || from.width == UInt8(8 * word))
      && (to.kind != .register || to.width == 0 || to.width == UInt8(8 * word))
    guard isWord, from.register != vectorRegister, to.register != vectorRegister, !to.isSP else {
      // `mov %al,0x17(%rsp)`, `mov BYTE PTR [rsp+0x17],al`.
      return DataOperation(writes: to, width: from.width == 0 ? 8 : from.width / 8)
    }
    if to.kind == .register {
      var operation = DataOperation(clobber: to.register)
      if from.kind == .register {
        operation.kind = from.isSP ? .offset : .copy
        operation.base = from.register
      } else if let address = address(from, text, line, next, dialect) {
        operation.kind = .load
        operation.base = noRegister
        operation.address = address.value
      } else if let place = DataOperation.place(from) {
        operation.kind = .load
        (operation.base, operation.displacement) = place
      }
      return operation
    }
    guard let place = DataOperation.place(to), from.kind == .register else {
      return DataOperation(writes: to, width: to.width == 0 ? 8 : to.width / 8)
    }
    var operation = DataOperation(.store)
    operation.width = UInt8(word)
    operation.register = from.register
    (operation.base, operation.displacement) = place
    return operation
  }

  private static func call(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect)
    -> DataOperation
  {
    guard let target = target(text, range, dialect) else { return DataOperation(call: nil, text) }
    var operation = DataOperation(call: target.symbol, text)
    if !passesInRegisters, operation.kind == .allocation {
      operation.resultOnStack(text, target.symbol, architecture)
    }
    return operation
  }

  /// Where an operand lies that has an address, or on amd64 counts from the next instruction, and its symbol where
  /// one is printed.
  private static func address(
    _ operand: Operand, _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ next: UInt64,
    _ dialect: Dialect
  ) -> (value: UInt64, symbol: Range<Int>)? {
    let end = Int(line.end)
    if word == 4 {
      if let symbol = Relocation.symbol(text, behind: end, ["]R_ADDR:"]) { return (.max, symbol) }
      guard operand.kind == .place else { return nil }
      if operand.hasValue {
        // LLVM up to 14 prints it in decimal; as a target of a jump it would be hexadecimal.
        let isHex = text.firstOffset(of: "0x", in: Int(line.mnemonic)..<end) != nil
        let value = isHex ? operand.value : decimal(operand.value)
        return (UInt64(UInt32(truncatingIfNeeded: value)), 0..<0)
      }
      guard line.raw >= 0, line.length > 4, let value = displacement(text, line) else { return nil }
      return (UInt64(UInt32(truncatingIfNeeded: value)), operand.symbol)
    }
    if dialect.syntax == .go {
      if let symbol = Relocation.symbol(text, behind: end, ["]R_PCREL:"]) { return (.max, symbol) }
      if operand.kind == .place, !operand.symbol.isEmpty {
        // The name may stand for the middle of what it names; the instruction's last four bytes do not lie.
        guard line.raw >= 0, line.length > 4, let value = displacement(text, line) else { return nil }
        return (next &+ UInt64(bitPattern: value), operand.symbol)
      }
    }
    guard operand.kind == .memory, operand.register == instructionPointer, operand.index == noRegister else {
      return nil
    }
    return (
      next &+ UInt64(bitPattern: operand.value), comment(text, from: Int(line.mnemonic), to: end, dialect)
    )
  }

  /// The number whose decimal digits were read as hexadecimal ones.
  private static func decimal(_ value: Int64) -> Int64 {
    stride(from: Int64(60), through: 0, by: -4).reduce(0) { $0 &* 10 &+ (value >> $1 & 15) }
  }

  /// `# 414ac0 <main.f.gowrap1>`: GNU's and LLVM's word for an address; empty when it is not the symbol's own.
  private static func comment(
    _ text: borrowing Span<UInt8>, from start: Int, to end: Int, _ dialect: Dialect
  ) -> Range<Int> {
    guard dialect.syntax != .go, text[end - 1] == UInt8(ascii: ">"),
      let mark = text.firstOffset(of: UInt8(ascii: "#"), in: start..<end),
      let open = text.firstOffset(of: UInt8(ascii: "<"), in: mark..<end)
    else { return 0..<0 }
    let symbol = open + 1..<end - 1
    return text.lastOffset(of: "+0x", in: symbol) == nil ? dialect.plain(symbol, text) : 0..<0
  }

  /// The last four of the bytes that Go's objdump prints, the lowest first.
  private static func displacement(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Int64? {
    let (value, end) = text.hexadecimal(from: Int(line.raw) + 2 * (Int(line.length) - 4))
    guard end == Int(line.raw) + 2 * Int(line.length) else { return nil }
    return Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: value).byteSwapped))
  }
}
