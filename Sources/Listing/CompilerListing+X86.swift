import ByteText
import ProgramModel

extension CompilerListing {
  /// The assembler's conditions (Go `cmd/internal/obj/x86/anames.go`, arch.go), and what objdump calls them.
  private static let conditions: [String: String] = [
    "EQ": "E", "NE": "NE", "LS": "BE", "HI": "A", "CS": "B", "CC": "AE", "GE": "GE", "GT": "G", "LE": "LE",
    "LT": "L",
    "MI": "S", "PL": "NS", "OS": "O", "OC": "NO", "PS": "P", "PC": "NP",
  ]

  private static let mnemonics: [String: String] = {
    var names = [
      "MOVBLZX": "MOVZX", "MOVBQZX": "MOVZX", "MOVBWZX": "MOVZX", "MOVWLZX": "MOVZX", "MOVWQZX": "MOVZX",
      "MOVBLSX": "MOVSX", "MOVBQSX": "MOVSX", "MOVWLSX": "MOVSX", "MOVWQSX": "MOVSX", "MOVLQSX": "MOVSXD",
      "MOVLQZX": "MOVL", "UNDEF": "UD2", "JCXZL": "JECXZ", "JCXZQ": "JRCXZ",
    ]
    for (name, printed) in conditions {
      names["J" + name] = "J" + printed
      names["SET" + name] = "SET" + printed
      for width in ["W", "L", "Q"] { names["CMOV" + width + name] = "CMOV" + printed }
    }
    return names
  }()

  /// - Parameter prefix: LOCK or REP, which the compiler prints as an instruction of its own.
  func writeX86(
    _ instruction: Instruction, prefix: Instruction?, _ function: Function, _ text: borrowing Span<UInt8>,
    _ out: inout [UInt8]
  ) {
    let name = text.string(instruction.mnemonic)
    var whole = prefix ?? instruction
    if prefix != nil { whole.length += instruction.length }
    if name.hasPrefix("DUFF"), instruction.length == 19 {
      // Two instructions keep the frame pointer around the call (Go `cmd/internal/obj/x86/asm6.go`).
      var first = instruction
      first.length = 10
      begin(first, function, text, &out)
      out.append(contentsOf: "NOP\n".utf8)
      whole.offset += 10
      whole.length = 9
    }
    begin(whole, function, text, &out)
    if let prefix {
      append(text, prefix.mnemonic, &out)
      out.append(contentsOf: (text.has("LOCK", at: prefix.mnemonic.lowerBound) ? " " : "; ").utf8)
    }
    if name.hasPrefix("DUFF") {
      out.append(contentsOf: "CALL runtime.\(name.lowercased())(SB)\n".utf8)
      return
    }
    out.append(contentsOf: (Self.mnemonics[name] ?? name).utf8)
    let isBranch = name.hasPrefix("J") || name == "CALL"
    var symbol: Range<Int>?
    for (i, operand) in operands(text, instruction.operands).enumerated() {
      out.append(contentsOf: (i == 0 ? " " : ", ").utf8)
      if isBranch, let target = target(text, operand, function) {
        appendAddress(target, &out)
      } else if let variable = variable(text, operand) {
        appendDecimal(variable.offset, &out)
        append(text, variable.open..<operand.upperBound, &out)
      } else if text.has("(SB)", at: operand.upperBound - 4) {
        symbol = appendSymbol(text, operand, &out)
      } else {
        // Where nothing stands before a base, objdump prints 0.
        if text[operand.lowerBound] == UInt8(ascii: "(") { out.append(UInt8(ascii: "0")) }
        append(text, operand, &out)
      }
    }
    if !isBranch, let symbol {
      out.append(contentsOf: (architecture == .amd64 ? "\t[3:7]R_PCREL:" : "\t[2:6]R_ADDR:").utf8)
      append(text, symbol, &out)
    }
    out.append(0x0a)
  }

  /// A symbol, `main.f(SB)`, and where it stands without `(SB)`. A string's text, which may hold anything, is left out,
  /// as the linker leaves it out.
  private func appendSymbol(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ out: inout [UInt8]
  ) -> Range<Int>? {
    guard text.firstOffset(of: "go:string.", in: operand) != nil,
      let quote = text.firstOffset(of: UInt8(ascii: "\""), in: operand)
    else {
      append(text, operand, &out)
      return operand.lowerBound..<operand.upperBound - 4
    }
    append(text, operand.lowerBound..<quote, &out)
    out.append(contentsOf: "*(SB)".utf8)
    return nil
  }
}
