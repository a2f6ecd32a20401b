import ByteText
import ProgramModel
import Testing

@testable import Listing
@testable import Machine

/// x86's CMOV, whose names end with letters that are suffixes elsewhere: `CMOVL` moves if less, `CMOVB` if below.
@Suite("Conditional moves") struct ConditionalMoveTests {
  /// Gives a function's lines, in a listing, to a body.
  private func reading<T>(
    _ listing: String, _ body: (borrowing Span<UInt8>, inout FunctionText, Dialect) -> T
  ) throws -> T {
    let bytes = Array(listing.utf8)
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    guard case .found(let dialect) = DialectDetector.detect(text.span, end: bytes.count) else {
      throw CancellationError()
    }
    var (function, position, diagnostics) = (FunctionText(), 0, Diagnostics())
    let isRead = dialect.next(
      text.span, end: bytes.count, position: &position, filter: .none, into: &function,
      diagnostics: &diagnostics)
    try #require(isRead)
    return body(text.span, &function, dialect)
  }

  private static func go(_ lines: [(bytes: String, words: String)]) -> String {
    "TEXT main.f(SB) /x/a.go\n"
      + lines.enumerated().map { i, line in
        "  a.go:\(10 + i)\t\t0x\(String(0x400000 + 8 * i, radix: 16))\t\t\(line.bytes)\t\t\t\(line.words)\n"
      }.joined()
  }

  private static func gnu(_ lines: [(bytes: String, words: String)]) -> String {
    "\nx:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n0000000000400000 <main.f>:\n"
      + lines.enumerated().map { i, line in
        "  \(String(0x400000 + 8 * i, radix: 16)):\t\(line.bytes)\t\(line.words)\n"
      }.joined()
  }

  @Test(arguments: [
    ("go", "480f4cca", "CMOVL DX, CX", Condition.less, UInt8(64)),
    ("go", "0f4cca", "CMOVL DX, CX", .less, 32),
    ("go", "480f42ca", "CMOVB DX, CX", .below, 64), ("go", "4c0f46c2", "CMOVBE DX, R8", .belowOrEqual, 64),
    ("go", "440f4ec2", "CMOVLE DX, R8", .lessOrEqual, 32), ("go", "480f45ca", "CMOVNE DX, CX", .notEqual, 64),
    ("go", "480f4c4a08", "CMOVL 0x8(DX), CX", .less, 64),
    ("gnu", "48 0f 4c ca", "cmovl  %rdx,%rcx", .less, 64), ("gnu", "0f 4c ca", "cmovl  %edx,%ecx", .less, 32),
    ("gnu", "48 0f 42 ca", "cmovb  %rdx,%rcx", .below, 64),
    ("gnu", "48 0f 4c ca", "cmovlq %rdx,%rcx", .less, 64),
    ("gnu", "0f 4c ca", "cmovll %edx,%ecx", .less, 32), ("gnu", "48 0f 4c ca", "cmovl  rcx,rdx", .less, 64),
    ("gnu", "48 0f 42 4a 08", "cmovb  rcx,QWORD PTR [rdx+0x8]", .below, 64),
  ]) func areRead(tool: String, bytes: String, words: String, condition: Condition, width: UInt8) throws {
    // Intel's spelling is told by its registers.
    let other = words.contains("rcx,") ? "sub    rsp,0x8" : "sub    $0x8,%rsp"
    let listing =
      tool == "go"
      ? Self.go([("4883ec08", "SUBQ $0x8, SP"), (bytes, words), ("c3", "RET")])
      : Self.gnu([("48 83 ec 08", other), (bytes, words), ("c3", "ret")])
    try reading(listing) { text, function, dialect in
      let move = AMD64.instruction(Code(copy text, function, dialect), 1)
      #expect(move.kind == .moveIf && move.condition == condition && move.width == width)
      #expect(move.source.register == 2 && (move.target.register == 1 || move.target.register == 8))
      #expect(move.second.register == move.target.register && !move.setsFlags)
    }
  }

  /// Half a register is not followed.
  @Test(arguments: [("go", "660f4cca", "CMOVL DX, CX"), ("gnu", "66 0f 4c ca", "cmovl  %dx,%cx")])
  func halves(tool: String, bytes: String, words: String) throws {
    let listing =
      tool == "go"
      ? Self.go([("4883ec08", "SUBQ $0x8, SP"), (bytes, words), ("c3", "RET")])
      : Self.gnu([("48 83 ec 08", "sub    $0x8,%rsp"), (bytes, words), ("c3", "ret")])
    try reading(listing) { text, function, dialect in
      #expect(AMD64.instruction(Code(copy text, function, dialect), 1).kind == .other)
    }
  }

  /// A counter from -1,000 or from 0, as a comparison of 1 with 2 says, up to 10.
  @Test(arguments: [
    ("CMOVL", "4c", 1010), ("CMOVB", "42", 1010), ("CMOVLE", "4e", 1010), ("CMOVBE", "46", 1010),
    ("CMOVNE", "45", 1010), ("CMOVE", "44", 10), ("CMOVGE", "4d", 10), ("CMOVA", "47", 10),
  ]) func bounds(mnemonic: String, code: String, bound: Int32) throws {
    let listing = Self.go([
      ("4883ec40", "SUBQ $0x40, SP"), ("48c7c100000000", "MOVQ $0x0, CX"),
      ("48c7c218fcffff", "MOVQ $-0x3e8, DX"), ("48c7c001000000", "MOVQ $0x1, AX"),
      ("4883f802", "CMPQ AX, $0x2"), ("480f\(code)ca", "\(mnemonic) DX, CX"),
      ("48894c2410", "MOVQ CX, 0x10(SP)"), ("48837c24100a", "CMPQ 0x10(SP), $0xa"),
      ("7d2e", "JGE 0x400068"), ("e8c2170400", "CALL runtime.deferproc(SB)"),
      ("48ff442410", "INCQ 0x10(SP)"), ("ebd3", "JMP 0x400038"), ("90", "NOPL"),
      ("4883c440", "ADDQ $0x40, SP"), ("c3", "RET"),
    ])
    let found = try reading(listing) { text, function, dialect in
      var modeler = FunctionModeler(dialect)
      return modeler.model(text, &function)?.deferSites.map(\.bound)
    }
    #expect(found == [bound])
  }
}
