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
  static let architecture = Architecture.amd64
  static let prefix = UInt8(ascii: "r")
  static let goTable = MnemonicTable(X86Class.goMnemonics(suffix: "Q"), other: .other)
  static let table = MnemonicTable(X86Class.mnemonics(suffix: "q"), other: .other)
  static let goFilter = X86Class.goFilter(suffix: "Q")
  static let framePointer: UInt8? = 5
  static let reserved: Set = [5]
  static let lostInBarrier: Set<UInt8> = [11]
}
