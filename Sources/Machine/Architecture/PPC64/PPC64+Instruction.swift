import ByteText
import Listing

extension PPC64 {
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let line = code.lines[i]
    let (kind, end) = table.find(code.text, line)
    return instruction(kind, code, end..<Int(line.end), line)
  }

  /// Returns what an instruction of a class does.
  ///
  /// - Parameter range: its operands.
  static func instruction(_ kind: Class, _ code: Code, _ range: Range<Int>, _ line: InstructionLine)
    -> Instruction
  {
    let text = code.text
    switch kind {
    case .nothing: return Instruction(.nothing)
    case .flags: return .losesFlags
    case .jump, .jumpByRegister:
      // This jumps to the address in CTR: `BR (CTR)`, `bctr`.
      guard case .jump = kind, let target = target(code, range) else {
        return Instruction(.jump, to: .register(PowerRegister.count))
      }
      return Instruction(.jump, to: target)
    case .branch(let condition): return branch(condition, code, range)
    case .branchOnBit(let isSet):
      let condition = condition(ofBit: code.operands(in: range).first)
      return Instruction(branch: target(code, range), if: isSet ? condition : condition?.negated)
    case .return: return Instruction(.returns)
    case .trap: return Instruction(.traps)
    case .systemCall, .undecoded: return Instruction(.clobberAll)
    case .conditional:
      let found = code.operands(in: range)
      return Instruction(
        .atomicStore, to: memory(found.second.isMemory ? found.second : place(found)), reach: 8,
        setsFlags: true)
    case .callByRegister:
      // `BL (CTR)` and `bctrl` call the address in CTR, `BCLRL $20,LT,$1` and `blrl` the one in LR.
      let at = Int(line.mnemonic)
      let isLink = text.has("BCLR", at: at) || text.has("blr", at: at) || text.has("bclr", at: at)
      return Instruction(.call, to: .register(isLink ? PowerRegister.link : PowerRegister.count))
    case .call: return Instruction(.call, to: target(code, range))
    default: break
    }
    let found = code.operands(in: range)
    let setsFlags =
      text[range.lowerBound - 1] == UInt8(ascii: ".") || text.has("CC", at: range.lowerBound - 2)
    switch kind {
    case .move(let bytes, let isSigned) where found.count == 2:
      if found.first.kind == .immediate, let symbol = addressed(code, line) {
        return Instruction(.address, .place(nil, symbol: symbol), to: found.second)
      }
      return move(found.first, found.second, bytes, isSigned)
    case .moveUpdate(let bytes, let isSigned) where found.count == 2:
      var move = move(found.first, found.second, bytes, isSigned)
      if move.source.isMemory { move.source.writeback = .before } else { move.target.writeback = .before }
      return move
    case .moveFloat where found.count == 2:
      return found.second.isMemory ? overwrite(found.second, bytes: 8) : Instruction(.nothing)
    case .longAdd: return longAdd(found, code, range)
    case .immediate, .longImmediate, .shiftedImmediate:
      guard found.count == 2, let register = general(found.first) else { break }
      let shift: Int64 = if case .shiftedImmediate = kind { 16 } else { 0 }
      return Instruction(.move, .constant(found.second.value << shift), to: .register(register))
    case .copy:
      guard found.count == 2, let to = general(found.first), let from = general(found.second) else { break }
      return Instruction(.move, .register(from), to: .register(to))
    case .fromSpecial(let special):
      guard let register = general(found.first) else { break }
      return Instruction(.move, .register(special), to: .register(register))
    case .toSpecial(let special):
      guard let register = general(found.first) else { break }
      return Instruction(.move, .register(register), to: .register(special))
    case .load(let bytes, let isSigned): return load(found, bytes, isSigned)
    case .store(let bytes): return store(found, bytes)
    case .loadUpdate(let bytes, let isSigned): return load(found, bytes, isSigned, .before)
    case .storeUpdate(let bytes): return store(found, bytes, .before)
    case .storeOther(let bytes): return overwrite(place(found), bytes: bytes)
    case .addShifted where addressed(code, line) != nil:
      return Instruction(.address, .place(nil, symbol: addressed(code, line) ?? 0..<0), to: found.last)
    case .add, .addImmediate, .addShifted, .or, .orShifted, .subtract, .and, .andImmediate, .xor,
      .xorRegister:
      guard var sum = arithmetic(kind, found, code.dialect) else { break }
      sum.setsFlags = setsFlags
      return sum
    case .clear(let width):
      if let clear = clear(found, width, code, range) { return clear }
    case .compare(let isUnsigned, let width):
      return compare(found, isUnsigned: isUnsigned, width, code, range)
    case .moveIf(let condition):
      // `ISEL $2,R5,R3,R4`, `iseleq r4,r5,r3`: R4 = R5 where the bit is set, otherwise R3.
      guard let to = general(code.isGo ? code.lastOperand(in: range) : found.first),
        let source = general(found.second), let second = general(found.third)
      else { break }
      return Instruction(
        .moveIf, .register(source), .register(second), to: .register(to),
        if: code.isGo ? self.condition(ofBit: found.first) : condition)
    default: break
    }
    var other = other(found, code, range, line)
    other.setsFlags = setsFlags
    return other
  }

  /// Returns the condition for which a bit of the condition register stands: those of its first field are
  /// «less», «greater» and «equal». Nil for every other bit.
  private static func condition(ofBit bit: Operand) -> Condition? {
    let conditions: [Condition] = [.less, .greater, .equal]
    return bit.isNumber && conditions.indices.contains(Int(bit.value)) ? conditions[Int(bit.value)] : nil
  }

  /// Returns the symbol of the address whose upper half an instruction has by a relocation, `ADDIS $0,$0,R4`;
  /// nil where there is none. The next instruction adds the lower half, which counts as 0.
  private static func addressed(_ code: Code, _ line: InstructionLine) -> Range<Int>? {
    Relocation.symbol(code, behind: Int(line.end), ["]R_ADDRPOWER:", "]R_ADDRPOWER_DS:"])
  }

  /// Makes a branch such as `BEQ 0x9e2f8` or `beq 9e2f8 <main.f+0x18>`. One that asks another field of the
  /// condition register than the first may go either way.
  private static func branch(_ condition: Condition?, _ code: Code, _ range: Range<Int>) -> Instruction {
    // The field comes before the target, whose name may contain any byte.
    let field =
      range.lowerBound..<(code.text.firstOffset(of: UInt8(ascii: ","), in: range) ?? range.lowerBound)
    return Instruction(branch: target(code, range), if: isOtherField(code.text, field) ? nil : condition)
  }

  /// Whether another field than the first is named: `BEQ CR7,…`, `beq cr7,…`, `CMP R3,R4,CR1`,
  /// `cmpd cr1,r3,r4`. LLVM prints the field as a number, `cmpd 1, 3, 4`.
  private static func isOtherField(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let field = text.firstOffset(of: "CR", in: range) ?? text.firstOffset(of: "cr", in: range) else {
      return false
    }
    return text[field + 2] &- 0x31 < 7
  }

  /// Makes a comparison; one that sets another field than the first has no effect here.
  private static func compare(
    _ found: Operands, isUnsigned: Bool, _ width: UInt8, _ code: Code, _ range: Range<Int>
  ) -> Instruction {
    let text = code.text
    guard found.count == 2, !isOtherField(text, range), let first = general(found.first) else {
      return found.count == 2 && isOtherField(text, range) || found.count == 3
        ? Instruction(.nothing) : .losesFlags
    }
    let isNumber =
      found.second.kind == .immediate
      && (code.isGo || text[range.lowerBound - 1] == UInt8(ascii: "i"))
    var second = found.second
    if !isNumber {
      guard let other = general(second) else { return .losesFlags }
      second = .register(other)
    }
    return Instruction(.compare, .register(first), second, width: width, isUnsigned: isUnsigned)
  }

  /// Makes the instruction of Go's `MOVD`: a load, a store, a copy or a constant.
  private static func move(_ from: Operand, _ to: Operand, _ bytes: Int64, _ isSigned: Bool) -> Instruction {
    if to.isMemory {
      return Instruction(
        .move, from.kind == .register ? from : Operand(), to: memory(to), width: UInt8(8 * bytes))
    }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    switch from.kind {
    // `MOVWZ R6,R6` is from the compiler's listing.
    case .memory, .indirect, .register:
      return Instruction(.move, memory(from), to: to, width: UInt8(8 * bytes), isSigned: isSigned)
    case .immediate: return Instruction(.move, from, to: to)
    // `MOVD SPR(256),R3`
    default: return Instruction(.clobber, to: to)
    }
  }

  /// Makes a load: `ld r22,16(r30)`, `ldx r3,r4,r5`, `lwzu r3,4(r4)`.
  private static func load(
    _ found: Operands, _ bytes: Int64, _ isSigned: Bool, _ writeback: Operand.Writeback = .none
  ) -> Instruction {
    guard let register = general(found.first), case var place = place(found), place.isMemory else {
      return Instruction(.clobberAll)
    }
    place.writeback = writeback
    return Instruction(
      .move, place, to: .register(register), width: UInt8(8 * bytes), isSigned: isSigned)
  }

  /// Makes a store: `std r0,16(r1)`, `stdu r31,-120(r1)`, `stdux r29,r1,r31`.
  private static func store(
    _ found: Operands, _ bytes: Int64, _ writeback: Operand.Writeback = .none
  ) -> Instruction {
    guard let register = general(found.first), case var place = place(found), place.isMemory else {
      return Instruction(.clobberAll)
    }
    place.writeback = writeback
    return Instruction(.move, .register(register), to: place, width: UInt8(8 * bytes))
  }

  /// Makes a write of so many bytes to memory.
  private static func overwrite(_ place: Operand, bytes: Int64) -> Instruction {
    place.isMemory ? .overwrite(memory(place), bytes: bytes) : Instruction(.clobberAll)
  }

  /// Returns the memory after the first operand; of three registers, the last two are base and index.
  private static func place(_ found: Operands) -> Operand {
    guard !found.second.isMemory, found.count == 3, let index = general(found.third) else {
      return memory(found.second)
    }
    return memory(.memory(general(found.second) ?? noRegister, 0, index: index))
  }

  /// Returns memory without R0, which adds nothing to an address.
  private static func memory(_ place: Operand) -> Operand {
    var place = place
    if place.index == zeroRegister { place.index = noRegister }
    if place.register == zeroRegister || place.register == noRegister, place.index != noRegister {
      (place.register, place.index) = (place.index, noRegister)
    }
    return place
  }

  /// Makes a sum or a bit operation: `ADD R1,$48,R20`, `ADD R31,R1,R3`, `ADDIS $0,$22,R5`; `addi r20,r1,48`,
  /// `add r3,r31,r1`.
  private static func arithmetic(_ kind: Class, _ found: Operands, _ dialect: Dialect) -> Instruction? {
    guard found.count == 3 else { return nil }
    let isGo = dialect.syntax == .go
    let (target, first, second) =
      isGo ? (found.third, found.first, found.second) : (found.first, found.second, found.third)
    // LLVM prints registers as numbers, too.
    var isNumber = second.kind == .immediate
    switch kind {
    case .add where !isGo, .and where !isGo, .subtract where !isGo, .xorRegister: isNumber = false
    default: break
    }
    guard let to = general(target), let base = general(first),
      let other = isNumber ? noRegister : general(second)
    else { return nil }
    var amount = isNumber ? Operand.constant(second.value) : .register(other)
    var operation = Instruction.Kind.add
    switch kind {
    case .or: operation = .or
    case .orShifted: (operation, amount.value) = (.or, amount.value << 16)
    case .addShifted: amount.value <<= 16
    case .and, .andImmediate: operation = .and
    case .xor, .xorRegister: operation = .xor
    // `SUB R3,R4,R5` is R5 = R4 - R3.
    case .subtract: return Instruction(.subtract, .register(base), amount, to: .register(to))
    default: break
    }
    if isNumber {
      // R0 is zero here.
      if base == zeroRegister, operation != .and, operation != .xor {
        return Instruction(.move, amount, to: .register(to))
      }
    } else if operation == .or, base == other || base == zeroRegister {
      // `OR R4,R4,R5` is a copy.
      return Instruction(.move, .register(other), to: .register(to))
    }
    return Instruction(operation, amount, .register(base), to: .register(to))
  }

  /// Makes a sum with a number of 34 bits: `PADDI R1,$-102312,$0,R23`, `paddi r23,r1,-102312`, `paddi 23, 1, -102312, 0`.
  /// With 1 in place of the 0, it adds to the instruction's own address.
  private static func longAdd(_ found: Operands, _ code: Code, _ range: Range<Int>) -> Instruction {
    guard let comma = code.text.lastOffset(of: UInt8(ascii: ","), in: range) else {
      return Instruction(.clobberAll)
    }
    let last = code.operands(in: comma + 1..<range.upperBound).first
    let (target, base, amount) =
      code.isGo ? (last, found.first, found.second) : (found.first, found.second, found.third)
    guard let to = general(target), let from = general(base), amount.isNumber else {
      return Instruction(.clobberAll)
    }
    let isRelative = code.isGo ? found.third.value != 0 : last.value == 1 && amount.value != 1
    if isRelative { return Instruction(.clobber, to: .register(to)) }
    let number = Operand.constant(amount.value)
    return from == zeroRegister
      ? Instruction(.move, number, to: .register(to))
      : Instruction(.add, number, .register(from), to: .register(to))
  }

  /// Makes the instruction that clears the upper bits of a register: `RLWINM R6,$0,$24,$31,R6`,
  /// `clrlwi r6,r6,24`, `clrldi r4,r3,32`. The number is the first bit that stays.
  private static func clear(_ found: Operands, _ width: UInt8, _ code: Code, _ range: Range<Int>)
    -> Instruction?
  {
    guard found.count == 3, found.third.isNumber, found.third.value > 0, found.third.value < Int64(width)
    else {
      return nil
    }
    let mask = Operand.constant((1 << (Int64(width) - found.third.value)) &- 1)
    guard code.isGo else {
      guard let to = general(found.first), let from = general(found.second) else { return nil }
      return Instruction(.and, mask, .register(from), to: .register(to))
    }
    guard found.first.kind == .register, found.second.isNumber, found.second.value == 0,
      width == 64 || code.text.firstOffset(of: ",$31,", in: range) != nil,
      case let to = code.lastOperand(in: range), to.kind == .register
    else { return nil }
    return Instruction(.and, mask, found.first, to: to)
  }

  /// Makes an instruction that is not followed. Go's writes its last operand, GNU's and LLVM's writes its
  /// first.
  private static func other(_ found: Operands, _ code: Code, _ range: Range<Int>, _ line: InstructionLine)
    -> Instruction
  {
    let text = code.text
    let at = Int(line.mnemonic)
    if code.isGo {
      let to = code.lastOperand(in: range)
      switch to.kind {
      case .register: return Instruction(to.register == vectorRegister ? .nothing : .clobber, to: to)
      case .memory, .indirect: return overwrite(to, bytes: 64)
      default: return Instruction(.clobberAll)
      }
    }
    // These store vectors and floating-point numbers.
    if text.has("st", at: at) {
      return found.count == 3 ? overwrite(place(found), bytes: 64) : Instruction(.clobberAll)
    }
    let isVector: Bool
    switch (text[at], text[at + 1]) {
    case (UInt8(ascii: "f"), _): isVector = true
    // `xvadddp`, `xsmuldp` and `xxlxor` work on vectors, `xoris` does not.
    case (UInt8(ascii: "x"), let next): isVector = "vsx".utf8.contains(next) && !text.has("xsxexp", at: at)
    case (UInt8(ascii: "v"), _):
      let mnemonic = at..<range.lowerBound
      isVector = !text.has("vextu", at: at) && text.firstOffset(of: "lsbb", in: mnemonic) == nil
    case (UInt8(ascii: "l"), let next):
      isVector = "fvx".utf8.contains(next)
      // `lfdu` moves its base.
      if isVector, text[range.lowerBound - 1] == UInt8(ascii: "u") || text.has("ux", at: range.lowerBound - 2)
      {
        return Instruction(.clobberAll)
      }
    default: isVector = false
    }
    if isVector { return Instruction(.nothing) }
    switch text[at] {
    case UInt8(ascii: "m") where text.has("mt", at: at): return Instruction(.nothing)
    default:
      return general(found.first).map { Instruction(.clobber, to: .register($0)) } ?? Instruction(.clobberAll)
    }
  }
}
