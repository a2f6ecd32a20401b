import ByteText
import Listing

extension RISC {
  /// Returns what the instruction of line `i` does.
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let line = code.lines[i]
    var (spelling, end) = code.isGo ? goTable.find(code.text, line) : table.find(code.text, line)
    if case .undecoded = spelling, code.isGo, let known = line.word(code.text).flatMap(undecoded) {
      spelling = known
    }
    return instruction(spelling, code, end..<Int(line.end), i)
  }

  /// Returns what an instruction with a known spelling does.
  ///
  /// - Parameter range: its operands.
  static func instruction(_ spelling: RISCSpelling, _ code: Code, _ range: Range<Int>, _ i: Int)
    -> Instruction
  {
    switch spelling {
    case .nothing: return Instruction(.nothing)
    case .return: return Instruction(.returns)
    case .trap: return Instruction(.traps)
    case .clobber, .undecoded: return Instruction(.clobberAll)
    case .conditional, .reserving, .atomic:
      // One register is written: Go prints it first in `SC R4, (R5)` and last in `LL (R5), R4`.
      let found = code.operands(in: range)
      let isFirst = found.last.isMemory || found.last.kind == .none
      return Instruction(.atomic, to: isFirst ? found.first : found.last)
    case .call, .jump:
      let kind: Instruction.Kind = if case .call = spelling { .call } else { .jump }
      if let target = target(code, range, i) { return Instruction(kind, to: target) }
      let found = code.operands(in: range)
      // LLVM prints `jirl $ra, $a0, 0` on loong64.
      return Instruction(kind, to: found.first.kind == .immediate ? found.second : found.first)
    case .branch(let condition):
      return branch(condition, code, range, i)
    case .other:
      let target = code.isGo ? code.lastOperand(in: range) : code.operands(in: range).last
      return Instruction(target.kind == .register || target.isMemory ? .clobber : .other, to: target)
    default: return read(spelling, code.operands(in: range), code, code.lines[i])
    }
  }

  /// Makes a branch: `BLT X5, X6, 4(PC)`, `BEQZ X5, 4(PC)`, `BEQ R20, 6(PC)`;
  /// `bltu t1,t2,75a44 <main.f+0x1c>`.
  private static func branch(_ condition: Condition?, _ code: Code, _ range: Range<Int>, _ i: Int)
    -> Instruction
  {
    let target = target(code, range, i)
    let found = code.operands(in: range)
    // GNU's and LLVM's operands are reversed.
    let (first, second) =
      code.isGo
      ? (found.first, found.second) : (found.last, found.count == 3 ? found.second : Operand())
    guard first.kind == .register else { return Instruction(.branch, to: target) }
    var branch = Instruction(branch: target, if: condition)
    branch.source = first
    branch.second = second.kind == .register && found.count == 3 ? second : .constant(0)
    return branch
  }

  /// Makes a move, an address, a comparison or a sum.
  private static func read(
    _ spelling: RISCSpelling, _ operands: Operands, _ code: Code, _ line: InstructionLine
  ) -> Instruction {
    var (source, second, target) = (operands.first, operands.second, operands.last)
    switch spelling {
    case .memory(let bytes, let isSigned):
      // A constant of fewer bits is extended already.
      return Instruction(
        .move, source, to: target, width: source.kind == .immediate ? 64 : 8 * bytes, isSigned: isSigned)
    case .load(let bytes, _), .store(let bytes):
      // `ld.d $a0, $sp, 16`, `ldx.d $a0, $a1, $a2`: reversed, the displacement or the index comes first, then
      // the base.
      if operands.count == 3 {
        source =
          operands.first.kind == .immediate
          ? .memory(second.register, source.value) : .memory(second.register, 0, index: source.register)
      }
      if case .load(_, let isSigned) = spelling {
        return Instruction(.move, source, to: target, width: 8 * bytes, isSigned: isSigned)
      }
      // The reader reverses the operands of GNU's and LLVM's stores to address, register.
      return bytes <= 8
        ? Instruction(.move, target, to: source, width: 8 * bytes)
        : .overwrite(source, bytes: Int64(bytes))
    case .move: return Instruction(.move, source, to: target)
    case .zeroExtend: return Instruction(.move, source, to: target, width: 8)
    case .signExtend:
      // `sext.w a3,s1`, `slli.w $a0, $a1, 0`, `sll.w $a3, $a0, $zero`.
      let isZero =
        source.isNumber && source.value == 0 || source.kind == .register && source.register == zeroRegister
      guard operands.count == 2 || isZero else { return Instruction(.clobber, to: target) }
      return Instruction(
        .move, operands.count == 2 ? source : second, to: target, width: 32, isSigned: true)
    case .upper:
      return Instruction(.move, .constant(Int64(Int32(truncatingIfNeeded: source.value << 12))), to: target)
    case .page:
      if code.isGo,
        let symbol = Relocation.symbol(code, behind: Int(line.end), addressRelocations)
      {
        // The next instruction adds the lower bits of the address and nothing else, so they count as 0.
        return Instruction(.address, .place(nil, symbol: symbol), to: target)
      }
      let upper = Int64(Int32(truncatingIfNeeded: source.value << 12))
      return Instruction(.address, .place(pageBase(line.address) &+ UInt64(bitPattern: upper)), to: target)
    case .setIf(let condition):
      // `SNEZ X5, X6` compares with zero.
      if operands.count == 2, condition == .equal || condition == .notEqual {
        return Instruction(.setIf, source, .constant(0), to: target, if: condition)
      }
      return Instruction(.setIf, operands.count == 2 ? target : second, source, to: target, if: condition)
    default: break
    }
    let kind: Instruction.Kind = if case .arithmetic(let operation) = spelling { operation } else { .add }
    // `ADDV $16, R4` is short for `ADDV $16, R4, R4`.
    if operands.count == 2 { second = target }
    let width: UInt8 = if case .addWord = spelling { 32 } else { 64 }
    if second.kind == .register, second.register == zeroRegister, kind != .and, kind != .subtract {
      if width == 32, source.kind == .register { return Instruction(.clobber, to: target) }
      return Instruction(.move, source, to: target)
    }
    return Instruction(kind, source, second, to: target, width: width, isSigned: width == 32)
  }
}
