import ByteText

/// arm64's registers by name.
enum ARM64Register {
  /// GNU's and LLVM's names: `x0`, `w0`, `sp`, `wsp`, `xzr`, `wzr`, `v0`, `q0`.
  static func lower(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    guard range.count >= 2, range.count <= 3 else { return nil }
    if range.count == 2, text.has("sp", at: range.lowerBound) { return (stackPointer, 64) }
    if range.count == 3, text.has("wsp", at: range.lowerBound) { return (stackPointer, 32) }
    let a = text[range.lowerBound]
    let width: UInt8 = a == UInt8(ascii: "w") ? 32 : 64
    if range.count == 3, text.has("zr", at: range.lowerBound + 1) { return (zeroRegister, width) }
    if range.count == 2, text.has("fp", at: range.lowerBound) { return (29, 64) }
    if range.count == 2, text.has("lr", at: range.lowerBound) { return (30, 64) }
    let (number, end) = text.decimal(from: range.lowerBound + 1)
    guard end == range.upperBound, number <= 31 else { return nil }
    switch a {
    case UInt8(ascii: "x"), UInt8(ascii: "w"): return number <= 30 ? (UInt8(number), width) : nil
    case UInt8(ascii: "v"), UInt8(ascii: "q"), UInt8(ascii: "d"), UInt8(ascii: "s"):
      return (vectorRegister, 0)
    default: return nil
    }
  }

  /// Go's names: `R0`, `RSP`, `ZR`, `V0`, `F0`.
  static func go(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    guard range.count >= 2, range.count <= 3 else { return nil }
    if range.count == 3, text.has("RSP", at: range.lowerBound) { return (stackPointer, 64) }
    if range.count == 2, text.has("ZR", at: range.lowerBound) { return (zeroRegister, 64) }
    let (number, end) = text.decimal(from: range.lowerBound + 1)
    guard end == range.upperBound, number <= 31 else { return nil }
    switch text[range.lowerBound] {
    case UInt8(ascii: "R"): return (UInt8(number), 64)
    case UInt8(ascii: "V"), UInt8(ascii: "F"): return (vectorRegister, 0)
    default: return nil
    }
  }
}
