import ByteText

/// ppc64 operands in GNU's and LLVM's spelling: `r3`, `-5040`, `16(r30)`, `9e2f8 <main.f+0x18>`; LLVM's registers are
/// numbers, `3` and `16(30)`, so that only an instruction says what a number is.
enum PowerOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (number, width) = PowerRegister.lower(text, range) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    if let (value, end) = OperandText.number(text, range.lowerBound) {
      operand.value = value
      operand.hasValue = true
      if end == range.upperBound, !text.has("0x", at: range.lowerBound) {
        operand.kind = .immediate
        return operand
      }
      if text[end] == UInt8(ascii: "("), text[range.upperBound - 1] == UInt8(ascii: ")") {
        operand.kind = .memory
        operand.register = base(text, end + 1..<range.upperBound - 1)
        return operand
      }
    }
    return OperandText.place(text, range) ?? Operand()
  }

  /// The base of a displacement: `r1`, `1`; none for `0`.
  private static func base(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt8 {
    if let (number, _) = PowerRegister.lower(text, range) { return number }
    let (value, end) = text.decimal(from: range.lowerBound)
    guard end == range.upperBound, value > 0 else { return noRegister }
    return PowerRegister.general(value) ?? noRegister
  }
}
