import Listing
import ProgramModel

/// 386. No frame pointer, and arguments on the stack. A Go prologue (`cmd/internal/obj/x86/obj6.go`, load_g,
/// stacksplit):
///
///            MOVL GS:0, CX; MOVL -4(CX), CX                               g
///     small  CMPL SP, 0x8(CX); JBE                                        F <= 128
///     big    LEAL -(F-128)(SP), AX; CMPL AX, 0x8(CX); JBE                 F <= 4096
///     huge   MOVL SP, AX; SUBL $(F-128), AX; JB; CMPL AX, 0x8(CX); JBE
///            SUBL $F, SP
enum I386: X86 {
  static let facts = MachineFacts(
    architecture: .i386, arguments: [], results: [0, 0, 0, 0], context: 2, kept: [], lostInBarrier: [7],
    scalesIndexes: true)
  static let prefix = UInt8(ascii: "e")
  static let goTable = MnemonicTable(X86Class.goMnemonics(suffix: "L"), other: .other)
  static let table = MnemonicTable(X86Class.mnemonics(suffix: "l"), other: .other)
  static let goFilter = X86Class.goFilter(goTable, suffix: "L")
}
