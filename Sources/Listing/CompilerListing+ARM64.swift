import ByteText
import ProgramModel

extension CompilerListing {
  /// One instruction of the assembler may be several of the machine's: a symbol takes an ADRP first, a large constant a
  /// MOVD, both to R27. A variable's place is relative to the frame's upper end.
  func writeARM64(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    var name = text.string(instruction.mnemonic)
    var operands = operands(text, instruction.operands)
    var rest = instruction
    /// The operand that R27 stands for.
    var replaced: (index: Int, by: String)?
    switch name {
    case "DUFFZERO", "DUFFCOPY":
      begin(instruction, function, text, &out)
      out.append(contentsOf: "CALL runtime.\(name.lowercased())(SB)\n".utf8)
      return
    case "RET": operands = []
    case "MOVD" where operands.count == 2:
      // `MOVD $main.buf-2048(SP), R4`: the address of a variable.
      guard isImmediate(text, operands[0]),
        let offset = frameOffset(text, operands[0].lowerBound + 1..<operands[0].upperBound, function)
      else { break }
      name = "ADD"
      replaced = (0, "$\(offset), RSP")
    case "ADD", "SUB", "SUBS", "CMP":
      guard instruction.length > 4, !operands.isEmpty, isImmediate(text, operands[0]) else { break }
      begin(beginning(&rest), function, text, &out)
      out.append(contentsOf: "MOVD ".utf8)
      append(text, operands[0], &out)
      out.append(contentsOf: ", R27\n".utf8)
      replaced = (0, "R27")
    default: break
    }
    let isBranch = Self.branches.contains(name)
    if !isBranch, rest.length > 4,
      let symbol = operands.firstIndex(where: { text.has("(SB)", at: $0.upperBound - 4) })
    {
      let isAddress = isImmediate(text, operands[symbol])
      begin(beginning(&rest), function, text, &out)
      out.append(contentsOf: "ADRP 0(PC), R27\t[0:8]R_ADDRARM64:".utf8)
      let start = operands[symbol].lowerBound + (isAddress ? 1 : 0)
      append(text, start..<operands[symbol].upperBound - 4, &out)
      out.append(0x0a)
      if isAddress { name = "ADD" }
      replaced = (symbol, isAddress ? "$0, R27" : "(R27)")
    }
    if rest.length > 4, operands.contains(where: { text[$0.upperBound - 1] == UInt8(ascii: ")") }) {
      // The address of a slot that is far from SP comes first.
      begin(beginning(&rest), function, text, &out)
      out.append(contentsOf: "NOOP\n".utf8)
    }
    begin(rest, function, text, &out)
    out.append(contentsOf: name.utf8)
    for (i, operand) in operands.enumerated() {
      out.append(contentsOf: (i == 0 ? " " : ", ").utf8)
      if let replaced, i == replaced.index {
        out.append(contentsOf: replaced.by.utf8)
      } else if isBranch, i == operands.count - 1, let target = target(text, operand, function) {
        appendAddress(target, &out)
      } else {
        appendARM64(operand, text, function, &out)
      }
    }
    out.append(0x0a)
  }

  private static let branches: Set = [
    "CALL", "JMP", "BEQ", "BNE", "BCS", "BHS", "BCC", "BLO", "BMI", "BPL", "BVS", "BVC", "BHI", "BLS", "BGE",
    "BLT",
    "BGT", "BLE", "CBZ", "CBZW", "CBNZ", "CBNZW", "TBZ", "TBNZ",
  ]

  /// Where a variable is, counted from SP; also `24(RSP)`.
  private func frameOffset(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function
  ) -> Int64? {
    if let variable = variable(text, operand) {
      return variable.offset &+ (variable.isArgument ? function.frame &+ 8 : function.locals)
    }
    guard text.has("(RSP)", at: operand.upperBound - 5) else { return nil }
    if operand.count == 5 { return 0 }
    return OperandText.number(text, operand.lowerBound).flatMap {
      $0.end == operand.upperBound - 5 ? $0.value : nil
    }
  }

  private func appendARM64(
    _ operand: Range<Int>, _ text: borrowing Span<UInt8>, _ function: Function, _ out: inout [UInt8]
  ) {
    if let variable = variable(text, operand), let offset = frameOffset(text, operand, function) {
      appendDecimal(offset, &out)
      out.append(contentsOf: "(RSP)".utf8)
      append(text, variable.open + 4..<operand.upperBound, &out)
    } else if text.has("(g)", at: operand.upperBound - 3) {
      append(text, operand.lowerBound..<operand.upperBound - 3, &out)
      out.append(contentsOf: "(R28)".utf8)
    } else if operand.count == 1, text[operand.lowerBound] == UInt8(ascii: "g") {
      out.append(contentsOf: "R28".utf8)
    } else {
      append(text, operand, &out)
    }
  }
}
