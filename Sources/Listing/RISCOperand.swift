import ByteText
import ProgramModel

/// Operands of riscv64 and loong64 in GNU's and LLVM's spelling: `a0`, `-48`, `0x982`, `16(s11)`, `(a1)`,
/// `-0x650(t6) <main.f>`, `75a44 <main.f+0x1c>`; `$sp`, `-792 <main.f+0x324>` (loong64, as far from the instruction).
enum RISCOperand {
  static func read(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture
  ) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (number, width) = RISCRegister.lower(text, range, architecture) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    let number = OperandText.number(text, range.lowerBound)
    let end = number?.end ?? range.lowerBound
    operand.value = number?.value ?? 0
    operand.hasValue = true
    if text[end] == UInt8(ascii: "("), let close = text.firstOffset(of: UInt8(ascii: ")"), in: range),
      let (base, _) = RISCRegister.lower(text, end + 1..<close, architecture)
    {
      operand.kind = .memory
      operand.register = base
    } else if number != nil, end == range.upperBound {
      operand.kind = .immediate
    } else if architecture == .loong64, number != nil, end - range.lowerBound < 12, text.has(" <", at: end),
      !text.has("0x", at: range.lowerBound), text[range.upperBound - 1] == UInt8(ascii: ">")
    {
      operand.kind = .place
      operand.register = instructionPointer
      let name = end + 2..<range.upperBound - 1
      operand.symbol = name.lowerBound..<(BinutilsDialect.offsetSuffix(text, name) ?? name.upperBound)
    } else {
      operand.hasValue = false
      return OperandText.place(text, range) ?? operand
    }
    return operand
  }
}
