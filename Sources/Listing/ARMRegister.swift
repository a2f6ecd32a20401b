import ByteText

/// arm's registers by name.
enum ARMRegister {
  /// GNU's and LLVM's names: `r0`, `sl`, `fp`, `ip`, `sp`, `lr`, `pc`, `d0`, `s0`, `q0`.
  static func lower(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    if range.count == 2 {
      switch (text[range.lowerBound], text[range.lowerBound + 1]) {
      case (UInt8(ascii: "s"), UInt8(ascii: "p")): return (stackPointer, 32)
      case (UInt8(ascii: "p"), UInt8(ascii: "c")): return (instructionPointer, 32)
      case (UInt8(ascii: "l"), UInt8(ascii: "r")): return (14, 32)
      case (UInt8(ascii: "i"), UInt8(ascii: "p")): return (12, 32)
      case (UInt8(ascii: "f"), UInt8(ascii: "p")): return (11, 32)
      case (UInt8(ascii: "s"), UInt8(ascii: "l")): return (10, 32)
      case (UInt8(ascii: "s"), UInt8(ascii: "b")): return (9, 32)
      default: break
      }
    }
    return numbered(text, range, core: UInt8(ascii: "r"), vectors: "dsq")
  }

  /// Go's names: `R0`, `F0`.
  static func go(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    numbered(text, range, core: UInt8(ascii: "R"), vectors: "F")
  }

  private static func numbered(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, core: UInt8, vectors: StaticString
  ) -> (number: UInt8, width: UInt8)? {
    guard range.count == 2 || range.count == 3 else { return nil }
    let (number, end) = text.decimal(from: range.lowerBound + 1)
    guard end == range.upperBound, number <= 31 else { return nil }
    if text[range.lowerBound] == core {
      switch number {
      case 13: return (stackPointer, 32)
      case 15: return (instructionPointer, 32)
      case ...14: return (UInt8(number), 32)
      default: return nil
      }
    }
    for i in 0..<vectors.utf8CodeUnitCount where unsafe text[range.lowerBound] == vectors.utf8Start[i] {
      return (vectorRegister, 0)
    }
    return nil
  }
}
