import ByteText
import Foundation
import ProgramModel
import Testing

@testable import Listing
@testable import Machine

/// `Tests/MachineTests/Goldens/NAME.txt`: what is read of each mnemonic of a shipped listing, an example for each way that
/// its operands are read. `scripts/bless` writes them.
@Suite("Golden: instructions") struct InstructionGoldenTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  static let listings =
    ["amd64", "arm64", "386", "arm", "riscv64", "loong64", "ppc64le", "s390x"].map { "\($0).go" }
    + ["amd64.gnu", "amd64.intel", "amd64.llvm", "arm64.gnu", "arm64.llvm", "loong64.llvm19-one"]
    + ["386", "arm", "riscv64", "ppc64le"].flatMap { ["\($0).gnu-one", "\($0).llvm-one"] } + ["s390x.gnu-one"]

  @Test(arguments: listings) func areReadAsBefore(name: String) throws {
    let path = Self.folder.appendingPathComponent("../../samples/listings/features.\(name).txt").standardized
    let found = try examples([UInt8](Data(contentsOf: path)))
    let golden = Self.folder.appendingPathComponent("Goldens/\(name).txt")
    if ProcessInfo.processInfo.environment["FATHOM_BLESS"] != nil {
      try Data(found.utf8).write(to: golden)
    }
    #expect(try found == String(contentsOf: golden, encoding: .utf8), "scripts/bless accepts it")
  }

  private func examples(_ bytes: [UInt8]) throws -> String {
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    guard case .found(let dialect) = DialectDetector.detect(text.span, end: bytes.count) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    let machine = dialect.architecture.code
    var diagnostics = Diagnostics()
    var function = FunctionText()
    var position = 0
    var examples: [String: String] = [:]
    while dialect.next(
      text.span, end: bytes.count, position: &position, filter: .none, into: &function,
      diagnostics: &diagnostics)
    {
      machine.takeOutLiterals(text.span, &function, dialect)
      for i in function.lines.indices {
        let line = function.lines[i]
        let words = String(decoding: text[Int(line.mnemonic)..<Int(line.end)], as: UTF8.self)
          .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let instruction = machine.instruction(Code(text.span, function, dialect), i)
        let mnemonic = words.split(separator: " ").first ?? ""
        let shape = Self.describe(instruction) { "\($0.kind)" }
        let key = "\(mnemonic) \(shape)"
        if examples[key] == nil {
          let known = Self.describe(instruction) { Self.name($0, text) }
          examples[key] = "\(words) | \(known)"
        }
      }
    }
    return examples.sorted { $0.key < $1.key }.map { $0.value + "\n" }.joined()
  }

  /// What is easily read for something else.
  @Test(
    arguments: [
      (.arm, .gnu, .arm, "", "add\tr3, r3, r4, lsl #2", "clobber r4 & r3 -> r3"),
      (.arm, .gnu, .arm, "", "cmp\tr0, r1, lsl #2", "nothing flags"),
      (.arm, .gnu, .arm, "", "strne\tr0, [sp, #4]", "clobber [SP+4] & r0 -> [SP+4]"),
      (.arm, .gnu, .arm, "", "ldrsh\tr0, [sp, #4]", "move [SP+4] -> r0 16 signed"),
      (.arm64, .go, .go, "", "MOVK $(65531<<16), R0", "insert #4294639616 & r0 -> r0"),
      (.ppc64le, .gnu, .power, "", "xor     r5,r3,r4", "xor r4 & r3 -> r5 64"),
      (.ppc64le, .gnu, .power, "", "xoris   r5,r3,4", "clobber -> r5"),
      (.ppc64le, .go, .go, "", "ISEL $2,R5,R3,R4", "moveIf r5 & r3 -> r4 if equal"),
      (.ppc64le, .go, .go, "", "ISEL $3,R5,R3,R4", "moveIf r5 & r3 -> r4"),
      (.ppc64le, .gnu, .power, "", "iseleq  r4,r5,r3", "moveIf r5 & r3 -> r4 if equal"),
      (.ppc64le, .llvm, .power, "", "iseleq\t5, 0, 4", "moveIf zero & r4 -> r5 if equal"),
      (.ppc64le, .gnu, .power, "", "xxlxor  vs0,vs0,vs0", "nothing"),
      (.ppc64le, .gnu, .power, "", "beq     cr7,9e2f8 <main.CRead+0x10>", "branch -> @9e2f8"),
      (.amd64, .go, .go, "0fb7442416", "MOVZX 0x16(SP), AX", "move [SP+22] -> r0 16"),
      (.amd64, .go, .go, "0fb6442416", "MOVZX 0x16(SP), AX", "move [SP+22] -> r0 8"),
      (.amd64, .llvm, .att, "", "idivw\t%cx", "clobberTwo r1 & r2 -> r0 flags"),
    ] as [(Architecture, Disassembler, Syntax, String, String, String)])
  func isNotMisread(
    arch: Architecture, disassembler: Disassembler, syntax: Syntax, raw: String, line: String,
    expected: String
  ) {
    // Behind blanks and a tab, as lines have them.
    let text = Array("        \t\(raw)\t\(line)".utf8) + Array(repeating: 0x0a, count: textPadding)
    var function = FunctionText()
    let start = 10 + raw.utf8.count
    function.lines.append(
      InstructionLine(
        address: 0x1000, source: -1, raw: raw.isEmpty ? -1 : 9, mnemonic: Int32(start),
        end: Int32(start + line.utf8.count), length: UInt8(raw.utf8.count / 2)))
    let dialect = Dialect(disassembler: disassembler, architecture: arch, syntax: syntax)
    let instruction = arch.code.instruction(Code(text.span, function, dialect), 0)
    #expect(Self.describe(instruction) { Self.name($0, text) } == expected)
  }

  /// Each of them asks what the one before left in the register.
  @Test func manyJumpsByOneRegister() {
    let line = "JMP (X5)\n"
    let text =
      Array(String(repeating: line, count: 100_000).utf8) + Array(repeating: 0x0a, count: textPadding)
    var function = FunctionText()
    for i in 0..<100_000 {
      let start = Int32(i * line.utf8.count)
      function.lines.append(
        InstructionLine(
          address: UInt64(4 * i), source: -1, raw: -1, mnemonic: start, end: start + 8, length: 4))
    }
    let dialect = Dialect(disassembler: .go, architecture: .riscv64, syntax: .go)
    let last = RISCV64.instruction(Code(text.span, function, dialect), 99_999)
    #expect(last.kind == .jump && last.target.register == 5)
  }

  private static func describe(_ instruction: Instruction, _ operand: (Operand) -> String) -> String {
    var words = ["\(instruction.kind)"]
    for (mark, value) in [("", instruction.source), ("& ", instruction.second), ("-> ", instruction.target)]
    where value.kind != .none { words.append(mark + operand(value)) }
    switch instruction.kind {
    case .move, .compare, .test, .add, .subtract, .and, .or, .xor, .address, .increment, .branch:
      if instruction.source.kind != .none { words.append("\(instruction.width)") }
    case .overwrite, .storeMultiple: words.append("\(instruction.reach) bytes")
    default: break
    }
    if instruction.isSigned { words.append("signed") }
    if instruction.isUnsigned { words.append("unsigned") }
    if instruction.keepsUpperBits { words.append("part") }
    if instruction.setsFlags { words.append("flags") }
    if let condition = instruction.condition { words.append("if \(condition)") }
    return words.joined(separator: " ")
  }

  private static func name(_ operand: Operand, _ text: [UInt8]) -> String {
    let symbol = String(decoding: text[operand.symbol], as: UTF8.self)
    switch operand.kind {
    case .none: return "-"
    case .register: return register(operand.register)
    case .immediate: return operand.hasValue ? "#\(operand.value)" : "#\(symbol)"
    case .memory, .indirect:
      let index = operand.index == noRegister ? "" : "+\(register(operand.index))"
      let step = operand.writeback == .none ? "" : operand.writeback == .before ? "!" : " then"
      return "[\(register(operand.register))\(index)\(operand.value == 0 ? "" : "+\(operand.value)")]\(step)"
    case .place:
      return operand.hasValue ? "@\(String(UInt64(bitPattern: operand.value), radix: 16))" : "@\(symbol)"
    case .other: return "?"
    }
  }

  private static func register(_ number: UInt8) -> String {
    switch number {
    case stackPointer: "SP"
    case zeroRegister: "zero"
    case instructionPointer: "PC"
    case vectorRegister: "vector"
    case noRegister: "-"
    default: "r\(number)"
    }
  }
}
