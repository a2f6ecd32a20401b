import ByteText
import Listing
import ProgramModel

/// The effects of x86's instructions on SP, control flow and memory, in Go's, AT&T's and Intel's spelling.
protocol X86: MachineCode {
  /// The first letter of the name of a register of a whole word: `r` of `rsp`, `e` of `esp`.
  static var prefix: UInt8 { get }
  /// The classes by Go's spelling.
  static var goTable: MnemonicTable<X86Class> { get }
  /// The classes by AT&T's and Intel's spelling.
  static var table: MnemonicTable<X86Class> { get }
}

extension X86 {
  static var goFrameBases: [StaticString] { ["(SP)"] }
  static var goWordMove: StaticString { facts.word == 8 ? "MOVQ " : "MOVL " }

  /// Returns the class of the mnemonic at an offset, and where the mnemonic ends.
  @inline(__always)
  static func find(_ code: Code, _ offset: Int) -> (class: X86Class, end: Int) {
    code.isGo ? goTable.find(code.text, at: offset) : table.find(code.text, at: offset)
  }

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    let isGo = code.isGo
    let table = isGo ? goTable : table
    let isAssembly = isGo && code.isAssembly
    var stack = X86Stack(prefix: prefix, facts)
    /// The line of a `lock` prefix that LLVM prints as an instruction of its own, before the locked one; -1
    /// for none.
    var prefixLine = -1
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      var mnemonic = Int(line.mnemonic)
      var (kind, end) = table.find(text, line)
      if isGo, sketch.lostStep < 0, isVectorPrefix(text, Int(line.raw)) { sketch.lostStep = Int32(i) }
      if prefixLine >= 0 {
        let isAtomic = addAtomic(code, mnemonic..<Int(line.end), line: prefixLine, locked: true, &sketch)
        prefixLine = -1
        if isAtomic { continue }
      }
      if kind == .other { continue }
      while kind == .prefix || kind == .repeating, end < Int(line.end) {
        mnemonic = end
        while text[mnemonic] == 0x20 { mnemonic += 1 }
        (kind, end) = table.find(text, at: mnemonic)
      }
      // What is printed after a lost step moves no SP.
      let operands = end..<Int(line.end)
      switch kind {
      case .other, .prefix, .repeating, .moveIf, .moveNarrow, .zeroExtend, .signExtend, .test, .flags,
        .exchangeAdd,
        .compareExchange, .nothing, .vector, .wide, .registers, .all:
        break
      case .move: stack.move(code, operands, line: i, &sketch)
      case .add, .sub: stack.add(code, operands, sign: kind == .add ? 1 : -1, line: i, &sketch)
      case .lea: stack.address(code, operands, line: i, &sketch)
      case .compare: stack.compare(code, operands, line: i, &sketch)
      case .push, .pushFlags: stack.push(code, operands, line: i, &sketch)
      case .and, .or, .xor, .increment, .decrement, .shift, .modify:
        guard sketch.lostStep < 0, stack.destinationIsSP(code, operands),
          code.operands(in: operands).last.isSP
        else {
          break
        }
        if kind == .and { sketch.realignSP(line: i) } else { sketch.add(.opaqueSP, line: i) }
      case .setsSPAlways:
        if sketch.lostStep < 0 { sketch.add(.opaqueSP, line: i) }
      case .pop, .popFlags:
        guard sketch.lostStep < 0 else { break }
        if stack.destinationIsSP(code, operands) {
          sketch.add(.opaqueSP, line: i)
        } else {
          sketch.add(.moveSP, line: i, value: word)
        }
      case .leave:
        guard sketch.lostStep < 0 else { break }
        sketch.add(.setSP, line: i, register: basePointer)
        sketch.add(.moveSP, line: i, value: word)
      case .call:
        stack.close()
        let target = target(code, operands)
        // After a lost step, only a call that names its target is believed.
        if sketch.lostStep >= 0, target?.symbol.isEmpty == true { break }
        sketch.call(target, line: i, text: text)
      case .jump:
        sketch.jump(target(code, operands), line: i, code)
      case .branch:
        if let target = target(code, operands) {
          sketch.addJump(target, conditional: true, line: i, code)
        }
      case .return:
        // None has four bytes: another machine's code stands in this listing.
        if line.length == 4 { sketch.hasUnread = true }
        sketch.returns(line: i)
      case .stop: sketch.stop(line: i)
      case .trap:
        if i == sketch.codeLines - 1 {
          sketch.add(.stop, line: i)
        } else if isPadding(line, code), (line.address &+ 1) % 16 == 0,
          code.lines[i + 1].address == line.address &+ 1, !isPadding(code.lines[i + 1], code)
        {
          sketch.paddingLine = Int32(truncatingIfNeeded: i)
        }
      case .lock:
        if end >= Int(line.end) {
          prefixLine = i
          continue
        }
        let start = text.skippingBlanks(end..<Int(line.end))
        addAtomic(code, start..<Int(line.end), line: i, locked: true, &sketch)
      case .exchange:
        addAtomic(code, mnemonic..<Int(line.end), line: i, locked: false, &sketch)
      case .undecoded:
        sketch.addUndecoded(i)
      }
      if i >= X86Stack.window { stack.close() }
    }
    if isAssembly, sketch.lostStep >= 0 {
      // After Go's decoder has lost step, a lockable opcode alone still lets false atomics in.
      sketch.distrustedAtomics += sketch.atomics.count
      sketch.atomics.removeAll(keepingCapacity: true)
    }
  }

  /// Whether a line is INT3 in one byte. Assembly writes it as `cd 03`.
  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool {
    let at = Int(line.mnemonic)
    return code.text.has("int3", at: at) || code.text.has("INT $0x3", at: at) && line.length == 1
  }

  /// Whether an instruction's bytes begin as those of VEX and EVEX instructions, which Go's decoder does not
  /// know: it loses step there.
  @inline(__always)
  private static func isVectorPrefix(_ text: borrowing Span<UInt8>, _ raw: Int) -> Bool {
    guard raw >= 0 else { return false }
    let a = text[raw]
    let b = text[raw + 1]
    return a == UInt8(ascii: "c") && (b == UInt8(ascii: "4") || b == UInt8(ascii: "5"))
      || a == UInt8(ascii: "6") && b == UInt8(ascii: "2")
  }

  /// Whether an instruction can be so many bytes long (Intel SDM volume 2, chapter 2): one prefix at most that is not
  /// printed, REX, the opcode, ModRM, SIB, a displacement and an immediate. Where the next instruction is farther away,
  /// others stood between them.
  static func canSpan(_ length: Int, _ code: Code, _ i: Int) -> Bool {
    let line = code.lines[i]
    let (kind, end) = find(code, Int(line.mnemonic))
    let operands = code.operands(in: end..<Int(line.end))
    let isDirect = operands.first.kind == .place || operands.first.kind == .immediate
    var longest = 4
    switch kind {
    case .call where isDirect: return length == 5
    case .jump where isDirect: return length == 2 || length == 5
    case .branch: return length == 2 || length == 6 || length == 3 && code.text.has("cxz", at: end - 3)
    case .return: return length <= 3
    case .move, .moveNarrow, .add, .sub, .and, .or, .xor, .increment, .decrement, .compare, .test, .lea,
      .push,
      .pop, .nothing:
      break
    case .zeroExtend, .signExtend: longest += 1
    default: return true
    }
    let isByte = instruction(code, i).width == 8
    for operand in [operands.first, operands.second, operands.third] {
      let isLong = operand.value != Int64(Int32(truncatingIfNeeded: operand.value))
      switch operand.kind {
      case .memory:
        let hasBase = operand.register != noRegister && operand.register != instructionPointer
        let isShort = Int64(Int8.min)...Int64(Int8.max) ~= operand.value
        longest += 1 + (isLong ? 8 : hasBase && isShort && kind != .nothing ? 1 : 4)
      case .immediate: longest += isByte ? 1 : isLong ? 8 : 4
      case .register where operand.register == vectorRegister: longest += 2
      case .place, .other: longest += 8
      case .none, .register, .indirect: break
      }
    }
    return length <= longest
  }

  /// Returns the target of a call or jump; nil when a register or memory gives the address.
  @inline(__always)
  static func target(_ code: Code, _ range: Range<Int>) -> Target? {
    let text = code.text
    let start = text.skippingBlanks(range)
    if code.isGo {
      if let symbol = Relocation.symbol(code, behind: range.upperBound, ["]R_CALL:"]) {
        return Target(symbol: symbol)
      }
      if text.word(at: start) & 0xffff == 0x7830 {
        return Target(address: text.hexadecimal(from: start + 2).value)
      }
      guard text.has("(SB)", at: range.upperBound - 4) else { return nil }
      return Target(symbol: start..<range.upperBound - 4)
    }
    let operand = code.operands(in: start..<range.upperBound).first
    if operand.isNumber, code.dialect.syntax == .intel {
      return Target(address: UInt64(bitPattern: operand.value))
    }
    return Target(operand, code)
  }
}
