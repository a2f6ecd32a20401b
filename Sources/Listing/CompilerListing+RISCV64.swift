import ByteText
import ProgramModel

extension CompilerListing {
  /// Jumps and calls are spelled by the register that takes the way back, and go so many bytes from themselves; a symbol
  /// takes an AUIPC first. All the other lines that are several instructions (`ADDI $-16424, SP, SP`) read as one.
  func writeRISCV64(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    let name = text.string(instruction.mnemonic)
    let operands = operands(text, instruction.operands)
    switch name {
    case "JAL", "JALR":
      writeRISCV64Jump(instruction, name, operands, function, text, &out)
      return
    case "DUFFZERO", "DUFFCOPY":
      writeLine(instruction, "CALL runtime.\(name.lowercased())(SB)", function, text, &out)
      return
    case "UNDEF":
      writeLine(instruction, "EBREAK", function, text, &out)
      return
    case "MOV" where operands.count == 2:
      guard let offset = stackAddress(text, operands[0], function) else { break }
      writeLine(instruction, "ADDI", of: operands, replacing: (0, "$\(offset), X2"), function, text, &out)
      return
    default: break
    }
    if name.hasPrefix("B"), let last = operands.last, let target = distant(instruction, last, function, text)
    {
      writeLine(
        instruction, name, of: operands, replacing: (operands.count - 1, address(target)), function, text,
        &out)
      return
    }
    guard instruction.length > 4,
      let index = operands.firstIndex(where: { self.symbol(text, $0) != nil }),
      let (symbol, isAddress) = self.symbol(text, operands[index])
    else {
      writeLastPart(instruction, name, operands, nothing: "PAUSE", function, text, &out)
      return
    }
    var rest = instruction
    let register = isAddress ? operands.last.map { text.string($0) } ?? "X31" : "X31"
    writeLine(
      beginning(&rest), "AUIPC $0, \(register)", relocation: "R_RISCV_PCREL_ITYPE", symbol, function, text,
      &out)
    if isAddress {
      writeLine(rest, "ADDI $0, \(register), \(register)", function, text, &out)
    } else {
      writeLine(rest, name, of: operands, replacing: (index, "(X31)"), function, text, &out)
    }
  }

  /// `JAL X0, $-12`, `JAL X1, main.f(SB)`, `JAL X5, runtime.morestack(SB)`, `JALR X0, X1`, `JALR X1, X9`.
  private func writeRISCV64Jump(
    _ instruction: Instruction, _ name: String, _ operands: [Range<Int>], _ function: Function,
    _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    guard operands.count == 2 else {
      writeLine(instruction, name, of: operands, function, text, &out)
      return
    }
    let isJump = text.string(operands[0]) == "X0"
    let isCall = text.string(operands[0]) == "X1"
    let goTo = isJump ? "JMP" : "CALL"
    if name == "JALR" {
      let register = text.string(operands[1])
      if isJump, register == "X1" {
        writeLine(instruction, "RET", function, text, &out)
      } else {
        writeLine(instruction, "\(goTo) (\(register))", function, text, &out)
      }
      return
    }
    var replaced: Replacement?
    if let target = distant(instruction, operands[1], function, text) { replaced = (1, address(target)) }
    guard isJump || isCall else {
      writeLine(instruction, name, of: operands, replacing: replaced, function, text, &out)
      return
    }
    writeLine(
      instruction, goTo, of: [operands[1]], replacing: replaced.map { (0, $0.by) }, function, text, &out)
  }

  /// Where `$12` goes to.
  private func distant(
    _ instruction: Instruction, _ operand: Range<Int>, _ function: Function, _ text: borrowing Span<UInt8>
  ) -> UInt64? {
    guard isImmediate(text, operand),
      let (value, end) = OperandText.number(text, operand.lowerBound + 1), end == operand.upperBound
    else { return nil }
    return function.entry &+ instruction.offset &+ UInt64(bitPattern: value)
  }
}
