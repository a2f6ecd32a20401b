import ByteText
import Listing

extension S390X {
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let line = code.lines[i]
    let (kind, end) = table.find(code.text, line)
    return instruction(kind, code, end..<Int(line.end), line)
  }

  /// Returns the register that holds the address to which an instruction calls or jumps.
  static func register(_ code: Code, _ line: InstructionLine) -> Operand {
    let text = code.text
    var start = Int(line.mnemonic)
    while text[start] > 0x20 { start += 1 }
    let operand = code.operands(in: start..<Int(line.end)).last
    // Go's objdump prints `RET` for any register since 1.26: `07fe`, `07f5`.
    guard operand.kind == .none, line.raw >= 0 else { return operand }
    return .register(UInt8(truncatingIfNeeded: text.hexadecimal(from: Int(line.raw)).value & 15))
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
    // `CS R0, R3, (R1)` leaves the old value in the first register, `CDSG` in two registers.
    case .atomic:
      let found = code.operands(in: range)
      if text[Int(line.mnemonic) + 1] | 0x20 == UInt8(ascii: "d") { return Instruction(.clobberAll) }
      return Instruction(
        .atomicStore, Operand(), found.first, to: memory(found.last.isMemory ? found.last : found.third),
        reach: 8, setsFlags: true)
    case .branch(let condition):
      return Instruction(branch: target(code, range, line), if: condition)
    case .branchOnMask:
      // The last bit stands for overflow, which a comparison never leaves.
      let mask = code.operands(in: range).first.value & ~1
      return Instruction(branch: target(code, range, line), if: condition(mask: mask))
    case .compareBranch, .maskedBranch: return compareBranch(kind, code, range, line)
    case .jump: return Instruction(.jump, to: target(code, range, line))
    case .jumpByRegister:
      let register = register(code, line)
      // Go's objdump up to 1.25 prints `JMP 4(PC)`.
      if register.kind == .place { return Instruction(.jump, to: target(code, range, line)) }
      return register.register == facts.linkRegister
        ? Instruction(.returns) : Instruction(.jump, to: register)
    // It executes another instruction, of another length.
    case .systemCall, .undecoded, .execute: return Instruction(.clobberAll)
    case .pair: return Instruction(.clobberRegisters)
    case .callByRegister: return Instruction(.call, to: register(code, line))
    case .call: return Instruction(.call, to: target(code, range, line))
    default: break
    }
    let found = code.operands(in: range)
    let (first, second, third) = (found.first, found.second, found.third)
    switch kind {
    case .countingBranch: return Instruction(.clobber, to: first)
    case .loadMultiple:
      // `LMG 8(R15), R6, R15`, `lmg %r6,%r15,8(%r15)`.
      let last = isGo ? third : second
      return last.isSP ? Instruction(.clobber, to: last) : Instruction(.clobberRegisters)
    case .storeMultiple:
      // Only registers below SP are followed; `stmg %r6,%r15,48(%r15)` is from a C compiler.
      guard first.register < second.register, second.register < 15 else {
        return overwrite(third, bytes: 16 * word)
      }
      return Instruction(
        .storeMultiple, first, to: memory(third), reach: Int64(second.register - first.register + 1) * word)
    case .compare(let isUnsigned, let width)
    where first.kind == .register && (second.isNumber || second.kind == .register):
      return Instruction(.compare, first, second, width: width, isUnsigned: isUnsigned)
    case .compare: return .losesFlags
    case .move(let bytes, let isSigned): return move(first, second, bytes, isSigned, code, line)
    case .moveFloat:
      return second.isMemory ? overwrite(second, bytes: word) : Instruction(.nothing)
    case .arithmetic(let sign): return arithmetic(found, sign)
    case .arithmeticOfHalf(let sign): return ofHalf(arithmetic(found, sign))
    case .addOfHalf:
      let (amount, base) = found.count == 3 ? (third, second) : (second, first)
      return ofHalf(Instruction(.add, amount, base, to: first).losingFlags)
    case .extend(let bytes, let isSigned) where second.kind == .register:
      return Instruction(.move, second, to: first, width: UInt8(8 * bytes), isSigned: isSigned)
    case .immediate(let shift) where first.kind == .register:
      return Instruction(.move, .constant(second.value << shift), to: first)
    case .copy where second.kind == .register: return Instruction(.move, second, to: first)
    case .load(let bytes, let isSigned) where first.kind == .register:
      return load(second, to: first, bytes, isSigned)
    case .loadOfHalf(let bytes) where first.kind == .register:
      var load = load(second, to: first, bytes, true)
      load.keepsUpperBits = second.isMemory
      return load
    case .store(let bytes) where first.kind == .register:
      return Instruction(.move, first, to: memory(second), width: UInt8(8 * bytes))
    case .storeOther(let bytes): return overwrite(second, bytes: bytes)
    case .storeImmediate(let bytes):
      return Instruction(.move, .constant(second.value), to: memory(first), width: UInt8(8 * bytes))
    case .address:
      // Go's objdump up to 1.25 prints `LARL R0, 18256(PC)`, in GNU's order.
      return isGo && first.kind != .register
        ? address(of: first, in: second, code, line) : address(of: second, in: first, code, line)
    case .loadRelative(let bytes, let isSigned):
      let place = address(of: second, in: first, code, line)
      guard place.kind == .address, place.source.kind == .place else { break }
      return Instruction(
        .move, place.source, to: place.target, width: UInt8(8 * bytes), isSigned: isSigned)
    case .storeRelative: return Instruction(.nothing)
    case .add where first.kind == .register:
      return Instruction(.add, .constant(second.value), first, to: first).losingFlags
    case .addThree where second.kind == .register:
      return Instruction(.add, third, second, to: first).losingFlags
    case .subtractThree: return Instruction(.subtract, third, second, to: first).losingFlags
    case .or where found.count == 2 && (isGo ? first : second).kind == .immediate:
      let (number, register) = isGo ? (first, second) : (second, first)
      return Instruction(.or, number, register, to: register).losingFlags
    case .clear: return clear(found, isGo)
    case .moveMemory:
      // `MVC $32, (R1), (R2)`, `mvc 0(32,%r1),0(%r2)`.
      return overwrite(isGo ? second : first, bytes: length(found, isGo))
    case .memory:
      // `NC $64, …` writes as many bytes as it says, and STMY at most sixteen registers.
      return overwrite(first.isMemory ? first : second.isMemory ? second : third, bytes: 256).losingFlags
    default: break
    }
    var to = isGo ? found.last : first
    // `RISBGZ $59, $188, $0, R1, R2` has five operands, of which three are read.
    if isGo, to.kind == .immediate, case let last = code.lastOperand(in: range), last.kind == .register {
      to = last
    }
    if isGo, to.isMemory { return overwrite(to, bytes: 256).losingFlags }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    return Instruction(to.register == vectorRegister ? .nothing : .clobber, to: to).losingFlags
  }

  /// Returns an instruction on the lower half of a register: the upper half stays.
  private static func ofHalf(_ instruction: Instruction) -> Instruction {
    var instruction = instruction
    (instruction.width, instruction.keepsUpperBits) = (32, true)
    return instruction
  }

  /// Makes a compare-and-branch: `CMPBEQ R1, R2, 4(PC)`, `CGIJ $8, R3, $0, main.f(SB)`;
  /// `cgrje %r1,%r2,9ba72 <main.f+0x12>`.
  private static func compareBranch(_ kind: Class, _ code: Code, _ range: Range<Int>, _ line: InstructionLine)
    -> Instruction
  {
    let found = code.operands(in: range)
    var branch = Instruction(.branch, to: target(code, range, line))
    switch kind {
    case .compareBranch(let isUnsigned, let width, let condition):
      (branch.isUnsigned, branch.width, branch.condition) = (isUnsigned, width, condition)
      (branch.source, branch.second) = (found.first, found.second)
    case .maskedBranch(let isUnsigned, let width):
      (branch.isUnsigned, branch.width) = (isUnsigned, width)
      (branch.source, branch.second) = (found.second, found.third)
      branch.condition = condition(mask: found.first.value)
    default: break
    }
    if branch.source.kind != .register || branch.second.kind != .register && !branch.second.isNumber {
      branch.condition = nil
    }
    return branch
  }

  /// Returns the condition of a mask, which has one bit each for equal, low and high.
  private static func condition(mask: Int64) -> Condition? {
    switch mask {
    case 8: .equal
    case 6: .notEqual
    case 4: .less
    case 2: .greater
    case 12: .lessOrEqual
    case 10: .greaterOrEqual
    default: nil
    }
  }

  /// Makes the instruction of Go's `MOVD`: a load, a store, a copy, a constant, or an address, which is
  /// spelled like a load.
  private static func move(
    _ from: Operand, _ to: Operand, _ bytes: Int64, _ isSigned: Bool, _ code: Code, _ line: InstructionLine
  ) -> Instruction {
    if to.isMemory {
      return Instruction(.move, from, to: memory(to), width: UInt8(8 * bytes))
    }
    guard to.kind == .register else { return Instruction(.clobberAll) }
    switch from.kind {
    case .register:
      return Instruction(.move, from, to: to, width: UInt8(8 * bytes), isSigned: isSigned)
    case .immediate: return Instruction(.move, from, to: to)
    case .memory, .indirect:
      guard bytes == word, !isLoad(code.text, line) else { return load(from, to: to, bytes, isSigned) }
      return address(of: from, in: to, code, line)
    case .place: return address(of: from, in: to, code, line)
    default: return Instruction(.clobber, to: to)
    }
  }

  /// Makes a load.
  private static func load(_ from: Operand, to register: Operand, _ bytes: Int64, _ isSigned: Bool)
    -> Instruction
  {
    guard from.isMemory else { return Instruction(.clobberAll) }
    return Instruction(.move, memory(from), to: register, width: UInt8(8 * bytes), isSigned: isSigned)
  }

  /// Whether an instruction that Go prints as MOVD from memory is LG; LA and LAY are printed in the same way.
  private static func isLoad(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool {
    guard line.raw >= 0, line.length == 6 else { return false }
    return text.hexadecimal(from: Int(line.raw)).value & 0xff == 0x04
  }

  /// Makes an address: `MOVD -96(R0)(R15*1), R15`, `lay %r15,-96(%r15,%r0)`,
  /// `larl %r0,15d258 <go:funcdesc+0x78>`.
  private static func address(
    of place: Operand, in register: Operand, _ code: Code, _ line: InstructionLine
  ) -> Instruction {
    let text = code.text
    guard register.kind == .register else { return Instruction(.clobberAll) }
    if place.isMemory { return Instruction(.address, memory(place), to: register) }
    var address: UInt64?
    var symbol = place.symbol
    if place.kind == .place, place.hasValue, place.register != instructionPointer {
      address = UInt64(bitPattern: place.value)
    } else if let named = Relocation.symbol(code, behind: Int(line.end), relocations) {
      symbol = named
    } else if let reached = relative(text, line) {
      address = reached
    } else {
      return Instruction(.clobber, to: register)
    }
    return Instruction(.address, .place(address, symbol: symbol), to: register)
  }

  /// Returns memory without R0, which adds nothing to an address.
  private static func memory(_ place: Operand) -> Operand {
    var place = place
    if place.index == 0 { place.index = noRegister }
    if place.register == 0 || place.register == noRegister {
      (place.register, place.index) = (place.index, noRegister)
    }
    return place
  }

  /// Makes a write of so many bytes to memory.
  private static func overwrite(_ place: Operand, bytes: Int64) -> Instruction {
    place.isMemory ? .overwrite(memory(place), bytes: bytes) : Instruction(.clobberAll)
  }

  /// Makes a sum or a difference: `ADD $8, R1`, `SUB $8, R15, R11`, `ADD R1, R2, R3`, `ADD R1, R2`,
  /// `ADD 8(R1), R2`.
  private static func arithmetic(_ found: Operands, _ sign: Int64) -> Instruction {
    let to = found.last
    let base = found.count == 3 ? found.second : to
    guard to.kind == .register, base.kind == .register, found.count >= 2 else {
      return Instruction(.clobberAll)
    }
    return Instruction(sign > 0 ? .add : .subtract, found.first, base, to: to).losingFlags
  }

  /// Makes the instruction of XC, which writes zeros where both operands are the same memory:
  /// `XC $64, 32(R15), 32(R15)`, `xc 32(64,%r15),32(%r15)`.
  private static func clear(_ found: Operands, _ isGo: Bool) -> Instruction {
    let (a, b) = isGo ? (found.second, found.third) : (found.first, found.second)
    var clear = overwrite(a, bytes: length(found, isGo))
    if a.register == b.register, a.value == b.value { clear.source = .constant(0) }
    clear.setsFlags = true
    return clear
  }

  /// Returns how many bytes `XC $64, …` or `xc 32(64,%r15),…` works on: 1 to 256.
  private static func length(_ found: Operands, _ isGo: Bool) -> Int64 {
    min(max(isGo ? found.first.value : Int64(found.first.length), 1), 256)
  }
}
