import Listing

/// What ``X86/read(_:_:_:into:)`` tells instructions apart by.
enum X86Class: UInt8, Sendable {
  case other, move, add, sub, and, lea, compare, push, pop, call, jump, branch, stop, lock, xchg, leave
  case setsSP, setsSPAlways, prefix, undecoded, trap

  private static let branches =
    "JA JAE JB JBE JC JE JG JGE JL JLE JNA JNAE JNB JNBE JNC JNE JNG JNGE JNL JNLE JNO JNP JNS JNZ JO JP JPE JPO JS"
    + " JZ JCXZ JECXZ JRCXZ LOOP LOOPE LOOPNE"

  /// Go's spellings.
  ///
  /// - Parameter suffix: of instructions on a whole word.
  static func goMnemonics(suffix: Character) -> [(X86Class, String)] {
    [
      (.move, "MOV%"), (.add, "ADD%"), (.sub, "SUB%"), (.and, "AND%"), (.lea, "LEA%"), (.compare, "CMP%"),
      (.push, "PUSH% PUSHF% PUSH PUSHFD"), (.pop, "POP% POPF% POP POPFD"), (.call, "CALL"), (.jump, "JMP"),
      (.branch, branches), (.stop, "RET RETF IRET IRETQ UD2 UD1 HLT SYSRET SYSEXIT"), (.trap, "INT"),
      (.lock, "LOCK"), (.xchg, "XCHGB XCHGW XCHGL XCHGQ"), (.leave, "LEAVE LEAVE%"),
      (.setsSPAlways, "ADJSP ENTER"), (.setsSP, "OR% XOR% SHL% SHR% NEG% INC% DEC% SBB% ADC%"),
      (.undecoded, "?"),
    ].map { ($0, fill($1, suffix)) }
  }

  /// AT&T's and Intel's spellings.
  static func mnemonics(suffix: Character) -> [(X86Class, String)] {
    let lower = branches.lowercased().split(separator: " ").flatMap { ["\($0)", "\($0),pn", "\($0),pt"] }
    return [
      (.move, "mov mov% movabs movabs%"), (.add, "add add%"), (.sub, "sub sub%"), (.and, "and and%"),
      (.lea, "lea lea%"), (.compare, "cmp cmp%"), (.push, "push push% pushf pushf%"),
      (.pop, "pop pop% popf popf%"), (.call, "call call%"), (.jump, "jmp jmp%"),
      (.branch, lower.joined(separator: " ")),
      (.stop, "ret ret% lret lret% iret iret% ud2 ud1 ud0 hlt sysret sysret% sysexit"),
      (.stop, suffix == "l" ? "" : "retl"),
      (.trap, "int3 int"),
      (.lock, "lock"), (.xchg, "xchg xchgb xchgw xchgl xchgq"), (.leave, "leave leave%"),
      (.setsSPAlways, "enter"),
      (.setsSP, "or or% xor xor% shl shl% shr shr% neg neg% inc inc% dec dec% sbb sbb% adc adc%"),
      (
        .prefix,
        "bnd notrack rep repz repe repne repnz data16 cs ds es ss addr32 rex rex.W xacquire xrelease"
      ),
      (.undecoded, "(bad) <unknown> .byte"),
    ].map { ($0, fill($1, suffix)) }
  }

  /// What is looked at in Go's listings. Arithmetic matters only where it moves SP, and a comparison only in the
  /// prologue, which is never filtered.
  static func goFilter(suffix: Character) -> MnemonicFilter {
    MnemonicFilter(
      goMnemonics(suffix: suffix).map { kind, spellings in
        let rule: MnemonicFilter.Rule =
          switch kind {
          case .move, .add, .sub, .and, .lea, .setsSP: .ifStackPointer
          case .compare: .never
          default: .always
          }
        return (kind.rawValue, rule, spellings)
      }, keepsVectorPrefixes: true)
  }

  private static func fill(_ spellings: String, _ suffix: Character) -> String {
    String(
      decoding: spellings.utf8.map { $0 == UInt8(ascii: "%") ? suffix.asciiValue ?? $0 : $0 }, as: UTF8.self)
  }
}
