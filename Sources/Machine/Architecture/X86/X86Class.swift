import Listing

/// The classes into which ``X86`` sorts instructions by their mnemonics.
enum X86Class: Sendable {
  case other, move, moveIf, moveNarrow, zeroExtend, signExtend, add, sub, and, or, xor, increment, decrement,
    shift
  /// An instruction that changes its last operand and allows LOCK before it.
  case modify
  case lea, compare, test, flags, push, pushFlags, pop, popFlags, call, jump, branch, `return`, stop, lock,
    exchange
  case exchangeAdd, compareExchange, leave, setsSPAlways, prefix, repeating, undecoded, trap, nothing, vector
  /// An instruction that writes AX and DX if it names no other register.
  case wide
  /// An instruction that writes registers that it does not name; for `all` memory too.
  case registers, all

  /// Whether LOCK may stand before it (Intel SDM volume 2, LOCK). LOCK before anything else is no
  /// instruction.
  var isLockable: Bool {
    switch self {
    case .add, .sub, .and, .or, .xor, .increment, .decrement, .modify, .exchange, .exchangeAdd,
      .compareExchange:
      true
    default: false
    }
  }

  /// The conditions of the conditional jumps; nil for a jump that compares no two numbers.
  private static let conditions: [(Condition?, String)] = [
    (.equal, "JE JZ"), (.notEqual, "JNE JNZ"), (.less, "JL JNGE"), (.greaterOrEqual, "JGE JNL"),
    (.lessOrEqual, "JLE JNG"), (.greater, "JG JNLE"), (.below, "JB JC JNAE"), (.aboveOrEqual, "JAE JNB JNC"),
    (.belowOrEqual, "JBE JNA"), (.above, "JA JNBE"), (.negative, "JS"), (.notNegative, "JNS"),
    (nil, "JNO JNP JO JP JPE JPO JCXZ JECXZ JRCXZ LOOP LOOPE LOOPNE"),
  ]
  private static let branches = conditions.map(\.1).joined(separator: " ")
  private static let moves = conditions.map { moves($1) }.joined(separator: " ")
  private static let conditionTable = MnemonicTable<Condition?>(
    conditions.flatMap { [($0, $1), ($0, lower($1)), ($0, moves($1)), ($0, lowerMoves($1))] },
    other: nil)

  /// Returns the conditional moves with the conditions of these jumps. None looks at CX.
  private static func moves(_ branches: String) -> String {
    branches.split(separator: " ").filter { $0.first == "J" && !$0.hasSuffix("CXZ") }
      .map { "CMOV" + $0.dropFirst() }.joined(separator: " ")
  }

  /// Returns the same in AT&T's and Intel's spelling; LLVM prints a width behind them.
  private static func lowerMoves(_ branches: String) -> String {
    moves(branches).lowercased().split(separator: " ").flatMap { move in
      ["", "w", "l", "q"].map { move + $0 }
    }
    .joined(separator: " ")
  }

  /// Returns the condition of the conditional jump or move at an offset; nil where it compares no two numbers.
  static func condition(_ text: borrowing Span<UInt8>, at offset: Int) -> Condition? {
    conditionTable.find(text, at: offset).class
  }

  /// Returns AT&T's and Intel's spellings of Go's jumps, with branch hints (`je,pt`) too.
  private static func lower(_ branches: String) -> String {
    branches.lowercased().split(separator: " ").flatMap { ["\($0)", "\($0),pn", "\($0),pt"] }
      .joined(separator: " ")
  }

  /// Returns Go's spellings of each class. `%` in the table stands for the suffix.
  ///
  /// - Parameter suffix: the suffix of instructions on a whole word.
  static func goMnemonics(suffix: Character) -> [(X86Class, String)] {
    let half = suffix == "Q" ? "MOVL MOVW MOVB" : "MOVW MOVB"
    return [
      (.move, "MOV%"), (.moveIf, moves), (.moveNarrow, half), (.zeroExtend, "MOVZX MOVBLZX MOVBQZX"),
      (.signExtend, "MOVSXD"),
      (.add, "ADDQ ADDL"), (.sub, "SUBQ SUBL"), (.and, "ANDQ ANDL"), (.or, "ORQ ORL ORB"),
      (.xor, "XORQ XORL"),
      (.increment, "INCQ INCL"), (.decrement, "DECQ DECL"), (.shift, "SHL% SHR%"),
      (.modify, modified(["B", "W", "L", "Q"])), (.modify, "ADDB ADDW SUBB SUBW ANDB ANDW ORW XORB XORW"),
      (.modify, "INCB INCW DECB DECW"), (.lea, "LEAQ LEAL"), (.compare, "CMPQ CMPL CMPW CMPB"),
      (.test, "TESTQ TESTL TESTW TESTB"),
      (.flags, "BTL BTQ UCOMISD UCOMISS COMISD COMISS PTEST VPTEST"),
      (.push, "PUSH% PUSH"), (.pushFlags, "PUSHF% PUSHFD"), (.pop, "POP% POP"), (.popFlags, "POPF% POPFD"),
      (.call, "CALL"), (.jump, "JMP"), (.branch, branches),
      (.return, "RET RETF IRET IRETQ SYSRET SYSEXIT"), (.stop, "UD2 UD1 HLT"), (.trap, "INT"),
      (.lock, "LOCK"),
      (.exchange, "XCHGB XCHGW XCHGL XCHGQ"), (.exchangeAdd, "XADDB XADDW XADDL XADDQ"),
      (.compareExchange, "CMPXCHGB CMPXCHGW CMPXCHGL CMPXCHGQ CMPXCHG8B CMPXCHG16B"),
      (.leave, "LEAVE LEAVE%"), (.setsSPAlways, "ADJSP ENTER"), (.undecoded, "?"),
      (.nothing, "NOPW NOPL NOP PREFETCHT0 PREFETCHNTA PAUSE"),
      (.vector, "MOVUPS MOVUPD MOVAPS MOVAPD MOVDQU MOVDQA MOVSD MOVSS"),
      (.wide, multiplied(["B", "W", "L", "Q"]) + " CQO CDQ CDQE CWDE"),
      (.registers, "CPUID RDTSC RDTSCP XGETBV SYSCALL"), (.all, "STOSQ STOSB MOVSQ MOVSB"),
      (.repeating, "REP REP; REPNE REPNE;"),
    ].map { ($0, fill($1, suffix)) }
  }

  /// Returns AT&T's and Intel's spellings of each class.
  static func mnemonics(suffix: Character) -> [(X86Class, String)] {
    [
      (.move, "mov mov% movabs movabs%"), (.moveIf, lowerMoves(branches)),
      (.moveNarrow, suffix == "q" ? "movl movw movb" : "movw movb"),
      (.zeroExtend, "movzx movzbl movzbw movzbq"), (.signExtend, "movsxd movslq"), (.add, "add addq addl"),
      (.sub, "sub subq subl"), (.and, "and andq andl"), (.or, "or orq orl orb"), (.xor, "xor xorq xorl"),
      (.increment, "inc incq incl"), (.decrement, "dec decq decl"), (.shift, "shl shl% shr shr%"),
      (.modify, modified(["", "B", "W", "L", "Q"]).lowercased()),
      (.modify, "addb addw subb subw andb andw orw xorb xorw incb incw decb decw"), (.lea, "lea leaq leal"),
      (.compare, "cmp cmpq cmpl cmpw cmpb"), (.test, "test testq testl testw testb"),
      (.flags, "bt btl btq ucomisd ucomiss comisd comiss ptest vptest"), (.push, "push push%"),
      (.pushFlags, "pushf pushf%"), (.pop, "pop pop%"), (.popFlags, "popf popf%"), (.call, "call call%"),
      (.jump, "jmp jmp%"), (.branch, lower(branches)),
      (.return, "ret ret% lret lret% iret iret% sysret sysret% sysexit"), (.stop, "ud2 ud1 ud0 hlt"),
      (.return, suffix == "l" ? "" : "retl"), (.trap, "int3 int"), (.lock, "lock"),
      (.exchange, "xchg xchgb xchgw xchgl xchgq"), (.exchangeAdd, "xadd xaddb xaddw xaddl xaddq"),
      (.compareExchange, "cmpxchg cmpxchgb cmpxchgw cmpxchgl cmpxchgq cmpxchg8b cmpxchg16b"),
      (.leave, "leave leave%"), (.setsSPAlways, "enter"), (.undecoded, "(bad) <unknown> .byte"),
      (.prefix, "bnd notrack data16 cs ds es ss addr32 rex rex.W xacquire xrelease"),
      (.repeating, "rep repz repe repne repnz"), (.nothing, "nop nopw nopl prefetcht0 prefetchnta pause"),
      (.vector, "movups movupd movaps movapd movdqu movdqa movsd movss"),
      (.wide, multiplied(["", "B", "W", "L", "Q"]).lowercased() + " cqto cltd cltq cwtl"),
      (.registers, "cpuid rdtsc rdtscp xgetbv syscall"), (.all, "stos movs mulx"),
    ].map { ($0, fill($1, suffix)) }
  }

  private static func modified(_ widths: [String]) -> String {
    ["ADC", "BTC", "BTR", "BTS", "NEG", "NOT", "SBB"].flatMap { root in widths.map { root + $0 } }
      .joined(separator: " ")
  }

  private static func multiplied(_ widths: [String]) -> String {
    ["MUL", "IMUL", "DIV", "IDIV"].flatMap { root in widths.map { root + $0 } }.joined(separator: " ")
  }

  /// Returns the filter for Go's listings. Arithmetic matters only where it moves SP, and a comparison only
  /// in the prologue, which is never filtered.
  static func goFilter(_ table: MnemonicTable<X86Class>, suffix: Character) -> MnemonicFilter {
    MnemonicFilter(
      table.coded(
        goMnemonics(suffix: suffix).compactMap { kind, spellings -> (MnemonicFilter.Rule, String)? in
          // Only instructions on a whole word count: SP is never half a register, and neither is the guard.
          let words = spellings.split(separator: " ").filter { $0.last == suffix }.joined(separator: " ")
          return switch kind {
          case .compare: (.never, words)
          case .move, .add, .sub, .and, .or, .xor, .increment, .decrement, .shift, .lea:
            (.ifStackPointer, words)
          case .other, .modify, .moveIf, .moveNarrow, .zeroExtend, .signExtend, .test, .flags, .exchangeAdd,
            .compareExchange,
            .nothing, .vector, .wide, .registers, .all, .repeating:
            nil
          default: (.always, spellings)
          }
        }), keepsVectorPrefixes: true)
  }

  private static func fill(_ spellings: String, _ suffix: Character) -> String {
    String(
      decoding: spellings.utf8.map { $0 == UInt8(ascii: "%") ? suffix.asciiValue ?? $0 : $0 }, as: UTF8.self)
  }
}
