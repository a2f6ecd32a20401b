import ByteText

/// x86 operands in AT&T's spelling: `$0x18`, `%rsp`, `0x10(%r14)`, `(%rcx,%rdx,8)`, `*%rax`,
/// `%fs:0xfffffffffffffff8`, `4010ca <main.f+0xca>`.
enum ATTOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    switch text[range.lowerBound] {
    case UInt8(ascii: "$"):
      operand.kind = .immediate
      if let (value, _) = OperandText.number(text, range.lowerBound + 1) {
        operand.value = OperandText.signExtended32(value)
        operand.hasValue = true
      }
    case UInt8(ascii: "%"):
      if let (number, width) = X86Register.lower(text, range.lowerBound + 1..<range.upperBound) {
        operand.kind = .register
        operand.register = number
        operand.width = width
      } else if text.firstOffset(of: UInt8(ascii: ":"), in: range) != nil {
        operand.kind = .memory  // behind a segment register
      }
    case UInt8(ascii: "*"):
      guard range.count > 1, text[range.lowerBound + 1] != UInt8(ascii: "*") else { break }
      operand = read(text, range.lowerBound + 1..<range.upperBound)
      if operand.kind == .register { operand.kind = .indirect }
      if operand.kind == .place { operand.kind = .memory }
    default:
      guard text[range.upperBound - 1] == UInt8(ascii: ")"),
        let open = text.firstOffset(of: UInt8(ascii: "("), in: range)
      else { return OperandText.place(text, range) ?? operand }
      operand.kind = .memory
      operand.hasValue = true
      if open > range.lowerBound, let (value, _) = OperandText.number(text, range.lowerBound) {
        operand.value = OperandText.signExtended32(value)
      }
      let comma = text.firstOffset(of: UInt8(ascii: ","), in: open..<range.upperBound)
      if text[open + 1] == UInt8(ascii: "%"),
        let (base, _) = X86Register.lower(text, open + 2..<(comma ?? range.upperBound - 1))
      {
        operand.register = base
      }
      if let comma, text[comma + 1] == UInt8(ascii: "%") {
        let end =
          text.firstOffset(of: UInt8(ascii: ","), in: comma + 1..<range.upperBound) ?? range.upperBound - 1
        operand.index = X86Register.lower(text, comma + 2..<end)?.number ?? noRegister
      }
    }
    return operand
  }
}
