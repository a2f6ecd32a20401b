import ByteText
import ProgramModel

/// arm64 and arm operands in GNU's and LLVM's spelling: `#0x480`, `#1024`, `sp`, `[x28, #16]`, `[sp, #-32]!`,
/// `[r0, r1, lsl #2]`, `lsl #12`, `2d0e58 <main.main+0xe38>`.
enum ARMOperand {
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture)
    -> Operand
  {
    func register(_ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
      architecture == .arm ? ARMRegister.lower(text, range) : ARM64Register.lower(text, range)
    }
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    switch text[range.lowerBound] {
    case UInt8(ascii: "#"):
      if let (value, _) = OperandText.number(text, range.lowerBound + 1) {
        operand.kind = .immediate
        operand.value = value
        operand.hasValue = true
      }
    case UInt8(ascii: "["):
      operand.kind = .memory
      operand.hasValue = true
      let close = text.firstOffset(of: UInt8(ascii: "]"), in: range) ?? range.upperBound
      let comma = text.firstOffset(of: UInt8(ascii: ","), in: range.lowerBound..<close)
      operand.register =
        register(range.lowerBound + 1..<(comma ?? close))?.number ?? noRegister
      if let comma {
        var start = comma + 1
        while start < close, text[start] == UInt8(ascii: " ") { start += 1 }
        if text[start] == UInt8(ascii: "#"), let (value, _) = OperandText.number(text, start + 1) {
          operand.value = value
        } else {
          let shift = text.firstOffset(of: UInt8(ascii: ","), in: start..<close)
          operand.index = register(start..<(shift ?? close))?.number ?? vectorRegister
          // Not what the register holds is added.
          if shift != nil, architecture == .arm { operand.index = vectorRegister }
        }
      }
      if close + 1 < range.upperBound, text[close + 1] == UInt8(ascii: "!") { operand.writeback = .before }
    default:
      if let (number, width) = register(range) {
        operand.kind = .register
        operand.register = number
        operand.width = width
      } else if text.has("lsl #", at: range.lowerBound),
        let (shift, _) = OperandText.number(text, range.lowerBound + 5)
      {
        operand.kind = .other
        operand.value = shift
        operand.hasValue = true
      } else {
        return OperandText.place(text, range) ?? operand
      }
    }
    return operand
  }
}
