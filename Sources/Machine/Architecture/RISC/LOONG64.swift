import Listing
import ProgramModel

/// loong64. A Go prologue (`cmd/internal/obj/loong64/obj.go`, stacksplit and preprocess) has the call of
/// morestack after the body:
///
///     small  MOVV 16(R22), R20; SGTU R3, R20; BEQ R20, more                F <= 128
///     big    …; ADDV $-(F-128), R3, R24; SGTU R24, R20; BEQ                F <= 4096
///     huge   …; LU12IW, OR $(F-128), R30; SGTU R30, R3, R24; BNE R24, more
///            LU12IW, OR $-(F-128), R30; ADDV R30, R3, R24; SGTU R24, R20; BEQ
///            MOVV R1, -F(R3); ADDV $-F, R3; MOVV R1, 0(R3)
enum LOONG64: RISC {
  static let facts = MachineFacts(
    architecture: .loong64, arguments: RegisterSet(4...19), results: [4, 5, 6, 7],
    context: 29, kept: [22], reserved: [30],
    lostInBarrier: [1, 29, 30], linkRegister: 1)
  static let goSP: UInt64 = 0x33_5220
  static let lowerSP: StaticString = "$sp,"
  static let goFrameBases: [StaticString] = ["(R3)", "(R30)"]
  static let goWordMove: StaticString = "MOVV "
  static let goScratch: (UInt64, UInt64) = (0x30_3352, 0x34_3252)
  static let lowerScratch: [StaticString] = ["$s7,", "$t12,", "$s1,"]
  static let guardRegister: UInt8 = 20
  /// Used up to Go 1.21.
  static let guardRegisterOnStack: UInt8? = 19
  static let callRelocations: [StaticString] = ["]R_CALLLOONG64:"]
  static let addressRelocations: [StaticString] = ["]R_LOONG64_ADDR_HI:"]
  static let repeatsCompareAndSwap = true

  static let goMnemonics: [(RISCSpelling, String)] = [
    (.memory(8), "MOVV MOVD"), (.memory(4), "MOVWU MOVF"), (.memory(2), "MOVHU"), (.memory(1), "MOVBU"),
    (.memory(4, isSigned: true), "MOVW"), (.memory(2, isSigned: true), "MOVH"),
    (.memory(1, isSigned: true), "MOVB"),
    (.arithmetic(.add), "ADDV"), (.addWord, "ADD"), (.arithmetic(.or), "OR"), (.upper, "LU12IW"),
    (.page, "PCALAU12I"),
    (.setIf(.below), "SGTU"), (.setIf(.less), "SGT"),
    (.branch(.equal), "BEQ"), (.branch(.notEqual), "BNE"), (.branch(.less), "BLT BLTZ"),
    (.branch(.greaterOrEqual), "BGE BGEZ"), (.branch(.greater), "BGTZ"), (.branch(.lessOrEqual), "BLEZ"),
    (.branch(.below), "BLTU"), (.branch(.aboveOrEqual), "BGEU"), (.branch(nil), "BFPT BFPF"),
    (.call, "CALL"), (.jump, "JMP"),
    (.return, "RET"), (.trap, "BREAK"), (.reserving, "LL LLV"), (.conditional, "SC SCV"),
    (.clobber, "SYSCALL"),
    (.atomic, atomics.map { goName("am" + $0) }.joined(separator: " ")),
    (.nothing, "DBAR NOOP CMPEQF CMPEQD CMPGEF CMPGED CMPGTF CMPGTD"), (.undecoded, "?"),
    (.arithmetic(.subtract), "SUBV"), (.arithmetic(.and), "AND"), (.arithmetic(.xor), "XOR"),
  ]
  static let goTable = MnemonicTable(goMnemonics, other: .other)
  static let goFilter = filter(stackPointer: "R3")

  static let table = MnemonicTable<RISCSpelling>(
    [
      (.move, "move"), (.signExtend, "slli.w sll.w"), (.load(8), "ld.d ldx.d ldptr.d fld.d fldx.d"),
      (.load(4), "ld.wu ldx.wu fld.s fldx.s"), (.load(2), "ld.hu ldx.hu"), (.load(1), "ld.bu ldx.bu"),
      (.load(4, isSigned: true), "ld.w ldx.w ldptr.w"), (.load(2, isSigned: true), "ld.h ldx.h"),
      (.load(1, isSigned: true), "ld.b ldx.b"),
      (.store(8), "st.d stx.d stptr.d fst.d fstx.d"),
      (.store(4), "st.w stx.w stptr.w fst.s fstx.s"), (.store(2), "st.h stx.h"), (.store(1), "st.b stx.b"),
      (.store(32), "vst vstx xvst xvstx"), (.arithmetic(.add), "add.d addi.d"), (.addWord, "add.w addi.w"),
      (.arithmetic(.or), "or ori"),
      (.upper, "lu12i.w"), (.page, "pcalau12i"), (.setIf(.below), "sltu sltui"),
      (.setIf(.less), "slt slti"), (.arithmetic(.subtract), "sub.d"), (.arithmetic(.and), "and andi"),
      (.arithmetic(.xor), "xor xori"),
      (.branch(.equal), "beqz beq"), (.branch(.notEqual), "bnez bne"), (.branch(.less), "blt bltz"),
      (.branch(.greaterOrEqual), "bge bgez"), (.branch(.greater), "bgtz"), (.branch(.lessOrEqual), "blez"),
      (.branch(.below), "bltu"), (.branch(.aboveOrEqual), "bgeu"), (.branch(nil), "bceqz bcnez"),
      (.call, "bl jirl"),
      (.jump, "b jr"), (.return, "ret"), (.trap, "break"), (.reserving, "ll.w ll.d"),
      (.conditional, "sc.w sc.d"),
      (.atomic, atomics.map { "am" + $0 }.joined(separator: " ")), (.clobber, "syscall"),
      (
        .nothing,
        "dbar ibar nop fcmp.ceq.s fcmp.ceq.d fcmp.sle.s fcmp.sle.d fcmp.slt.s fcmp.slt.d preld"
      ),
      (.undecoded, "<unknown> .word"),
    ], other: .other)

  /// All atomics, without the `am` that GNU's names begin with: `add_db.d` for `amadd_db.d`.
  private static let atomics = ["add", "and", "cas", "max", "min", "or", "swap", "xor"].flatMap { name in
    ["", "_db"].flatMap { order in [".b", ".h", ".w", ".d", ".wu", ".du"].map { name + order + $0 } }
  }

  /// Returns an atomic's name in Go's spelling: `AMADDDBV` for `amadd_db.d`.
  static func atomicName(_ mnemonic: String) -> String {
    mnemonic.utf8.contains(UInt8(ascii: ".")) ? goName(mnemonic) : mnemonic
  }

  /// Returns Go's name for one of GNU's: upper case, with `V` for `d` and without `_`.
  private static func goName(_ name: String) -> String {
    let parts = name.split(separator: ".")
    let root = parts[0].split(separator: "_").joined().uppercased()
    let width = parts.last == "d" ? "V" : parts.last == "du" ? "VU" : parts.last?.uppercased() ?? ""
    // `LL` and `SC` work on words.
    return root == "SC" && width == "W" ? root : root + width
  }

  static func distance(_ text: borrowing Span<UInt8>, _ line: InstructionLine, printed: Int64) -> Int64? {
    printed &* 4
  }

  static func pageBase(_ address: UInt64) -> UInt64 { address & ~0xfff }

  /// Recognizes EXT.W.B and EXT.W.H, for which Go's objdump has no name.
  static func undecoded(_ word: UInt32) -> RISCSpelling? {
    [0x5c00, 0x5800].contains(word & 0xffff_fc00) ? .other : nil
  }
}
