import ByteText

/// x86's registers by name: the number that instructions encode, and the width that the name stands for.
enum X86Register {
  /// GNU's and LLVM's names, without `%`: `rax`, `eax`, `ax`, `al`, `r8`, `r8d`, `r8w`, `r8b`, `rip`, `xmm15`.
  static func lower(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    guard range.count >= 2, range.count <= 5 else { return nil }
    let a = text[range.lowerBound]
    if a == UInt8(ascii: "r"), text[range.lowerBound + 1] &- 0x30 < 10 {
      let (number, end) = text.decimal(from: range.lowerBound + 1)
      guard number >= 8, number < 16 else { return nil }
      guard end < range.upperBound else { return (UInt8(number), 64) }
      guard end == range.upperBound - 1 else { return nil }
      switch text[end] {
      case UInt8(ascii: "d"): return (UInt8(number), 32)
      case UInt8(ascii: "w"): return (UInt8(number), 16)
      case UInt8(ascii: "b"), UInt8(ascii: "l"): return (UInt8(number), 8)
      default: return nil
      }
    }
    if range.count >= 4, text[range.lowerBound + 1] == UInt8(ascii: "m"),
      text[range.lowerBound + 2] == UInt8(ascii: "m")
    {
      return (vectorRegister, 0)
    }
    if range.count == 3, a == UInt8(ascii: "r") || a == UInt8(ascii: "e") {
      if text.has("ip", at: range.lowerBound + 1) { return (instructionPointer, 64) }
      guard let number = pair(text[range.lowerBound + 1], text[range.lowerBound + 2]) else {
        return nil
      }
      return (number, a == UInt8(ascii: "r") ? 64 : 32)
    }
    if range.count == 3, text[range.upperBound - 1] == UInt8(ascii: "l"),
      let number = pair(a, text[range.lowerBound + 1])
    {
      return (number, 8)  // spl, bpl, sil, dil
    }
    guard range.count == 2 else { return nil }
    let b = text[range.lowerBound + 1]
    if let number = pair(a, b) { return (number, 16) }
    if b == UInt8(ascii: "l") || b == UInt8(ascii: "h"), let number = pair(a, UInt8(ascii: "x")) {
      return (number, 8)
    }
    return nil
  }

  /// Go's names: `AX`, `R8`, `SP`, `AL`, `IP`, `X15`. Only byte registers show a width.
  static func go(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    guard range.count >= 2, range.count <= 4 else { return nil }
    let a = text[range.lowerBound]
    let b = text[range.lowerBound + 1]
    if range.count == 2, let number = pair(a | 0x20, b | 0x20) { return (number, 0) }
    if a == UInt8(ascii: "R"), b &- 0x30 < 10 {
      let (number, end) = text.decimal(from: range.lowerBound + 1)
      guard number >= 8, number < 16, end + 1 >= range.upperBound else { return nil }
      return (UInt8(number), end < range.upperBound ? 8 : 0)
    }
    if a == UInt8(ascii: "X") || a == UInt8(ascii: "Y") || a == UInt8(ascii: "Z"), b &- 0x30 < 10 {
      return (vectorRegister, 0)
    }
    guard range.count == 2 else { return nil }
    if a == UInt8(ascii: "I"), b == UInt8(ascii: "P") { return (instructionPointer, 0) }
    if b == UInt8(ascii: "L") || b == UInt8(ascii: "H"), let number = pair(a | 0x20, UInt8(ascii: "x")) {
      return (number, 8)
    }
    return nil
  }

  private static func pair(_ a: UInt8, _ b: UInt8) -> UInt8? {
    switch UInt16(a) << 8 | UInt16(b) {
    case 0x6178: 0  // ax
    case 0x6378: 1  // cx
    case 0x6478: 2  // dx
    case 0x6278: 3  // bx
    case 0x7370: stackPointer  // sp
    case 0x6270: 5  // bp
    case 0x7369: 6  // si
    case 0x6469: 7  // di
    default: nil
    }
  }
}
