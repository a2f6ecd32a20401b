import ByteText
import ProgramModel

/// Words by which the machine of assembly text is told: most stand in code of one machine alone.
///
/// Each instruction counts once for every machine that it has a mark of, and the machine with the most instructions is
/// the one. That tells the machine of a single function too, as people paste them, where no line names it.
struct MachineMarks {
  /// One word of an instruction.
  enum Mark: ExpressibleByStringLiteral {
    /// It stands anywhere in the instruction.
    case has(StaticString)
    /// The instruction begins with it: a mnemonic.
    case begins(StaticString)
    /// The instruction begins with the first and holds the second.
    case both(StaticString, StaticString)
    /// The bytes of the instruction begin so, as they are printed.
    case bytes(StaticString)

    init(stringLiteral word: StaticString) { self = .has(word) }

    func isIn(_ text: borrowing Span<UInt8>, _ instruction: ListingSample.Instruction) -> Bool {
      let range = instruction.text
      return switch self {
      case .has(let word): text.firstOffset(of: word, in: range) != nil
      case .begins(let word): text.has(word, at: range.lowerBound)
      case .both(let word, let other):
        text.has(word, at: range.lowerBound) && text.firstOffset(of: other, in: range) != nil
      case .bytes(let digits): instruction.bytes.map { text.has(digits, at: $0.lowerBound) } ?? false
      }
    }
  }

  /// By GOARCH, or ``x86`` where both of x86's are meant. Of two with as many instructions the first is taken. One that
  /// fathom does not read has marks where its code looks like another's.
  private let machines: KeyValuePairs<String, [Mark]>

  /// amd64 or 386.
  static let x86 = "x86"

  /// Returns the machine that most instructions are of; nil where none has a mark.
  ///
  /// - Parameter isPossible: says whether a machine comes into question.
  func machine(
    of instructions: [ListingSample.Instruction], _ text: borrowing Span<UInt8>,
    where isPossible: (String) -> Bool = { _ in true }
  ) -> String? {
    var best: (name: String, count: Int)?
    for (name, marks) in machines where isPossible(name) {
      let count = Self.count(marks, in: instructions, text)
      if count > best?.count ?? 0 { best = (name, count) }
    }
    return best?.name
  }

  /// Returns the number of instructions that have one of some marks.
  static func count(
    _ marks: [Mark], in instructions: [ListingSample.Instruction], _ text: borrowing Span<UInt8>
  ) -> Int {
    var count = 0
    for instruction in instructions {
      for mark in marks where mark.isIn(text, instruction) {
        count += 1
        break
      }
    }
    return count
  }

  // MARK: Go's spelling

  /// Of its objdump.
  static let go = MachineMarks(machines: [
    x86: [
      "AX", "BX", "CX", "DX", "SI,", "DI,", "(SI", "(DI", ", SI", ", DI", " X0", .bytes("c3"), .bytes("e9"),
      .bytes("eb"), .begins("MOVL "), .begins("MOVQ"), .begins("LEA"), .begins("PUSH"), .begins("POP"),
    ],
    "loong64": [
      .begins("MOVV"), .begins("ADDV"), .begins("SUBV"), .begins("PCALAU12I"), .begins("BSTRPICK"), " 0(R",
      .bytes("4c0"),
    ],
    "riscv64": [
      .begins("MOV "), .begins("ADDI "), .begins("AUIPC "), .begins("SLLI"), "(X1", "(X2", ", X0, X",
      .bytes("00008067"),
      .bytes("8082"), .begins("LUI "), .begins("JAL"), .begins("ECALL"),
    ],
    "ppc64le": [
      ",R", ",$", ",F", ",V", ",(", ",-", ",1", ",2", ",3", ",4", ",5", ",6", ",7", ",8", ",9", ",0", "LR",
      .both("MOVDU", "(R1)"), .bytes("4e800020"), .begins("BR "), .begins("CMPU "),
      .begins("RLD"),
      .begins("STXV"), .begins("LXV"),
    ],
    "s390x": [
      "(R15", ", R15", .begins("MOVD "), .begins("MOVBZ "), .begins("BR "), .begins("RISBG"), .begins("SRD "),
      .begins("STMG "), .begins("LMG "), .begins("MVGHI "), .bytes("07fe"),
    ],
    "arm64": [
      "RSP", "(R28)", "ZR", .begins("ADRP "), .begins("MOVD"), .begins("STP"), .begins("LDP"), .begins("CBZ"),
      .begins("CBNZ"), .begins("FMOVD"), .bytes("d65f03c0"), .begins("VLD"),
      .begins("SVC"),
    ],
    "arm": [
      .begins("B "), .begins("BL "), .begins("B."), "R13", "R15", "RET #", .begins("AND."), .begins("MOVM"),
      .begins("MVN"), .bytes("e"),
    ],
  ])

  /// Of one of x86's machines or the other, where its instructions or its calls show it.
  static let goX86 = MachineMarks(machines: [
    "amd64": [
      .begins("MOVQ"), .begins("LEAQ"), .begins("CMPQ"), .begins("ADDQ"), .begins("SUBQ"), .begins("TESTQ"),
      .begins("PUSHQ"), .begins("POPQ"), .begins("SHLQ"), .begins("SHRQ"), .begins("ORQ"), .begins("ANDQ"),
      .begins("NEGQ"), .begins("INCQ"), .begins("DECQ"), "R8", "R9", "R10", "R11", "R12", "R14", "R15", "X15",
    ],
    "386": [
      .both("MOV", "(SP)"), .both("LEAL", "(SP)"), .begins("PUSHL"), .begins("POPL"), "GS:0", "L SP,", ", SP",
    ],
  ])

  /// Of its compiler, which puts a TAB behind the mnemonic and names `g`.
  static let compiler = MachineMarks(machines: [
    "arm64": [
      "RSP", "(g), R16", .begins("MOVD"), .begins("CBZ"), .begins("CBNZ"), .begins("RET\t(R30)"), "(R30)",
      .begins("STP"),
      .begins("LDP"),
    ],
    x86: [
      "AX", "BX", "CX", "DX", "SI,", "DI,", "(SI", "(DI", ", SI", ", DI", "X15", .begins("MOVQ"),
      .begins("MOVL"),
      .begins("LEA"), .begins("PUSH"), .begins("POP"),
    ],
    "riscv64": ["(g), X6", .begins("MOV\t"), .both("JALR", "X0, X1"), .begins("ADDI"), "X10", "X5"],
    "loong64": ["(g), R20", .begins("MOVV"), .begins("ADDV"), .both("JMP", "(R1)")],
    "ppc64le": ["(g), R22", .both("JMP", "LR"), "LR", .begins("MOVD")],
    "s390x": ["(g), R10", .both("JMP", "R14"), "(R15)", .begins("STMG"), .begins("MOVD")],
    "arm": ["8(g), R1", "(R13)", .begins("MOVW\t"), "R15", .begins("MOVW.W"), .begins("MOVW.P")],
    "mips": ["SGTU\tR29", .both("JMP", "(R31)")],
  ])

  // MARK: GNU's and LLVM's spelling

  static let binutils = MachineMarks(machines: [
    "arm64": [
      "\tx0", "\tx1", "\tx2", ", x", "[x", "[sp", "adrp", "\tw", ", w", "wzr", "xzr", "d65f03c0",
      "c0 03 5f d6",
      "d4000001",
    ],
    "loong64": ["$a", "$t", "$s", "$zero", "$fp", "$ra", "20 00 00 4c"],
    "s390x": ["%r0", "%r2", "%r3", "%r4", "%r5", "%r6", "%r7", "%r1,", "brasl", "br\t%r14", "07 fe"],
    x86: att + intel + ["c3  ", "%zmm", "%ymm", "(%rip)", "ymm", "ebx,", "esi,", "edi,", "ebp,"],
    "riscv64": [
      "(sp)", "(s11)", "\tsp,", "(a0)", "(a1)", "(a2)", "(s1)", "(t", "a0,", ",a0", ", a0",
      "a1,", "s1,", "auipc", "8067  ", "67 80 00 00", "8082  ",
      "82 80", ",zero", "\tra",
    ],
    "ppc64le": [
      "mflr", "mtlr", "stdu", "blr", "addis", "bctr", "std ", "std\t", "cmpl", "cmpd", "cmpw", "rldi", "clrl",
      "lwz",
      "lbz", "(r1)", "(r3)", "(1)", "(3)", "4e800020", "20 00 80 4e",
    ],
    "arm": ["[sp", "[r", ", r", "\tr", "\tlr", "\tpc", "[sl", ", pc", ", lr", "sp, sp", "{"],
  ])

  /// Names of registers that amd64 alone has.
  static let amd64: [Mark] = [
    "%rsp", "%ra", "%rb", "%rc", "%rd", "%rs", "%r8", "%r9", "%r1", "rax", "rbx", "rcx", "rdx", "rsi", "rdi",
    "rsp",
    "rbp",
  ]

  /// x86 in AT&T's syntax, which is GNU's and LLVM's own.
  static let att: [Mark] = ["%rsp", "%ra", "%rb", "%rc", "%rd", "%rs", "%e", "%xmm"]

  /// x86 in Intel's syntax.
  static let intel: [Mark] = [
    " rsp", "rax,", "rcx,", "rdx,", "rbx,", "rbp", "esp,", "eax,", "ecx,", "edx,", "PTR [", "ptr [",
  ]
}
