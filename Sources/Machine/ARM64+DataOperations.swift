import Listing

extension ARM64 {
  private enum Spelling: Sendable {
    case other, move, load, loadPair, store, storePair, page, add, call, nothing, exclusive
  }

  private static let spellings = MnemonicTable<Spelling>(
    [
      (.move, "MOVD mov"), (.load, "ldr ldur"), (.loadPair, "LDP ldp"), (.store, "str stur"),
      (.storePair, "STP stp"), (.page, "ADRP adrp ADR adr"), (.add, "ADD add"), (.call, "CALL BL bl blr"),
      (
        .nothing,
        "CMP CMPW CMN CMNW TST TSTW JMP RET NOOP HINT BRK DMB PRFM FCMPD FCMPS CCMP CCMPW CCMN CCMNW "
          + goBranches
      ),
      (
        .nothing,
        "cmp cmn tst b ret nop hint brk dmb prfm prfum fcmp ccmp ccmn br udf " + branches
      ),
      (
        .exclusive,
        "STXR STXRW STXRB STXRH STLXR STLXRW STLXRB STLXRH STXP STLXP LDXP LDAXP ldxp ldaxp stxr stxrb stxrh stlxr stlxrb stlxrh stxp stlxp"
      ),
    ], other: .other)

  /// What the instruction of a line does to registers and memory.
  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let line = function.lines[i]
    let at = Int(line.mnemonic)
    let (kind, end) = spellings.find(text, at: at)
    let range = end..<Int(line.end)
    switch kind {
    case .nothing: return DataOperation(.nothing)
    case .exclusive: return DataOperation(.clobberAll)
    case .call:
      guard let target = target(text, range, dialect, from: line.address) else {
        return DataOperation(call: nil, text)
      }
      return DataOperation(call: target.symbol, text)
    case .loadPair, .storePair: return pair(text, range, isLoad: kind == .loadPair, dialect)
    case .other, .move, .load, .store, .page, .add: break
    }
    // Large system extensions: Go's disassembler does not decode them, so no dialect's answer may be better.
    if text.has("?", at: at) || text.has("<unknown>", at: at) || text.has(".", at: at)
      || text.has("cas", at: at) || text.has("swp", at: at)
      || text.has("ld", at: at)
        && ["add", "clr", "eor", "set", "smax", "smin", "umax", "umin"].contains(where: {
          text.has($0, at: at + 2)
        })
    {
      return DataOperation(.clobberAll)
    }
    let found = dialect.operands(text, in: range)
    let isArm = dialect.syntax == .arm
    // GNU's stores come out of the reader as address, register.
    let isStore = isArm && text.has("st", at: at)
    let (from, to) = isStore ? (found.last, found.first) : (found.first, found.last)
    switch kind {
    case .page where found.count == 2 && to.kind == .register: return page(from, to, text, line, dialect)
    case .add
    where found.count == 3 && from.kind == .immediate && found.second.kind == .register
      && to.kind == .register:
      guard !to.isSP else { return DataOperation(.moveSP) }
      var operation = DataOperation(.offset)
      operation.register = to.register
      operation.base = found.second.register
      operation.displacement = from.value
      return operation
    case .move, .load, .store:
      guard found.count == 2 else { break }
      return move(from, to)
    default: break
    }
    if found.count == 0 { return DataOperation(.clobberRegisters) }
    return other(found, to, text, range, at, dialect)
  }

  private static func move(_ from: Operand, _ to: Operand) -> DataOperation {
    let isWord = (from.kind != .register || from.width == 64) && (to.kind != .register || to.width == 64)
    guard isWord, from.register != vectorRegister, to.register != vectorRegister else {
      return DataOperation(writes: to, width: from.register == vectorRegister ? 16 : 4)
    }
    guard !to.isSP else { return DataOperation(.moveSP) }
    if to.kind == .register {
      var operation = DataOperation(clobber: to.register)
      if from.kind == .register {
        operation.kind = from.isSP ? .offset : .copy
        operation.base = from.register
      } else if let place = DataOperation.place(from) {
        operation.kind = .load
        (operation.base, operation.displacement) = place
      } else if from.writeback != .none {
        return DataOperation(.clobberAll)
      }
      return operation
    }
    guard let place = DataOperation.place(to), from.kind == .register else {
      return DataOperation(writes: to, width: 8)
    }
    var operation = DataOperation(.store)
    operation.register = from.register
    (operation.base, operation.displacement) = place
    return operation
  }

  /// `ADRP 110592(PC), R3`, `adrp x3, 2e9000 <main.f+0x20>`: the page, and what a relocation says of it.
  private static func page(
    _ from: Operand, _ to: Operand, _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> DataOperation {
    var operation = DataOperation(.address)
    operation.register = to.register
    if dialect.syntax == .go,
      let symbol = Relocation.symbol(text, behind: Int(line.end), ["]R_ADDRARM64:"])
    {
      operation.symbol = symbol
      return operation
    }
    let isPage = text[Int(line.mnemonic) + 3] | 0x20 == UInt8(ascii: "p")
    guard from.kind == .place, from.hasValue else { return DataOperation(clobber: to.register) }
    if from.register == instructionPointer {
      let start = isPage ? line.address & ~0xfff : line.address
      operation.address = start &+ UInt64(bitPattern: from.value)
    } else {
      operation.address = UInt64(bitPattern: from.value)
    }
    return operation
  }

  /// `STP (R1, R2), 8(R0)`, `LDP 16(RSP), (R0, R1)`, `stp x1, x2, [x0, #8]`.
  private static func pair(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, isLoad: Bool, _ dialect: Dialect
  ) -> DataOperation {
    let found = dialect.operands(text, in: range)
    var operation = DataOperation(isLoad ? .loadPair : .storePair)
    let memory: Operand
    if dialect.syntax == .arm {
      // As the reader turns them round: address, second, first.
      guard found.count == 3, found.second.kind == .register, found.third.kind == .register else {
        return DataOperation(.clobberAll)
      }
      memory = found.first
      (operation.register, operation.second) = (found.third.register, found.second.register)
      // Halves of words, and vectors, as Go's objdump names them: `LDPW`, `FSTPQ`.
      if found.third.width != 64 {
        return isLoad ? DataOperation(.clobberAll) : DataOperation(writes: memory, width: 64)
      }
    } else {
      guard found.count == 2, let pair = registers(text, range) else { return DataOperation(.clobberAll) }
      memory = isLoad ? found.first : found.second
      (operation.register, operation.second) = pair
    }
    guard let place = DataOperation.place(memory) else {
      return DataOperation(
        memory.register == stackPointer || memory.writeback != .none || isLoad ? .clobberAll : .nothing)
    }
    (operation.base, operation.displacement) = place
    return operation
  }

  /// The registers of `(R1, R2)`.
  private static func registers(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (UInt8, UInt8)? {
    guard let comma = text.firstOffset(of: ", R", in: range) ?? text.firstOffset(of: ", Z", in: range) else {
      return nil
    }
    var open = comma
    while open > range.lowerBound, text[open] != UInt8(ascii: "(") { open -= 1 }
    guard let close = text.firstOffset(of: UInt8(ascii: ")"), in: comma..<range.upperBound) else {
      return nil
    }
    func number(_ range: Range<Int>) -> UInt8? {
      if text.has("ZR", at: range.lowerBound) { return zeroRegister }
      guard text[range.lowerBound] == UInt8(ascii: "R") else { return nil }
      let (value, end) = text.decimal(from: range.lowerBound + 1)
      return end == range.upperBound && value <= 30 ? UInt8(value) : nil
    }
    guard let first = number(open + 1..<comma), let second = number(comma + 2..<close) else { return nil }
    return (first, second)
  }

  /// An instruction that is not followed: its last operand in Go's order is what it writes.
  private static func other(
    _ found: Operands, _ to: Operand, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ at: Int,
    _ dialect: Dialect
  ) -> DataOperation {
    // `MOVD.P 8(R0), R1`, `MOVD.W R30, -16(RSP)`: the base is written too.
    if dialect.syntax == .go {
      if text.firstOffset(of: UInt8(ascii: "."), in: at..<range.lowerBound) != nil {
        let movesSP = to.kind == .memory && to.register == stackPointer
        return DataOperation(movesSP ? .moveSP : .clobberAll)
      }
      guard found.count < 3 else { return lastRegister(text, range) }
    } else if found.first.writeback != .none {
      return DataOperation(.clobberAll)
    }
    // Vectors, lists, pairs of vectors.
    if to.kind == .other { return DataOperation(.clobberAll) }
    return DataOperation(writes: to, width: width(text, at, range.lowerBound))
  }

  /// How many bytes a store writes, by its name; a vector's at most.
  private static func width(_ text: borrowing Span<UInt8>, _ at: Int, _ end: Int) -> UInt8 {
    if text.has("MOV", at: at) {
      switch text[at + 3] {
      case UInt8(ascii: "B"): return 1
      case UInt8(ascii: "H"): return 2
      case UInt8(ascii: "W"): return 4
      default: return 64
      }
    }
    if text.has("FMOV", at: at) { return 16 }
    if text.has("st", at: at), text.has("b", at: end - 1) { return 1 }
    if text.has("st", at: at), text.has("h", at: end - 1) { return 2 }
    return 64
  }

  /// What stands behind the last comma: Go's objdump prints up to five operands.
  private static func lastRegister(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> DataOperation {
    guard let comma = text.lastOffset(of: ", ", in: range) else { return DataOperation(.clobberAll) }
    let start = comma + 2
    if text.has("RSP", at: start) { return DataOperation(.moveSP) }
    if text.has("ZR", at: start) { return DataOperation(.nothing) }
    let (value, end) = text.decimal(from: start + 1)
    guard end == range.upperBound, value <= 31 else { return DataOperation(.clobberAll) }
    switch text[start] {
    case UInt8(ascii: "R"): return DataOperation(clobber: UInt8(value))
    case UInt8(ascii: "F"), UInt8(ascii: "V"): return DataOperation(clobber: vectorRegister)
    default: return DataOperation(.clobberAll)
    }
  }
}
