import ByteText
import ProgramModel

extension CompilerListing {
  /// Conditions stand behind a dot in objdump's words, and some of the assembler's have two names.
  private static let conditions: [String: String] = [
    "BEQ": "B.EQ", "BNE": "B.NE", "BCS": "B.CS", "BHS": "B.CS", "BCC": "B.CC", "BLO": "B.CC", "BMI": "B.MI",
    "BPL": "B.PL", "BVS": "B.VS", "BVC": "B.VC", "BHI": "B.HI", "BLS": "B.LS", "BGE": "B.GE", "BLT": "B.LT",
    "BGT": "B.GT", "BLE": "B.LE",
  ]

  /// A symbol is a word behind the code (`WORD $main.f·f(SB)`), which is loaded first; so is a large constant, but for the
  /// assembler's own instruction it stands in the operand. A variable's place is relative to the frame's upper end.
  func writeARM(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    var name = text.string(instruction.mnemonic)
    let operands = operands(text, instruction.operands)
    var rest = instruction
    switch name {
    case "WORD":
      guard let symbol = operands.first, text.has("(SB)", at: symbol.upperBound - 4) else { return }
      begin(instruction, function, text, &out)
      out.append(contentsOf: "AND.EQ R0, R0, R0\t[0:4]R_ADDR:".utf8)
      let start = symbol.lowerBound + (isImmediate(text, symbol) ? 1 : 0)
      append(text, start..<symbol.upperBound - 4, &out)
      out.append(0x0a)
      return
    case "JMP", "CALL":
      guard let target = operands.first, !text.has("0(PC)", at: target.lowerBound) else { return }
      begin(instruction, function, text, &out)
      writeARMJump(name, target, function, text, &out)
      return
    case "DUFFZERO", "DUFFCOPY",
      "AND.EQ" where operands.count == 2, "NOP.EQ":
      begin(instruction, function, text, &out)
      out.append(
        contentsOf: (name.hasPrefix("DUFF") ? "BL runtime.\(name.lowercased())(SB)\n" : "AND.EQ R0, R0, R0\n")
          .utf8)
      return
    default: break
    }
    var replaced: (index: Int, by: String)?
    if let i = operands.firstIndex(where: { text.has("(SB)", at: $0.upperBound - 4) }),
      let word = word(text.string(operands[i]), behind: instruction.offset, function)
    {
      let distance = word &- instruction.offset &- 8
      if rest.length == 4 {
        replaced = (i, "0x\(String(distance, radix: 16))(R15)")
      } else {
        begin(beginning(&rest), function, text, &out)
        out.append(contentsOf: "MOVW 0x\(String(distance, radix: 16))(R15), R11\n".utf8)
        replaced = (i, "(R11)")
      }
    } else if rest.length > 4, !isConstant(text, name, operands) {
      begin(beginning(&rest), function, text, &out)
      out.append(contentsOf: "NOP\n".utf8)
    }
    if name == "MOVW", operands.count == 2, isImmediate(text, operands[0]),
      let offset = armOffset(text, operands[0].lowerBound + 1..<operands[0].upperBound, function)
    {
      name = "ADD"
      replaced = (0, "$\(offset), R13")
    }
    begin(rest, function, text, &out)
    out.append(contentsOf: (Self.conditions[name] ?? name).utf8)
    for (i, operand) in operands.enumerated() {
      out.append(contentsOf: (i == 0 ? " " : ", ").utf8)
      if let replaced, i == replaced.index {
        out.append(contentsOf: replaced.by.utf8)
      } else if Self.conditions[name] != nil, let target = target(text, operand, function) {
        appendAddress(target, &out)
      } else {
        appendARM(operand, text, function, &out)
      }
    }
    out.append(0x0a)
  }

  /// `MOVW $1000000, R0`, whose halves are two instructions.
  private func isConstant(_ text: borrowing Span<UInt8>, _ name: String, _ operands: [Range<Int>]) -> Bool {
    guard name == "MOVW", let operand = operands.first, isImmediate(text, operand) else { return false }
    return text[operand.upperBound - 1] != UInt8(ascii: ")")
  }

  /// `BL main.f(SB)`, `B 0x4a10`, `BLX R0`, `ADD $0, R14, R15`.
  private func writeARMJump(
    _ name: String, _ operand: Range<Int>, _ function: Function, _ text: borrowing Span<UInt8>,
    _ out: inout [UInt8]
  ) {
    let isCall = name == "CALL"
    if text[operand.lowerBound] == UInt8(ascii: "("), text[operand.upperBound - 1] == UInt8(ascii: ")") {
      let register = operand.lowerBound + 1..<operand.upperBound - 1
      out.append(contentsOf: (isCall ? "BLX " : "ADD $0, ").utf8)
      append(text, register, &out)
      if !isCall { out.append(contentsOf: ", R15".utf8) }
    } else {
      out.append(contentsOf: (isCall ? "BL " : "B ").utf8)
      if let target = target(text, operand, function) {
        appendAddress(target, &out)
      } else {
        append(text, operand, &out)
      }
    }
    out.append(0x0a)
  }

  /// Where a variable is, counted from SP; also `24(R13)` and `-4(FP)`.
  private func armOffset(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function
  ) -> Int64? {
    let frame = function.frame &+ 4
    if let variable = variable(text, operand) {
      return variable.offset &+ frame &+ (variable.isArgument ? 4 : 0)
    }
    let number = OperandText.number(text, operand.lowerBound)
    let open = number?.end ?? operand.lowerBound
    if text.has("(FP)", at: open), open + 4 == operand.upperBound {
      return (number?.value ?? 0) &+ frame &+ 4
    }
    return text.has("(R13)", at: open) && open + 5 == operand.upperBound ? number?.value ?? 0 : nil
  }

  private func appendARM(
    _ operand: Range<Int>, _ text: borrowing Span<UInt8>, _ function: Function, _ out: inout [UInt8]
  ) {
    if !isImmediate(text, operand), let offset = armOffset(text, operand, function) {
      appendDecimal(offset, &out)
      out.append(contentsOf: "(R13)".utf8)
    } else if text.has("(g)", at: operand.upperBound - 3) {
      append(text, operand.lowerBound..<operand.upperBound - 3, &out)
      out.append(contentsOf: "(R10)".utf8)
    } else if operand.count == 1, text[operand.lowerBound] == UInt8(ascii: "g") {
      out.append(contentsOf: "R10".utf8)
    } else if let open = text.firstOffset(of: UInt8(ascii: "("), in: operand),
      let shift = text.firstOffset(of: "<<", in: operand.lowerBound..<open)
    {
      // `R0<<2(R1)`: the base comes last.
      append(text, open..<operand.upperBound, &out)
      out.append(UInt8(ascii: "("))
      let isShifted = !text.has("<<0(", at: shift)
      append(text, operand.lowerBound..<(isShifted ? open : shift), &out)
      out.append(UInt8(ascii: ")"))
    } else {
      append(text, operand, &out)
    }
  }

  /// Where the next word with a symbol stands.
  private func word(_ operand: String, behind offset: UInt64, _ function: Function) -> UInt64? {
    guard let words = function.words[operand] else { return nil }
    let next = words.partitioningIndex { $0 > offset }
    return next < words.count ? words[next] : nil
  }
}
