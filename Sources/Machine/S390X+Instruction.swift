import Listing

extension S390X {
  static func callee(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Operand {
    var start = Int(line.mnemonic)
    while text[start] > 0x20 { start += 1 }
    var operand = dialect.operands(text, in: start..<Int(line.end)).last
    // Go's objdump since 1.26 prints `RET` whatever the register: `07fe`, `07f5`.
    if operand.kind == .none, line.raw >= 0 {
      operand.kind = .register
      operand.register = UInt8(truncatingIfNeeded: text.hexadecimal(from: Int(line.raw)).value & 15)
    }
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
    let isGo = dialect.syntax == .go
    switch kind {
    case .nothing, .atomic: return Instruction(.nothing)
    case .branch, .compareBranch, .jump: return Instruction(.branch)
    case .jumpByRegister:
      return Instruction(callee(text, line, dialect).register == linkRegister ? .stop : .branch)
    // What is executed is another instruction, with another length.
    case .systemCall, .undecoded, .execute, .loadMultiple: break
    case .pair: return Instruction(.clobber)
    case .callByRegister: return Instruction(.indirectCall)
    case .call: return Instruction(call: target(text, range, line, dialect))
    default: break
    }
    let found = dialect.operands(text, in: range)
    let (first, second, third) = (found.first, found.second, found.third)
    switch kind {
    case .systemCall, .undecoded, .execute: return Instruction(.clobberAll)
    case .loadMultiple:
      // `LMG 8(R15), R6, R15`, `lmg %r6,%r15,8(%r15)`.
      let last = isGo ? third : second
      return last.isSP ? Instruction(.clobber, stackPointer) : Instruction(.clobber)
    case .storeMultiple:
      // Of the registers below SP; `stmg %r6,%r15,48(%r15)` is C's.
      guard first.register < second.register, second.register < 15 else {
        return memory(.overwrite, third, width: 16 * word)
      }
      return memory(
        .storeMultiple, register: first.register, third,
        width: Int64(second.register - first.register + 1) * word)
    case .move(let width): return move(first, second, width: width, text, line)
    case .moveFloat:
      return second.isMemory ? memory(.overwrite, second, width: word) : Instruction(.nothing)
    case .arithmetic(let sign): return arithmetic(found, sign)
    case .immediate(let shift) where first.kind == .register:
      return Instruction(.constant, first.register, second.value << shift)
    case .copy where second.kind == .register:
      return Instruction(.copy, first.register, base: second.register)
    case .load(let width) where first.kind == .register:
      return memory(.load, register: first.register, second, width: width)
    case .store(let width) where first.kind == .register:
      return memory(.store, register: first.register, second, width: width)
    case .storeOther(let width): return memory(.overwrite, second, width: width)
    case .storeImmediate(let width):
      var store = memory(.store, first, width: width)
      store.constant = second.value
      return store
    case .address:
      return isGo ? address(of: first, in: second, text, line) : address(of: second, in: first, text, line)
    case .loadRelative(let width):
      let place = address(of: isGo ? second : second, in: first, text, line)
      guard place.kind == .address else { break }
      var load = Instruction(.load, place.register, place.value)
      load.width = width
      return load
    case .storeRelative: return Instruction(.nothing)
    case .add where first.kind == .register:
      return Instruction(.add, first.register, base: first.register, second.value)
    case .addThree where second.kind == .register:
      return third.kind == .immediate
        ? Instruction(.add, first.register, base: second.register, third.value)
        : Instruction(.sum, first.register, base: second.register, other: third.register)
    case .subtractThree: return Instruction(.clobber, first.register)
    case .or where found.count == 2 && (isGo ? first : second).kind == .immediate:
      let (number, register) = isGo ? (first, second) : (second, first)
      return Instruction(.or, register.register, base: register.register, number.value)
    case .clear: return clear(found, isGo)
    case .moveMemory:
      // `MVC $32, (R1), (R2)`, `mvc 0(32,%r1),0(%r2)`.
      return memory(.overwrite, isGo ? second : first, width: length(found, isGo))
    case .memory:
      return memory(.overwrite, first.isMemory ? first : second.isMemory ? second : third, width: 16)
    default: break
    }
    var to = isGo ? found.last : first
    // `RISBGZ $59, $188, $0, R1, R2`, of which three are read.
    if isGo, to.kind == .immediate, let comma = text.lastOffset(of: ", ", in: range),
      case let last = dialect.operands(text, in: comma + 1..<range.upperBound).first, last.kind == .register
    {
      to = last
    }
    if isGo, to.isMemory { return memory(.overwrite, to, width: 256) }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    return Instruction(to.register == vectorRegister ? .nothing : .clobber, to.register)
  }

  /// Go's `MOVD`: a load, a store, a copy, a constant, or an address, which reads like a load.
  private static func move(
    _ from: Operand, _ to: Operand, width: Int64, _ text: borrowing Span<UInt8>, _ line: InstructionLine
  ) -> Instruction {
    if to.isMemory { return memory(.store, register: from.register, to, width: width) }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    switch from.kind {
    case .register:
      return Instruction(width == word ? .copy : .clobber, to.register, base: from.register)
    case .immediate: return Instruction(.constant, to.register, from.value)
    case .memory, .indirect:
      guard width == word, !isLoad(text, line) else {
        return memory(.load, register: to.register, from, width: width)
      }
      return address(of: from, in: to, text, line)
    case .place: return address(of: from, in: to, text, line)
    default: return Instruction(.clobber, to.register)
    }
  }

  /// Whether an instruction that Go prints as MOVD from memory is LG: LA and LAY read the same.
  private static func isLoad(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool {
    guard line.raw >= 0, line.length == 6 else { return false }
    return text.hexadecimal(from: Int(line.raw)).value & 0xff == 0x04
  }

  /// `MOVD -96(R0)(R15*1), R15`, `lay %r15,-96(%r15,%r0)`, `larl %r0,15d258 <go:funcdesc+0x78>`.
  private static func address(
    of place: Operand, in register: Operand, _ text: borrowing Span<UInt8>, _ line: InstructionLine
  ) -> Instruction {
    guard register.kind == .register else { return Instruction(.clobberAll) }
    if place.isMemory {
      let parts = memory(.load, register: register.register, place, width: word)
      if parts.other == noRegister {
        return Instruction(.add, register.register, base: parts.base, parts.value)
      }
      guard parts.value == 0 else { return Instruction(.clobber, register.register) }
      return Instruction(.sum, register.register, base: parts.base, other: parts.other)
    }
    var instruction = Instruction(.address, register.register)
    instruction.symbol = place.symbol
    if place.kind == .place, place.hasValue, place.register != instructionPointer {
      instruction.value = place.value
    } else if let symbol = Relocation.symbol(text, behind: Int(line.end), relocations) {
      instruction.symbol = symbol
      instruction.value = -1
    } else if let address = relative(text, line) {
      instruction.value = Int64(bitPattern: address)
    } else {
      return Instruction(.clobber, register.register)
    }
    return instruction
  }

  /// A load or store; R0 adds nothing to an address.
  private static func memory(
    _ kind: Instruction.Kind, register: UInt8 = noRegister, _ place: Operand, width: Int64
  ) -> Instruction {
    var instruction = Instruction(kind, register, place, width: width)
    if instruction.other == 0 { instruction.other = noRegister }
    if instruction.base == 0 || instruction.base == noRegister {
      (instruction.base, instruction.other) = (instruction.other, noRegister)
    }
    return instruction
  }

  /// `ADD $8, R1`, `SUB $8, R15, R11`, `ADD R1, R2, R3`, `ADD R1, R2`, `ADD 8(R1), R2`.
  private static func arithmetic(_ found: Operands, _ sign: Int64) -> Instruction {
    let to = found.last
    let base = found.count == 3 ? found.second : to
    guard to.kind == .register, base.kind == .register, found.count >= 2 else {
      return Instruction(.clobberAll)
    }
    switch found.first.kind {
    case .immediate: return Instruction(.add, to.register, base: base.register, sign &* found.first.value)
    case .register where sign > 0:
      return Instruction(.sum, to.register, base: base.register, other: found.first.register)
    default: return Instruction(.clobber, to.register)
    }
  }

  /// `XC $64, 32(R15), 32(R15)`, `xc 32(64,%r15),32(%r15)`: with itself it is zero.
  private static func clear(_ found: Operands, _ isGo: Bool) -> Instruction {
    let (a, b) = isGo ? (found.second, found.third) : (found.first, found.second)
    let isSame = a.register == b.register && a.value == b.value
    return memory(isSame ? .store : .overwrite, a, width: length(found, isGo))
  }

  /// How many bytes `XC $64, …`, `xc 32(64,%r15),…` is about: 256 at most.
  private static func length(_ found: Operands, _ isGo: Bool) -> Int64 {
    min(max(isGo ? found.first.value : Int64(found.first.length), 1), 256)
  }
}
