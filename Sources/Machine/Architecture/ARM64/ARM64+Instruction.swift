import ByteText
import Listing

extension ARM64 {
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let line = code.lines[i]
    let (kind, end) = code.isGo ? goTable.find(code.text, line) : table.find(code.text, line)
    return instruction(kind, code, end..<Int(line.end), line)
  }

  /// Returns what an instruction of a class does.
  ///
  /// - Parameter range: its operands.
  static func instruction(_ kind: Class, _ code: Code, _ range: Range<Int>, _ line: InstructionLine)
    -> Instruction
  {
    let text = code.text
    let isGo = code.isGo
    switch kind {
    case .nothing: return Instruction(.nothing)
    case .flags: return .losesFlags
    case .return: return Instruction(.returns)
    case .trap: return Instruction(.traps)
    case .systemCall: return Instruction(.clobberAll)
    case .call, .jump:
      let kind: Instruction.Kind = if case .call = kind { .call } else { .jump }
      if let target = target(code, range, from: line.address) {
        return Instruction(kind, to: target)
      }
      return Instruction(kind, to: code.operands(in: range).first)
    case .branch(let condition):
      return Instruction(branch: target(code, range, from: line.address), if: condition)
    case .undecoded:
      // Go's disassembler does not know LSE; such an instruction may write Rs and Rt.
      guard line.raw >= 0, line.length == 4 else { return Instruction(.clobberAll) }
      let word = text.hexadecimal(from: Int(line.raw)).value
      func register(_ number: UInt64) -> Operand {
        .register(number & 31 == 31 ? zeroRegister : UInt8(number & 31))
      }
      return Instruction(.atomic, register(word >> 16), to: register(word))
    default: break
    }
    let found = code.operands(in: range)
    // GNU's and LLVM's operands are reversed: memory first, then the registers from the last one on.
    let (first, last) = (found.first, found.last)
    switch kind {
    case .branchOnZero(let condition, let width):
      var branch = Instruction(branch: target(code, range, from: line.address), if: condition)
      branch.source = isGo ? first : last
      branch.second = .constant(0)
      branch.width = width > 0 ? width : max(branch.source.width, 32)
      return branch
    case .branchOnBit(let condition):
      return branch(onBit: condition, found, to: target(code, range, from: line.address), isGo)
    case .move(let width, let isSigned) where found.count == 2:
      var move = Instruction(.move, first, to: last, width: width, isSigned: isSigned && !first.isNumber)
      setWriteback(&move, text, range)
      return move
    case .moveVector(let bytes) where found.count == 2:
      var move = Instruction(
        last.isMemory ? .overwrite : last.isGeneral ? .clobber : .nothing, first, to: last,
        reach: Int64(bytes))
      if first.isMemory || last.isMemory { setWriteback(&move, text, range) }
      return move
    case .moveRegister where found.count == 2:
      return Instruction(.move, first, to: last, width: width(0, found))
    case .moveNot where found.count == 2: return Instruction(.clobber, to: last)
    case .moveKeep where found.count == 2 && first.kind == .immediate:
      // `MOVK $(15<<16), R3` keeps the other bits.
      return Instruction(.insert, first, last, to: last, width: isGo ? 64 : width(0, found))
    case .load(let width, let isSigned) where found.count == 2:
      guard last.kind == .register else { break }
      return Instruction(
        .move, first, to: last, width: self.width(width, found), isSigned: isSigned)
    case .store(let width) where found.count == 2:
      guard first.isMemory else { break }
      if last.register == vectorRegister {
        return .overwrite(first, bytes: width == 0 ? 16 : Int64(width) / 8)
      }
      return Instruction(.move, last, to: first, width: self.width(width, found))
    case .storeOrdered:
      return .overwrite(first.isMemory ? first : last, bytes: 8)
    case .pair(let isLoad, let width): return pair(found, isLoad: isLoad, width, code, range)
    case .vectorPair(let isLoad):
      var pair = isLoad ? Instruction(.nothing, first) : .overwrite(last, bytes: 32)
      setWriteback(&pair, text, range)
      return pair
    case .arithmetic(let operation, let width, let setsFlags):
      return arithmetic(operation, width, setsFlags, found, code, range)
    case .compare(let width), .test(let width):
      guard first.isNumber || !isShifted(text, range), found.count == 2 else { return .losesFlags }
      var operation: Instruction.Kind = .compare
      if case .test = kind { operation = .test }
      return Instruction(
        operation, found.second, first, width: self.width(width, found))
    case .increment(let width):
      guard found.count == 3, let condition = condition(text, range, isGo) else { break }
      return Instruction(
        .increment, Operand(), found.second, to: last, width: self.width(width, found),
        if: condition)
    case .page where found.count == 2 && last.kind == .register:
      return page(first, last, code, line)
    case .exclusive, .lse: return Instruction(.atomic, first, found.second, to: last)
    case .exclusiveLoad:
      return found.count == 2 ? Instruction(.clobber, to: last) : Instruction(.clobberAll)
    default: break
    }
    return other(found, code, range, line)
  }

  /// Notes that the base moves: before the access in `MOVD.W R30, -16(RSP)`, after it in
  /// `MOVD.P 16(RSP), R30`.
  private static func setWriteback(
    _ move: inout Instruction, _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) {
    guard text[range.lowerBound - 2] == UInt8(ascii: ".") else { return }
    let writeback: Operand.Writeback = text[range.lowerBound - 1] == UInt8(ascii: "W") ? .before : .after
    if move.target.isMemory { move.target.writeback = writeback } else { move.source.writeback = writeback }
  }

  /// Makes a branch on a bit. `TBNZ $63, R0` and `tbnz x0, #63` test the sign; bit 31 is the sign of a number
  /// of 32 bits.
  private static func branch(
    onBit condition: Condition, _ found: Operands, to target: Target?, _ isGo: Bool
  ) -> Instruction {
    var branch = Instruction(.branch, to: target)
    let (bit, register) = isGo ? (found.first, found.second) : (found.second, found.third)
    guard found.count == 3, bit.kind == .immediate, bit.value >= 0, bit.value < 64 else { return branch }
    branch.source = register
    if bit.value == 63 || bit.value == 31 {
      branch.condition = condition
      branch.second = .constant(0)
      branch.width = UInt8(bit.value + 1)
    } else {
      branch.kind = .branchOnBit
      branch.condition = condition == .negative ? .notEqual : .equal
      branch.second = bit
    }
    return branch
  }

  /// Makes the instruction of an ADD, SUB, AND, ORR or EOR.
  private static func arithmetic(
    _ operation: Instruction.Kind, _ width: UInt8, _ setsFlags: Bool, _ found: Operands, _ code: Code,
    _ range: Range<Int>
  ) -> Instruction {
    // A shifted or extended register is a fourth operand, which the reader of operands leaves out: such a sum
    // is not followed.
    guard found.count >= 2, found.first.isNumber || !isShifted(code.text, range) else {
      return Instruction(
        .other, found.first, found.second, to: lastRegister(code, range) ?? found.last, setsFlags: setsFlags)
    }
    let second = found.count == 3 ? found.second : found.last
    if operation == .or, second.register == zeroRegister, second.kind == .register, found.first.isNumber {
      return Instruction(.move, found.first, to: found.last)
    }
    return Instruction(
      operation, found.first, second, to: found.last, width: self.width(width, found), setsFlags: setsFlags)
  }

  /// Makes the instruction of `ADRP 110592(PC), R3` or `adrp x3, 2e9000 <main.f+0x20>`: the address of the
  /// page, or the symbol of a relocation.
  private static func page(_ from: Operand, _ to: Operand, _ code: Code, _ line: InstructionLine)
    -> Instruction
  {
    if code.isGo,
      let symbol = Relocation.symbol(code, behind: Int(line.end), ["]R_ADDRARM64:"])
    {
      // The ADD that follows adds the rest of the address and nothing else, so the offset counts as 0.
      return Instruction(.address, .place(nil, symbol: symbol), to: to)
    }
    guard from.kind == .place, from.hasValue else { return Instruction(.clobber, to: to) }
    let isPage = code.text[Int(line.mnemonic) + 3] | 0x20 == UInt8(ascii: "p")
    var start: UInt64 = 0
    if from.register == instructionPointer { start = isPage ? line.address & ~0xfff : line.address }
    return Instruction(.address, .place(start &+ UInt64(bitPattern: from.value)), to: to)
  }

  /// Makes the instruction of a pair: `STP (R1, R2), 8(R0)`, `LDP 16(RSP), (R0, R1)`, `stp x1, x2, [x0, #8]`.
  private static func pair(_ found: Operands, isLoad: Bool, _ width: UInt8, _ code: Code, _ range: Range<Int>)
    -> Instruction
  {
    let text = code.text
    let memory: Operand
    let registers: (Operand, Operand)
    var width = width
    if code.isGo {
      memory = isLoad ? found.first : found.last
      // `LDPSW (R9), R10, R0` is printed without parentheses.
      registers =
        found.count == 3
        ? (found.second, found.third) : self.registers(code, range, last: isLoad)
    } else {
      // The reader reverses the operands to address, second, first.
      memory = found.first
      registers = (found.third, found.second)
      width = self.width(width, found)
    }
    guard registers.0.kind == .register, registers.1.kind == .register, memory.isMemory else {
      return Instruction(.clobberAll)
    }
    let isVector = registers.0.register == vectorRegister
    var pair =
      switch (isLoad, isVector || width != 64) {
      case (true, true) where isVector: Instruction(.nothing, memory)
      case (true, let isOther):
        Instruction(isOther ? .clobberTwo : .loadPair, memory, registers.1, to: registers.0)
      case (false, true): Instruction.overwrite(memory, bytes: isVector ? 32 : 8)
      case (false, false): Instruction(.storePair, registers.0, registers.1, to: memory)
      }
    setWriteback(&pair, text, range)
    return pair
  }

  /// Returns the two registers of Go's `STP (R3, R4), 56(RSP)` and `LDP 56(RSP), (R3, R4)`.
  ///
  /// - Parameter last: whether they come last.
  private static func registers(_ code: Code, _ range: Range<Int>, last: Bool) -> (Operand, Operand) {
    let text = code.text
    let first = text.firstOffset(of: UInt8(ascii: "("), in: range)
    let start = last ? text.lastOffset(of: "(", in: range) : first
    guard let open = start, let close = text.firstOffset(of: UInt8(ascii: ")"), in: open..<range.upperBound)
    else { return (Operand(), Operand()) }
    let found = code.operands(in: open + 1..<close)
    return (found.first, found.second)
  }

  /// Makes an instruction that is not followed: it writes its last operand in Go's order.
  private static func other(_ found: Operands, _ code: Code, _ range: Range<Int>, _ line: InstructionLine)
    -> Instruction
  {
    let (text, isGo) = (code.text, code.isGo)
    let at = Int(line.mnemonic)
    if text[at] == UInt8(ascii: ".") { return Instruction(.clobberAll) }
    if found.count == 0 { return Instruction(.clobberRegisters) }
    // The reader reverses the operands of GNU's stores to address, register.
    var target = !isGo && text.has("st", at: at) ? found.first : found.last
    if isGo, found.count == 3 {
      guard let last = lastRegister(code, range) else { return Instruction(.clobberAll) }
      target = last
    }
    // The base is written too, in `MOVD.P 8(R0), R1`; the same goes for vectors, lists and pairs of vectors.
    if found.first.writeback != .none || target.kind == .other { return Instruction(.clobberAll) }
    if isGo, text.firstOffset(of: UInt8(ascii: "."), in: at..<range.lowerBound) != nil {
      return Instruction(.clobberAll)
    }
    return Instruction(.other, found.first, found.second, to: target, setsFlags: true)
  }

  /// Returns the register after Go's last comma; nil where something else is there.
  private static func lastRegister(_ code: Code, _ range: Range<Int>) -> Operand? {
    guard code.isGo, case let last = code.lastOperand(in: range), last.kind == .register else { return nil }
    return last
  }

  /// Returns a class's width; where that is 0, the width of the narrowest register that is named, and 64
  /// where the names do not tell.
  private static func width(_ width: UInt8, _ found: Operands) -> UInt8 {
    guard width == 0 else { return width }
    var width: UInt8 = 64
    for operand in [found.first, found.second, found.third]
    where operand.kind == .register && operand.width > 0 {
      width = min(width, operand.width)
    }
    return width
  }

  /// Whether a register is shifted or extended: `R1<<3`, `R1.UXTW`, `x1, lsl #3`, `w1, uxtw`.
  private static func isShifted(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    for mark in ["<<R", ">>", "->", "@>", ".UXT", ".SXT", "lsl", "lsr", "asr", "ror", "uxt", "sxt"]
      as [StaticString]
    where text.firstOffset(of: mark, in: range) != nil { return true }
    guard let shift = text.firstOffset(of: "<<", in: range) else { return false }
    // `$(16<<12)` is a constant.
    return text.firstOffset(of: UInt8(ascii: "$"), in: range.lowerBound..<shift) == nil
  }

  /// Returns the condition of a CINC; nil for all but `eq` and `ne`.
  private static func condition(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ isGo: Bool)
    -> Condition?
  {
    var start = range.lowerBound
    if !isGo {
      // `cinc x3, x0, eq  // eq = none`
      let end = text.firstOffset(of: "//", in: range) ?? range.upperBound
      start = (text.lastOffset(of: ",", in: range.lowerBound..<end) ?? start) + 1
    }
    while text[start] == UInt8(ascii: " ") || text[start] == 0x09 { start += 1 }
    // Only these two have been seen; the others would read the same flags.
    let condition = ARMCondition.named(text[start], text[start + 1])
    return condition == .equal || condition == .notEqual ? condition : nil
  }
}
