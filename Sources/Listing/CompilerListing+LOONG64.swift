import ByteText
import ProgramModel

extension CompilerListing {
  /// Sums that objdump has one name for.
  private static let otherNames = [
    "ADDVU": "ADDV", "ADDU": "ADD", "SUBVU": "SUBV", "SUBU": "SUB", "PCALIGN": "NOOP", "UNDEF": "BREAK",
  ]

  private static let branches: Set = [
    "JMP", "CALL", "BEQ", "BNE", "BLT", "BGE", "BLTU", "BGEU", "BLTZ", "BGEZ", "BGTZ", "BLEZ", "BFPT", "BFPF",
  ]

  /// A symbol takes a PCALAU12I first. All the other lines that are several instructions (`ADDV $-16424, R3`) read as one.
  func writeLOONG64(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    let printed = text.string(instruction.mnemonic)
    let name = Self.otherNames[printed] ?? printed
    let operands = operands(text, instruction.operands)
    switch name {
    case "DUFFZERO", "DUFFCOPY":
      writeLine(instruction, "CALL runtime.\(name.lowercased())(SB)", function, text, &out)
      return
    case "JMP" where operands.count == 1 && text.string(operands[0]) == "(R1)":
      writeLine(instruction, "RET", function, text, &out)
      return
    case "MOVV" where operands.count == 2:
      guard let offset = stackAddress(text, operands[0], function) else { break }
      writeLine(instruction, "ADDV", of: operands, replacing: (0, "$\(offset), R3"), function, text, &out)
      return
    default: break
    }
    if Self.branches.contains(name) {
      let target = operands.last.flatMap { self.target(text, $0, function) }
      writeLine(
        instruction, name, of: operands, replacing: target.map { (operands.count - 1, address($0)) },
        function, text, &out)
      return
    }
    guard instruction.length > 4,
      let index = operands.firstIndex(where: { self.symbol(text, $0) != nil }),
      let (symbol, isAddress) = self.symbol(text, operands[index])
    else {
      writeLastPart(instruction, name, operands, nothing: "NOOP", function, text, &out)
      return
    }
    var rest = instruction
    let register = isAddress ? operands.last.map { text.string($0) } ?? "R30" : "R30"
    writeLine(
      beginning(&rest), "PCALAU12I $0, \(register)", relocation: "R_LOONG64_ADDR_HI", symbol, function, text,
      &out)
    if isAddress {
      writeLine(rest, "ADDV $0, \(register)", function, text, &out)
    } else {
      writeLine(rest, name, of: operands, replacing: (index, "(R30)"), function, text, &out)
    }
  }
}
