import ByteText
import Listing

/// AX and DX, which some of x86's instructions write without naming them.
private let accumulator = Operand.register(0)
private let dataRegister = Operand.register(2)

extension X86 {
  static func instruction(_ code: Code, _ i: Int) -> Instruction {
    let text = code.text
    let line = code.lines[i]
    var at = Int(line.mnemonic)
    var (kind, end) = find(code, at)
    var repeats = false
    while kind == .prefix || kind == .repeating || kind == .lock, end < Int(line.end) {
      repeats = repeats || kind == .repeating
      let isLocked = kind == .lock
      at = text.skippingBlanks(end..<Int(line.end))
      (kind, end) = find(code, at)
      if isLocked {
        return atomic(kind, code.operands(in: end..<Int(line.end)), text, at)
      }
    }
    let range = end..<Int(line.end)
    switch kind {
    case .return: return Instruction(.returns)
    case .stop: return Instruction(.traps)
    case _ where repeats: return Instruction(.clobberAll)
    // LLVM prints LOCK on a line of its own; the locked instruction is on the next line.
    case .nothing, .lock, .prefix: return Instruction(.nothing)
    case .flags: return .losesFlags
    case .trap:
      return Instruction(text[Int(line.end) - 1] == UInt8(ascii: "3") ? .nothing : .clobberAll)
    case .leave, .setsSPAlways, .undecoded, .all, .repeating: return Instruction(.clobberAll)
    case .registers: return Instruction(.clobberRegisters)
    case .call, .jump:
      let kind: Instruction.Kind = kind == .call ? .call : .jump
      if let target = target(code, range) { return Instruction(kind, to: target) }
      return Instruction(kind, to: code.operands(in: range).first)
    case .branch:
      return Instruction(branch: target(code, range), if: X86Class.condition(text, at: at))
    default: break
    }
    let found = code.operands(in: range)
    let width = width(code, end, found)
    switch kind {
    case .exchange, .exchangeAdd, .compareExchange: return atomic(kind, found, text, at)
    case .push, .pushFlags:
      let source = kind == .push ? found.first : Operand()
      return Instruction(
        .move, source, to: .memory(stackPointer, -word, writeback: .before), width: UInt8(8 * word))
    case .pop, .popFlags:
      let target = kind == .pop ? found.first : Operand()
      return Instruction(
        .move, .memory(stackPointer, word, writeback: .after), to: target, width: UInt8(8 * word))
    case .wide:
      guard found.count < 2 else {
        return Instruction(.clobber, found.first, found.second, to: found.last).losingFlags
      }
      return Instruction(.clobberTwo, found.first, dataRegister, to: accumulator).losingFlags
    case .compare, .test:
      guard found.count == 2 else { return .losesFlags }
      // Go prints the left side of the comparison first; AT&T prints the right side first, and so does Intel
      // once its operands are reversed.
      let isGo = code.isGo
      return Instruction(
        kind == .test ? .test : .compare, isGo ? found.first : found.second,
        isGo ? found.second : found.first, width: width)
    case .increment, .decrement:
      guard found.count == 1 else { break }
      return Instruction(
        kind == .increment ? .add : .subtract, .constant(1), found.first, to: found.first, width: width
      ).losingFlags
    case .vector where found.count == 2:
      // Vector registers are not followed.
      return found.last.isMemory ? .overwrite(found.last, bytes: 16) : Instruction(.nothing)
    case .move, .moveNarrow, .zeroExtend, .signExtend, .lea:
      guard found.count == 2 else { break }
      return move(kind, found, width, code, line, code.function.next(behind: i))
    case .moveIf:
      guard found.count == 2, let width = moveWidth(found, text, line), width >= 32 else { break }
      return Instruction(
        .moveIf, found.first, found.last, to: found.last, width: width, if: X86Class.condition(text, at: at))
    case .add, .sub, .and, .or, .xor:
      guard found.count == 2 else { break }
      let operation: Instruction.Kind =
        switch kind {
        case .add: .add
        case .sub: .subtract
        case .and: .and
        case .or: .or
        default: .xor
        }
      return Instruction(operation, found.first, found.second, to: found.last, width: width).losingFlags
    default: break
    }
    guard found.count > 0 else { return Instruction(.clobberRegisters) }
    var other = Instruction(
      kind == .shift || kind == .modify ? .clobber : .other, found.first, found.second, to: found.last
    ).losingFlags
    // Only AVX instructions, whose names begin with V, write more than 16 bytes.
    if text[at] | 0x20 != UInt8(ascii: "v") { other.reach = 16 }
    return other
  }

  /// Makes the instruction of a MOV or LEA. A source with a known address becomes a place.
  private static func move(
    _ kind: X86Class, _ found: Operands, _ width: UInt8, _ code: Code, _ line: InstructionLine, _ next: UInt64
  ) -> Instruction {
    var (source, target) = (found.first, found.last)
    // `MOVL $runtime.badsystemstack(SB), AX`: GNU and LLVM print only the number.
    if target.kind == .register, source.kind == .immediate, !source.hasValue, line.raw >= 0, line.length > 4,
      let number = displacement(code.text, line)
    {
      return Instruction(
        .address, .place(UInt64(bitPattern: number), symbol: source.symbol), to: target, width: width)
    }
    if target.kind == .register, let place = address(source, code, line, next) {
      source = .place(place.value == .max ? nil : place.value, symbol: place.symbol)
    }
    var move = Instruction(kind == .lea ? .address : .move, source, to: target, width: width)
    switch kind {
    case .zeroExtend:
      guard let bits = extended(source, code.text, line) else {
        return Instruction(.clobber, source, to: target)
      }
      move.width = bits
    case .lea: move.scalesIndex = source.index != noRegister
    case .signExtend: (move.width, move.isSigned) = (32, true)
    case .move, .moveNarrow: move.keepsUpperBits = width < 32 && target.kind == .register
    default: break
    }
    return move
  }

  /// Returns how many bits MOVZX extends, by its name, its operand or its bytes (`0f b6` and `0f b7` after
  /// the prefixes); nil where none of them tells.
  private static func extended(
    _ source: Operand, _ text: borrowing Span<UInt8>, _ line: InstructionLine
  ) -> UInt8? {
    let at = Int(line.mnemonic)
    if text.has("movzb", at: at) || text.has("MOVB", at: at) { return 8 }
    if source.kind == .register { return source.width == 8 ? 8 : 16 }
    if source.width > 0 { return source.width }
    guard line.raw >= 0 else { return nil }
    for start in [0, 2, 4] where text.has("0fb", at: Int(line.raw) + start) {
      switch text[Int(line.raw) + start + 3] {
      case UInt8(ascii: "6"): return 8
      case UInt8(ascii: "7"): return 16
      default: return nil
      }
    }
    return nil
  }

  /// Makes the instruction of XCHG, XADD, CMPXCHG and whatever follows LOCK. CMPXCHG writes AX too, and with
  /// 8 or 16 bytes also DX.
  private static func atomic(
    _ kind: X86Class, _ found: Operands, _ text: borrowing Span<UInt8>, _ at: Int
  ) -> Instruction {
    // This is a NOP: `xchg %ax,%ax`.
    if kind == .exchange, found.count == 2, found.first.kind == .register, found.second.kind == .register,
      found.first.register == found.second.register
    {
      return Instruction(.nothing)
    }
    var atomic = Instruction(.atomic, found.first, found.second, to: found.last).losingFlags
    if found.count == 1 { (atomic.source, atomic.second) = (Operand(), Operand()) }
    if found.count == 2, found.first.isMemory { (atomic.source, atomic.target) = (found.last, found.first) }
    guard kind == .compareExchange else { return atomic }
    atomic.second = accumulator
    if found.count == 1 { atomic.source = dataRegister }
    return atomic
  }

  /// Returns the number of bits that an instruction works on, by its suffix or its registers; the lower
  /// number where both give one.
  private static func width(_ code: Code, _ end: Int, _ found: Operands) -> UInt8 {
    let text = code.text
    var width = UInt8(8 * word)
    for operand in [found.first, found.last] where operand.width > 0 { width = min(width, operand.width) }
    switch text[end - 1] {
    case UInt8(ascii: "L") where code.isGo, UInt8(ascii: "l") where code.dialect.syntax == .att:
      // The L of `SHLL` and `subl` is a suffix; the one of `CALL` is not, but a call has no width.
      // `CMPL AL, $0xa` compares a byte.
      width = min(width, 32)
    case UInt8(ascii: "W") where code.isGo, UInt8(ascii: "w") where code.dialect.syntax == .att:
      width = min(width, 16)
    case UInt8(ascii: "B") where code.isGo:
      width = min(width, 8)
    case UInt8(ascii: "b") where code.dialect.syntax == .att && !text.has("sub", at: end - 3):
      width = min(width, 8)
    default: break
    }
    return width
  }

  /// Returns the bits that a conditional move moves: by its registers or, in Go's text, which names those of all
  /// widths alike, by the prefixes among its bytes; nil where neither tells.
  private static func moveWidth(
    _ found: Operands, _ text: borrowing Span<UInt8>, _ line: InstructionLine
  ) -> UInt8? {
    if found.last.width > 0 { return found.last.width }
    guard line.raw >= 0 else { return nil }
    let at = Int(line.raw)
    if text.has("66", at: at) { return 16 }
    // REX.W is the fourth bit of a prefix 0x4…
    let isWide = text[at] == UInt8(ascii: "4") && text[at + 1] > UInt8(ascii: "7")
    return word == 8 && isWide ? 64 : 32
  }

  /// Returns the address of an operand that has an absolute one or, on amd64, one relative to the next
  /// instruction, and the symbol if one is printed. The address is `UInt64.max` where a relocation gives the
  /// symbol alone.
  private static func address(_ operand: Operand, _ code: Code, _ line: InstructionLine, _ next: UInt64) -> (
    value: UInt64, symbol: Range<Int>
  )? {
    let text = code.text
    let end = Int(line.end)
    if word == 4 {
      if let symbol = Relocation.symbol(code, behind: end, ["]R_ADDR:"]) { return (.max, symbol) }
      guard operand.kind == .place else { return nil }
      if operand.hasValue {
        // LLVM up to 14 prints the address in decimal; read as the target of a jump, it is taken for
        // hexadecimal.
        let isHex = text.firstOffset(of: "0x", in: Int(line.mnemonic)..<end) != nil
        let value = isHex ? operand.value : decimal(operand.value)
        return (UInt64(UInt32(truncatingIfNeeded: value)), 0..<0)
      }
      guard line.raw >= 0, line.length > 4, let value = displacement(text, line) else { return nil }
      return (UInt64(UInt32(truncatingIfNeeded: value)), operand.symbol)
    }
    if code.isGo {
      if let symbol = Relocation.symbol(code, behind: end, ["]R_PCREL:"]) { return (.max, symbol) }
      if operand.kind == .place, !operand.symbol.isEmpty {
        // The name may stand for the middle of what it names; the instruction's last four bytes are right.
        guard line.raw >= 0, line.length > 4, let value = displacement(text, line) else { return nil }
        return (next &+ UInt64(bitPattern: value), operand.symbol)
      }
    }
    guard operand.kind == .memory, operand.register == instructionPointer, operand.index == noRegister else {
      return nil
    }
    return (
      next &+ UInt64(bitPattern: operand.value), comment(code, from: Int(line.mnemonic), to: end)
    )
  }

  /// Returns the number whose decimal digits were read as hexadecimal ones: 0x42 becomes 42.
  private static func decimal(_ value: Int64) -> Int64 {
    stride(from: Int64(60), through: 0, by: -4).reduce(0) { $0 &* 10 &+ (value >> $1 & 15) }
  }

  /// Returns the symbol of a comment such as `# 414ac0 <main.f.gowrap1>`, which GNU and LLVM print for an
  /// address; empty when the address is not the symbol's own.
  private static func comment(_ code: Code, from start: Int, to end: Int) -> Range<Int> {
    let text = code.text
    guard !code.isGo, text[end - 1] == UInt8(ascii: ">"),
      let mark = text.firstOffset(of: UInt8(ascii: "#"), in: start..<end),
      let open = text.firstOffset(of: UInt8(ascii: "<"), in: mark..<end)
    else { return 0..<0 }
    let symbol = open + 1..<end - 1
    return text.lastOffset(of: "+0x", in: symbol) == nil ? code.plain(symbol) : 0..<0
  }

  /// Reads the last four of an instruction's bytes, lowest first: its displacement or immediate.
  private static func displacement(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Int64? {
    let (value, end) = text.hexadecimal(from: Int(line.raw) + 2 * (Int(line.length) - 4))
    guard end == Int(line.raw) + 2 * Int(line.length) else { return nil }
    return Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: value).byteSwapped))
  }
}
