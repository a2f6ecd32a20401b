import ByteText

/// s390x's registers by name.
enum ZRegister {
  /// Go's names: `R2`, `g`, `F0`, `V16`; GNU's and LLVM's: `%r2`, `%f0`, `%v16`, `%a0`.
  static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    var start = range.lowerBound
    if text[start] == UInt8(ascii: "%") { start += 1 }
    let digits = range.upperBound - start - 1
    if digits == 0, text[start] == UInt8(ascii: "g") { return (13, 64) }
    guard digits == 1 || digits == 2 else { return nil }
    let (number, end) = text.decimal(from: start + 1)
    guard end == range.upperBound, number < 32 else { return nil }
    switch text[start] | 0x20 {
    case UInt8(ascii: "r"):
      guard number < 16 else { return nil }
      return (number == 15 ? stackPointer : UInt8(number), 64)
    case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "a"): return (vectorRegister, 0)
    default: return nil
    }
  }
}
