import ByteText
import ProgramModel
import TestSupport
import Testing

@testable import Listing

/// One line of a table: operands as a listing spells them, and what they are.
struct Spelled: CustomTestStringConvertible, Sendable {
  var text: String
  var operands: [String]
  var testDescription: String { text }

  init(_ text: String, _ operands: String...) {
    self.text = text
    self.operands = operands
  }
}

/// The operands of an instruction, destination last:
///
///     r0:32        a register, and the width that its name stands for
///     #16          an immediate; #main.f for one that prints as a symbol
///     [r14+16]     memory: base, +r for an index, +displacement, then `!` or `after` for what is written back
///     *r0          a register that a branch goes through
///     @4010ca f    a place: the address and the symbol, as far as they are printed
///     other
private func read(_ text: String, _ syntax: Syntax, _ architecture: Architecture, comments: Bool = false)
  -> [String]
{
  var dialect = Dialect(disassembler: syntax == .go ? .go : .gnu, architecture: architecture, syntax: syntax)
  dialect.hasGNUComments = comments
  let bytes = padded(text)
  let found = dialect.operands(bytes.span, in: 0..<text.utf8.count)
  return [found.first, found.second, found.third].prefix(found.count).map { described($0, bytes) }
}

private func described(_ operand: Operand, _ bytes: [UInt8]) -> String {
  let symbol = String(decoding: bytes[operand.symbol], as: UTF8.self)
  switch operand.kind {
  case .none: return "none"
  case .register: return name(operand.register) + (operand.width == 0 ? "" : ":\(operand.width)")
  case .immediate: return "#" + (operand.hasValue ? "\(operand.value)" : symbol.isEmpty ? "?" : symbol)
  case .indirect: return "*" + name(operand.register)
  case .place:
    if operand.register == instructionPointer { return "@\(operand.value)(PC)" }
    let address = operand.hasValue ? String(UInt64(bitPattern: operand.value), radix: 16) : ""
    return ["@" + address, symbol].filter { !$0.isEmpty }.joined(separator: " ")
  case .memory:
    guard operand.hasValue else { return "[?]" }
    var text = "[" + (operand.register == noRegister ? "" : name(operand.register))
    if operand.index != noRegister { text += "+" + name(operand.index) }
    if operand.value != 0 { text += (operand.value > 0 ? "+" : "") + "\(operand.value)" }
    return text + (operand.writeback == .before ? "]!" : operand.writeback == .after ? "]after" : "]")
  case .other: return "other"
  }
}

private func name(_ register: UInt8) -> String {
  switch register {
  case noRegister: "-"
  case stackPointer: "sp"
  case zeroRegister: "zr"
  case instructionPointer: "ip"
  case vectorRegister: "v"
  default: "r\(register)"
  }
}

@Suite("Operands in every spelling") struct OperandTests {
  @Test(arguments: [
    Spelled("SP, 0x10(R14)", "sp", "[r14+16]"),
    Spelled("0xfffff4b0(SP), R12", "[sp-2896]", "r12"),
    Spelled("-0x80(SP), R12", "[sp-128]", "r12"),
    Spelled("$-0x80, SP", "#-128", "sp"),
    Spelled("$0xffffff80, SP", "#-128", "sp"),
    Spelled("$0xffffffffffffff80, AX", "#-128", "r0"),
    Spelled("$0x7fffffff, AX", "#2147483647", "r0"),
    Spelled("$net/http.readTransfer+704(SB), SP", "#net/http.readTransfer", "sp"),
    Spelled("$0x1, 0xf(SP)", "#1", "[sp+15]"),
    Spelled("CX, 0(DX)", "r1", "[r2]"),
    Spelled("0(CX)(DX*8), AX", "[r1+r2]", "r0"),
    Spelled("0x8(CX)(DX*1), R8", "[r1+r2+8]", "r8"),
    Spelled("0(AX)(AX*1)", "[r0+r0]"),
    Spelled("main.hits32(SB), DX", "@ main.hits32", "r2"),
    Spelled("AL, 0x17(SP)", "r0:8", "[sp+23]"),
    Spelled("R8, R15", "r8", "r15"),
    Spelled("BP", "r5"), Spelled("SP", "sp"), Spelled("0x4010ca", "@4010ca"), Spelled("AX", "r0"),
    Spelled("0xbd19b(IP), AX", "[ip+774555]", "r0"),
    Spelled("X15, 0x20(SP)", "v", "[sp+32]"),
    Spelled(""),
  ])
  func goAMD64(line: Spelled) {
    #expect(read(line.text, .go, .amd64) == line.operands)
  }

  @Test(arguments: [
    Spelled("16(R28), R16", "[r28+16]", "r16:64"),
    Spelled("R16, RSP", "r16:64", "sp:64"),
    Spelled("R30, -48(RSP)", "r30:64", "[sp-48]"),
    Spelled("$2824, R2, R2", "#2824", "r2:64", "r2:64"),
    Spelled("$(16<<12), R20, R20", "#65536", "r20:64", "r20:64"),
    Spelled("$(1<<16), R27", "#65536", "r27:64"),
    Spelled("(R29, R30), -8(R20)", "other", "[r20-8]"),
    Spelled("$0, R1, 7(PC)", "#0", "r1:64", "@7(PC)"),
    Spelled("-5(PC)", "@-5(PC)"),
    Spelled("(R0)", "*r0"),
    Spelled("R1, (R2), R27", "r1:64", "*r2", "r27:64"),
    Spelled("ZR, 15(RSP)", "zr:64", "[sp+15]"),
    Spelled("983040(PC), R27", "@983040(PC)", "r27:64"),
    Spelled("F0, 8(RSP)", "v", "[sp+8]"),
    Spelled("$-1, R3", "#-1", "r3:64"),
  ])
  func goARM64(line: Spelled) {
    #expect(read(line.text, .go, .arm64) == line.operands)
  }

  @Test(arguments: [
    Spelled("   0x10(%r14),%rsp", "[r14+16]", "sp:64"),
    Spelled("   $0xffffffffffffff80,%rsp", "#-128", "sp:64"),
    Spelled("   -0xb50(%rsp),%r12", "[sp-2896]", "r12:64"),
    Spelled("\t$-128, %rsp", "#-128", "sp:64"),
    Spelled("\t$72, %rsp", "#72", "sp:64"),
    Spelled("\t-2896(%rsp), %r12", "[sp-2896]", "r12:64"),
    Spelled("\t943520(%rip), %rdx      # 0x56a50c <main.hits32>", "[ip+943520]", "r2:64"),
    Spelled("    0xe65a0(%rip),%rdx        # 56a50c <main.hits32>", "[ip+943520]", "r2:64"),
    Spelled("   (%rcx,%rdx,8),%rax", "[r1+r2]", "r0:64"),
    Spelled("   0x0(,%rcx,8),%rax", "[+r1]", "r0:64"),
    Spelled("   %fs:0xfffffffffffffff8,%r14", "[?]", "r14:64"),
    Spelled("   *%rax", "*r0"),
    Spelled("   *(%rdx)", "[r2]"),
    Spelled("    4010ca <main.f+0xca>", "@4010ca main.f"),
    Spelled("\t0x44f720 <runtime.newproc>", "@44f720 runtime.newproc"),
    Spelled("   %cl,0x17(%rsp)", "r1:8", "[sp+23]"),
    Spelled("   %r8d,%eax", "r8:32", "r0:32"),
    Spelled("   %sil,%r9b", "r6:8", "r9:8"),
    Spelled("   %xmm15,0x10(%rsp)", "v", "[sp+16]"),
  ])
  func att(line: Spelled) {
    #expect(read(line.text, .att, .amd64) == line.operands)
  }

  @Test(arguments: [
    Spelled("    rsp,QWORD PTR [r14+0x10]", "[r14+16]:64", "sp:64"),
    Spelled("    rsp,0xffffffffffffff80", "#-128", "sp:64"),
    Spelled("    r12,[rsp-0xb50]", "[sp-2896]", "r12:64"),
    Spelled("    DWORD PTR [rdx],ecx", "r1:32", "[r2]:32"),
    Spelled("    QWORD PTR [rcx+rdx*8+0x18],rax", "r0:64", "[r1+r2+24]:64"),
    Spelled("    BYTE PTR [rsp+0x17],0x1", "#1", "[sp+23]:8"),
    Spelled("    r14,QWORD PTR fs:0xfffffffffffffff8", "[?]", "r14:64"),
    Spelled("    rdx,[rip+0xe65a0]        # 56a50c <main.hits32>", "[ip+943520]", "r2:64"),
    Spelled("   44f720 <runtime.newproc>", "@44f720 runtime.newproc"),
    Spelled("   QWORD PTR [rdx]", "[r2]:64"),
    Spelled("   rax", "r0:64"),
  ])
  func intel(line: Spelled) {
    // The width that `DWORD PTR` says is asked for below.
    let operands = line.operands.map { $0.hasPrefix("[") ? String($0.split(separator: ":")[0]) : $0 }
    #expect(read(line.text, .intel, .amd64) == operands)
  }

  @Test(arguments: ["BYTE": 8, "WORD": 16, "DWORD": 32, "QWORD": 64, "XMMWORD": 128])
  func intelWidths(word: String, width: Int) {
    let text = "\(word) PTR [rax]"
    let dialect = Dialect(disassembler: .gnu, architecture: .amd64, syntax: .intel)
    #expect(dialect.operands(padded(text).span, in: 0..<text.utf8.count).first.width == UInt8(width))
  }

  @Test(arguments: [
    Spelled("\tx16, [x28, #16]", "[r28+16]", "r16:64"),
    Spelled("\tx16, [x28, #0x10]", "[r28+16]", "r16:64"),
    Spelled("\tx30, [sp, #-32]!", "[sp-32]!", "r30:64"),
    Spelled("\tx30, [sp, #-0x30]!", "[sp-48]!", "r30:64"),
    Spelled("\tx30, [sp], #48", "[sp+48]after", "r30:64"),
    Spelled("\tx1, [x0], #16", "[r0+16]after", "r1:64"),
    Spelled("\tx20, x20, #0x10, lsl #12", "#65536", "r20:64", "r20:64"),
    Spelled("\tx20, x20, #0x10, lsl #12            // =0x10000", "#65536", "r20:64", "r20:64"),
    Spelled("\tsp, x20", "r20:64", "sp:64"),
    Spelled("\tx1, #0x5                   \t// #5", "#5", "r1:64"),
    Spelled("\tx27, #0x2000 ; =8192", "#8192", "r27:64"),
    Spelled("\tx4, eq\t// eq = none", "other", "r4:64"),
    Spelled("\tw27, w1, [x2]", "[r2]", "r1:32", "r27:32"),
    Spelled("\tx1, [x2, x3, lsl #3]", "[r2+r3]", "r1:64"),
    Spelled("\tx29, x30, [x20, #-8]", "[r20-8]", "r30:64", "r29:64"),
    Spelled("\tw1, #0, 8e524 <main.atomicAdd+0x24>", "@8e524 main.atomicAdd", "#0", "r1:32"),
    Spelled("\tx27, 0x17e000 <runtime.mheap_+0x184c0>", "@17e000 runtime.mheap_", "r27:64"),
    Spelled("\tx0, xzr, #0x2", "#2", "zr:64", "r0:64"),
    Spelled("\tx2", "r2:64"),
  ])
  func arm(line: Spelled) {
    #expect(read(line.text, .arm, .arm64) == line.operands)
  }

  @Test(arguments: [
    Spelled("0x8(R10), R1", "[r10+8]", "r1:32"),
    Spelled("R14, -0xc(R13)", "r14:32", "[sp-12]"),
    Spelled("0xd4(R15), R1", "[ip+212]", "r1:32"),
    Spelled("(R13)(R11), R15", "[sp+r11]", "ip:32"),
    Spelled("(R1)(R2<<2), R0", "[r1+v]", "r0:32"),
    Spelled("(R7), R0", "*r7", "r0:32"),
    Spelled("R0->$31, R1, R1", "other", "r1:32", "r1:32"),
    Spelled("[R4-R11,R14]", "other"),
    Spelled("$-2147483648, R3", "#-2147483648", "r3:32"),
    Spelled("F0, 0x8(R13)", "v", "[sp+8]"),
    Spelled("#12", "other"),
  ])
  func goARM(line: Spelled) {
    #expect(read(line.text, .go, .arm) == line.operands)
  }

  @Test(arguments: [
    Spelled("\tr1, [sl, #8]", "[r10+8]", "r1:32"),
    Spelled("\tr1, [r10, #0x8]", "[r10+8]", "r1:32"),
    Spelled("\tlr, [sp, #-188]!\t@ 0xffffff44", "[sp-188]!", "r14:32"),
    Spelled("\tlr, [sp, fp]!", "[sp+r11]!", "r14:32"),
    Spelled("\tpc, [sp], fp", "[sp+r11]after", "ip:32"),
    Spelled("\tpc, [sp], #12", "[sp+12]after", "ip:32"),
    Spelled("\tr1, [pc, #212]\t@ 110f0 <main.f+0xf0>", "[ip+212]", "r1:32"),
    Spelled("\tr1, [pc, #0xd4]         @ 0x110f0 <main.f+0xf0>", "[ip+212]", "r1:32"),
    Spelled("\tr0, [r1, r2, lsl #2]", "[r1+v]", "r0:32"),
    Spelled("\tr2, sp, fp", "r11:32", "sp:32", "r2:32"),
    Spelled("\tr1, r1, r0, asr #31", "r0:32", "r1:32", "r1:32"),
    Spelled("\tpc, lr, #0", "#0", "r14:32", "ip:32"),
    Spelled("\t110e0 <main.f+0xe0>", "@110e0 main.f"),
    Spelled("\t0x110e0 <main.f+0xe0> @ imm = #0xd0", "@110e0 main.f"),
    Spelled("\t{r4, r5, lr}", "other"),
    Spelled("\td0, [sp, #68]\t@ 0x44", "[sp+68]", "v"),
  ])
  func armOf32Bits(line: Spelled) {
    #expect(read(line.text, .arm, .arm) == line.operands)
  }

  /// Whatever stands in a name, the operand ends with it.
  @Test(arguments: [
    "main.(*T[go.shape.struct { A int; B []string }]).M", "main.Map[go.shape.int,go.shape.string]",
    "type:.eq.struct { F uintptr; X0 map[string]chan<- int }", "main.f(SB).func1", "operator+",
    "main.f·dwrap·1",
    "main.(*T).M-fm", "main.größe", "main.init.0.func1", "_ZN3foo3barEv", "main.F[int]{a,b}",
    "example.com/a%2eb.F",
    "main.h<>x",
  ])
  func namesWithEverythingInThem(name: String) {
    #expect(read("\(name)(SB), AX", .go, .amd64) == ["@ \(name)", "r0"])
    #expect(read("\(name)(SB)", .go, .arm64) == ["@ \(name)"])
    #expect(read("$\(name)+704(SB), SP", .go, .amd64) == ["#\(name)", "sp"])
    #expect(read("   4010ca <\(name)>", .att, .amd64) == ["@4010ca \(name)"])
    #expect(read("   4010ca <\(name)+0xca>", .att, .amd64) == ["@4010ca \(name)"])
    #expect(read("   4010ca <\(name)+0xca>", .intel, .amd64) == ["@4010ca \(name)"])
    #expect(read("\tx0, 0x4010ca <\(name)+0xca>", .arm, .arm64) == ["@4010ca \(name)", "r0:64"])
    #expect(read("\tw1, #0, 8e524 <\(name)>", .arm, .arm64) == ["@8e524 \(name)", "#0", "r1:32"])
  }

  @Test(arguments: [
    Spelled("16(X27), X6", "[r27+16]", "r6:64"), Spelled("X6, X2, 4(PC)", "r6:64", "sp:64", "@4(PC)"),
    Spelled("X1, (X2)", "r1:64", "*sp"), Spelled("X1, -2008(X31)", "r1:64", "[r31-2008]"),
    Spelled("$-48, X2, X2", "#-48", "sp:64", "sp:64"), Spelled("$4294967294, X31", "#-2", "r31:64"),
    Spelled("X0, 32(X2)", "zr:64", "[sp+32]"), Spelled("$(0.0), F10", "#?", "v"), Spelled("V0", "v"),
    Spelled("X5, runtime.morestack_noctxt.abi0(SB)", "r5:64", "@ runtime.morestack_noctxt.abi0"),
    Spelled("X11, (X12), X31", "r11:64", "*r12", "r31:64"),
    Spelled("R3, X2P, X33", "other", "other", "other"),
  ])
  func goRISCV64(line: Spelled) {
    #expect(read(line.text, .go, .riscv64) == line.operands)
  }

  /// GNU's, then LLVM's.
  @Test(arguments: [
    Spelled("\tt1,16(s11)", "[r27+16]", "r6:64"), Spelled("\tsp,sp,-48", "#-48", "sp:64", "sp:64"),
    Spelled("\tra,0(sp)", "[sp]", "r1:64"), Spelled("\tt6,a1,(a2)", "[r12]", "r11:64", "r31:64"),
    Spelled("\tt1,sp,767d0 <main.f+0x10>", "@767d0 main.f", "sp:64", "r6:64"),
    Spelled("\t-1616(t6) # 973e28 <main.f>", "[r31-1616]"), Spelled("\ts1", "r9:64"),
    Spelled("\tfs11,s10,zero", "zr:64", "r26:64", "v"), Spelled("\tx2,x31", "r31:64", "sp:64"),
    Spelled("\ta0, -0x30(sp)", "[sp-48]", "r10:64"), Spelled("\tt6, 0xffffe", "#1048574", "r31:64"),
    Spelled("\tt0, 0x6e868 <runtime.morestack_noctxt.abi0>", "@6e868 runtime.morestack_noctxt.abi0", "r5:64"),
    Spelled("\t-0x650(t6) <main.f>", "[r31-1616]"), Spelled("\t0x75a44", "#481860"),
  ])
  func lowerRISCV64(line: Spelled) {
    #expect(read(line.text, .risc, .riscv64) == line.operands)
  }

  @Test(arguments: [
    Spelled("16(R22), R20", "[r22+16]", "r20:64"), Spelled("R3, R20", "sp:64", "r20:64"),
    Spelled("$-24, R3", "#-24", "sp:64"), Spelled("R0, 0(R5)", "zr:64", "[r5]"),
    Spelled("F0, 8(R3)", "v", "[sp+8]"),
    Spelled("R7, (R8)(R5)", "r7:64", "[r8+r5]"), Spelled("R20, 27(PC)", "r20:64", "@27(PC)"),
    Spelled("(R6)", "*r6"),
  ])
  func goLOONG64(line: Spelled) {
    #expect(read(line.text, .go, .loong64) == line.operands)
  }

  /// LLVM's, which prints how far branches go.
  @Test(arguments: [
    Spelled("\t$t8, $fp, 16", "#16", "r22:64", "r20:64"),
    Spelled("\t$t8, 792 <main.f+0x324>", "@792(PC)", "r20:64"),
    Spelled("\t-792 <main.f+0x324>", "@-792(PC)"), Spelled("\t$ra, $a0, 0", "#0", "r4:64", "r1:64"),
    Spelled("\t$s8, $s9, $zero", "zr:64", "r22:64", "r31:64"),
    Spelled("\t$fcc0, 140 <f>", "@140(PC)", "other"),
    Spelled("\t$r21, $tp, $sp", "sp:64", "r2:64", "r21:64"), Spelled("\t$vr0, $fa1", "v", "v"),
  ])
  func lowerLOONG64(line: Spelled) {
    #expect(read(line.text, .risc, .loong64) == line.operands)
  }

  /// `go tool objdump -gnu`.
  @Test func whatGoSaysInGNUsWordsIsLeftOut() {
    #expect(read("$0x18, SP // sub $0x18,%rsp", .go, .amd64, comments: true) == ["#24", "sp"])
    #expect(read("(RSP), R1 // ldr x1, [sp]", .go, .arm64, comments: true) == ["*sp", "r1:64"])
  }

  /// No text is too odd to be read.
  @Test func anyBytesAreOperandsOfSomeKind() {
    var random = Seeded(state: 7)
    let alphabet = Array("$%#*()[]<>{},+-:;/ 0xfP.RSspxlw!\t\"".utf8) + [0x80, 0xff, 0, 0x0d]
    let dialects: [(Syntax, Architecture)] = [
      (.go, .amd64), (.go, .arm64), (.att, .amd64), (.intel, .amd64), (.arm, .arm64),
      (.go, .arm), (.arm, .arm), (.go, .riscv64), (.risc, .riscv64), (.go, .loong64), (.risc, .loong64),
    ]
    for _ in 0..<4000 {
      let length = Int.random(in: 0...24, using: &random)
      let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      let text = bytes + Array(repeating: 0x0a, count: textPadding)
      for (syntax, architecture) in dialects {
        let dialect = Dialect(disassembler: .gnu, architecture: architecture, syntax: syntax)
        let found = dialect.operands(text.span, in: 0..<length)
        for operand in [found.first, found.second, found.third] where operand.symbol.upperBound > length {
          Issue.record("a symbol outside of \(String(decoding: bytes, as: UTF8.self))")
        }
      }
    }
  }
}
