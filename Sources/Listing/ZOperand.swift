import ByteText

/// s390x operands in GNU's and LLVM's spelling: `%r2`, `-32768`, `16(%r13)`, `8(%r15,%r0)`, `32(64,%r15)` with a length
/// where an index may be, `a96e6 <main.f+0x196>`.
enum ZOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (number, width) = ZRegister.read(text, range) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    guard let (value, end) = OperandText.number(text, range.lowerBound) else {
      return OperandText.place(text, range) ?? operand
    }
    if end == range.upperBound, !text.has("0x", at: range.lowerBound) {
      operand.kind = .immediate
      operand.value = value
      operand.hasValue = true
      return operand
    }
    guard text[end] == UInt8(ascii: "("), text[range.upperBound - 1] == UInt8(ascii: ")") else {
      return OperandText.place(text, range) ?? operand
    }
    operand.kind = .memory
    operand.value = value
    operand.hasValue = true
    let inside = end + 1..<range.upperBound - 1
    guard let comma = text.firstOffset(of: UInt8(ascii: ","), in: inside) else {
      operand.register = ZRegister.read(text, inside)?.number ?? noRegister
      return operand
    }
    operand.register = ZRegister.read(text, comma + 1..<inside.upperBound)?.number ?? noRegister
    if let (index, _) = ZRegister.read(text, inside.lowerBound..<comma) {
      operand.index = index
    } else {
      operand.length = UInt16(clamping: text.decimal(from: inside.lowerBound).value)
    }
    return operand
  }
}
