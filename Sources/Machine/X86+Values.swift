import Listing

private enum ValueClass: Sendable {
  case other, ignored, vector, move, narrowMove, address, add, sub, xor, push, pop, call, lock, exchange,
    wide, all
}

private let valueClasses = MnemonicTable<ValueClass>(
  [
    (.move, "MOVQ mov movq movabs movabsq"),
    (
      .vector,
      "MOVUPS MOVUPD MOVAPS MOVDQU MOVDQA MOVSD MOVSS movups movupd movaps movdqu movdqa movsd movss"
    ),
    (.narrowMove, "MOVL MOVW MOVB movl movw movb"), (.address, "LEAQ lea leaq"), (.add, "ADDQ add addq"),
    (.sub, "SUBQ sub subq"), (.xor, "XORL XORQ xor xorl xorq"), (.push, "PUSHQ push pushq"),
    (.pop, "POPQ pop popq"), (.call, "CALL call callq"), (.lock, "LOCK lock"),
    (
      .exchange,
      "XCHGB XCHGW XCHGL XCHGQ xchg xchgb xchgw xchgl xchgq XADDB XADDW XADDL XADDQ xadd xaddl xaddq"
    ),
    (.wide, "MULQ MULL mul mulq mull DIVQ DIVL div divq divl IDIVQ IDIVL idiv idivq idivl"),
    (.wide, "IMULQ IMULL imul imulq imull CQO CDQ CDQE CWDE cqto cltd cltq cwtl"),
    (
      .all,
      "REP REP; REPNE REPNE; rep repe repne repz repnz CPUID cpuid RDTSC RDTSCP rdtsc rdtscp XGETBV xgetbv"
        + " SYSCALL syscall STOSQ STOSB MOVSQ MOVSB stos movs LEAVE LEAVEQ leave leaveq ADJSP"
    ),
    (
      .ignored,
      "CMPQ CMPL CMPW CMPB cmp cmpq cmpl cmpw cmpb TESTQ TESTL TESTW TESTB test testq testl testw testb"
        + " BTQ BTL bt btq btl NOPL NOPW NOP nop nopl nopw cs data16 UCOMISD UCOMISS COMISD COMISS ucomisd"
        + " ucomiss comisd comiss PTEST ptest VPTEST vptest PREFETCHT0 PREFETCHNTA prefetcht0 prefetchnta"
        + " PAUSE pause INT int int3 RET ret retq JMP jmp jmpq bnd notrack"
    ),
  ], other: .other)

extension X86 {
  /// What a function's instructions do to registers and slots, in the order of the listing.
  static func valueOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> ValueOperations {
    var all = ValueOperations()
    for i in 0..<codeLines {
      let line = function.lines[i]
      let at = Int(line.mnemonic)
      if text[at] | 0x20 == UInt8(ascii: "j") { continue }
      let (kind, end) = valueClasses.find(text, at: at)
      let range = end..<Int(line.end)
      switch kind {
      case .ignored: break
      case .call: all.add(.call, i)
      case .all: all.add(.call, i)
      case .lock:
        var start = end
        while start < Int(line.end), text[start] <= 0x20 { start += 1 }
        guard start < Int(line.end) else { break }  // LLVM's own line; the instruction follows.
        var behind = start
        while text[behind] > 0x20 { behind += 1 }
        atomic(text, start, dialect.operands(text, in: behind..<Int(line.end)), i, &all)
      case .exchange: atomic(text, at, dialect.operands(text, in: range), i, &all)
      default:
        if text.has("cmpxchg", ignoringCaseAt: at) {
          atomic(text, at, dialect.operands(text, in: range), i, &all)
        } else {
          operation(kind, text, range, dialect, function, i, &all)
        }
      }
    }
    return all
  }

  private static func operation(
    _ kind: ValueClass, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect,
    _ function: borrowing FunctionText, _ i: Int, _ all: inout ValueOperations
  ) {
    let found = dialect.operands(text, in: range)
    let from = found.first
    let to = found.last
    switch kind {
    case .move: move(found, i, &all)
    case .vector: if to.isMemory { all.overwrite(to, bytes: 16, i) }
    case .narrowMove:
      if to.isMemory {
        all.overwrite(to, bytes: bytes(text[range.lowerBound - 1]), i)
      } else if from.kind == .immediate, from.hasValue, to.kind == .register {
        all.add(.constant, i, register: to.register, amount: from.value)
      } else {
        all.clobber(to, i)
      }
    case .address:
      guard to.kind == .register else { break }
      if from.isPlain {
        all.add(.address, i, register: to.register, base: from.register, amount: from.value)
      } else if dialect.syntax == .go {
        if let symbol = symbol(text, range, from) {
          all.add(.globalSymbol, i, register: to.register, amount: all.symbol(text, symbol))
        } else {
          all.clobber(to, i)
        }
      } else if from.register == instructionPointer, from.index == noRegister, from.hasValue,
        i + 1 < function.lines.count
      {
        // From the next instruction on.
        let next = Int64(bitPattern: function.lines[i + 1].address)
        all.add(.globalAddress, i, register: to.register, amount: next &+ from.value)
      } else {
        all.clobber(to, i)
      }
    case .add, .sub:
      if found.count == 2, from.kind == .immediate, from.hasValue, to.kind == .register {
        all.add(
          .address, i, register: to.register, base: to.register,
          amount: kind == .add ? from.value : 0 &- from.value)
      } else {
        other(found, text[Int(function.lines[i].mnemonic)], i, &all)
      }
    case .xor:
      if from.kind == .register, to.kind == .register, from.register == to.register {
        all.add(.constant, i, register: to.register)
      } else {
        other(found, text[Int(function.lines[i].mnemonic)], i, &all)
      }
    case .push:
      all.add(.address, i, register: stackPointer, base: stackPointer, amount: -8)
      if from.kind == .register {
        all.add(.store, i, register: from.register, base: stackPointer)
      } else {
        all.add(.overwrite, i, base: stackPointer, other: 8)
      }
    case .pop:
      if to.kind == .register { all.add(.load, i, register: to.register, base: stackPointer) }
      all.add(.address, i, register: stackPointer, base: stackPointer, amount: 8)
    case .wide:
      if found.count < 2 {
        all.add(.clobber, i, register: 0)
        all.add(.clobber, i, register: 2)
      } else {
        all.clobber(to, i)
      }
    default: other(found, text[Int(function.lines[i].mnemonic)], i, &all)
    }
  }

  /// By a mnemonic's last letter.
  private static func bytes(_ suffix: UInt8) -> UInt8 {
    switch suffix | 0x20 {
    case UInt8(ascii: "b"): 1
    case UInt8(ascii: "w"): 2
    default: 4
    }
  }

  private static func move(_ found: Operands, _ i: Int, _ all: inout ValueOperations) {
    let from = found.first
    let to = found.last
    // A register of 32 bits or fewer is no address; Go's names say only of the byte registers.
    let isWord = from.kind != .register || from.width == 0 || from.width == 64
    if to.isMemory {
      if from.kind == .register, from.register != vectorRegister, isWord, to.isPlain {
        all.add(.store, i, register: from.register, base: to.register, amount: to.value)
      } else {
        all.overwrite(to, bytes: from.width == 0 ? 16 : from.width / 8, i)
      }
    } else if to.kind == .register, to.register != vectorRegister {
      if from.kind == .immediate, from.hasValue {
        all.add(.constant, i, register: to.register, amount: from.value)
      } else if from.kind == .register, from.register != vectorRegister, isWord {
        all.add(.copy, i, register: to.register, base: from.register)
      } else if from.isMemory, to.width == 0 || to.width == 64 {
        all.load(to, from: from, i)
      } else {
        all.clobber(to, i)
      }
    }
  }

  /// Any instruction: its last operand is written. Of more than 16 bytes only AVX's, which begin with V.
  private static func other(
    _ found: Operands, _ letter: UInt8, _ i: Int, _ all: inout ValueOperations
  ) {
    let to = found.last
    let isAVX = letter | 0x20 == UInt8(ascii: "v")
    if to.isMemory { all.overwrite(to, bytes: isAVX ? 64 : 16, i) } else { all.clobber(to, i) }
  }

  /// XCHG, XADD, CMPXCHG and what LOCK stands before: every register that is named is written.
  private static func atomic(
    _ text: borrowing Span<UInt8>, _ mnemonic: Int, _ found: Operands, _ i: Int, _ all: inout ValueOperations
  ) {
    // A NOP.
    if found.first.kind == .register, found.last.kind == .register,
      found.first.register == found.last.register
    {
      return
    }
    for operand in [found.first, found.last] {
      all.clobber(operand, i)
      if operand.isMemory { all.overwrite(operand, bytes: 16, i, kind: .atomic) }
    }
    if text.has("cmpxchg", ignoringCaseAt: mnemonic) {
      all.add(.clobber, i, register: 0)
      // CMPXCHG8B and CMPXCHG16B: DX as well.
      let behind = text[mnemonic + 7]
      if behind == UInt8(ascii: "8") || behind == UInt8(ascii: "1") { all.add(.clobber, i, register: 2) }
    }
  }

  /// What `LEAQ main.mu+8(SB), AX` takes the address of, or the relocation behind `LEAQ 0(IP), AX`.
  private static func symbol(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ from: Operand) -> Range<
    Int
  >? {
    if let symbol = Relocation.symbol(text, behind: range.upperBound, ["]R_PCREL:"]) { return symbol }
    guard from.kind == .place, !from.symbol.isEmpty,
      let end = text.lastOffset(of: "(SB)", in: range), end >= from.symbol.upperBound
    else { return nil }
    return from.symbol.lowerBound..<end
  }
}
