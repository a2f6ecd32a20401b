import ByteText
import ProgramModel

/// Words by which the machine of assembly text is told: most stand in code of one machine alone.
///
/// Each instruction counts once for every machine that it has a mark of, and the machine with the most instructions is
/// the one. That tells the machine of a single function too, as people paste them, where no line names it.
struct MachineMarks {
  /// The marks of one machine; an instruction needs one of them.
  struct Marks {
    /// Mnemonics, or their beginnings.
    var begins: [StaticString] = []
    /// Words anywhere in the mnemonic and the operands.
    var has: [StaticString] = []
    /// A mnemonic's beginning and a word, both of which are needed.
    var both: [(StaticString, StaticString)] = []
    /// The first bytes of the instruction, as they are printed in front of it.
    var bytes: [StaticString] = []

    /// Whether an instruction has a mark.
    func areIn(_ text: borrowing Span<UInt8>, _ instruction: ListingSample.Instruction) -> Bool {
      let range = instruction.text
      for word in begins where text.has(word, at: range.lowerBound) { return true }
      if let start = instruction.bytes?.lowerBound {
        for digits in bytes where text.has(digits, at: start) { return true }
      }
      for (word, other) in both
      where text.has(word, at: range.lowerBound) && text.firstOffset(of: other, in: range) != nil {
        return true
      }
      for word in has where text.firstOffset(of: word, in: range) != nil { return true }
      return false
    }

    /// Returns the number of instructions that have a mark.
    func count(in instructions: [ListingSample.Instruction], _ text: borrowing Span<UInt8>) -> Int {
      var count = 0
      for instruction in instructions where areIn(text, instruction) { count += 1 }
      return count
    }
  }

  /// The marks by GOARCH, or ``x86`` where both of x86's machines are meant. Of two machines with as many instructions
  /// the first one is taken. A machine that fathom does not read has marks where its code looks like another's.
  private let machines: KeyValuePairs<String, Marks>

  /// The key of amd64 and 386.
  static let x86 = "x86"

  /// Returns the key of the machine that most instructions are of; nil where none has a mark.
  ///
  /// - Parameter isPossible: says whether a machine comes into question.
  func machine(
    of instructions: [ListingSample.Instruction], _ text: borrowing Span<UInt8>,
    where isPossible: (String) -> Bool = { _ in true }
  ) -> String? {
    var best: (name: String, count: Int)?
    for (name, marks) in machines where isPossible(name) {
      let count = marks.count(in: instructions, text)
      if count > best?.count ?? 0 { best = (name, count) }
    }
    return best?.name
  }

  // MARK: Go's spelling

  private static let x86InGo = Marks(
    begins: ["MOVL", "MOVQ", "LEA", "PUSH", "POP"],
    has: ["AX", "BX", "CX", "DX", "SI,", "DI,", "(SI", "(DI", ", SI", ", DI", " X0", "X15"], bytes: ["c3\t"])

  /// The marks in text of Go's objdump.
  static let go = MachineMarks(machines: [
    x86: x86InGo,
    "loong64": Marks(
      begins: ["MOVV", "ADDV", "SUBV", "PCALAU12I", "BSTRPICK"], has: [" 0(R"], bytes: ["4c0"]),
    "riscv64": Marks(
      begins: ["MOV ", "ADDI ", "AUIPC ", "SLLI", "LUI ", "JAL", "ECALL"], has: ["(X1", "(X2", ", X0, X"],
      bytes: ["00008067", "8082"]),
    // No blank stands behind a comma.
    "ppc64le": Marks(
      begins: ["BR ", "CMPU ", "RLD", "STXV", "LXV"],
      has: [
        "LR", ",R", ",$", ",F", ",V", ",(", ",-", ",0", ",1", ",2", ",3", ",4", ",5", ",6", ",7", ",8", ",9",
      ], both: [("MOVDU", "(R1)")], bytes: ["4e800020"]),
    "s390x": Marks(
      begins: ["MOVD ", "MOVBZ ", "BR ", "RISBG", "SLD ", "SRD ", "STMG ", "LMG ", "MVGHI "],
      has: ["(R15", ", R15"], bytes: ["07fe"]),
    "arm64": Marks(
      begins: ["ADRP ", "MOVD", "STP", "LDP", "CBZ", "CBNZ", "FMOVD", "VLD", "SVC"],
      has: ["RSP", "(R28)", "ZR"],
      bytes: ["d65f03c0"]),
    // Nearly every instruction is executed always: that is condition 14.
    "arm": Marks(
      begins: ["B ", "BL ", "B.", "AND.", "MOVM", "MVN"], has: ["R13", "R15", "RET #"], bytes: ["e"]),
  ])

  /// The marks in text of Go's compiler, which puts a TAB behind the mnemonic and names `g`.
  static let compiler = MachineMarks(machines: [
    "arm64": Marks(
      begins: ["MOVD", "CBZ", "CBNZ", "STP", "LDP", "STLR"], has: ["RSP", "(g), R16", "(R30)"]),
    x86: Marks(
      begins: x86InGo.begins,
      has: x86InGo.has + ["\tAL", ", AL", "\tBL", ", BL", "\tCL", ", CL", "\tDL", ", DL", "\tSI", "\tDI"],
      bytes: x86InGo.bytes),
    "riscv64": Marks(
      begins: ["MOV\t", "ADDI"], has: ["(g), X6", "X10", "X5"], both: [("JALR", "X0, X1")]),
    "loong64": Marks(begins: ["MOVV", "ADDV"], has: ["(g), R20"], both: [("JMP", "(R1)")]),
    "ppc64le": Marks(
      begins: ["MOVD", "LWSYNC", "SYNC", "LWAR", "STDCCC", "STWCCC"],
      has: ["(g), R22", "\tLR", ", LR", "(LR)"]),
    "s390x": Marks(begins: ["MOVD", "STMG"], has: ["(g), R10", "(R15)", "JMP\tR14"]),
    "arm": Marks(begins: ["MOVW\t", "MOVW.W", "MOVW.P"], has: ["8(g), R1", "(R13)", "R15", "JMP\t(R14)"]),
    "mips": Marks(has: ["SGTU\tR29"], both: [("JMP", "(R31)")]),
  ])

  /// The marks of x86's two machines. 386 has its arguments on the stack.
  static let goX86 = MachineMarks(machines: [
    "amd64": Marks(
      begins: [
        "MOVQ", "LEAQ", "CMPQ", "ADDQ", "SUBQ", "TESTQ", "PUSHQ", "POPQ", "SHLQ", "SHRQ", "ORQ", "ANDQ",
        "NEGQ",
        "INCQ", "DECQ",
      ], has: ["R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "X15"]),
    "386": Marks(
      begins: ["PUSHL", "POPL"], has: ["GS:0", "(TLS"],
      both: [
        ("MOVL", "SP)"), ("MOVL", "SP,"), ("LEAL", "SP)"), ("CMPL", "SP,"), ("SUBL", ", SP"),
        ("ADDL", ", SP"),
      ]),
  ])

  // MARK: GNU's and LLVM's spelling

  /// x86 in AT&T's syntax, which is GNU's and LLVM's own.
  static let att = Marks(has: ["%ra", "%rb", "%rc", "%rd", "%rs", "%e", "%xmm", "%ymm", "%zmm", "(%rip)"])

  /// x86 in Intel's syntax: behind the mnemonic a blank (GNU, delve) or a TAB (LLVM).
  static let intel = Marks(
    has: amd64Words + [
      "eax,", "ecx,", "edx,", "ebx,", "esi,", "edi,", "ebp,", "esp,", "PTR [", "ptr [", "xmm", "ymm0,",
    ])

  /// Names of registers that amd64 alone has, in Intel's syntax. What stands before one is no letter of a symbol.
  private static let amd64Words: [StaticString] = [
    " rax", " rbx", " rcx", " rdx", " rsi", " rdi", " rbp", " rsp", ",rax", ",rbx", ",rcx", ",rdx", ",rsi",
    ",rdi",
    ",rbp", ",rsp", "\trax", "\trbx", "\trcx", "\trdx", "\trsi", "\trdi", "\trbp", "\trsp",
  ]

  /// The same, in either syntax.
  static let amd64 = Marks(
    has: amd64Words + ["[r", "%ra", "%rb", "%rc", "%rd", "%rs", "%r8", "%r9", "%r1"])

  /// The marks in text of GNU's objdump, llvm-objdump and gdb.
  static let binutils = MachineMarks(machines: [
    "arm64": Marks(
      has: [
        "\tx0", "\tx1", "\tx2", "\tw", ", x", ", w", "[x", "[sp", "wzr", "xzr", "adrp", "d65f03c0",
        "c0 03 5f d6",
        "d4000001",
      ]),
    "loong64": Marks(has: ["$a", "$t", "$s", "$zero", "$fp", "$ra", "20 00 00 4c"]),
    "s390x": Marks(
      has: ["%r0", "%r1,", "%r2", "%r3", "%r4", "%r5", "%r6", "%r7", "brasl", "br\t%r14", "07 fe"]),
    x86: Marks(has: att.has + intel.has + ["c3  ", "\tretq"]),
    "riscv64": Marks(
      has: [
        "\tsp,", "\tra", "(sp)", "(a0)", "(a1)", "(a2)", "(s1)", "(s11)", "(t", "a0,", ",a0", ", a0", "a1,",
        "s1,",
        ",zero", "auipc", "8067  ", "67 80 00 00", "8082  ", "82 80",
      ]),
    "ppc64le": Marks(
      has: [
        "mflr", "mtlr", "stdu", "blr", "addis", "bctr", "std ", "std\t", "cmpl", "cmpd", "cmpw", "rldi",
        "clrl", "lwz",
        "lbz", "(r1)", "(r3)", "(1)", "(3)", "4e800020", "20 00 80 4e",
      ]),
    "arm": Marks(has: ["[sp", "[r", "[sl", "\tr", "\tlr", "\tpc", ", r", ", pc", ", lr", "sp, sp", "{"]),
  ])
}
