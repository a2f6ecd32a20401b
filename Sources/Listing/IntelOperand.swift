import ByteText

/// x86 operands in Intel's spelling: `0x18`, `rsp`, `QWORD PTR [r14+0x10]`, `[rcx+rdx*8]`,
/// `QWORD PTR fs:0xfffffffffffffff8`, `4010ca <main.f+0xca>`.
enum IntelOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (number, width) = X86Register.lower(text, range) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    if text[range.upperBound - 1] == UInt8(ascii: "]"),
      let open = text.firstOffset(of: UInt8(ascii: "["), in: range)
    {
      return memory(text, open + 1..<range.upperBound - 1, width: width(text, range))
    }
    // 386's `lea eax,ds:0x8170ea0`.
    if text.has("ds:0x", at: range.lowerBound) {
      return OperandText.place(text, range.lowerBound + 3..<range.upperBound) ?? operand
    }
    if text.firstOffset(of: " PTR ", in: range) != nil {
      operand.kind = .memory
      operand.width = width(text, range)
      return operand
    }
    if text[range.lowerBound] == UInt8(ascii: "0") || text[range.lowerBound] == UInt8(ascii: "-"),
      let (value, end) = OperandText.number(text, range.lowerBound), end == range.upperBound
    {
      operand.kind = .immediate
      operand.value = OperandText.signExtended32(value)
      operand.hasValue = true
      return operand
    }
    return OperandText.place(text, range) ?? operand
  }

  /// `base+index*scale+displacement`.
  private static func memory(_ text: borrowing Span<UInt8>, _ range: Range<Int>, width: UInt8) -> Operand {
    var operand = Operand()
    operand.kind = .memory
    operand.hasValue = true
    operand.width = width
    var start = range.lowerBound
    while start < range.upperBound {
      let sign = text[start]
      if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { start += 1 }
      var end = start
      while end < range.upperBound, text[end] != UInt8(ascii: "+"), text[end] != UInt8(ascii: "-") {
        end += 1
      }
      if end == start { break }
      let star = text.firstOffset(of: UInt8(ascii: "*"), in: start..<end)
      if let (number, _) = X86Register.lower(text, start..<(star ?? end)) {
        if star == nil, operand.register == noRegister {
          operand.register = number
        } else {
          operand.index = number
        }
      } else if let (value, _) = OperandText.number(text, start) {
        operand.value = OperandText.signExtended32(sign == UInt8(ascii: "-") ? 0 &- value : value)
      }
      start = end
    }
    return operand
  }

  private static func width(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt8 {
    if text.has("BYTE", at: range.lowerBound) { return 8 }
    if text.has("WORD", at: range.lowerBound) { return 16 }
    if text.has("DWORD", at: range.lowerBound) { return 32 }
    if text.has("QWORD", at: range.lowerBound) { return 64 }
    if text.has("XMMWORD", at: range.lowerBound) { return 128 }
    return 0
  }
}
