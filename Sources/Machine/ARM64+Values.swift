import Listing

extension ARM64 {
  private enum ValueClass: Sendable {
    case other, ignored, move, moveBefore, moveAfter, narrowMove, word, add, sub, or, page, pair, pairBefore,
      pairAfter, storePair, loadPair, store, load, narrowStore, call, lse, undecoded, all
  }

  private static let valueClasses = MnemonicTable<ValueClass>(
    [
      (.move, "MOVD mov movz movn FMOVD FMOVS FMOVQ"), (.moveBefore, "MOVD.W"), (.moveAfter, "MOVD.P"),
      (.narrowMove, "MOVW MOVWU MOVB MOVBU MOVH MOVHU"), (.add, "ADD add"), (.sub, "SUB sub"),
      (.or, "ORR orr"), (.page, "ADRP adrp"), (.pair, "STP LDP"), (.pairBefore, "STP.W LDP.W"),
      (.pairAfter, "STP.P LDP.P"), (.storePair, "stp"), (.loadPair, "ldp"), (.store, "str stur"),
      (.load, "ldr ldur"), (.narrowStore, "strb strh sturb sturh stlr stlrb stlrh STLR STLRW STLRB STLRH"),
      (.call, "CALL BL bl blr"), (.undecoded, "? <unknown> .inst .word"), (.all, "SVC svc"),
      (
        .ignored,
        "CMP CMPW CMN CMNW TST TSTW CCMP CCMPW CCMN FCMPD FCMPS FCMPED cmp cmn tst ccmp ccmn fcmp NOOP nop HINT"
          + " hint DMB dmb DSB dsb ISB isb PRFM prfm DC dc RET ret BRK brk JMP B b br CBZ CBZW CBNZ CBNZW TBZ"
          + " TBNZ cbz cbnz tbz tbnz UDF udf MSR msr"
      ),
      (.lse, goNames.joined(separator: " ")), (.lse, gnuNames.joined(separator: " ")),
    ], other: .other)

  /// What a function's instructions do to registers and slots, in the order of the listing.
  static func valueOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> ValueOperations {
    var all = ValueOperations()
    for i in 0..<codeLines {
      let line = function.lines[i]
      let at = Int(line.mnemonic)
      if isBranch(text, at) { continue }
      let (kind, end) = valueClasses.find(text, at: at)
      let range = end..<Int(line.end)
      switch kind {
      case .ignored: break
      case .call, .all: all.add(.call, i)
      case .undecoded:
        // LSE, which Go's disassembler does not know: Rs and Rt are the ones that it may write.
        guard line.raw >= 0, line.length == 4 else {
          all.add(.call, i)
          break
        }
        let word = text.hexadecimal(from: Int(line.raw)).value
        for register in [word & 31, word >> 16 & 31] where register < 31 {
          all.add(.clobber, i, register: UInt8(register))
        }
      case .pair, .pairBefore, .pairAfter:
        goPair(text, range, dialect, kind, isLoad: text[at] == UInt8(ascii: "L"), i, &all)
      default: operation(kind, text, range, dialect, line, i, &all)
      }
    }
    return all
  }

  /// `BEQ`, `b.eq`; neither `BIC` nor `BFI`.
  private static func isBranch(_ text: borrowing Span<UInt8>, _ at: Int) -> Bool {
    text[at] == UInt8(ascii: "b") && text[at + 1] == UInt8(ascii: ".")
      || text[at] == UInt8(ascii: "B") && text[at + 3] <= 0x20 && !text.has("BIC", at: at)
        && !text.has("BFI", at: at)
  }

  private static func operation(
    _ kind: ValueClass, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect,
    _ line: InstructionLine, _ i: Int, _ all: inout ValueOperations
  ) {
    let found = dialect.operands(text, in: range)
    let from = found.first
    let to = found.last
    switch kind {
    case .move: move(found, i, &all)
    case .moveBefore:
      guard to.isPlain else { return other(found, i, &all) }
      all.add(.address, i, register: to.register, base: to.register, amount: to.value)
      all.add(.store, i, register: from.register, base: to.register)
    case .moveAfter:
      if from.isPlain, to.kind == .register {
        all.add(.load, i, register: to.register, base: from.register)
        all.add(.address, i, register: from.register, base: from.register, amount: from.value)
      } else if to.isPlain {
        all.add(.overwrite, i, base: to.register, other: 8)
        all.add(.address, i, register: to.register, base: to.register, amount: to.value)
      } else {
        other(found, i, &all)
      }
    case .narrowMove:
      if to.isMemory {
        let isWord = text[Int(line.mnemonic) + 3] == UInt8(ascii: "W")
        all.overwrite(to, bytes: isWord ? 4 : 2, i)
      } else if to.kind == .register, from.kind == .register, from.register == zeroRegister {
        all.add(.constant, i, register: to.register)
      } else if to.kind == .register, from.kind == .immediate, from.hasValue {
        all.add(.constant, i, register: to.register, amount: from.value)
      } else {
        all.clobber(to, i)
      }
    case .add, .sub: sum(found, kind == .add ? 1 : -1, i, &all)
    case .or:
      if found.count == 3, from.kind == .immediate, from.hasValue, found.second.register == zeroRegister,
        to.kind == .register
      {
        all.add(.constant, i, register: to.register, amount: from.value)
      } else {
        all.clobber(to, i)
      }
    case .page:
      guard to.kind == .register else { break }
      if let symbol = Relocation.symbol(text, behind: range.upperBound, ["]R_ADDRARM64:"]) {
        // The ADD that follows brings the rest of it, and no more: as if it were 0.
        all.add(.globalSymbol, i, register: to.register, amount: all.symbol(text, symbol))
      } else if from.kind == .place, from.hasValue {
        // Go prints it from this instruction's page on.
        let page = from.register == instructionPointer ? Int64(bitPattern: line.address & ~0xfff) : 0
        all.add(.globalAddress, i, register: to.register, amount: page &+ from.value)
      } else {
        all.clobber(to, i)
      }
    // GNU's and LLVM's operands come in turned round: memory first, then the registers from the last on.
    case .store:
      memory(from, i, &all) { memory, all in
        if to.kind == .register, to.width == 64, memory.isPlain {
          all.add(.store, i, register: to.register, base: memory.register, amount: memory.value)
        } else {
          all.overwrite(memory, bytes: to.width == 32 ? 4 : 16, i)
        }
      }
    case .narrowStore:
      let isOrdered = text[Int(line.mnemonic) + 2] | 0x20 == UInt8(ascii: "l")
      memory(from.isMemory ? from : to, i, &all) { memory, all in
        all.overwrite(memory, bytes: isOrdered ? 8 : 2, i)
      }
    case .load:
      memory(from, i, &all) { memory, all in
        if to.kind == .register, to.width == 64 { all.load(to, from: memory, i) } else { all.clobber(to, i) }
      }
    case .storePair: memory(from, i, &all) { memory, all in storePair(to, found.second, memory, i, &all) }
    case .loadPair: memory(from, i, &all) { memory, all in loadPair(to, found.second, memory, i, &all) }
    case .lse:
      all.clobber(found.first, i)
      all.clobber(found.second, i)
      all.clobber(found.last, i)
    default: other(found, i, &all)
    }
  }

  /// An access, and what it does to its base.
  private static func memory(
    _ operand: Operand, _ i: Int, _ all: inout ValueOperations,
    _ access: (Operand, inout ValueOperations) -> Void
  ) {
    var operand = operand
    let step = operand.value
    let writeback = operand.writeback
    if writeback != .none { operand.value = 0 }
    if writeback == .before {
      all.add(.address, i, register: operand.register, base: operand.register, amount: step)
    }
    access(operand, &all)
    if writeback == .after {
      all.add(.address, i, register: operand.register, base: operand.register, amount: step)
    }
  }

  private static func move(_ found: Operands, _ i: Int, _ all: inout ValueOperations) {
    let from = found.first
    let to = found.last
    if to.isMemory {
      if from.kind == .register, from.register != vectorRegister, to.isPlain {
        all.add(.store, i, register: from.register, base: to.register, amount: to.value)
      } else {
        all.overwrite(to, bytes: 16, i)
      }
      return
    }
    guard to.kind == .register, to.register != vectorRegister else { return }
    if from.kind == .immediate, from.hasValue, found.count == 2 {
      all.add(.constant, i, register: to.register, amount: from.value)
    } else if from.kind == .register, from.register == zeroRegister {
      all.add(.constant, i, register: to.register)
    } else if from.kind == .register, from.register != vectorRegister, to.width == 64 {
      all.add(.copy, i, register: to.register, base: from.register)
    } else if from.isMemory {
      all.load(to, from: from, i)
    } else {
      all.clobber(to, i)
    }
  }

  private static func sum(_ found: Operands, _ sign: Int64, _ i: Int, _ all: inout ValueOperations) {
    let to = found.last
    let source = found.count == 3 ? found.second : to
    guard found.count >= 2, to.kind == .register, to.width == 64, source.kind == .register else {
      return other(found, i, &all)
    }
    if found.first.kind == .immediate, found.first.hasValue {
      all.add(
        .address, i, register: to.register, base: source.register, amount: sign &* found.first.value)
    } else if source.isSP, found.first.kind == .register, found.first.register < 31 {
      all.add(
        .sum, i, register: to.register, base: source.register, other: found.first.register, amount: sign)
    } else {
      all.clobber(to, i)
    }
  }

  /// Any instruction: its last operand is written.
  private static func other(_ found: Operands, _ i: Int, _ all: inout ValueOperations) {
    let to = found.last
    if to.isMemory { all.overwrite(to, bytes: 64, i) } else { all.clobber(to, i) }
  }

  private static func storePair(
    _ first: Operand, _ second: Operand, _ memory: Operand, _ i: Int, _ all: inout ValueOperations
  ) {
    guard memory.isPlain, first.kind == .register, second.kind == .register, first.width == 64,
      first.register != vectorRegister
    else { return all.overwrite(memory, bytes: 64, i) }
    all.add(.store, i, register: first.register, base: memory.register, amount: memory.value)
    all.add(.store, i, register: second.register, base: memory.register, amount: memory.value &+ 8)
  }

  private static func loadPair(
    _ first: Operand, _ second: Operand, _ memory: Operand, _ i: Int, _ all: inout ValueOperations
  ) {
    guard memory.isPlain, first.kind == .register, second.kind == .register, first.width == 64 else {
      all.clobber(first, i)
      return all.clobber(second, i)
    }
    var behind = memory
    behind.value &+= 8
    // The register that is also the base comes last.
    if first.register == memory.register {
      all.load(second, from: behind, i)
      all.load(first, from: memory, i)
    } else {
      all.load(first, from: memory, i)
      all.load(second, from: behind, i)
    }
  }

  /// `STP (R0, R1), 8(RSP)`, `LDP 8(RSP), (R0, R1)`: the pair is what stands between parentheses with a comma.
  private static func goPair(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect, _ kind: ValueClass, isLoad: Bool,
    _ i: Int, _ all: inout ValueOperations
  ) {
    var start = range.lowerBound
    while start < range.upperBound, text[start] <= 0x20 { start += 1 }
    let mark =
      isLoad
      ? text.lastOffset(of: ", (", in: start..<range.upperBound)
      : text.firstOffset(of: "), ", in: start..<range.upperBound)
    guard let mark else { return all.add(.call, i) }
    let pair = isLoad ? mark + 3..<range.upperBound - 1 : start + 1..<mark
    let place = isLoad ? start..<mark : mark + 3..<range.upperBound
    let registers = dialect.operands(text, in: pair)
    var operand = dialect.operands(text, in: place).first
    operand.writeback = kind == .pairBefore ? .before : kind == .pairAfter ? .after : .none
    memory(operand, i, &all) { memory, all in
      if isLoad {
        loadPair(registers.first, registers.second, memory, i, &all)
      } else {
        storePair(registers.first, registers.second, memory, i, &all)
      }
    }
  }
}
