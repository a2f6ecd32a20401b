import ByteText
import ProgramModel

extension CompilerListing {
  private static let otherNames = [
    "SYNC": "HWSYNC", "PCALIGN": "NOP", "UNDEF": "TW", "BVS": "BSO", "BVC": "BNSO",
  ]

  private static let branches: Set = [
    "BEQ", "BNE", "BLT", "BGE", "BGT", "BLE", "BSO", "BNSO", "BC", "BDNZ", "BDZ",
  ]

  /// Objdump prints no blanks behind commas, and the registers of a sum before the number. A symbol's address is a
  /// constant with a relocation. All the other lines that are several instructions (`ADD $-102336, R1, R23`) read as one.
  func writePPC64(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    let printed = text.string(instruction.mnemonic)
    var name = Self.otherNames[printed] ?? printed
    var operands = operands(text, instruction.operands)
    var replaced: Replacement?
    switch name {
    case "DUFFZERO", "DUFFCOPY":
      writeLine(instruction, "CALL runtime.\(name.lowercased())(SB)", function, text, &out)
      return
    case "JMP", "CALL", "BCL":
      writePPC64Jump(instruction, name, operands, function, text, &out)
      return
    case "OR"
    where operands.count == 2 && isImmediate(text, operands[0]) && text.has("R0", at: operands[1].lowerBound):
      writeLine(instruction, "NOP", function, text, &out)
      return
    case "ADD", "ADDIS", "OR", "ORIS":
      guard let first = operands.first, let last = operands.last, operands.count <= 3 else { break }
      operands = [operands.count == 3 ? operands[1] : last, first, last]
    case "MOVD" where operands.count == 2:
      guard let offset = stackAddress(text, operands[0], function) else { break }
      name = "ADD"
      replaced = (0, "R1,$\(offset)")
    default: break
    }
    if Self.branches.contains(name), let target = operands.last.flatMap({ self.target(text, $0, function) }) {
      if name.hasPrefix("BD") { name = "BC" }
      replaced = (operands.count - 1, address(target))
    }
    var rest = instruction
    if rest.length > 4, let index = operands.firstIndex(where: { self.symbol(text, $0) != nil }),
      let (symbol, isAddress) = self.symbol(text, operands[index])
    {
      if isAddress {
        let register = operands.last.map { text.string($0) } ?? "R31"
        writeLine(rest, "MOVD $0,\(register)", relocation: "R_ADDRPOWER", symbol, function, text, &out)
        return
      }
      writeLine(beginning(&rest), "MOVD $0,R31", relocation: "R_ADDRPOWER", symbol, function, text, &out)
      replaced = (index, "0(R31)")
    }
    if isDistant(rest, operands, text) { writeLine(beginning(&rest), "NOP", function, text, &out) }
    writeLine(rest, name, of: operands, replacing: replaced, separator: ",", function, text, &out)
  }

  /// `JMP LR`, `JMP 24`, `JMP main.f(SB)`, `CALL main.f(SB)`, `CALL CTR`, `BCL $20, CR0LT, $1, LR`.
  private func writePPC64Jump(
    _ instruction: Instruction, _ name: String, _ operands: [Range<Int>], _ function: Function,
    _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    guard let last = operands.last else { return }
    let isCall = name != "JMP"
    if last.count == 2, text.has("LR", at: last.lowerBound) {
      writeLine(instruction, isCall ? "BCLRL $20,LT,$1" : "RET", function, text, &out)
    } else if last.count == 3, text.has("CTR", at: last.lowerBound) {
      writeLine(instruction, isCall ? "BL (CTR)" : "BR (CTR)", function, text, &out)
    } else {
      let target = self.target(text, last, function)
      writeLine(
        instruction, isCall ? "CALL" : "BR", of: [last], replacing: target.map { (0, address($0)) }, function,
        text, &out)
    }
  }
}
