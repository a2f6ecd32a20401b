import ByteText
import Listing
import ProgramModel

/// riscv64. Instructions have two or four bytes. A Go prologue (`cmd/internal/obj/riscv/obj.go`, stacksplit
/// and preprocess) has the call of morestack before the body:
///
///     small  MOV 16(X27), X6; BLTU X6, X2, body                            F <= 128
///     big    …; ADDI $-(F-128), X2, X7; BLTU X6, X7, body                  F <= 4096
///     huge   …; LUI, ADDIW $(F-128), X7; BLTU X2, X7, more
///            LUI, ADDIW $-(F-128), X31; ADD X31, X2, X7; BLTU X6, X7, body
///     more:  JAL X5, runtime.morestack_noctxt(SB); JMP to the entry
///     body:  MOV X1, -F(X2); ADDI $-F, X2, X2; MOV X1, (X2)
enum RISCV64: RISC {
  static let facts = MachineFacts(
    architecture: .riscv64, arguments: RegisterSet(8...23), results: [10, 11, 12, 13], context: 26,
    kept: [27], reserved: [31], lostInBarrier: [1, 24, 31],
    linkRegister: 1)
  static let goSP: UInt64 = 0x32_5820
  static let lowerSP: StaticString = "sp,"
  static let goFrameBases: [StaticString] = ["(X2)", "(X31)"]
  static let goWordMove: StaticString = "MOV "
  static let goScratch: (UInt64, UInt64) = (0x31_3358, 0x37_5820)
  static let lowerScratch: [StaticString] = ["t6,", "t2,"]
  static let guardRegister: UInt8 = 6
  static let guardRegisterOnStack: UInt8? = nil
  static let callRelocations: [StaticString] = ["]R_RISCV_JAL:", "]R_RISCV_CALL:"]
  static let addressRelocations: [StaticString] = ["]R_RISCV_PCREL_ITYPE:"]
  static let repeatsCompareAndSwap = false

  static let goMnemonics: [(RISCSpelling, String)] = [
    (.memory(8), "MOV"), (.memory(4), "MOVWU MOVF"), (.memory(2), "MOVHU"), (.memory(1), "MOVBU"),
    (.memory(4, isSigned: true), "MOVW"), (.memory(2, isSigned: true), "MOVH"),
    (.memory(1, isSigned: true), "MOVB"),
    (.arithmetic(.add), "ADD ADDI"), (.addWord, "ADDW ADDIW"), (.arithmetic(.or), "OR ORI"), (.upper, "LUI"),
    (.page, "AUIPC"),
    (.branch(.equal), "BEQ BEQZ"), (.branch(.notEqual), "BNE BNEZ"), (.branch(.less), "BLT BLTZ"),
    (.branch(.greaterOrEqual), "BGE BGEZ"), (.branch(.greater), "BGTZ"), (.branch(.lessOrEqual), "BLEZ"),
    (.branch(.below), "BLTU"), (.branch(.aboveOrEqual), "BGEU"),
    (.setIf(.less), "SLT SLTI"), (.setIf(.below), "SLTU SLTIU"), (.setIf(.equal), "SEQZ"),
    (.setIf(.notEqual), "SNEZ"),
    (.call, "CALL JAL JALR"),
    (.jump, "JMP"), (.return, "RET"), (.trap, "EBREAK UNIMP"), (.reserving, "LRW LRD"),
    (.conditional, "SCW SCD"),
    (.atomic, atomics.map { ("AMO" + $0).uppercased() }.joined(separator: " ")), (.clobber, "ECALL"),
    (.nothing, "FENCE FENCE.TSO FENCEI PAUSE"), (.undecoded, "?"), (.arithmetic(.subtract), "SUB"),
    (.arithmetic(.and), "AND ANDI"), (.arithmetic(.xor), "XOR XORI"),
  ]
  static let goTable = MnemonicTable(goMnemonics, other: .other)
  static let goFilter = filter(stackPointer: "X2")

  static let table = MnemonicTable<RISCSpelling>(
    [
      (.move, "mv li"), (.zeroExtend, "zext.b"), (.signExtend, "sext.w"), (.load(8), "ld fld"),
      (.load(4), "lwu flw"), (.load(2), "lhu"),
      (.load(1), "lbu"), (.load(4, isSigned: true), "lw"), (.load(2, isSigned: true), "lh"),
      (.load(1, isSigned: true), "lb"),
      (.store(8), "sd fsd"), (.store(4), "sw fsw"), (.store(2), "sh"), (.store(1), "sb"),
      (.arithmetic(.add), "add addi"), (.addWord, "addw addiw"), (.arithmetic(.or), "or ori"),
      (.upper, "lui"), (.page, "auipc"),
      (.branch(.equal), "beq beqz"), (.branch(.notEqual), "bne bnez"), (.branch(.less), "blt bltz"),
      (.branch(.greaterOrEqual), "bge bgez"), (.branch(.greater), "bgt bgtz"),
      (.branch(.lessOrEqual), "ble blez"),
      (.branch(.below), "bltu"), (.branch(.aboveOrEqual), "bgeu"), (.branch(.above), "bgtu"),
      (.branch(.belowOrEqual), "bleu"),
      (.setIf(.less), "slt slti"), (.setIf(.below), "sltu sltiu"), (.setIf(.equal), "seqz"),
      (.setIf(.notEqual), "snez"),
      (.arithmetic(.subtract), "sub"), (.arithmetic(.and), "and andi"), (.arithmetic(.xor), "xor xori"),
      (.call, "jal jalr call"),
      (.jump, "j jr tail"), (.return, "ret"), (.trap, "ebreak unimp"), (.clobber, "ecall"),
      (.reserving, ordered(["lr.w", "lr.d"])), (.conditional, ordered(["sc.w", "sc.d"])),
      (.atomic, ordered(atomics.map { "amo\($0.dropLast()).\($0.suffix(1))" })),
      (.nothing, "fence fence.i fence.tso pause nop"),
      (.undecoded, "<unknown> .byte .2byte .4byte .8byte .short .word .insn .long"),
    ], other: .other)

  private static let atomics = ["swap", "add", "and", "or", "xor", "max", "maxu", "min", "minu"].flatMap {
    [$0 + "w", $0 + "d"]
  }

  /// Returns each name with each memory ordering: `lr.w.aq`.
  private static func ordered(_ names: [String]) -> String {
    names.flatMap { name in ["", ".aq", ".rl", ".aqrl"].map { name + $0 } }.joined(separator: " ")
  }

  /// Returns an atomic's name in Go's spelling: `AMOADDW` for `amoadd.w.aqrl`, since Go's objdump leaves the
  /// ordering out.
  static func atomicName(_ mnemonic: String) -> String {
    mnemonic.split(separator: ".").prefix(2).joined().uppercased()
  }

  /// Reads the distance from the instruction's word. The printed count is in words of four bytes, rounded,
  /// but a branch may go by two.
  static func distance(_ text: borrowing Span<UInt8>, _ line: InstructionLine, printed: Int64) -> Int64? {
    guard let word = line.word(text) else { return nil }
    // RISC-V ISA 2.3, immediate encoding variants: B and J. The highest bit is the sign.
    let sign = Int64(Int32(bitPattern: word) >> 31)
    let low: UInt32
    switch word & 0x7f {
    case 0x63:
      low = (word << 4) & 0x800 | (word >> 20) & 0x7e0 | (word >> 7) & 0x1e
      return sign << 12 | Int64(low)
    case 0x6f:
      low = word & 0xff000 | (word >> 9) & 0x800 | (word >> 20) & 0x7fe
      return sign << 20 | Int64(low)
    default: return nil
    }
  }

  static func pageBase(_ address: UInt64) -> UInt64 { address }

  /// Whether Go's objdump took an instruction of four bytes, which it does not know, for two of two bytes.
  static func losesStep(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool {
    line.length == 2 && text.hexadecimal(from: Int(line.raw)).value >> 8 & 3 == 3
  }
}
