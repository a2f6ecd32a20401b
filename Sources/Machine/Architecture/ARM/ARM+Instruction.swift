import ByteText
import Listing

extension ARM {
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let line = code.lines[i]
    let (kind, end) = code.isGo ? goTable.find(code.text, line) : table.find(code.text, line)
    return instruction(kind, code, end, line)
  }

  /// Returns what an instruction of a class does.
  ///
  /// - Parameter end: where the mnemonic ends.
  static func instruction(_ kind: Class, _ code: Code, _ end: Int, _ line: InstructionLine) -> Instruction {
    let text = code.text
    let range = end..<Int(line.end)
    switch kind {
    case .nothing: return Instruction(.nothing)
    case .flags, .compareIf: return .losesFlags
    case .return: return Instruction(.returns)
    case .trap: return Instruction(.traps)
    case .clobber, .exclusive, .multiple: return Instruction(.clobberAll)
    case .twoResults: return Instruction(.clobberRegisters)
    case .undecoded: return undecoded(line.word(text), isGo: code.isGo)
    case .push, .pop:
      return list(
        RegisterList(text, range), isPush: text[Int(line.mnemonic) + 1] | 0x20 == UInt8(ascii: "u"), code,
        range)
    case .branch(let condition):
      return Instruction(branch: target(code, range), if: condition)
    case .call, .jump:
      let kind: Instruction.Kind = if case .call = kind { .call } else { .jump }
      if let target = target(code, range) { return Instruction(kind, to: target) }
      let register = code.operands(in: range).first
      let isReturn = kind == .jump && register.register == facts.linkRegister
      return isReturn ? Instruction(.returns) : Instruction(kind, to: register)
    case .other where isNOP(text, at: Int(line.mnemonic)): return Instruction(.nothing)
    case .conditional, .other:
      return leaves(other(code.operands(in: range), code, line, end))
    case .fourOperands: return Instruction(.clobber, to: code.lastOperand(in: range))
    default: break
    }
    return leaves(instruction(kind, code.operands(in: range), code, end, line))
  }

  /// Makes an instruction of one of the classes that are followed.
  private static func instruction(
    _ kind: Class, _ found: Operands, _ code: Code, _ end: Int, _ line: InstructionLine
  ) -> Instruction {
    let text = code.text
    var (source, target) = (found.first, found.last)
    switch kind {
    case .move, .moveRegister, .load:
      return move(source, target, width: 32, code, line)
    case .loadNarrow(let width) where source.isMemory:
      return move(source, target, width: width, code, line)
    case .moveNarrow(let width) where source.isMemory || target.isMemory:
      return move(source, target, width: width, code, line)
    case .moveVector where target.isMemory: return .overwrite(target, bytes: 8)
    // The reader reverses the operands of GNU's stores to address, register.
    case .store(let width): return move(target, source, width: width, code, line)
    case .storeVector: return .overwrite(source, bytes: 8)
    case .writeback(let width):
      let writeback: Operand.Writeback = text[end - 1] == UInt8(ascii: "W") ? .before : .after
      if target.isMemory { target.writeback = writeback } else { source.writeback = writeback }
      return move(source, target, width: width, code, line)
    case .not where source.isNumber:
      return Instruction(.move, .constant(~source.value), to: target, width: 32)
    case .moveTop where source.isNumber:
      return Instruction(.insert, .constant(source.value << 16), target, to: target, width: 32)
    case .compare, .test:
      // The right side of the comparison comes first, in Go's order and in GNU's once reversed.
      guard found.count == 2, found.second.kind == .register, !isShifted(text, end..<Int(line.end)) else {
        return .losesFlags
      }
      let isTest = if case .test = kind { true } else { false }
      return Instruction(isTest ? .test : .compare, found.second, found.first, width: 32)
    case .arithmetic(let operation, let setsFlags):
      guard found.count >= 2, found.first.isNumber || !isShifted(text, end..<Int(line.end)) else { break }
      return Instruction(
        operation, source, found.count == 3 ? found.second : target, to: target, width: 32,
        setsFlags: setsFlags)
    default: break
    }
    return other(found, code, line, end)
  }

  /// Makes a move, and resolves the load of a constant after the code.
  private static func move(
    _ source: Operand, _ target: Operand, width: UInt8, _ code: Code, _ line: InstructionLine
  ) -> Instruction {
    let text = code.text
    if source.isMemory, source.register == instructionPointer, source.index == noRegister {
      let address = literalAddress(source, line)
      let literal = code.function.literal(at: address)
      if let literal, let symbol = Relocation.symbol(code, behind: Int(literal.end), ["]R_ADDR:"]) {
        return Instruction(.address, .place(nil, symbol: symbol), to: target, width: 32)
      }
      let value = literal?.word(text).map { Operand.constant(Int64(Int32(bitPattern: $0))) }
      return Instruction(.move, value ?? .place(address), to: target, width: 32)
    }
    return Instruction(
      .move, source, to: target, width: width,
      isSigned: text.has("MOVBS", at: Int(line.mnemonic)) || text.has("ldrs", at: Int(line.mnemonic)))
  }

  /// Turns an instruction that writes PC into a jump; into a return where the address comes from LR or from
  /// the stack.
  private static func leaves(_ instruction: Instruction) -> Instruction {
    guard instruction.target.kind == .register, instruction.target.register == instructionPointer else {
      return instruction
    }
    let (source, second) = (instruction.source, instruction.second)
    if source.isMemory && source.writeback != .none
      || source.register == facts.linkRegister && source.kind == .register
      || second.register == facts.linkRegister && second.kind == .register
    {
      return Instruction(.returns)
    }
    // `ADD $0, R2, R15`
    return Instruction(.jump, to: second.kind == .register ? second : source)
  }

  /// Makes the instruction of `PUSH [R14]` or `POP [R15]`: the push of one register is printed like this,
  /// though it is a store that moves SP.
  private static func list(_ list: RegisterList, isPush: Bool, _ code: Code, _ range: Range<Int>)
    -> Instruction
  {
    if list.holdsPC, !isPush { return Instruction(.returns) }
    guard list.count == 1, isPush else { return Instruction(.clobberAll) }
    return Instruction(.move, to: .memory(stackPointer, -list.bytes, writeback: .before), width: 32)
  }

  /// Makes an instruction that the disassembler did not decode.
  private static func undecoded(_ word: UInt32?, isGo: Bool) -> Instruction {
    guard let word else { return Instruction(.clobberAll) }
    if word == undefined { return Instruction(.traps) }
    return isGo ? store(word: word) ?? Instruction(.clobberAll) : Instruction(.clobberAll)
  }

  /// Makes an instruction that is not followed. A conditional one is like this, too, since its target may be
  /// written.
  private static func other(_ found: Operands, _ code: Code, _ line: InstructionLine, _ end: Int)
    -> Instruction
  {
    // The reader reverses the operands of GNU's stores to address, register.
    let isStore =
      !code.isGo && code.text[Int(line.mnemonic)] == UInt8(ascii: "s") && found.first.isMemory
    return Instruction(
      found.count == 0 ? .clobberRegisters : .clobber, found.first, found.second,
      to: isStore ? found.first : found.last, setsFlags: code.text[end - 1] | 0x20 == UInt8(ascii: "s"))
  }

  /// Whether a register is shifted: `R1<<2`, `r1, lsl #2`.
  private static func isShifted(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    for mark in ["<<", ">>", "->", "@>", "lsl", "lsr", "asr", "ror"] as [StaticString]
    where text.firstOffset(of: mark, in: range) != nil { return true }
    return false
  }

  /// Makes the store of a register to a base plus another register, which Go's disassembler prints as `?`, up
  /// to 1.27 at least; nil for every other word.
  ///
  /// Arm ARM A5.3: `cond 011 P U 0 W 0 Rn Rt imm5 type 0 Rm`.
  private static func store(word: UInt32) -> Instruction? {
    guard word & 0x0e50_0010 == 0x0600_0000, word >> 28 != 15 else { return nil }
    func register(_ number: UInt32) -> UInt8 {
      let number = UInt8(number & 15)
      return number == 13 ? stackPointer : number == 15 ? instructionPointer : number
    }
    let isPre = word >> 24 & 1 == 1
    let place = Operand.memory(
      register(word >> 16), 0,
      // The index is added as it is; one that is shifted or subtracted is not followed.
      index: word & 0x0080_0ff0 == 0x0080_0000 ? register(word) : vectorRegister,
      writeback: !isPre ? .after : word >> 21 & 1 == 1 ? .before : .none)
    return Instruction(.move, .register(register(word >> 12)), to: place, width: 32)
  }
}
