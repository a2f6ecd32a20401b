import Listing

extension PPC64 {
  static func callee(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Operand {
    var operand = Operand()
    operand.kind = .register
    // `BL (CTR)`, `BR (CTR)`, `bctrl`; `BCLRL $20,LT,$1`, `blrl`.
    let at = Int(line.mnemonic)
    let isLink = text.has("BCLR", at: at) || text.has("blr", at: at) || text.has("bclr", at: at)
    operand.register = isLink ? PowerRegister.link : PowerRegister.count
    return operand
  }

  static func instruction(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Instruction {
    let (kind, end) = table.find(text, at: Int(line.mnemonic))
    return instruction(kind, text, end..<Int(line.end), line, dialect)
  }

  static func instruction(
    _ kind: Class, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ line: InstructionLine,
    _ dialect: Dialect
  ) -> Instruction {
    switch kind {
    case .nothing, .compare: return Instruction(.nothing)
    case .branch, .jump, .jumpByRegister: return Instruction(.branch)
    case .stop: return Instruction(.stop)
    case .systemCall, .undecoded: return Instruction(.clobberAll)
    // Whatever it stored, it did so to what others share.
    case .conditional: return Instruction(.nothing)
    case .callByRegister: return Instruction(.indirectCall)
    case .call: return Instruction(call: target(text, range, dialect))
    default: break
    }
    let found = dialect.operands(text, in: range)
    switch kind {
    case .move(let width) where found.count == 2:
      if found.first.kind == .immediate,
        let symbol = Relocation.symbol(text, behind: Int(line.end), ["]R_ADDRPOWER:"])
      {
        var address = Instruction(.address, found.second.register, -1)
        address.symbol = symbol
        return address
      }
      return move(found.first, found.second, width: width)
    case .moveUpdate(let width) where found.count == 2:
      var move = move(found.first, found.second, width: width)
      move.isUpdate = true
      return move
    case .moveFloat where found.count == 2:
      return found.second.isMemory
        ? memory(.overwrite, noRegister, found.second, width: 8) : Instruction(.nothing)
    case .immediate, .shiftedImmediate:
      guard found.count == 2, let register = general(found.first) else { break }
      let shift: Int64 = if case .shiftedImmediate = kind { 16 } else { 0 }
      return Instruction(.constant, register, found.second.value << shift)
    case .copy:
      guard found.count == 2, let to = general(found.first), let from = general(found.second) else { break }
      return Instruction(.copy, to, base: from)
    case .fromSpecial(let special):
      guard let register = general(found.first) else { break }
      return Instruction(.copy, register, base: special)
    case .toSpecial(let special):
      guard let register = general(found.first) else { break }
      return Instruction(.copy, special, base: register)
    case .load(let width): return access(.load, found, width: width)
    case .store(let width): return access(.store, found, width: width)
    case .loadUpdate(let width): return access(.load, found, width: width, isUpdate: true)
    case .storeUpdate(let width): return access(.store, found, width: width, isUpdate: true)
    case .storeOther(let width): return memory(.overwrite, noRegister, place(found), width: width)
    case .add, .addImmediate, .addShifted, .or, .orShifted:
      guard let parts = parts(kind, found, dialect) else { break }
      return arithmetic(kind, parts)
    default: break
    }
    return other(found, text, range, line, dialect)
  }

  /// Go's `MOVD`: a load, a store, a copy or a constant.
  private static func move(_ from: Operand, _ to: Operand, width: Int64) -> Instruction {
    if to.isMemory { return memory(.store, from.register, to, width: width) }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    switch from.kind {
    case .memory, .indirect: return memory(.load, to.register, from, width: width)
    // `MOVWZ R6,R6` of the compiler's listing extends.
    case .register: return Instruction(width == 8 ? .copy : .clobber, to.register, base: from.register)
    case .immediate: return Instruction(.constant, to.register, from.value)
    // `MOVD SPR(256),R3`
    default: return Instruction(.clobber, to.register)
    }
  }

  /// `ld r22,16(r30)`, `ldx r3,r4,r5`, `stdu r31,-120(r1)`, `stdux r29,r1,r31`.
  private static func access(
    _ kind: Instruction.Kind, _ found: Operands, width: Int64, isUpdate: Bool = false
  ) -> Instruction {
    guard let register = general(found.first) else { return Instruction(.clobberAll) }
    var access = memory(kind, register, place(found), width: width)
    access.isUpdate = isUpdate
    return access
  }

  /// The memory behind the first operand; the last two of three registers are base and index.
  private static func place(_ found: Operands) -> Operand {
    guard !found.second.isMemory, found.count == 3, let index = general(found.third) else {
      return found.second
    }
    var operand = Operand()
    operand.kind = .memory
    operand.hasValue = true
    operand.register = general(found.second) ?? noRegister
    operand.index = index
    return operand
  }

  /// A load or store; R0 adds nothing to an address.
  private static func memory(
    _ kind: Instruction.Kind, _ register: UInt8, _ place: Operand, width: Int64
  ) -> Instruction {
    var instruction = Instruction(kind, register, place, width: width)
    if instruction.other == zeroRegister { instruction.other = noRegister }
    if instruction.base == zeroRegister || instruction.base == noRegister, instruction.other != noRegister {
      (instruction.base, instruction.other) = (instruction.other, noRegister)
    }
    return instruction
  }

  /// The parts of a sum or the like.
  private struct Parts {
    var to: UInt8
    var from: UInt8
    /// A register, or a number.
    var other: UInt8
    var number: Int64
  }

  /// `ADD R1,$48,R20`, `ADD R31,R1,R3`, `ADDIS $0,$22,R5`; `addi r20,r1,48`, `add r3,r31,r1`.
  private static func parts(_ kind: Class, _ found: Operands, _ dialect: Dialect) -> Parts? {
    guard found.count == 3 else { return nil }
    let isGo = dialect.syntax == .go
    let (to, from, second) =
      isGo ? (found.third, found.first, found.second) : (found.first, found.second, found.third)
    // LLVM's registers are numbers too.
    let isNumber: Bool
    if case .add = kind, !isGo { isNumber = false } else { isNumber = second.kind == .immediate }
    guard let to = general(to), let base = general(from), let other = isNumber ? noRegister : general(second)
    else { return nil }
    return Parts(to: to, from: base, other: other, number: isNumber ? second.value : 0)
  }

  private static func arithmetic(_ kind: Class, _ parts: Parts) -> Instruction {
    var number = parts.number
    let isOr: Bool
    switch kind {
    case .or: isOr = true
    case .orShifted: (isOr, number) = (true, number << 16)
    case .addShifted: (isOr, number) = (false, number << 16)
    default: isOr = false
    }
    if parts.other == noRegister {
      // R0 holds zero.
      if parts.from == zeroRegister { return Instruction(.constant, parts.to, number) }
      return Instruction(isOr ? .or : .add, parts.to, base: parts.from, number)
    }
    if isOr {
      // `OR R4,R4,R5` copies.
      let isCopy = parts.from == parts.other || parts.from == zeroRegister
      return isCopy ? Instruction(.copy, parts.to, base: parts.other) : Instruction(.clobber, parts.to)
    }
    return Instruction(.sum, parts.to, base: parts.from, other: parts.other)
  }

  /// An instruction that is not followed: Go's writes its last operand, GNU's and LLVM's its first.
  private static func other(
    _ found: Operands, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ line: InstructionLine,
    _ dialect: Dialect
  ) -> Instruction {
    let at = Int(line.mnemonic)
    if dialect.syntax == .go {
      // There may be more operands than are read.
      let start = text.lastOffset(of: ",", in: range).map { $0 + 1 } ?? range.lowerBound
      let to = dialect.operands(text, in: start..<range.upperBound).first
      switch to.kind {
      case .register: return Instruction(to.register == vectorRegister ? .nothing : .clobber, to.register)
      case .memory, .indirect: return memory(.overwrite, noRegister, to, width: 64)
      default: return Instruction(.clobberAll)
      }
    }
    // Stores of what is no general register, vectors, floating point.
    if text.has("st", at: at) {
      return found.count == 3
        ? memory(.overwrite, noRegister, place(found), width: 64) : Instruction(.clobberAll)
    }
    switch text[at] {
    case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "x"): return Instruction(.nothing)
    case UInt8(ascii: "l")
    where text[at + 1] == UInt8(ascii: "f") || text[at + 1] == UInt8(ascii: "v")
      || text[at + 1] == UInt8(ascii: "x"):
      return Instruction(.nothing)
    case UInt8(ascii: "m") where text.has("mt", at: at): return Instruction(.nothing)
    default: return general(found.first).map { Instruction(.clobber, $0) } ?? Instruction(.clobberAll)
    }
  }
}
