import ByteText
import ProgramModel

/// Operands as Go's objdump spells them (`golang.org/x/arch`, GoSyntax):
/// `$0x18`, `SP`, `0x10(R14)`, `0(CX)(DX*8)`, `main.f(SB)`, `$main.f+704(SB)`, `0x4010ca`, `-5(PC)`, `(R0)`.
public enum GoOperand {
  /// Reads a register, a number, or a displacement and a base, as most operands are, and says where it ends; nil where
  /// something else stands.
  @inline(__always)
  static func simple(_ text: borrowing Span<UInt8>, _ start: Int, _ architecture: Architecture)
    -> (operand: Operand, end: Int)?
  {
    var operand = Operand()
    let first = text[start]
    if first == UInt8(ascii: "$") {
      guard let (value, end) = OperandText.number(text, start + 1) else { return nil }
      operand.kind = .immediate
      operand.value = architecture == .arm64 ? value : OperandText.signExtended32(value)
      operand.hasValue = true
      return (operand, end)
    }
    var open = start
    if first &- UInt8(ascii: "A") >= 26 {
      guard let (value, end) = OperandText.number(text, start), text[end] == UInt8(ascii: "(") else {
        return nil
      }
      (operand.kind, operand.value, operand.hasValue) = (.memory, OperandText.signExtended32(value), true)
      open = end + 1
    }
    var end = open
    while text[end] &- UInt8(ascii: "A") < 26 || text[end] &- 0x30 < 10 { end += 1 }
    guard let (number, width) = register(text, open..<end, architecture) else { return nil }
    operand.register = number
    if operand.kind == .memory { return text[end] == UInt8(ascii: ")") ? (operand, end + 1) : nil }
    (operand.kind, operand.width) = (.register, width)
    return (operand, end)
  }

  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture)
    -> Operand
  {
    var operand = Operand()
    operand.kind = .other
    guard !range.isEmpty else { return operand }
    if let (operand, end) = simple(text, range.lowerBound, architecture), end == range.upperBound {
      return operand
    }
    let first = text[range.lowerBound]
    if first == UInt8(ascii: "$") {
      operand.kind = .immediate
      if let (value, shift) = shifted(text, range.lowerBound + 1, range.upperBound) {
        operand.value = value << shift
        operand.hasValue = true
      } else if text.has("(SB)", at: range.upperBound - 4) {
        operand.symbol = symbol(text, range.lowerBound + 1..<range.upperBound - 4)
      }
      return operand
    }
    if text[range.upperBound - 1] == UInt8(ascii: ")") {
      if text.has("(SB)", at: range.upperBound - 4) {
        operand.kind = .place
        operand.symbol = symbol(text, range.lowerBound..<range.upperBound - 4)
        return operand
      }
      return memory(text, range, architecture)
    }
    if let (number, width) = register(text, range, architecture) {
      operand.kind = .register
      operand.register = number
      operand.width = width
      return operand
    }
    if text.has("0x", at: range.lowerBound) {
      let (value, end) = text.hexadecimal(from: range.lowerBound + 2)
      if end == range.upperBound {
        operand.kind = .place
        operand.value = Int64(bitPattern: value)
        operand.hasValue = true
      }
    }
    return operand
  }

  private static func register(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture
  ) -> (number: UInt8, width: UInt8)? {
    switch architecture {
    case .amd64, .i386: X86Register.go(text, range)
    case .arm64: ARM64Register.go(text, range)
    case .arm: ARMRegister.go(text, range)
    case .riscv64, .loong64: RISCRegister.go(text, range, architecture)
    case .ppc64le: PowerRegister.go(text, range)
    case .s390x: ZRegister.read(text, range)
    }
  }

  /// `displacement(base)(index*scale)`.
  private static func memory(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture
  ) -> Operand {
    var operand = Operand()
    operand.kind = .other
    guard let open = text.firstOffset(of: UInt8(ascii: "("), in: range),
      let close = text.firstOffset(of: UInt8(ascii: ")"), in: open..<range.upperBound)
    else { return operand }
    if text.has("PC", at: open + 1), close == open + 3 {
      // Counted in instructions from this one.
      guard let (value, end) = OperandText.number(text, range.lowerBound), end == open else { return operand }
      operand.kind = .place
      operand.register = instructionPointer
      operand.value = value
      operand.hasValue = true
      return operand
    }
    guard let (base, _) = register(text, open + 1..<close, architecture) else { return operand }
    operand.register = base
    if open == range.lowerBound {
      operand.kind = close + 1 == range.upperBound ? .indirect : .memory
      operand.hasValue = true
    } else {
      guard let (value, _) = OperandText.number(text, range.lowerBound) else { return operand }
      operand.kind = .memory
      operand.value = OperandText.signExtended32(value)
      operand.hasValue = true
    }
    if close + 1 < range.upperBound {
      let end =
        text.firstOffset(of: UInt8(ascii: "*"), in: close + 1..<range.upperBound) ?? range.upperBound - 1
      if let (index, _) = register(text, close + 2..<max(end, close + 2), architecture) {
        operand.index = index
        operand.kind = .memory
      } else if architecture == .arm {
        // `(R0)(R1<<2)`: somewhere behind the base.
        operand.index = vectorRegister
        operand.kind = .memory
      } else {
        operand.kind = .other
        operand.hasValue = false
      }
    }
    return operand
  }

  /// arm64's `$(16<<12)` or `$16<<12`.
  private static func shifted(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> (Int64, Int64)? {
    let start = text[start] == UInt8(ascii: "(") ? start + 1 : start
    guard let (value, mark) = OperandText.number(text, start), text.has("<<", at: mark),
      let (shift, last) = OperandText.number(text, mark + 2),
      last == end || last == end - 1, shift >= 0, shift < 48
    else { return nil }
    return (value, shift)
  }

  /// A symbol without its offset, `main.f+704`, `main.f-8`.
  public static func symbol(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var i = range.upperBound
    while i > range.lowerBound, text[i - 1] &- 0x30 < 10 { i -= 1 }
    guard i < range.upperBound, i - 1 > range.lowerBound,
      text[i - 1] == UInt8(ascii: "+") || text[i - 1] == UInt8(ascii: "-")
    else { return range }
    return range.lowerBound..<i - 1
  }
}
