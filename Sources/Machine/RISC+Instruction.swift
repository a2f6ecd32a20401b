import Listing

/// What the mnemonics of riscv64 and loong64 stand for.
enum RISCSpelling: Equatable, Sendable {
  /// Any other: what stands last in Go's order is written.
  case other
  /// Writes nothing that matters: fences, compares of numbers that are no integers, NOPs.
  case nothing
  /// Go's MOV: a load, a store, or a copy, as its operands say. So many bytes.
  case memory(UInt8)
  case load(UInt8)
  case store(UInt8)
  case move, add, or
  /// As `add`, of 32 bits.
  case addWord
  /// A constant's upper bits: `LUI`, `LU12IW`.
  case upper
  /// An address near the instruction's: `AUIPC`, `PCALAU12I`.
  case page
  /// Compares unsigned numbers, the way that the prologue's test does; a branch of its own (riscv64) or none.
  case below, branchBelow
  case branch, call, jump, stop
  /// A load that reserves its place, and a store that is conditional on that: LR/SC, LL/SC.
  case reserving, conditional
  /// An atomic read-modify-write.
  case atomic
  /// May have written any register, and memory.
  case clobber
  case undecoded
}

/// One instruction as registers and memory see it, the same whatever the dialect spells.
struct RISCInstruction {
  enum Verb: Sendable {
    /// Anything else: `to` is written.
    case other
    /// Writes nothing that matters.
    case nothing
    /// to = from, a register or a constant.
    case move
    /// to = second + from, to = second | from.
    case add, or
    /// to = from << 12, of 32 bits.
    case upper
    /// to = the address, or the page, of this instruction + from << 12.
    case page
    /// `bytes` of memory: to = from.
    case load, store
    case branch, stop
    /// Without a place it goes where a register says.
    case call
    /// May have written any register, and memory.
    case clobber
  }

  var verb = Verb.other
  var from = Operand()
  var second = Operand()
  var to = Operand()
  /// Of a load or a store.
  var bytes: UInt8 = 8

  /// The constant that `upper` and `page` stand for: 20 bits, sign-extended.
  var upperBits: Int64 { Int64(Int32(truncatingIfNeeded: from.value << 12)) }
}

extension Operand {
  /// Memory at a register and a constant, or another register.
  fileprivate init(base: Operand, _ offset: Operand) {
    self.init()
    kind = .memory
    register = base.register
    hasValue = true
    if offset.kind == .immediate { value = offset.value } else { index = offset.register }
  }
}

extension RISC {
  /// What the instruction of a line is.
  static func instruction(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> RISCInstruction {
    let isGo = dialect.syntax == .go
    var (spelling, end) = (isGo ? goTable : table).find(text, at: Int(line.mnemonic))
    if spelling == .undecoded, isGo, let word = line.word(text) { spelling = undecoded(word) }
    var found = RISCInstruction()
    switch spelling {
    case .nothing: found.verb = .nothing
    case .branch, .branchBelow, .jump: found.verb = .branch
    case .call: found.verb = .call
    case .stop: found.verb = .stop
    case .conditional, .reserving, .atomic, .clobber, .undecoded: found.verb = .clobber
    case .other, .below: found.to = lastOperand(text, operands(text, line, end, dialect), dialect)
    case .memory, .load, .store, .move, .add, .or, .addWord, .upper, .page:
      read(spelling, dialect.operands(text, in: operands(text, line, end, dialect)), into: &found)
    }
    return found
  }

  /// Where an instruction's operands stand.
  @inline(__always)
  static func operands(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ mnemonicEnd: Int, _ dialect: Dialect
  ) -> Range<Int> {
    let range = mnemonicEnd..<Int(line.end)
    guard dialect.hasGNUComments, var end = text.firstOffset(of: " // ", in: range) else { return range }
    while end > mnemonicEnd, text[end - 1] <= 0x20 { end -= 1 }
    return mnemonicEnd..<end
  }

  private static func read(
    _ spelling: RISCSpelling, _ operands: Operands, into found: inout RISCInstruction
  ) {
    (found.from, found.second, found.to) = (operands.first, operands.second, operands.last)
    switch spelling {
    case .memory(let bytes):
      found.bytes = bytes
      if found.to.isMemory {
        found.verb = .store
      } else if found.from.isMemory {
        found.verb = .load
      } else if bytes == 8 || found.from.kind == .immediate {
        found.verb = .move
      }
    case .load(let bytes), .store(let bytes):
      found.bytes = bytes
      // `ld.d $a0, $sp, 16`, `ldx.d $a0, $a1, $a2`: what is added stands first here, then the base.
      if operands.count == 3 { found.from = Operand(base: operands.second, operands.first) }
      if case .load = spelling {
        found.verb = .load
      } else {
        // GNU's and LLVM's stores come out of the reader as address, register.
        found.verb = .store
        swap(&found.from, &found.to)
      }
    case .move: found.verb = .move
    case .add, .addWord, .or:
      // `ADDV $16, R4` is short for three.
      if operands.count == 2 { found.second = found.to }
      if found.second.kind == .register, found.second.register == zeroRegister {
        found.verb = spelling == .addWord && found.from.kind == .register ? .other : .move
      } else {
        found.verb = spelling == .or ? .or : .add
      }
    case .upper: found.verb = .upper
    case .page: found.verb = .page
    default: break
    }
    // A copy of a register that holds no address is none.
    if found.verb == .move, found.from.kind == .register, found.from.register == vectorRegister {
      found.verb = .other
    }
  }

  /// The destination: Go's objdump prints it behind up to four operands, GNU's and LLVM's before them.
  private static func lastOperand(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect
  ) -> Operand {
    let start =
      dialect.syntax == .go
      ? text.lastOffset(of: ", ", in: range).map { $0 + 2 } ?? range.lowerBound : range.lowerBound
    let end =
      dialect.syntax == .go
      ? range.upperBound : text.firstOffset(of: UInt8(ascii: ","), in: range) ?? range.upperBound
    return dialect.operands(text, in: start..<end).first
  }

  /// What a register holds that was built right before a line: a constant, or SP and a constant.
  ///
  ///     LUI $2, X31; ADDIW $-72, X31, X31; ADD X31, X2, X7
  static func amount(
    of register: UInt8, before line: Int, _ text: borrowing Span<UInt8>,
    _ function: borrowing FunctionText, _ dialect: Dialect
  ) -> (isFromSP: Bool, value: Int64)? {
    func amount(
      _ operand: Operand, _ i: Int, _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText
    )
      -> (isFromSP: Bool, value: Int64)?
    {
      if operand.kind == .immediate { return operand.hasValue ? (false, operand.value) : nil }
      guard operand.kind == .register else { return nil }
      return operand.isSP ? (true, 0) : Self.amount(of: operand.register, before: i, text, function, dialect)
    }
    // The pieces of a constant stand side by side.
    var i = line - 1
    while i >= max(0, line - 3), i + 1 == function.lines.count || function.follows(i + 1) {
      let found = instruction(text, function.lines[i], dialect)
      guard found.to.kind == .register, found.to.register == register else {
        i -= 1
        continue
      }
      switch found.verb {
      case .move: return amount(found.from, i, text, function)
      case .upper: return (false, found.upperBits)
      case .add, .or:
        guard let a = amount(found.second, i, text, function), let b = amount(found.from, i, text, function),
          !(a.isFromSP && b.isFromSP)
        else { return nil }
        let isSum = found.verb == .add
        return (a.isFromSP || b.isFromSP, isSum ? a.value &+ b.value : a.value | b.value)
      default: return nil
      }
    }
    return nil
  }
}
