/// Operands of riscv64 in GNU's and LLVM's spelling: `a0`, `-48`, `0x982`, `16(s11)`, `(a1)`,
/// `-0x650(t6) <main.f>`, `75a44 <main.f+0x1c>`.
enum RISCOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (number, width) = RISCRegister.lower(text, range) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    let number = OperandText.number(text, range.lowerBound)
    let end = number?.end ?? range.lowerBound
    if text[end] == UInt8(ascii: "("), let close = text.firstOffset(of: UInt8(ascii: ")"), in: range),
      let (base, _) = RISCRegister.lower(text, end + 1..<close)
    {
      operand.kind = .memory
      operand.register = base
      operand.value = number?.value ?? 0
      operand.hasValue = true
    } else if let number, end == range.upperBound {
      operand.kind = .immediate
      operand.value = number.value
      operand.hasValue = true
    } else {
      return OperandText.place(text, range) ?? operand
    }
    return operand
  }
}
