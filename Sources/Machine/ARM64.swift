import Listing
import ProgramModel

/// arm64: what its instructions do to SP, to the flow and to memory, in Go's and in GNU's and LLVM's spelling.
///
/// A Go prologue (`cmd/internal/obj/arm64/obj7.go`, stacksplit and preprocess); F is a multiple of 16:
///
///     small  MOVD 16(R28), R16; CMP R16, RSP; BLS                         F <= 128
///     big    …; SUB $(F-128), RSP, R17; CMP R16, R17; BLS                 F <= 4096
///     huge   …; MOVD $(F-128), R27; SUBS R27, RSP, R17; BCC; CMP; BLS
///            MOVD.W R30, -F(RSP); MOVD R29, -8(RSP); SUB $8, RSP, R29     F <= 0xf0
///            SUB $F, RSP, R20; STP (R29, R30), -8(R20); MOVD R20, RSP     above
enum ARM64: MachineCode {
  static let architecture = Architecture.arm64
  /// All but what is most of the text and says nothing here. A comparison and the parts of a constant matter only in the
  /// prologue, which is never filtered; arithmetic where it moves SP.
  static let goFilter = MnemonicFilter(
    [
      (0, .ifStackPointer, "MOVD MOVW MOVWU ADD SUB SUBS AND ORR"),
      (
        0, .never,
        "ADRP CMP CMPW TST TSTW NOOP MOVK MOVBU MOVB MOVHU MOVH LDP STP LDPW STPW LDAR LDARW FMOVD FMOVQ FLDPQ FSTPQ"
          + " LSL LSR ASR UBFX SXTW CSET CSEL EOR NEG"
      ),
    ], unlisted: .always, stackPointer: "RSP")
  static let instructionLength: Int? = 4
  static let framePointer: UInt8? = 29
  static let firstArgument: UInt8 = 0
  static let reserved: Set = [27, 29]
  static let lostInBarrier: Set<UInt8> = [25, 27, 30]

  enum Class: UInt8, Sendable {
    case other, move, moveKeep, add, sub, compare, load, call, jump, branch, stop, exclusive, exclusiveLoad,
      setsSP, undecoded, lse
  }

  /// Every branch with a condition, as Go spells it (`cmd/internal/obj/arm64/anames.go`).
  static let goBranches =
    "BEQ BNE BCS BHS BCC BLO BMI BPL BVS BVC BHI BLS BGE BLT BGT BLE CBZ CBZW CBNZ CBNZW TBZ TBNZ"
  /// The same as GNU and LLVM spell it.
  static let branches =
    "b.eq b.ne b.cs b.hs b.cc b.lo b.mi b.pl b.vs b.vc b.hi b.ls b.ge b.lt b.gt b.le b.al cbz cbnz tbz tbnz"

  private static let goTable = MnemonicTable<Class>(
    [
      (.move, "MOVD MOVW MOVWU"), (.moveKeep, "MOVK"), (.add, "ADD"), (.sub, "SUB SUBS"), (.compare, "CMP"),
      (
        .load,
        "MOVD.W MOVD.P STP.W STP.P LDP.W LDP.P FSTPD.W FLDPD.P FSTPQ.W FLDPQ.P FMOVD.W FMOVD.P FMOVQ.W FMOVQ.P"
          + " MOVW.W MOVW.P MOVWU.W MOVWU.P MOVB.W MOVB.P MOVBU.P MOVH.W MOVHU.P STPW.W LDPW.P"
      ),
      (.call, "CALL BL"), (.jump, "JMP B"),
      (.branch, goBranches),
      (.stop, "RET ERET BRK HLT UDF UNDEF"),
      (.exclusive, "STXR STXRW STXRB STXRH STLXR STLXRW STLXRB STLXRH STXP STXPW STLXP STLXPW"),
      (.exclusiveLoad, "LDXR LDXRW LDXRB LDXRH LDAXR LDAXRW LDAXRB LDAXRH LDXP LDXPW LDAXP LDAXPW"),
      (.setsSP, "AND ORR"), (.undecoded, "?"),
    ] + [(.lse, goNames.joined(separator: " "))], other: .other)

  private static let table = MnemonicTable<Class>(
    [
      (.move, "mov movz"), (.moveKeep, "movk"), (.add, "add"), (.sub, "sub subs"), (.compare, "cmp"),
      (.load, "str stp ldr ldp strb ldrb strh ldrh ldrsw"), (.call, "bl blr"), (.jump, "b br"),
      (.branch, branches),
      (.stop, "ret eret brk hlt udf retaa retab"),
      (.exclusive, "stxr stxrb stxrh stlxr stlxrb stlxrh stxp stlxp"),
      (.exclusiveLoad, "ldxr ldxrb ldxrh ldaxr ldaxrb ldaxrh ldxp ldaxp"), (.setsSP, "and orr"),
      (.undecoded, "<unknown> .inst .word .long"),
    ] + [(.lse, gnuNames.joined(separator: " "))], other: .other)

  /// Reads a function's lines into a sketch.
  static func read(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect,
    into sketch: inout Sketch
  ) {
    let table = dialect.syntax == .go ? goTable : table
    /// The constant that a register was given last: the prologue's huge amounts come in one.
    var constant: (register: UInt8, value: Int64) = (noRegister, 0)
    /// A register that holds SP less some of the frame, to be compared with the guard.
    var probe: (register: UInt8, amount: Int64, isHuge: Bool)?
    var exclusiveLine = -2
    var exclusiveLoad: UInt64?
    let isFiltered = function.isFiltered
    sketch.codeLines = codeLines(text, function, dialect)
    for i in 0..<sketch.codeLines {
      let line = function.lines[i]
      let (kind, end) = table.find(text, at: Int(line.mnemonic))
      if kind == .other { continue }
      let operands = end..<Int(line.end)
      // What sets a register may be missing.
      let mayLack = isFiltered && i >= MnemonicFilter.keptFirst
      switch kind {
      case .other: break
      case .move:
        let named = mentionsSP(text, operands)
        guard named || i < 12 || constantFollows(text, operands) else { break }
        let found = dialect.operands(text, in: operands)
        guard found.count == 2 else { break }
        if found.last.isSP {
          if mayLack { sketch.needsAllLines = true }
          if found.first.kind == .register {
            sketch.add(.setSP, line: i, register: found.first.register)
          } else {
            sketch.add(.opaqueSP, line: i)
          }
        } else if found.first.isSP, found.last.kind == .register {
          sketch.add(.copySP, line: i, register: found.last.register)
        } else if found.first.kind == .immediate, found.last.kind == .register {
          constant = (found.last.register, found.first.value)
        }
      case .moveKeep:
        moveKeep(dialect.operands(text, in: operands), &constant)
      case .add, .sub:
        guard
          mentionsSP(text, operands) || probe != nil && i < 12 || text.has("R20", at: operands.upperBound - 3)
            || dialect.syntax == .arm && text.has("x20", at: operands.lowerBound + 1)
        else { break }
        if mayLack, text[operands.lowerBound + 1] != UInt8(ascii: "$") { sketch.needsAllLines = true }
        addition(
          dialect.operands(text, in: operands), sign: kind == .add ? 1 : -1, line: i, constant, &probe,
          &sketch)
      case .compare:
        guard sketch.splitLine < 0, i < 12 else { break }
        let found = dialect.operands(text, in: operands)
        guard found.count == 2, found.first.kind == .register, found.second.kind == .register else { break }
        if found.first.isSP || found.second.isSP {
          (sketch.splitCheck, sketch.splitLine) = (.small, Int32(i))
        } else if let held = probe,
          found.first.register == held.register || found.second.register == held.register
        {
          sketch.splitLine = Int32(i)
          sketch.splitCheck = held.isHuge ? .huge : .big
          sketch.checkedFrame = Int(clamping: held.amount) &+ 128
        }
      case .load:
        guard mentionsSP(text, operands) else { break }
        let found = dialect.operands(text, in: operands)
        for operand in [found.first, found.second, found.third]
        where operand.kind == .memory && operand.register == stackPointer {
          guard dialect.syntax == .go || operand.writeback != .none else { continue }
          sketch.add(.moveSP, line: i, value: operand.value)
        }
      case .setsSP:
        guard mentionsSP(text, operands) else { break }
        if dialect.operands(text, in: operands).last.isSP { sketch.add(.opaqueSP, line: i) }
      case .call:
        sketch.call(target(text, operands, dialect, from: line.address), line: i, text: text)
      case .jump:
        let target = target(text, operands, dialect, from: line.address)
        sketch.jump(target, line: i, function: function, text: text)
      case .branch:
        // The branch that repeats an exclusive store is no loop of the program.
        if exclusiveLine == i - 1, function.follows(i) { break }
        if let target = target(text, operands, dialect, from: line.address) {
          sketch.addJump(target, conditional: true, line: i, function: function, text: text)
        }
      case .stop:
        sketch.stop(line: i)
      case .exclusiveLoad: exclusiveLoad = line.address
      case .exclusive:
        // Constants between the functions may decode as a store, but not as a pair.
        guard let exclusiveLoad, line.address &- exclusiveLoad < 64 else { break }
        exclusiveLine = i
        exclusive(text, Int(line.mnemonic)..<end, operands, dialect, line: i, &sketch)
      case .lse:
        lse(text, Int(line.mnemonic)..<end, operands, dialect, line: i, &sketch)
      case .undecoded:
        if line.raw >= 0, line.length == 4, let known = lse(word: text.hexadecimal(from: Int(line.raw)).value)
        {
          sketch.addAtomic(known, line: i)
        } else {
          sketch.addUndecoded(i)
        }
      }
    }
    // One atomic, compiled twice behind a test for LSE: the exclusive one counts where there is no other.
    if sketch.atomics.isEmpty { swap(&sketch.atomics, &sketch.exclusives) }
  }

  /// A write to SP, a copy of it, or a step of the prologue's test.
  private static func addition(
    _ found: Operands, sign: Int64, line: Int, _ constant: (register: UInt8, value: Int64),
    _ probe: inout (register: UInt8, amount: Int64, isHuge: Bool)?, _ sketch: inout Sketch
  ) {
    // `SUB $16, RSP` (two operands) is short for three.
    guard found.count >= 2 else { return }
    let amountOperand = found.first
    let source = found.count == 3 ? found.second : found.last
    let target = found.last
    guard target.kind == .register else { return }
    var amount: Int64?
    if amountOperand.kind == .immediate, amountOperand.hasValue {
      amount = sign &* amountOperand.value
    } else if amountOperand.kind == .register, amountOperand.register == constant.register {
      amount = sign &* constant.value
    }
    if target.isSP {
      if source.isSP, let amount {
        sketch.add(.moveSP, line: line, value: amount)
      } else if source.isSP {
        sketch.add(.moveSPUnknown, line: line, value: sign)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
    } else if source.isSP {
      if let amount {
        if sketch.splitLine < 0, line < 12, amount < 0 {
          probe = (target.register, 0 &- amount, amountOperand.kind == .register)
        }
        if target.register == 29 {
          sketch.savesFramePointer = true
          sketch.framePointerLine = Int32(line)
        }
        sketch.add(.copySP, line: line, register: target.register, value: amount)
      }
    } else if source.kind == .register, source.register == target.register, let amount {
      // A second part of a constant too large for one instruction.
      if let held = probe, held.register == target.register, sketch.splitLine < 0 {
        probe = (held.register, held.amount &- amount, held.isHuge)
      }
      if let last = sketch.steps.indices.last, sketch.steps[last].operation == .copySP,
        sketch.steps[last].register == target.register
      {
        sketch.steps[last].value &+= amount
      }
    }
  }

  /// `MOVK $(1<<16), R27`: sixteen bits of a constant that are set, the others kept.
  private static func moveKeep(_ found: Operands, _ constant: inout (register: UInt8, value: Int64)) {
    guard found.last.kind == .register, found.last.register == constant.register else { return }
    constant.value |= found.first.value
  }

  /// Whether SP is named: `SP)` or `SP,` or `sp` somewhere in the operands.
  @inline(__always)
  private static func mentionsSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    var i = range.lowerBound
    while i < range.upperBound - 1 {
      if text[i] | 0x20 == UInt8(ascii: "s"), text[i + 1] | 0x20 == UInt8(ascii: "p") { return true }
      i += 1
    }
    return false
  }

  /// Whether the prologue's scratch register R27 is the destination.
  @inline(__always)
  private static func constantFollows(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    text.has("R27", at: range.upperBound - 3) || text.has("x27,", at: range.lowerBound + 1)
  }

  /// How many of the lines are code: words of zero pad a function to its alignment, which the disassemblers
  /// print as `?`, `udf #0`, `.word 0x00000000`.
  private static func codeLines(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect
  ) -> Int {
    var count = function.lines.count
    while count > 0 {
      let line = function.lines[count - 1]
      if line.raw >= 0 {
        let (value, end) = text.hexadecimal(from: Int(line.raw))
        let isZero = value == 0 && (end - Int(line.raw) == 8 || text.has("00 00 00 00", at: Int(line.raw)))
        guard isZero else { break }
      } else {
        // A table of constants behind the code is printed as `udf #8256`.
        let end = Int(line.end)
        guard
          text.has("udf", at: Int(line.mnemonic))
            && (text.has("#0", at: end - 2) || text.has("#0x0", at: end - 4))
            || text.has(".word\t0x00000000", at: Int(line.mnemonic))
        else { break }
      }
      count -= 1
    }
    return count
  }

  /// Where a call, jump or branch goes; nil when a register says it.
  static func target(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect, from address: UInt64
  ) -> Target? {
    if dialect.syntax == .go,
      let symbol = Relocation.symbol(text, behind: range.upperBound, ["]R_CALLARM64:"])
    {
      return Target(symbol: symbol)
    }
    if dialect.syntax == .go, text.has("(SB)", at: range.upperBound - 4) {
      // `TBZ $0, R4, main.f(SB)`: the name is the last operand, and may hold blanks and commas itself.
      if text[range.lowerBound + 1] == UInt8(ascii: "$") || text.has(", ", at: range.lowerBound + 3) {
        let found = dialect.operands(text, in: range)
        return Target(symbol: found.last.symbol)
      }
      var start = range.lowerBound
      while start < range.upperBound, text[start] <= 0x20 { start += 1 }
      let symbol = start..<range.upperBound - 4
      return Target(symbol: GoOperand.symbol(text, symbol))
    }
    // The target is the last operand that is printed; GNU's come in turned round.
    let found = dialect.operands(text, in: range)
    let operand = dialect.syntax == .arm ? found.first : found.last
    guard operand.kind == .place else { return nil }
    if operand.register == instructionPointer {
      return Target(address: address &+ UInt64(bitPattern: operand.value &* 4))
    }
    return Target(
      address: operand.hasValue ? UInt64(bitPattern: operand.value) : UInt64.max,
      symbol: dialect.plain(operand.symbol, text))
  }
}
