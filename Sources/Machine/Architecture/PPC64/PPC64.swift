import ByteText
import Listing
import ProgramModel

/// ppc64le: the effects of its instructions on SP, control flow and memory, in Go's and in GNU's and LLVM's
/// spelling.
///
/// A Go prologue (`cmd/internal/obj/ppc64/obj9.go`, stacksplit and preprocess):
///
///     small  MOVD 16(R30),R22; CMPU R22,R1; BLT                                  F <= 128
///     big    …; ADD R1,$-(F-128),R23; CMPU R22,R23; BLT                          F <= 4096
///     huge   …; CMPU R1,$(F-128), or the number in R23; BLT; ADD; CMPU R22,R23; BLT
///            MOVD LR,R5; CALL runtime.morestack; BR to the entry                 what BLT passes over
///            MOVD LR,R31; MOVDU R31,-F(R1)                                       F <= 32760
///            MOVD LR,R29; ADDIS $0,$-2,R31; OR R31,$…,R31; MOVDU R29,(R31)(R1)   above
///
/// With `GOPPC64=power10` one instruction of eight bytes has the whole number: `PADDI R0,$-102440,$0,R31`, in GNU's
/// spelling `pli r31,-102440`.
enum PPC64: MachineCode {
  static let facts = MachineFacts(
    architecture: .ppc64le, arguments: RegisterSet(3...10, 14...17),
    results: [3, 4, 5, 6], context: 11, kept: [30], reserved: [31],
    lostInBarrier: [29, 31, PowerRegister.link, PowerRegister.count], linkRegister: PowerRegister.link)
  static let goFilter = MnemonicFilter(
    table.coded([
      (
        .always,
        "CALL BL BCLRL BR RET BEQ BNE BLT BGE BGT BLE BSO BNSO BC TW STBCCC STHCCC STWCCC STDCCC ? WORD MOVDU"
      ),
      (.ifStackPointer, "ADD SUB OR MOVD ADDIS PADDI RLDICR RLDCR RLDICL AND ANDCC"),
    ]), stackPointer: "R1", separator: ",")

  /// The class of a mnemonic. A number is how many bytes are moved.
  enum Class: Sendable {
    case other, nothing, flags
    // The classes of Go's mnemonics, which tell by their operands what they move; then those of GNU's.
    case moveFloat
    case move(Int64, isSigned: Bool = false)
    case moveUpdate(Int64, isSigned: Bool = false)
    case immediate, shiftedImmediate, copy
    case load(Int64, isSigned: Bool = false)
    case store(Int64)
    case loadUpdate(Int64, isSigned: Bool = false)
    case storeUpdate(Int64)
    case storeOther(Int64)
    case fromSpecial(UInt8)
    case toSpecial(UInt8)
    /// A number of 34 bits, and its sum with a register.
    case longImmediate, longAdd
    case add, addImmediate, addShifted, or, orShifted, subtract, and, andImmediate, xor, xorRegister
    /// An instruction that keeps the lowest bits of a number of so many bits and clears the others.
    case clear(UInt8)
    /// A comparison of numbers with or without a sign, of 64 or 32 bits.
    case compare(isUnsigned: Bool, UInt8)
    /// A choice between two registers; Go's has the condition among its operands.
    case moveIf(Condition?)
    case branch(Condition?)
    /// LLVM's branch on a bit of the condition register that is set, or is not.
    case branchOnBit(isSet: Bool)
    /// Calls, jumps and the rest; `conditional` is a store that needs a reservation, `stdcx.`.
    case call, callByRegister, jump, jumpByRegister, `return`, trap, conditional, systemCall, undecoded
  }

  /// Returns all spellings of a branch, those with the hints that GNU and LLVM print too.
  private static func branches(_ condition: String) -> String {
    "B\(condition.uppercased()) b\(condition) b\(condition)+ b\(condition)-"
  }

  /// The classes by Go's spelling, and by GNU's and LLVM's.
  static let table = MnemonicTable<Class>(
    [
      (.move(8), "MOVD"), (.move(4), "MOVWZ"), (.move(2), "MOVHZ"), (.move(1), "MOVBZ"),
      (.move(4, isSigned: true), "MOVW"), (.move(2, isSigned: true), "MOVH"),
      (.move(1, isSigned: true), "MOVB"),
      (.moveUpdate(8), "MOVDU"), (.moveUpdate(4), "MOVWZU"), (.moveUpdate(2), "MOVHZU"),
      (.moveUpdate(1), "MOVBZU"), (.moveUpdate(4, isSigned: true), "MOVWU"),
      (.moveUpdate(2, isSigned: true), "MOVHU"), (.moveUpdate(1, isSigned: true), "MOVBU"),
      (.moveFloat, "FMOVD FMOVS"),
      (.immediate, "li"), (.longImmediate, "pli"), (.longAdd, "PADDI paddi"), (.shiftedImmediate, "lis"),
      (.copy, "mr"),
      (.load(8), "ld ldx pld"), (.load(4), "lwz lwzx plwz"), (.load(2), "lhz lhzx"), (.load(1), "lbz lbzx"),
      (.load(4, isSigned: true), "lwa lwax plwa"), (.load(2, isSigned: true), "lha lhax"),
      (.store(8), "std stdx pstd"), (.store(4), "stw stwx pstw"), (.store(2), "sth sthx"),
      (.store(1), "stb stbx"),
      (.loadUpdate(8), "ldu ldux"), (.loadUpdate(4), "lwzu lwzux"), (.loadUpdate(2), "lhzu lhzux"),
      (.loadUpdate(1), "lbzu lbzux"), (.loadUpdate(4, isSigned: true), "lwaux"),
      (.loadUpdate(2, isSigned: true), "lhau lhaux"),
      (.storeUpdate(8), "stdu stdux"), (.storeUpdate(4), "stwu stwux"), (.storeUpdate(2), "sthu sthux"),
      (.storeUpdate(1), "stbu stbux"),
      (.storeOther(8), "stfd stfdx"), (.storeOther(4), "stfs stfsx"),
      (.storeOther(16), "STXVD2X STXVW4X STXVX STVX STXV stxvd2x stxvw4x stxvx stvx stxv"),
      (.fromSpecial(PowerRegister.link), "mflr"), (.fromSpecial(PowerRegister.count), "mfctr"),
      (.toSpecial(PowerRegister.link), "mtlr"), (.toSpecial(PowerRegister.count), "mtctr"),
      (.add, "ADD add"), (.addImmediate, "addi"), (.addShifted, "ADDIS addis"), (.or, "OR ori"),
      (.orShifted, "ORIS oris"),
      (.subtract, "SUB"), (.and, "AND ANDCC and and."), (.andImmediate, "andi."),
      (.xor, "XOR xori"), (.xorRegister, "xor xor."), (.clear(32), "RLWINM clrlwi"),
      (.clear(64), "RLDICL clrldi"),
      (.compare(isUnsigned: true, 64), "CMPU cmpld cmpldi"),
      (.compare(isUnsigned: true, 32), "CMPWU cmplw cmplwi"),
      (.compare(isUnsigned: false, 64), "CMP cmpd cmpdi"),
      (.compare(isUnsigned: false, 32), "CMPW cmpw cmpwi"),
      (.moveIf(.equal), "iseleq"), (.moveIf(.less), "isellt"), (.moveIf(.greater), "iselgt"),
      (.moveIf(nil), "ISEL isel"),
      (.call, "CALL bl"), (.callByRegister, "BL BCLRL bctrl blrl bclrl"), (.jump, "BR b"),
      (.jumpByRegister, "bctr"),
      (.branch(.equal), branches("eq")), (.branch(.notEqual), branches("ne")),
      (.branch(.less), branches("lt")),
      (.branch(.greaterOrEqual), branches("ge")), (.branch(.greater), branches("gt")),
      (.branch(.lessOrEqual), branches("le")),
      (
        .branch(nil),
        "BSO BNSO BC bso bns bdnz bdz bc bdnz+ bdnz-"
      ),
      (.branchOnBit(isSet: true), "bt bt+ bt-"), (.branchOnBit(isSet: false), "bf bf+ bf-"),
      (.return, "RET blr"), (.trap, "TW trap"),
      (.conditional, "STBCCC STHCCC STWCCC STDCCC stbcx. sthcx. stwcx. stdcx."),
      (.systemCall, "SC sc"), (.undecoded, "? WORD .long <unknown>"),
      (.flags, "FCMPU FCMPO fcmpu fcmpo CRAND crand mcrf MTCRF mtcr mtcrf mtocrf"),
      (
        .nothing,
        "NOP LWSYNC HWSYNC ISYNC DCBT DCBTST DCBZ BCLR MOVFL MTFSF"
          + " nop lwsync hwsync sync isync dcbt dcbtct dcbtst dcbtstct dcbz"
          + " beqlr bnelr bltlr bgelr bgtlr blelr bsolr bnslr bclr mtfsf"
      ),
    ], other: .other)

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    var stack = StackReader(facts)
    var conditionalLine: Int?
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      let (kind, end) = table.find(text, line)
      let operands = end..<Int(line.end)
      switch kind {
      case .nothing, .flags, .systemCall: break
      case .compare(let isUnsigned, _):
        guard isUnsigned, i < StackReader.prologue else { break }
        let compare = instruction(kind, code, operands, line)
        guard compare.source.kind == .register else { break }
        let number = compare.second.isNumber ? compare.second.value : nil
        stack.compare(compare.source.register, compare.second.register, or: number, code, line: i, &sketch)
      case .call: sketch.call(target(code, operands), line: i, text: text)
      case .callByRegister: sketch.call(nil, line: i, text: text)
      case .jump:
        sketch.jump(target(code, operands), line: i, code)
      case .jumpByRegister: sketch.jump(nil, line: i, code)
      case .branch, .branchOnBit:
        // The branch that repeats a conditional store is no loop of the program.
        if conditionalLine == i - 1 { break }
        if let target = target(code, operands) {
          sketch.addJump(target, conditional: true, line: i, code)
        }
      case .return: sketch.returns(line: i)
      case .trap: sketch.stop(line: i)
      case .conditional:
        conditionalLine = i
        // `STDCCC` is Go's name for `stdcx.`: it ends an atomic, which is a loop around a reservation.
        let at = Int(line.mnemonic)
        sketch.addAtomic(text.string(at..<at + 3).uppercased() + "CCC", line: i)
      case .undecoded:
        // Go's UNDEF is never executed, and GNU's objdump leaves it out (`...`).
        if !line.isZero(text) { sketch.addUndecoded(i) }
      default:
        // After the split check only what is done to SP matters, and the constants that may come before it.
        let isNumber = text[operands.lowerBound + 1] == UInt8(ascii: "$")
        guard
          i < StackReader.prologue && (sketch.splitLine < 0 || isNumber) || namesSP(code, operands)
            || isConstant(kind)
        else { break }
        stack.add(instruction(kind, code, operands, line), code, line: i, &sketch)
      }
    }
  }

  /// Whether an instruction of a class may build part of the constant by which SP moves.
  private static func isConstant(_ kind: Class) -> Bool {
    switch kind {
    case .longImmediate, .longAdd, .shiftedImmediate, .addShifted, .or, .orShifted: true
    default: false
    }
  }

  /// Whether SP may be among the operands, as R1, r1 or 1.
  private static func namesSP(_ code: Code, _ range: Range<Int>) -> Bool {
    let text = code.text
    var i = range.lowerBound
    while i < range.upperBound {
      if text[i] == UInt8(ascii: "1"), text[i + 1] &- 0x30 >= 10, text[i - 1] &- 0x30 >= 10 { return true }
      i += 1
    }
    return false
  }

  /// Returns the target of a call, jump or branch; nil when a register gives the address.
  static func target(_ code: Code, _ range: Range<Int>) -> Target? {
    let text = code.text
    guard code.isGo else { return Target(code.operands(in: range).last, code) }
    if let target = Target.named(code, range, ["]R_CALLPOWER:"]) { return target }
    // `BEQ CR7,0x9e2f8`, `BC $16,LT,0x9e2f8`
    let start = text.lastOffset(of: ",", in: range).map { $0 + 1 } ?? Target.start(text, range)
    guard text.has("0x", at: start) else { return nil }
    return Target(address: text.hexadecimal(from: start + 2).value)
  }

  /// Returns the number of the register that an operand names; LLVM's operands are plain numbers.
  static func general(_ operand: Operand) -> UInt8? {
    switch operand.kind {
    case .register: operand.register
    case .immediate: PowerRegister.general(operand.value)
    default: nil
    }
  }
}
