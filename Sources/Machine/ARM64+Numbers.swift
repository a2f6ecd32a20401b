import Listing

extension ARM64 {
  private enum Verb: Sendable {
    case other, nothing
    case move(UInt8)
    case load(UInt8)
    case store(UInt8)
    case keep, add, subtract, and, or, xor, compare, test
    case increment, storePair, loadPair, loadVector, moveVector, page, call
    case branch(Condition)
    case onZero(Condition)
    case onSign(Condition)
  }

  /// Go's mnemonics say how many bits; GNU's registers do.
  private static let goVerbs = MnemonicTable<Verb>(
    [
      (.nothing, "NOOP NOP JMP RET"), (.move(64), "MOVD"), (.move(32), "MOVW MOVWU"),
      (.move(8), "MOVB MOVBU"),
      (.keep, "MOVK"), (.add, "ADD ADDW"), (.subtract, "SUB SUBW"), (.and, "AND ANDW"), (.or, "ORR ORRW"),
      (.xor, "EOR EORW"), (.compare, "CMP CMPW"), (.test, "TST TSTW"), (.increment, "CINC CINCW"),
      (.storePair, "STP"), (.loadPair, "LDP"),
      (.loadVector, "FLDPQ FLDPD"), (.moveVector, "FMOVQ FMOVD FMOVS FSTPQ FSTPD"), (.page, "ADRP ADR"),
      (.call, "CALL BL"),
      (.branch(.equal), "BEQ"), (.branch(.notEqual), "BNE"), (.branch(.less), "BLT"),
      (.branch(.greaterOrEqual), "BGE"), (.branch(.lessOrEqual), "BLE"), (.branch(.greater), "BGT"),
      (.branch(.below), "BCC BLO"), (.branch(.aboveOrEqual), "BCS BHS"), (.branch(.belowOrEqual), "BLS"),
      (.branch(.above), "BHI"), (.branch(.negative), "BMI"), (.branch(.notNegative), "BPL"),
      (.onZero(.equal), "CBZ CBZW"), (.onZero(.notEqual), "CBNZ CBNZW"),
      (.onSign(.notNegative), "TBZ"), (.onSign(.negative), "TBNZ"),
    ], other: .other)

  private static let verbs = MnemonicTable<Verb>(
    [
      (.nothing, "nop b ret"), (.move(64), "mov"), (.load(0), "ldr ldur"), (.load(32), "ldrsw ldursw"),
      (.load(8), "ldrb ldurb"), (.store(0), "str stur"), (.store(8), "strb sturb"),
      (.store(16), "strh sturh"),
      (.keep, "movk"), (.add, "add"), (.subtract, "sub"), (.and, "and"), (.or, "orr"), (.xor, "eor"),
      (.compare, "cmp"), (.test, "tst"), (.increment, "cinc"), (.storePair, "stp"), (.loadPair, "ldp"),
      (.page, "adrp adr"),
      (.call, "bl blr"),
      (.branch(.equal), "b.eq"), (.branch(.notEqual), "b.ne"), (.branch(.less), "b.lt"),
      (.branch(.greaterOrEqual), "b.ge"), (.branch(.lessOrEqual), "b.le"), (.branch(.greater), "b.gt"),
      (.branch(.below), "b.cc b.lo"), (.branch(.aboveOrEqual), "b.cs b.hs"), (.branch(.belowOrEqual), "b.ls"),
      (.branch(.above), "b.hi"), (.branch(.negative), "b.mi"), (.branch(.notNegative), "b.pl"),
      (.onZero(.equal), "cbz"), (.onZero(.notEqual), "cbnz"),
      (.onSign(.notNegative), "tbz"), (.onSign(.negative), "tbnz"),
    ], other: .other)

  /// What one instruction does to numbers.
  static func numberOperation(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> NumberOperation {
    let isGo = dialect.syntax == .go
    let (verb, end) = (isGo ? goVerbs : verbs).find(text, at: Int(line.mnemonic))
    let range = end..<Int(line.end)
    let found = dialect.operands(text, in: range)
    var operation = NumberOperation()
    (operation.source, operation.second, operation.target) = (found.first, found.second, found.last)
    operation.width = isGo ? 64 : registerWidth(found)
    if isGo, text[end - 1] == UInt8(ascii: "W") { operation.width = 32 }
    if found.first.writeback != .none || found.last.writeback != .none { return operation }
    let isVector = [found.first, found.second, found.third].contains {
      $0.kind == .register && $0.register == vectorRegister
    }
    switch verb {
    case .other: operation.setsFlags = true
    case .load where isVector, .loadPair where isVector, .loadVector:
      operation.kind = .vector
      operation.target = Operand()
    case .store where isVector, .storePair where isVector, .moveVector:
      operation.kind = .vector
      operation.reach = 32
      // GNU's stores come out of the reader as address, register.
      if !isGo { operation.target = found.first }
      if operation.target.kind == .register { operation.target = Operand() }
    case .nothing: operation.kind = .nothing
    case .move(let width), .load(let width), .store(let width):
      guard found.count == 2 else { break }
      operation.kind = .move
      operation.source = found.first
      // GNU's stores come out of the reader as address, register.
      if case .store = verb { (operation.source, operation.target) = (found.second, found.first) }
      if width > 0 { operation.width = min(operation.width, width) }
      if isGo, width < 64, text[end - 1] != UInt8(ascii: "U"), operation.target.kind == .register {
        operation.kind = .signExtend
      }
      if case .load(32) = verb {
        operation.width = 32
        operation.kind = .signExtend
      }
    case .keep:
      // `MOVK $(15<<16), R3` keeps the other bits, which a MOVD of the low ones has set to zero.
      guard found.count == 2, found.first.kind == .immediate else { break }
      operation.kind = .or
      operation.source = found.first
      operation.second = found.second
    case .add, .subtract, .and, .or, .xor:
      // A shifted or extended register is a fourth operand, which the reader leaves out: such a sum is none here.
      guard !isShifted(text, range), found.count >= 2 else { break }
      operation.kind =
        switch verb {
        case .add: .add
        case .subtract: .subtract
        case .and: .and
        case .or: .or
        default: .xor
        }
      operation.source = found.first
      operation.second = found.count == 3 ? found.second : found.last
    case .compare, .test:
      operation.setsFlags = true
      guard !isShifted(text, range), found.count == 2 else { break }
      operation.kind = .compare
      if case .test = verb { operation.kind = .test }
      operation.source = found.second
      operation.second = found.first
      operation.target = Operand()
    case .increment:
      guard found.count == 3, let condition = condition(text, range, isGo) else { break }
      operation.kind = .increment
      operation.condition = condition
      operation.second = found.second
    case .storePair:
      guard operation.width == 64 else { break }
      if isGo {
        (operation.source, operation.second) = pair(text, range, dialect, last: false)
      } else {
        guard found.count == 3 else { break }
        operation.target = found.first
        (operation.source, operation.second) = (found.third, found.second)
      }
      if operation.source.kind == .register, operation.second.kind == .register {
        operation.kind = .storePair
      }
    case .loadPair:
      guard operation.width == 64 else { break }
      if isGo {
        let memory = found.first
        (operation.target, operation.second) = pair(text, range, dialect, last: true)
        operation.source = memory
      } else {
        guard found.count == 3 else { break }
        (operation.target, operation.second) = (found.third, found.second)
      }
      if operation.target.kind == .register, operation.second.kind == .register { operation.kind = .loadPair }
    case .page:
      // The address of a page, never of the frame.
      operation.kind = .move
      operation.source = Operand()
      if !isGo { operation.target = found.last }
    case .call:
      operation.kind = .call
      operation.setsFlags = true
      operation.target = Operand()
    case .branch(let condition):
      operation.kind = .nothing
      operation.condition = condition
    case .onZero(let condition):
      operation.kind = .branchOnZero
      operation.condition = condition
      operation.source = isGo ? found.first : found.last
      operation.width = isGo ? operation.width : max(operation.source.width, 32)
    case .onSign(let condition):
      // `TBNZ $63, R0`, `tbnz x0, #63` asks for the sign; so does 31 of a number of 32 bits.
      let (bit, register) = isGo ? (found.first, found.second) : (found.second, found.third)
      operation.kind = .nothing
      guard found.count == 3, bit.kind == .immediate, bit.value >= 0, bit.value < 64 else { break }
      let isSign = bit.value == 63 || bit.value == 31
      operation.kind = isSign ? .branchOnZero : .branchOnBit
      operation.condition = isSign ? condition : condition == .negative ? .notEqual : .equal
      operation.source = register
      operation.second = bit
      operation.width = isSign ? UInt8(bit.value + 1) : 64
    }
    return operation
  }

  private static func registerWidth(_ found: Operands) -> UInt8 {
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
    switch (text[start] | 0x20, text[start + 1] | 0x20) {
    case (UInt8(ascii: "e"), UInt8(ascii: "q")): return .equal
    case (UInt8(ascii: "n"), UInt8(ascii: "e")): return .notEqual
    default: return nil
    }
  }

  /// The registers of Go's `STP (R3, R4), 56(RSP)` and `LDP 56(RSP), (R3, R4)`.
  private static func pair(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect, last: Bool
  ) -> (Operand, Operand) {
    let first = text.firstOffset(of: UInt8(ascii: "("), in: range)
    let start = last ? text.lastOffset(of: "(", in: range) : first
    guard let open = start, let close = text.firstOffset(of: UInt8(ascii: ")"), in: open..<range.upperBound)
    else { return (Operand(), Operand()) }
    let found = dialect.operands(text, in: open + 1..<close)
    return (found.first, found.second)
  }
}
