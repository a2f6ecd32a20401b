import ByteText
import Listing
import ProgramModel

/// arm64: the effects of its instructions on SP, control flow and memory, in Go's and in GNU's and LLVM's
/// spelling.
///
/// A Go prologue (`cmd/internal/obj/arm64/obj7.go`, stacksplit and preprocess); F is a multiple of 16:
///
///     small  MOVD 16(R28), R16; CMP R16, RSP; BLS                         F <= 128
///     big    …; SUB $(F-128), RSP, R17; CMP R16, R17; BLS                 F <= 4096
///     huge   …; MOVD $(F-128), R27; SUBS R27, RSP, R17; BCC; CMP; BLS
///            MOVD.W R30, -F(RSP); MOVD R29, -8(RSP); SUB $8, RSP, R29     F <= 0xf0
///            SUB $F, RSP, R20; STP (R29, R30), -8(R20); MOVD R20, RSP     above
enum ARM64: MachineCode {
  static let facts = MachineFacts(
    architecture: .arm64, framePointer: 29, arguments: RegisterSet(0...15),
    results: [0, 1, 2, 3],
    context: 26, kept: [28, 29],
    reserved: [27, 29], lostInBarrier: [25, 27, 30], linkRegister: 30, scalesIndexes: true)
  /// `(R27)` is memory of the frame too: the assembler reaches a distant slot by `ADD $(4<<12), RSP, R27`.
  static let goFrameBases: [StaticString] = ["(RSP)", "(R27)"]
  static let goWordMove: StaticString = "MOVD "
  /// Leaves out what most of the text consists of and what tells nothing here. A comparison and the parts of
  /// a constant matter only in the prologue, which is never filtered; arithmetic matters where it moves SP.
  static let goFilter = MnemonicFilter(
    goTable.coded([
      (.always, "CALL JMP RET CBZ CBNZ CBZW CBNZW TBZ TBNZ BEQ BNE BLT BGE BGT BLE BHI BLS BHS BLO BCC BCS"),
      (.ifStackPointer, "MOVD MOVW MOVWU ADD SUB SUBS AND ORR"),
      (
        .never,
        "ADRP CMP CMPW TST TSTW NOOP MOVK MOVBU MOVB MOVHU MOVH LDP STP LDPW STPW LDAR LDARW FMOVD FMOVQ FLDPQ FSTPQ"
          + " LSL LSR ASR UBFX SXTW CSET CSEL EOR NEG"
      ),
    ]), unlisted: .always, stackPointer: "RSP")
  /// The class of a mnemonic. A number is how many bits are moved or compared; 0 is the width of the
  /// register's name.
  enum Class: Sendable {
    case other, nothing, flags
    /// Go's load, store or copy, depending on its operands; `.W` and `.P` move the base.
    case move(UInt8, isSigned: Bool)
    /// Go's load, store or copy of a vector of so many bytes.
    case moveVector(UInt8)
    /// GNU's `mov`, `movn` and `movk`.
    case moveRegister, moveNot, moveKeep
    case load(UInt8, isSigned: Bool)
    case store(UInt8)
    /// A store-release: `STLR`.
    case storeOrdered
    /// `STP` and `LDP` of general registers.
    case pair(isLoad: Bool, UInt8)
    case vectorPair(isLoad: Bool)
    case arithmetic(Instruction.Kind, UInt8, setsFlags: Bool)
    case compare(UInt8)
    case test(UInt8)
    case increment(UInt8)
    /// `ADRP` and `ADR`.
    case page, call, jump
    case branch(Condition?)
    case branchOnZero(Condition, UInt8)
    case branchOnBit(Condition)
    case `return`, trap, exclusive, exclusiveLoad, lse, systemCall, undecoded
  }

  /// The classes by Go's spelling.
  static let goTable = MnemonicTable<Class>(
    [
      (.move(64, isSigned: false), "MOVD MOVD.W MOVD.P"), (.move(32, isSigned: true), "MOVW MOVW.W MOVW.P"),
      (.move(32, isSigned: false), "MOVWU MOVWU.W MOVWU.P"),
      (.move(16, isSigned: true), "MOVH MOVH.W MOVH.P"),
      (.move(16, isSigned: false), "MOVHU MOVHU.W MOVHU.P"), (.move(8, isSigned: true), "MOVB MOVB.W MOVB.P"),
      (.move(8, isSigned: false), "MOVBU MOVBU.W MOVBU.P"), (.moveKeep, "MOVK"),
      (.moveVector(16), "FMOVQ FMOVQ.W FMOVQ.P"), (.moveVector(8), "FMOVD FMOVD.W FMOVD.P"),
      (.moveVector(4), "FMOVS FMOVS.W FMOVS.P"),
      (.pair(isLoad: false, 64), "STP STP.W STP.P"), (.pair(isLoad: true, 64), "LDP LDP.W LDP.P"),
      (.pair(isLoad: false, 32), "STPW STPW.W STPW.P"), (.pair(isLoad: true, 32), "LDPW LDPW.W LDPW.P LDPSW"),
      (.vectorPair(isLoad: false), "FSTPQ FSTPQ.W FSTPQ.P FSTPD FSTPD.W FSTPD.P FSTPS"),
      (.vectorPair(isLoad: true), "FLDPQ FLDPQ.W FLDPQ.P FLDPD FLDPD.W FLDPD.P FLDPS"),
      (.arithmetic(.add, 64, setsFlags: false), "ADD"), (.arithmetic(.add, 32, setsFlags: false), "ADDW"),
      (.arithmetic(.subtract, 64, setsFlags: false), "SUB"),
      (.arithmetic(.subtract, 32, setsFlags: false), "SUBW"),
      (.arithmetic(.subtract, 64, setsFlags: true), "SUBS"), (.arithmetic(.and, 64, setsFlags: false), "AND"),
      (.arithmetic(.and, 32, setsFlags: false), "ANDW"), (.arithmetic(.or, 64, setsFlags: false), "ORR"),
      (.arithmetic(.or, 32, setsFlags: false), "ORRW"), (.arithmetic(.xor, 64, setsFlags: false), "EOR"),
      (.arithmetic(.xor, 32, setsFlags: false), "EORW"), (.compare(64), "CMP"), (.compare(32), "CMPW"),
      (.test(64), "TST"), (.test(32), "TSTW"), (.increment(64), "CINC"), (.increment(32), "CINCW"),
      (.flags, "CMN CMNW CCMP CCMPW CCMN CCMNW FCMPD FCMPS FCMPED"),
      (.nothing, "NOOP NOP HINT DMB DSB ISB PRFM DC MSR"), (.page, "ADRP ADR"),
      (.call, "CALL BL"), (.jump, "JMP B"), (.storeOrdered, "STLR STLRW STLRB STLRH"),
      (.branchOnZero(.equal, 64), "CBZ"), (.branchOnZero(.equal, 32), "CBZW"),
      (.branchOnZero(.notEqual, 64), "CBNZ"), (.branchOnZero(.notEqual, 32), "CBNZW"),
      (.branchOnBit(.notNegative), "TBZ"), (.branchOnBit(.negative), "TBNZ"),
      (.return, "RET ERET"), (.trap, "BRK HLT UDF UNDEF"),
      (.exclusive, "STXR STXRW STXRB STXRH STLXR STLXRW STLXRB STLXRH STXP STXPW STLXP STLXPW"),
      (.exclusiveLoad, "LDXR LDXRW LDXRB LDXRH LDAXR LDAXRW LDAXRB LDAXRH LDXP LDXPW LDAXP LDAXPW"),
      (.systemCall, "SVC"), (.undecoded, "?"), (.lse, goNames.joined(separator: " ")),
    ] + ARMCondition.all.map { (.branch($0), $1.map { "B" + $0 }.joined(separator: " ")) }, other: .other)

  /// The classes by GNU's and LLVM's spelling.
  static let table = MnemonicTable<Class>(
    [
      (.moveRegister, "mov movz"), (.moveNot, "movn"), (.moveKeep, "movk"),
      (.load(0, isSigned: false), "ldr ldur"), (.load(32, isSigned: true), "ldrsw ldursw"),
      (.load(16, isSigned: false), "ldrh ldurh"), (.load(8, isSigned: false), "ldrb ldurb"),
      (.store(0), "str stur"), (.store(16), "strh sturh"), (.store(8), "strb sturb"),
      (.storeOrdered, "stlr stlrb stlrh"), (.pair(isLoad: false, 0), "stp"), (.pair(isLoad: true, 0), "ldp"),
      (.pair(isLoad: true, 32), "ldpsw"),
      (.arithmetic(.add, 0, setsFlags: false), "add"), (.arithmetic(.subtract, 0, setsFlags: false), "sub"),
      (.arithmetic(.subtract, 0, setsFlags: true), "subs"), (.arithmetic(.and, 0, setsFlags: false), "and"),
      (.arithmetic(.or, 0, setsFlags: false), "orr"), (.arithmetic(.xor, 0, setsFlags: false), "eor"),
      (.compare(0), "cmp"), (.test(0), "tst"), (.increment(0), "cinc"), (.flags, "cmn ccmp ccmn fcmp"),
      (.nothing, "nop hint dmb dsb isb prfm prfum dc msr"), (.page, "adrp adr"), (.call, "bl blr"),
      (.jump, "b br"),
      (.branch(nil), "b.al"), (.branchOnZero(.equal, 0), "cbz"), (.branchOnZero(.notEqual, 0), "cbnz"),
      (.branchOnBit(.notNegative), "tbz"), (.branchOnBit(.negative), "tbnz"),
      (.return, "ret eret retaa retab"), (.trap, "brk hlt udf"),
      (.exclusive, "stxr stxrb stxrh stlxr stlxrb stlxrh stxp stlxp"),
      (.exclusiveLoad, "ldxr ldxrb ldxrh ldaxr ldaxrb ldaxrh ldxp ldaxp"), (.systemCall, "svc"),
      (.undecoded, "<unknown> .inst .word .long"), (.lse, gnuNames.joined(separator: " ")),
    ] + ARMCondition.all.map { (.branch($0), $1.map { "b." + $0.lowercased() }.joined(separator: " ")) },
    other: .other)

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    let table = code.isGo ? goTable : table
    var stack = StackReader(facts)
    var exclusiveLine: Int?
    var exclusiveLoad: UInt64?
    let isFiltered = code.function.isFiltered
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      let (kind, end) = table.find(text, line)
      if case .other = kind { continue }
      let operands = end..<Int(line.end)
      switch kind {
      case .other, .nothing, .flags, .test, .increment, .page, .systemCall, .storeOrdered: break
      case .move, .moveRegister, .moveNot, .moveKeep, .moveVector, .load, .store, .pair, .vectorPair,
        .arithmetic:
        guard mentionsSP(text, operands) || namesScratch(code, operands) else { break }
        let instruction = instruction(kind, code, operands, line)
        // An instruction that sets the register may have been left out.
        if isFiltered, i >= MnemonicFilter.keptFirst, instruction.kind == .move,
          instruction.result == stackPointer, instruction.source.kind == .register
        {
          sketch.needsAllLines = true
        }
        stack.add(instruction, code, line: i, &sketch)
      case .compare:
        guard sketch.splitLine < 0, i < StackReader.prologue else { break }
        let found = code.operands(in: operands)
        guard found.count == 2, found.first.kind == .register, found.second.kind == .register else { break }
        stack.compare(found.second.register, found.first.register, code, line: i, &sketch)
      case .call:
        sketch.call(target(code, operands, from: line.address), line: i, text: text)
      case .jump:
        let target = target(code, operands, from: line.address)
        sketch.jump(target, line: i, code)
      case .branch, .branchOnZero, .branchOnBit:
        // The branch that repeats an exclusive store is no loop of the program.
        if exclusiveLine == i - 1, code.function.follows(i) { break }
        if let target = target(code, operands, from: line.address) {
          sketch.addJump(target, conditional: true, line: i, code)
        }
      case .return: sketch.returns(line: i)
      case .trap: sketch.stop(line: i)
      case .exclusiveLoad: exclusiveLoad = line.address
      case .exclusive:
        // Constants between functions may decode as an exclusive store, but not as a load and a store.
        guard let exclusiveLoad, line.address &- exclusiveLoad < 64 else { break }
        exclusiveLine = i
        exclusive(code, Int(line.mnemonic)..<end, operands, line: i, &sketch)
      case .lse:
        lse(code, Int(line.mnemonic)..<end, operands, line: i, &sketch)
      case .undecoded:
        if line.raw >= 0, line.length == 4, let known = lse(word: text.hexadecimal(from: Int(line.raw)).value)
        {
          sketch.addAtomic(known, line: i)
        } else {
          sketch.addUndecoded(i)
        }
      }
    }
    // The compiler emits one atomic twice, after a test for LSE; the exclusive store counts only where there
    // is no other atomic.
    if sketch.atomics.contains(where: { !$0.isExclusive }) { sketch.atomics.removeAll(where: \.isExclusive) }
  }

  /// Whether the operands name SP: `SP)`, `SP,` or `sp` is somewhere in them.
  @inline(__always)
  private static func mentionsSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    var i = range.lowerBound
    while i < range.upperBound - 1 {
      if text[i] | 0x20 == UInt8(ascii: "s"), text[i + 1] | 0x20 == UInt8(ascii: "p") { return true }
      i += 1
    }
    return false
  }

  /// Whether the operands write R17, R20 or R27, the prologue's registers for large amounts.
  @inline(__always)
  private static func namesScratch(_ code: Code, _ range: Range<Int>) -> Bool {
    let text = code.text
    if code.isGo {
      let end = range.upperBound
      guard text[end - 3] == UInt8(ascii: "R") else { return false }
      return text.has("27", at: end - 2) || text.has("20", at: end - 2) || text.has("17", at: end - 2)
    }
    let start = range.lowerBound + 1
    return text.has("x27,", at: start) || text.has("x20,", at: start) || text.has("x17,", at: start)
  }

  /// Whether a line is a word of zero, also as `udf #0`. A table of constants after the code is printed as
  /// `udf #8256`.
  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool {
    let (text, end) = (code.text, Int(line.end))
    return line.isZero(text)
      || line.raw < 0 && text.has("udf", at: Int(line.mnemonic))
        && (text.has("#0", at: end - 2) || text.has("#0x0", at: end - 4))
  }

  /// Returns the target of a call, jump or branch; nil when a register gives the address.
  static func target(_ code: Code, _ range: Range<Int>, from address: UInt64) -> Target? {
    let text = code.text
    if code.isGo {
      if let target = Target.named(code, range, ["]R_CALLARM64:"]) { return target }
      if let count = Target.count(text, before: range.upperBound) {
        return Target(address: address &+ UInt64(bitPattern: count &* 4))
      }
    }
    // The target is printed as the last operand; GNU's operands are reversed.
    let found = code.operands(in: range)
    return Target(code.dialect.syntax == .arm ? found.first : found.last, code)
  }
}
