import ByteText
import Listing
import ProgramModel

/// arm (32 bits): the effects of its instructions on SP, control flow and memory, in Go's and in GNU's and
/// LLVM's spelling.
///
/// A Go prologue (`cmd/internal/obj/arm/obj5.go`, stacksplit and preprocess); F is a multiple of 4:
///
///     small  MOVW 8(R10), R1; CMP R1, R13; B.LS                          F <= 128
///     big    …; SUB $(F-128), R13, R2; CMP R1, R2; B.LS                  F <= 4096
///     huge   …; MOVW $(F-128), R11; SUB.S R11, R13, R2; CMP.CS R1, R2; B.LS
///            MOVW.W R14, -F(R13), which objdump prints as PUSH [R14] where F is 4
///            MOVW n(R15), R11; `?`, which is MOVW.W R14, (R13)(R11)      F > 4095: the constant is a literal
///
/// and a function returns by `RET #F`, `POP [R15]`, `MOVW.P (R13)(R11), R15`, without a frame by
/// `ADD $0, R14, R15`.
enum ARM: MachineCode {
  static let facts = MachineFacts(
    architecture: .arm, arguments: [], results: [0, 0, 0, 0], context: 7, kept: [10],
    reserved: [10, 11],
    // Of the caller's registers, the barrier changes only LR, which every call writes, and R8, its argument
    // and result.
    lostInBarrier: [8, 14], linkRegister: 14)
  static let goFrameBases: [StaticString] = ["(R13)", "(R11)"]
  static let goWordMove: StaticString = "MOVW "
  static let goFilter = MnemonicFilter.none

  /// The class of a mnemonic. A number is how many bits are moved.
  enum Class: Sendable {
    case other, nothing, flags
    /// Go's load, store or copy of a word, depending on its operands.
    case move
    /// Go's load or store, depending on its operands.
    case moveNarrow(UInt8)
    case moveVector, moveRegister, load, storeVector
    case loadNarrow(UInt8)
    case store(UInt8)
    /// Go's load or store that moves its base: `.W` before it, `.P` after it.
    case writeback(UInt8)
    case not, moveTop, clearBits
    case arithmetic(Instruction.Kind, setsFlags: Bool = false)
    case compare, compareIf, test
    /// An instruction that is executed or skipped, depending on the flags.
    case conditional
    case branch(Condition?)
    case call, jump, `return`, trap
    /// `multiple` is STM or LDM, `exclusive` a conditional store, `twoResults` a long multiplication;
    /// `clobber` may write any register and memory.
    case push, pop, multiple, exclusive, clobber, twoResults, fourOperands, undecoded

    /// Whether it may build part of a constant.
    var isConstant: Bool {
      switch self {
      case .not, .moveTop: true
      default: false
      }
    }

    var isSum: Bool {
      switch self {
      case .arithmetic(.add, _), .arithmetic(.subtract, _): true
      default: false
      }
    }
  }

  /// Returns each name with each condition after it: `BL.EQ`, `bleq`.
  private static func conditional(_ names: String, _ separator: String, lower: Bool = false) -> String {
    names.split(separator: " ").flatMap { name in
      ARMCondition.names.map { name + separator + (lower ? $0.lowercased() : $0) }
    }.joined(separator: " ")
  }

  /// The classes by Go's spelling.
  static let goTable = MnemonicTable<Class>(
    [
      (.move, "MOVW"), (.moveNarrow(8), "MOVB MOVBU MOVBS"), (.moveNarrow(16), "MOVH"),
      (.moveVector, "MOVD MOVF"),
      (.not, "MVN"), (.moveTop, "MOVT"), (.arithmetic(.or), "ORR"), (.arithmetic(.and), "AND"),
      (.clearBits, "BIC"),
      (.writeback(32), "MOVW.W MOVW.P"), (.writeback(8), "MOVB.W MOVB.P MOVBU.W MOVBU.P MOVBS.W MOVBS.P"),
      (.writeback(16), "MOVH.W MOVH.P MOVHU.W MOVHU.P MOVHS.W MOVHS.P"),
      (.push, "PUSH"), (.pop, "POP"), (.multiple, "STM STMDB STMIB STMDA LDM LDMDB LDMIB LDMDA"),
      (.arithmetic(.add, setsFlags: false), "ADD"), (.arithmetic(.add, setsFlags: true), "ADD.S"),
      (.arithmetic(.subtract, setsFlags: false), "SUB"),
      (.arithmetic(.subtract, setsFlags: true), "SUB.S"), (.compare, "CMP"), (.test, "TST"),
      (.flags, "CMN TEQ CMPD CMPF " + conditional("CMN TST TEQ", ".")), (.compareIf, conditional("CMP", ".")),
      (.nothing, "DMB YIELD NOP"),
      (.conditional, conditional("MOVW ADD SUB", ".")),
      (.call, "BL BLX " + conditional("BL BLX", ".")), (.jump, "B BX"), (.return, "RET"),
      (.trap, "UNDEF BKPT"),
      (.exclusive, "STREX STREXB STREXH STREXD"), (.fourOperands, "MLA MLS UBFX SBFX"),
      (.twoResults, "UMULL SMULL UMLAL SMLAL UMULL.S SMULL.S"), (.clobber, "LDREXD LDRD STRD SVC SWPW"),
      (.undecoded, "?"),
    ] + ARMCondition.all.map { (.branch($0), $1.map { "B." + $0 }.joined(separator: " ")) }, other: .other)

  /// The classes by GNU's and LLVM's spelling.
  static let table = MnemonicTable<Class>(
    [
      (.moveRegister, "mov movw"), (.load, "ldr"), (.loadNarrow(8), "ldrb ldrsb"),
      (.loadNarrow(16), "ldrh ldrsh"), (.store(32), "str"), (.store(8), "strb"),
      (.store(16), "strh"), (.storeVector, "vstr"), (.not, "mvn"), (.moveTop, "movt"),
      (.arithmetic(.or), "orr"),
      (.arithmetic(.and), "and"),
      (.clearBits, "bic"), (.push, "push vpush"), (.pop, "pop vpop"),
      (.multiple, "stm stmdb stmib stmda stmfd ldm ldmia ldmdb ldmib ldmda ldmfd"),
      (.arithmetic(.add, setsFlags: false), "add"), (.arithmetic(.add, setsFlags: true), "adds"),
      (.arithmetic(.subtract, setsFlags: false), "sub"),
      (.arithmetic(.subtract, setsFlags: true), "subs"), (.compare, "cmp"), (.test, "tst"),
      (
        .flags,
        "cmn teq vcmp.f64 vcmp.f32 vcmpe.f64 vcmpe.f32 vmrs " + conditional("cmn tst teq", "", lower: true)
      ), (.compareIf, conditional("cmp", "", lower: true)), (.nothing, "dmb yield nop"),
      (.conditional, conditional("mov ldr add sub", "", lower: true)),
      (.call, "bl blx " + conditional("bl blx", "", lower: true)), (.jump, "b bx"), (.trap, "udf bkpt"),
      (.exclusive, "strex strexb strexh strexd stlex stlexb stlexh stlexd"),
      (.twoResults, "umull smull umlal smlal"),
      (.clobber, "ldrexd ldrd strd svc swp mrc mcr"),
      // GNU prints a comment alone: `@ <UNDEFINED> instruction: 0xf7fabcfd`.
      (.undecoded, "@ <unknown> .inst .word"),
    ] + ARMCondition.all.map { (.branch($0), $1.map { "b" + $0.lowercased() }.joined(separator: " ")) },
    other: .other)

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    let isGo = code.isGo
    let table = isGo ? goTable : table
    var stack = StackReader(facts)
    var exclusiveLine: Int?
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      let (kind, end) = table.find(text, line)
      let operands = end..<Int(line.end)
      switch kind {
      case .other, .nothing, .flags, .test, .moveNarrow, .moveVector, .storeVector, .twoResults,
        .fourOperands:
        break
      case .move, .moveRegister, .load, .not, .moveTop, .clearBits, .arithmetic, .writeback,
        .store,
        .loadNarrow:
        let isProbe = kind.isSum && i < StackReader.prologue && sketch.splitLine < 0
        guard
          isProbe || kind.isConstant
            || (isGo ? namesSpecial(text, last: operands) : namesSpecial(text, first: operands))
        else { break }
        let instruction = instruction(kind, code, end, line)
        switch instruction.kind {
        case .returns: sketch.stop(line: i)
        case .jump: sketch.jump(nil, line: i, code)
        default: stack.add(instruction, code, line: i, &sketch)
        }
      case .push, .pop, .multiple:
        var isPush = if case .push = kind { true } else { false }
        if case .multiple = kind {
          guard namesMovingSP(text, operands) else { break }
          isPush = text[Int(line.mnemonic)] | 0x20 == UInt8(ascii: "s")
        }
        multiple(RegisterList(text, operands), isPush: isPush, line: i, &sketch)
      case .conditional:
        guard
          isGo ? text.has("R13", at: operands.upperBound - 3) : text.has("sp,", at: operands.lowerBound + 1)
        else { break }
        sketch.add(.opaqueSP, line: i)
      case .compare, .compareIf:
        guard sketch.splitLine < 0, i < StackReader.prologue else { break }
        let found = code.operands(in: operands)
        guard found.count == 2, found.first.kind == .register, found.second.kind == .register else { break }
        stack.compare(found.second.register, found.first.register, code, line: i, &sketch)
      case .call:
        sketch.call(target(code, operands), line: i, text: text)
      case .jump:
        let target = target(code, operands)
        if target == nil, code.operands(in: operands).last.register == facts.linkRegister {
          sketch.returns(line: i)
        } else {
          sketch.jump(target, line: i, code)
        }
      case .branch:
        guard let target = target(code, operands) else { break }
        // The branch that repeats an exclusive store is no loop of the program.
        if let exclusiveLine, i - exclusiveLine <= 3, target.address <= code.lines[exclusiveLine].address,
          target.address >= code.function.entry
        {
          break
        }
        sketch.addJump(target, conditional: true, line: i, code)
      // `RET #24` releases the frame as well.
      case .return, .trap: sketch.stop(line: i)
      case .exclusive:
        exclusiveLine = i
        sketch.addAtomic(text.string(Int(line.mnemonic)..<end).uppercased(), line: i)
      case .clobber:
        guard !isGo, movesSP(text, operands) else { break }
        let found = code.operands(in: operands)
        let memory = [found.first, found.second, found.third].first(where: \.isMemory) ?? Operand()
        stack.add(Instruction(.overwrite, to: memory), code, line: i, &sketch)
      case .undecoded:
        let instruction = instruction(kind, code, end, line)
        switch instruction.kind {
        case .traps: sketch.stop(line: i)
        case .move: stack.add(instruction, code, line: i, &sketch)
        default: sketch.addUndecoded(i)
        }
      }
    }
  }

  /// The word of Go's UNDEF, which marks code that must not be reached (`cmd/internal/obj/arm/asm5.go`).
  static let undefined: UInt32 = 0xf7fa_bcfd

  /// Adds the move of SP by a list such as `PUSH [R4-R11]`. A push of one register is how
  /// `MOVW.W R14, -4(R13)` is printed. The assembler keeps no account of a push of more, so the linker's
  /// table does not have it either, unless LR is among them, as C's compilers push it.
  private static func multiple(_ list: RegisterList, isPush: Bool, line: Int, _ sketch: inout Sketch) {
    if !isPush, list.holdsPC { return sketch.stop(line: line) }
    if isPush, list.count > 1, !list.holdsLR { sketch.add(.opaqueSP, line: line) }
    sketch.add(.moveSP, line: line, value: isPush ? -list.bytes : list.bytes)
  }

  // MARK: Text

  /// Whether Go's last operand is SP, memory at SP that moves it, PC or the assembler's register, or its
  /// first operand is SP.
  @inline(__always)
  private static func namesSpecial(_ text: borrowing Span<UInt8>, last range: Range<Int>) -> Bool {
    let last = text[range.upperBound - 1]
    return text.has("R1", at: range.upperBound - 3)
      && (last == UInt8(ascii: "3") || last == UInt8(ascii: "5") || last == UInt8(ascii: "1"))
      || text.has("R13,", at: range.lowerBound + 1)
      || text[range.lowerBound - 2] == UInt8(ascii: ".") && text.firstOffset(of: "(R13)", in: range) != nil
  }

  /// Whether GNU's first operand is SP, PC or the assembler's register, or its last operand is SP or memory
  /// at SP that moves it.
  @inline(__always)
  private static func namesSpecial(_ text: borrowing Span<UInt8>, first range: Range<Int>) -> Bool {
    let start = range.lowerBound + 1
    switch text[start] {
    case UInt8(ascii: "s"), UInt8(ascii: "p"), UInt8(ascii: "f"): return true
    case UInt8(ascii: "r") where text.has("11,", at: start + 1): return true
    default: return text.has("sp", at: range.upperBound - 2) || movesSP(text, range)
    }
  }

  /// Whether SP moves as the base of memory: `[sp], #4`, `[sp, #-4]!`.
  private static func movesSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let start = text.firstOffset(of: "[sp", in: range),
      let close = text.firstOffset(of: UInt8(ascii: "]"), in: start..<range.upperBound)
    else { return false }
    return text[close + 1] == UInt8(ascii: "!") || text[close + 1] == UInt8(ascii: ",")
  }

  /// Whether a list moves SP: `STMDB [R14], SP!`, `stmdb sp!, {lr}`.
  private static func namesMovingSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    text.firstOffset(of: "SP!", in: range) != nil || text.firstOffset(of: "sp!", in: range) != nil
  }

  /// Whether a line is a word of zero; as a NOP, nothing leads to it.
  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool {
    isNOP(code.text, at: Int(line.mnemonic)) || line.word(code.text) == 0
  }

  /// Whether the assembler's NOP is at an offset, a word of zero.
  static func isNOP(_ text: borrowing Span<UInt8>, at offset: Int) -> Bool {
    text.has("AND.EQ R0, R0, R0", at: offset) || text.has("andeq\tr0, r0, r0", at: offset)
  }

  /// Returns the target of a call, jump or branch; nil when a register gives the address.
  static func target(_ code: Code, _ range: Range<Int>) -> Target? {
    let text = code.text
    if code.isGo {
      if let target = Target.named(code, range, ["]R_CALLARM:"]) { return target }
      if text.has("0x", at: range.lowerBound + 1) {
        return Target(address: text.hexadecimal(from: range.lowerBound + 3).value)
      }
    }
    let operand = code.operands(in: range).first
    return operand.hasValue ? Target(operand, code) : nil
  }
}
