import ByteText
import ProgramModel

/// The rules that the machines with a link register have in common, except arm and arm64.
extension CompilerListing {
  /// The text that is printed for an operand, and the operand's place among them.
  typealias Replacement = (index: Int, by: String)

  /// The names that objdump has for SP and for `g`.
  private var names: (sp: String, g: String) {
    switch architecture {
    case .riscv64: ("X2", "X27")
    case .loong64: ("R3", "R22")
    case .ppc64le: ("R1", "R30")
    default: ("R15", "R13")
    }
  }

  /// Where a variable is, counted from SP: riscv64 prints that itself, the others count from the frame's upper end.
  /// ppc64le calls SP R1 there as well, and arguments' offsets are not negative.
  func stackVariable(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function
  ) -> (offset: Int64, end: Int)? {
    guard let found = variable(text, operand, base: architecture == .ppc64le ? "(R1)" : "(SP)") else {
      return nil
    }
    let end = found.open + 4
    if architecture == .riscv64 { return (found.offset, end) }
    let isArgument = found.isArgument || architecture == .ppc64le && found.offset >= 0
    let above = isArgument ? Int64(architecture.argumentOffset) : 0
    return (found.offset &+ wholeFrame(function) &+ above, end)
  }

  /// `$main.buf-2048(SP)`, `$32(R1)`: the address of something in the frame, counted from SP.
  func stackAddress(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function
  ) -> Int64? {
    guard isImmediate(text, operand), operand.count > 1 else { return nil }
    let place = operand.lowerBound + 1..<operand.upperBound
    if let variable = stackVariable(text, place, function) {
      return variable.end == operand.upperBound ? variable.offset : nil
    }
    guard let (value, open) = OperandText.number(text, place.lowerBound) else { return nil }
    let isSP =
      architecture == .ppc64le
      ? text.has("(R1)", at: open) : architecture == .riscv64 && text.has("(SP)", at: open)
    return isSP && open + 4 == place.upperBound ? value : nil
  }

  /// `main.x+8(SB)`, `$main.x+8(SB)`: the symbol and what is added to it, and whether its address is meant. A constant in
  /// memory has a `$` in its own name: `$f64.3ff0000000000000(SB)` is loaded.
  func symbol(_ text: borrowing Span<UInt8>, _ operand: Range<Int>) -> (name: Range<Int>, isAddress: Bool)? {
    guard operand.count > 4, text.has("(SB)", at: operand.upperBound - 4) else { return nil }
    let isConstant =
      text.has("$f64.", at: operand.lowerBound) || text.has("$f32.", at: operand.lowerBound)
      || text.has("$i64.", at: operand.lowerBound) || text.has("$i32.", at: operand.lowerBound)
    let isAddress = isImmediate(text, operand) && !isConstant
    return (operand.lowerBound + (isAddress ? 1 : 0)..<operand.upperBound - 4, isAddress)
  }

  /// A whole line: `ADDI $16, X2, X2`.
  func writeLine(
    _ instruction: Instruction, _ name: String, of operands: [Range<Int>] = [],
    replacing replaced: Replacement? = nil,
    separator: String = ", ", _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    begin(instruction, function, text, &out)
    out.append(contentsOf: name.utf8)
    for (i, operand) in operands.enumerated() {
      out.append(contentsOf: (i == 0 ? " " : separator).utf8)
      if let replaced, i == replaced.index {
        out.append(contentsOf: replaced.by.utf8)
      } else {
        append(operand: operand, function, text, &out)
      }
    }
    out.append(0x0a)
  }

  /// A line that a relocation belongs to: `AUIPC $0, X31<TAB>[0:8]R_RISCV_PCREL_ITYPE:main.x`.
  func writeLine(
    _ instruction: Instruction, _ words: String, relocation: String, _ symbol: Range<Int>,
    _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    begin(instruction, function, text, &out)
    out.append(contentsOf: words.utf8)
    out.append(contentsOf: "\t[0:8]\(relocation):".utf8)
    append(text, symbol, &out)
    out.append(0x0a)
  }

  /// A load or store that is several instructions, for its slot is far from SP: the last one is it.
  func isDistant(_ instruction: Instruction, _ operands: [Range<Int>], _ text: borrowing Span<UInt8>) -> Bool
  {
    guard instruction.length > 4, operands.count == 2 else { return false }
    return operands.contains { text[$0.upperBound - 1] == UInt8(ascii: ")") && !isImmediate(text, $0) }
  }

  /// A line, less the parts before a distant slot's load or store.
  func writeLastPart(
    _ instruction: Instruction, _ name: String, _ operands: [Range<Int>], nothing: String,
    _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    var rest = instruction
    if isDistant(rest, operands, text) { writeLine(beginning(&rest), nothing, function, text, &out) }
    writeLine(rest, name, of: operands, function, text, &out)
  }

  /// The address of a branch's target.
  func address(_ target: UInt64) -> String { "0x" + String(target, radix: 16) }

  private func append(
    operand: Range<Int>, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    if let variable = stackVariable(text, operand, function), !isImmediate(text, operand) {
      out.append(contentsOf: "\(variable.offset)(\(names.sp))".utf8)
      append(text, variable.end..<operand.upperBound, &out)
    } else if text.has("(g)", at: operand.upperBound - 3) {
      append(text, operand.lowerBound..<operand.upperBound - 3, &out)
      out.append(contentsOf: "(\(names.g))".utf8)
    } else if operand.count == 1, text[operand.lowerBound] == UInt8(ascii: "g") {
      out.append(contentsOf: names.g.utf8)
    } else if operand.count == 2, text.has("SP", at: operand.lowerBound) {
      out.append(contentsOf: names.sp.utf8)
    } else if text.has("(SP)", at: operand.upperBound - 4) {
      append(text, operand.lowerBound..<operand.upperBound - 4, &out)
      out.append(contentsOf: "(\(names.sp))".utf8)
    } else {
      append(text, operand, &out)
    }
  }
}
