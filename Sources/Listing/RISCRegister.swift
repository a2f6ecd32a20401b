/// riscv64's registers by name: their numbers, but for SP and the one that reads as zero.
enum RISCRegister {
  /// Go's names: `X10`, `F10`, `V0`.
  static func go(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> (number: UInt8, width: UInt8)? {
    guard let number = number(text, range, behind: 1) else { return nil }
    switch text[range.lowerBound] {
    case UInt8(ascii: "X"): return (plain(number), 64)
    case UInt8(ascii: "F"), UInt8(ascii: "V"): return (vectorRegister, 0)
    default: return nil
    }
  }

  /// GNU's and LLVM's names: `a0`, `sp`, `x10`, `fa0`, `v8`.
  static func lower(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> (number: UInt8, width: UInt8)? {
    guard range.count >= 2, range.count <= 4 else { return nil }
    if range.count == 4 {
      if text.has("zero", at: range.lowerBound) { return (zeroRegister, 64) }
      return isVector(text, range) ? (vectorRegister, 0) : nil
    }
    switch (text[range.lowerBound], text[range.lowerBound + 1]) {
    case (UInt8(ascii: "s"), UInt8(ascii: "p")): return (stackPointer, 64)
    case (UInt8(ascii: "r"), UInt8(ascii: "a")): return (1, 64)
    case (UInt8(ascii: "g"), UInt8(ascii: "p")): return (3, 64)
    case (UInt8(ascii: "t"), UInt8(ascii: "p")): return (4, 64)
    case (UInt8(ascii: "f"), UInt8(ascii: "p")): return (8, 64)
    default: break
    }
    guard let number = number(text, range, behind: 1) else {
      return isVector(text, range) ? (vectorRegister, 0) : nil
    }
    switch text[range.lowerBound] {
    case UInt8(ascii: "x"): return (plain(number), 64)
    case UInt8(ascii: "a") where number < 8: return (number + 10, 64)
    case UInt8(ascii: "t") where number < 7: return (number + (number < 3 ? 5 : 25), 64)
    case UInt8(ascii: "s") where number < 12: return (number + (number < 2 ? 8 : 16), 64)
    case UInt8(ascii: "v"): return (vectorRegister, 0)
    default: return nil
    }
  }

  /// `fa0`, `ft11`, `fs1`.
  private static func isVector(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard text[range.lowerBound] == UInt8(ascii: "f"), number(text, range, behind: 2) != nil else {
      return false
    }
    switch text[range.lowerBound + 1] {
    case UInt8(ascii: "a"), UInt8(ascii: "t"), UInt8(ascii: "s"): return true
    default: return false
    }
  }

  private static func number(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, behind letters: Int
  ) -> UInt8? {
    guard range.count > letters, range.count <= letters + 2 else { return nil }
    let (number, end) = text.decimal(from: range.lowerBound + letters)
    return end == range.upperBound && number < 32 ? UInt8(number) : nil
  }

  private static func plain(_ number: UInt8) -> UInt8 {
    switch number {
    case 0: zeroRegister
    case 2: stackPointer
    default: number
    }
  }
}
