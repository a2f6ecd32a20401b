import Listing
import ProgramModel

/// x86-64. A Go prologue (`cmd/internal/obj/x86/obj6.go`, stacksplit and preprocess):
///
///     small  CMPQ SP, 0x10(R14); JBE                                      F <= 128
///     big    LEAQ -(F-128)(SP), R12; CMPQ R12, 0x10(R14); JBE             F <= 4096
///     huge   MOVQ SP, R12; SUBQ $(F-128), R12; JB; CMPQ R12, 0x10(R14); JBE
///            PUSHQ BP; MOVQ SP, BP; SUBQ $(F-8), SP                       1.21 and later
///            SUBQ $F, SP; MOVQ BP, F-8(SP); LEAQ F-8(SP), BP              before
enum AMD64: X86 {
  static let facts = MachineFacts(
    architecture: .amd64, framePointer: 5, arguments: [0, 3, 1, 7, 6, 8, 9, 10, 11],
    results: [0, 3, 1, 7], context: 2, kept: [5, 14], reserved: [5], lostInBarrier: [11],
    scalesIndexes: true)
  static let prefix = UInt8(ascii: "r")
  static let goTable = MnemonicTable(X86Class.goMnemonics(suffix: "Q"), other: .other)
  static let table = MnemonicTable(X86Class.mnemonics(suffix: "q"), other: .other)
  static let goFilter = X86Class.goFilter(goTable, suffix: "Q")
}
