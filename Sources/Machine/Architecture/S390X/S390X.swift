import ByteText
import Listing
import ProgramModel

/// s390x: the effects of its instructions on SP, control flow and memory, in Go's and in GNU's and LLVM's
/// spelling.
///
/// A Go prologue (`cmd/internal/obj/s390x/objz.go`, stacksplitPre and preprocess); R3 and R4 before Go 1.26
/// instead of R10 and R11:
///
///     small  MOVD 16(R13), R10; CMPUBGE R10, R15                                  F <= 128
///     big    …; SUB $(F-128), R15, R11; CMPUBGE R10, R11                          F <= 4096
///     huge   …; MOVW $(F-128), R11; CMPUBLT R15, R11; SUB, or MOVD and SUB; CMPUBGE
///            MOVD R14, -F(R15); MOVD -F(R0)(R15*1), R15; MOVD R14, (R15)
enum S390X: MachineCode {
  static let facts = MachineFacts(
    architecture: .s390x, arguments: RegisterSet(2...9), results: [2, 3, 4, 5], context: 12, kept: [13],
    reserved: [10, 11], lostInBarrier: [1, 9, 10, 11, 14],
    linkRegister: 14, isBigEndian: true)
  static let goFilter = MnemonicFilter(
    table.coded([
      (
        .always,
        "CALL BASR BR JMP RET BRC BEQ BNE BLT BGE BGT BLE BLEU BLTU BGEU BGTU BVS BVC BRCTG BRCT"
          + " CMPBEQ CMPBNE CMPBLT CMPBLE CMPBGT CMPBGE CMPUBEQ CMPUBNE CMPUBLT CMPUBLE CMPUBGT CMPUBGE"
          + " CRJ CGRJ CLRJ CLGRJ CIJ CGIJ CLIJ CLGIJ NOPH ? " + atomics.joined(separator: " ")
      ),
      (.ifStackPointer, "MOVD ADD SUB AND NGR LMG"),
    ]), stackPointer: "R15")

  /// The atomics. Each is one instruction, though some are in a loop that repeats them.
  private static let atomics = [
    "CS", "CSY", "CSG", "CDS", "CDSY", "CDSG", "LAA", "LAAG", "LAAL", "LAALG", "LAN", "LANG", "LAO", "LAOG",
    "LAX",
    "LAXG",
  ]

  /// The class of a mnemonic. A number is how many bytes are moved, or by how many bits an immediate is
  /// shifted.
  enum Class: Sendable {
    case other, nothing, flags
    // The classes of Go's mnemonics, which tell by their operands what they move.
    case moveFloat
    case move(Int64, isSigned: Bool = false)
    /// Go's `ADD` and `SUB`, with the sign of the second term.
    case arithmetic(Int64)
    case copy, address
    case immediate(Int64)
    case load(Int64, isSigned: Bool = false)
    /// A load that leaves the register's upper half as it is.
    case loadOfHalf(Int64)
    case store(Int64)
    case storeImmediate(Int64)
    case storeOther(Int64)
    case storeRelative
    case loadRelative(Int64, isSigned: Bool = false)
    case add, addOfHalf, addThree, subtractThree, or
    case clear, moveMemory, loadMultiple, storeMultiple, memory, pair
    /// A comparison of numbers with or without a sign, of so many bits.
    case compare(isUnsigned: Bool, UInt8)
    case compareBranch(isUnsigned: Bool, UInt8, Condition?)
    /// Go's compare-and-branch, whose condition is a mask.
    case maskedBranch(isUnsigned: Bool, UInt8)
    case branchOnMask
    /// A move that extends the lowest bytes of a register, by their sign or by zeros.
    case extend(Int64, isSigned: Bool)
    case arithmeticOfHalf(Int64)
    case branch(Condition?)
    case countingBranch, call, callByRegister, jump, jumpByRegister, atomic, execute, systemCall, undecoded

    /// Whether it loads a constant.
    var isImmediate: Bool { if case .immediate = self { true } else { false } }
  }

  /// The conditions of GNU's and LLVM's branches (z/Architecture Principles of Operation: 0 is equal, 1 low,
  /// 2 high).
  private static let conditions: [(Condition?, [String])] = [
    (.equal, ["e", "nlh"]), (.notEqual, ["ne", "lh"]), (.less, ["l", "nhe"]), (.greater, ["h", "nle"]),
    (.lessOrEqual, ["nh", "le"]), (.greaterOrEqual, ["nl", "he"]), (nil, ["o", "no"]),
  ]
  private static let branches: [(Class, String)] = conditions.map { condition, names in
    (.branch(condition), names.map { "j\($0) jg\($0)" }.joined(separator: " "))
  }
  private static let compareBranches: [(Class, String)] = [
    ("crj cij", false, 32), ("cgrj cgij", false, 64), ("clrj clij", true, 32), ("clgrj clgij", true, 64),
  ].flatMap { (roots: String, isUnsigned: Bool, width: UInt8) -> [(Class, String)] in
    let roots = roots.split(separator: " ")
    // The name without a condition has a mask that no condition's name stands for: `cgrj %r1,%r2,7,…` for
    // CMPBNE.
    let bare: (Class, String) = (
      .compareBranch(isUnsigned: isUnsigned, width, nil), roots.joined(separator: " ")
    )
    return [bare, (.maskedBranch(isUnsigned: isUnsigned, width), roots.joined(separator: " ").uppercased())]
      + conditions.map { condition, names in
        let spellings = roots.flatMap { root in names.map { root + $0 } }
        return (.compareBranch(isUnsigned: isUnsigned, width, condition), spellings.joined(separator: " "))
      }
  }
  /// Go's names of compare-and-branches: `CMPBEQ`, `CMPUBLT`.
  private static let goCompareBranches: [(Class, String)] = [
    (Condition.equal, "EQ"), (.notEqual, "NE"), (.less, "LT"), (.lessOrEqual, "LE"), (.greater, "GT"),
    (.greaterOrEqual, "GE"),
  ].flatMap { (condition: Condition, name: String) -> [(Class, String)] in
    [
      (.compareBranch(isUnsigned: false, 64, condition), "CMPB" + name),
      (.compareBranch(isUnsigned: true, 64, condition), "CMPUB" + name), (.branch(condition), "B" + name),
    ]
  }

  /// The classes by Go's spelling, and by GNU's and LLVM's.
  static let table = MnemonicTable<Class>(
    [
      (.move(8), "MOVD"), (.move(4), "MOVWZ"), (.move(2), "MOVHZ STH"), (.move(1), "MOVBZ STC"),
      (.move(4, isSigned: true), "MOVW"), (.move(2, isSigned: true), "MOVH"),
      (.move(1, isSigned: true), "MOVB"),
      (.moveFloat, "FMOVD FMOVS"), (.arithmetic(1), "ADD"), (.arithmetic(-1), "SUB"),
      (.arithmeticOfHalf(1), "ADDW"), (.arithmeticOfHalf(-1), "SUBW"), (.addOfHalf, "ahi afi ahik"),
      (.extend(1, isSigned: false), "llgcr"), (.extend(2, isSigned: false), "llghr"),
      (.extend(4, isSigned: false), "llgfr"),
      (.extend(1, isSigned: true), "lgbr"), (.extend(2, isSigned: true), "lghr"),
      (.extend(4, isSigned: true), "lgfr"),
      (.immediate(0), "lghi lgfi llilf llill"), (.immediate(16), "llilh"), (.immediate(32), "llihf llihl"),
      (.immediate(48), "llihh"), (.copy, "lgr"),
      (.load(8), "lg"), (.load(4), "llgf"), (.load(2), "llgh"), (.load(1), "llgc"),
      (.load(4, isSigned: true), "lgf"), (.load(2, isSigned: true), "lgh"), (.load(1, isSigned: true), "lgb"),
      (.loadOfHalf(4), "l ly"), (.loadOfHalf(2), "lh lhy"), (.loadOfHalf(1), "lb"),
      (.store(8), "stg"), (.store(4), "st sty"), (.store(2), "sth sthy"), (.store(1), "stc stcy"),
      (.storeImmediate(1), "MVI MVIY mvi mviy"), (.storeImmediate(2), "MVHHI mvhhi"),
      (.storeImmediate(4), "MVHI mvhi"), (.storeImmediate(8), "MVGHI mvghi"), (.address, "la lay larl LARL"),
      (.storeOther(8), "std stdy strvg"), (.storeOther(4), "ste stey strv"), (.storeOther(16), "vst VST"),
      (.loadRelative(8), "LGRL lgrl"), (.loadRelative(4), "LLGFRL llgfrl"),
      (.loadRelative(2), "LLGHRL llghrl"),
      (.loadRelative(4, isSigned: true), "LGFRL LRL lgfrl lrl"),
      (.loadRelative(2, isSigned: true), "LGHRL lghrl"),
      (.storeRelative, "STGRL STRL STHRL stgrl strl sthrl"),
      (.add, "aghi agfi"), (.addThree, "aghik agrk"), (.subtractThree, "sgrk"),
      (.or, "OR ORW oill oilf"), (.clear, "XC xc"), (.moveMemory, "MVC mvc"),
      (.loadMultiple, "LMG LMY lmg lm lmy"), (.storeMultiple, "STMG stmg"),
      (
        .memory,
        "ASI AGSI asi agsi NC OC nc oc TR tr STFLE stfle STCK stck STMY stm stmy VSTEG VSTEF VSTEH VSTEB vsteg vstef"
      ),
      (.pair, "MLGR DLGR DSGR DSGFR DLR DR FLOGR mlgr mlg dlgr dlg dsgr dsgfr dlr dr flogr"),
      (.branchOnMask, "BRC brc brcl"), (.branch(nil), "BLEU BLTU BGEU BGTU BVS BVC"),
      (.countingBranch, "BRCTG BRCT brct brctg"),
      (.compare(isUnsigned: false, 64), "CMP cgr cghi cgfi"),
      (.compare(isUnsigned: false, 32), "CMPW cr chi cfi"),
      (.compare(isUnsigned: true, 64), "CMPU clgr clgfi"), (.compare(isUnsigned: true, 32), "CMPWU clr clfi"),
      (
        .flags,
        "FCMPU FCMPO CLC TMLH TMLL TMHH TMHL CG CGF CLG CLI CLIY TM TMY LTDBR LTEBR"
          + " cg cgf cgfr c cy clg clgfr cl cly clc cli cliy tmlh tmll tmhh tmhl tm tmy cdbr cebr kdbr kebr ltdbr ltebr"
      ),
      (.call, "CALL brasl bras jas jasl"), (.callByRegister, "BASR basr"), (.jump, "BR j jg ju"),
      (.jumpByRegister, "RET JMP br"), (.execute, "EXRL EX exrl ex"), (.systemCall, "SYSALL svc"),
      (.atomic, atomics.joined(separator: " ")), (.atomic, atomics.joined(separator: " ").lowercased()),
      (.undecoded, "? .long .short .word .byte <unknown>"),
      (.nothing, "NOPH SYNC BCR nopr nop bcr bnor pfd"),
    ] + branches + compareBranches + goCompareBranches, other: .other)

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    var stack = StackReader(facts)
    var atomicLine: Int?
    sketch.passing = .unknown
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      let (kind, end) = table.find(text, line)
      let operands = end..<Int(line.end)
      switch kind {
      case .nothing, .flags, .compare, .systemCall: break
      case .compareBranch, .maskedBranch:
        if i < StackReader.prologue, sketch.splitLine < 0 {
          let found = code.operands(in: operands)
          if found.first.kind == .register, found.second.kind == .register {
            stack.compare(found.first.register, found.second.register, code, line: i, &sketch)
            // Since arguments are passed in registers, R3 and R4 hold some, so neither the guard nor SP is in
            // either of them.
            let usesThem = [found.first.register, found.second.register].contains { $0 == 3 || $0 == 4 }
            if sketch.splitLine >= 0 { sketch.passing = usesThem ? .onStack : .usual }
          }
        }
        branch(code, operands, line, i, &sketch)
      case .branch, .branchOnMask, .countingBranch:
        // The branch that repeats an atomic is no loop of the program.
        if atomicLine == i - 1, let target = target(code, operands, line),
          target.address <= code.lines[i - 1].address, target.address >= code.function.entry
        {
          break
        }
        branch(code, operands, line, i, &sketch)
      case .call: sketch.call(target(code, operands, line), line: i, text: text)
      case .callByRegister: sketch.call(nil, line: i, text: text)
      case .jump:
        sketch.jump(target(code, operands, line), line: i, code)
      case .jumpByRegister:
        let register = register(code, line)
        if register.kind == .place {
          sketch.jump(target(code, operands, line), line: i, code)
        } else if register.register == facts.linkRegister {
          sketch.returns(line: i)
        } else {
          sketch.jump(nil, line: i, code)
        }
      case .atomic:
        atomicLine = i
        sketch.addAtomic(text.string(Int(line.mnemonic)..<end).uppercased(), line: i)
      case .undecoded:
        // Go's UNDEF is never executed, and GNU's objdump leaves it out (`...`).
        if !line.isZero(text) { sketch.addUndecoded(i) }
      default:
        // After the split check only what is done to SP matters, and the constants that may come before it.
        let isConstant = text[operands.lowerBound + 1] == UInt8(ascii: "$") || kind.isImmediate
        guard i < StackReader.prologue && (sketch.splitLine < 0 || isConstant) || namesSP(text, operands)
        else { break }
        stack.add(instruction(kind, code, operands, line), code, line: i, &sketch)
      }
    }
  }

  /// Adds a conditional branch, if its target is known.
  private static func branch(
    _ code: Code, _ operands: Range<Int>, _ line: InstructionLine, _ i: Int, _ sketch: inout Sketch
  ) {
    guard let target = target(code, operands, line) else { return }
    sketch.addJump(target, conditional: true, line: i, code)
  }

  /// Whether SP may be among the operands, as R15 or %r15.
  private static func namesSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    var i = range.lowerBound
    while i < range.upperBound - 2 {
      if text[i] | 0x20 == UInt8(ascii: "r"), text[i + 1] == UInt8(ascii: "1"),
        text[i + 2] == UInt8(ascii: "5")
      {
        return true
      }
      i += 1
    }
    return false
  }

  /// Returns the target of a call, jump or branch; nil when a register gives the address.
  static func target(_ code: Code, _ range: Range<Int>, _ line: InstructionLine) -> Target? {
    let text = code.text
    guard code.isGo else {
      // The target comes after the last comma: `cgrj %r1,%r2,7,9ba72 <main.f+0x12>` has one operand more than
      // are read.
      var start = text.firstOffset(of: " <", in: range) ?? range.upperBound
      while start > range.lowerBound, text[start - 1] != UInt8(ascii: ",") { start -= 1 }
      return Target(code.operands(in: start..<range.upperBound).last, code)
    }
    if let target = Target.named(code, range, relocations) { return target }
    // Go's objdump prints `2(PC)`; an address comes from a rewritten listing of the compiler.
    if text[range.upperBound - 1] != UInt8(ascii: ")"), case let start = Target.start(text, range),
      text.has("0x", at: start)
    {
      return Target(address: text.hexadecimal(from: start + 2).value)
    }
    return relative(text, line).map { Target(address: $0) }
  }

  /// The text before the symbol in Go's relocations (`cmd/internal/objabi/reloctype.go`).
  static let relocations: [StaticString] = ["]R_CALL:", "]R_PCRELDBL:", "]R_PCREL:"]

  /// Returns the address that an instruction refers to, by its bytes: Go's objdump prints the displacement
  /// divided by the instruction's length, as if all instructions had the same length.
  static func relative(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> UInt64? {
    guard line.raw >= 0 else { return nil }
    let word = text.hexadecimal(from: Int(line.raw)).value
    let halfwords: Int64
    switch (line.length, word >> 40) {
    case (6, 0xec): halfwords = Int64(Int16(truncatingIfNeeded: word >> 16))
    case (6, _): halfwords = Int64(Int32(truncatingIfNeeded: word))
    default: halfwords = Int64(Int16(truncatingIfNeeded: word))
    }
    return line.address &+ UInt64(bitPattern: halfwords &* 2)
  }
}
