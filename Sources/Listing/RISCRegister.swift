import ByteText
import ProgramModel

/// The registers of riscv64 and loong64 by name: their numbers, but for SP and the one that reads as zero.
enum RISCRegister {
  /// Go's names: `X10`, `F10`, `V0` (riscv64), `R4`, `F4` (loong64).
  static func go(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture
  ) -> (number: UInt8, width: UInt8)? {
    guard let number = number(text, range, behind: 1) else { return nil }
    switch text[range.lowerBound] {
    case UInt8(ascii: architecture == .riscv64 ? "X" : "R"): return (plain(number, architecture), 64)
    case UInt8(ascii: "F"), UInt8(ascii: "V"): return (vectorRegister, 0)
    default: return nil
    }
  }

  /// GNU's and LLVM's names: `a0`, `sp`, `x10`, `fa0`, `v8` (riscv64), `$a0`, `$sp`, `$r4`, `$fa0` (loong64).
  static func lower(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ architecture: Architecture
  ) -> (number: UInt8, width: UInt8)? {
    var range = range
    if architecture == .loong64 {
      guard range.count > 2, text[range.lowerBound] == UInt8(ascii: "$") else { return nil }
      range = range.lowerBound + 1..<range.upperBound
    }
    guard range.count >= 2, range.count <= 4 else { return nil }
    let isRISCV = architecture == .riscv64
    if range.count == 4 {
      if text.has("zero", at: range.lowerBound) { return (zeroRegister, 64) }
      return isVector(text, range) ? (vectorRegister, 0) : nil
    }
    switch (text[range.lowerBound], text[range.lowerBound + 1]) {
    case (UInt8(ascii: "s"), UInt8(ascii: "p")): return (stackPointer, 64)
    case (UInt8(ascii: "r"), UInt8(ascii: "a")): return (1, 64)
    case (UInt8(ascii: "g"), UInt8(ascii: "p")): return (3, 64)
    case (UInt8(ascii: "t"), UInt8(ascii: "p")): return (isRISCV ? 4 : 2, 64)
    case (UInt8(ascii: "f"), UInt8(ascii: "p")): return (isRISCV ? 8 : 22, 64)
    default: break
    }
    guard let number = number(text, range, behind: 1) else {
      return isVector(text, range) ? (vectorRegister, 0) : nil
    }
    switch text[range.lowerBound] {
    case UInt8(ascii: "x") where isRISCV, UInt8(ascii: "r") where !isRISCV:
      return (plain(number, architecture), 64)
    case UInt8(ascii: "a") where number < 8: return (number + (isRISCV ? 10 : 4), 64)
    case UInt8(ascii: "t") where !isRISCV && number < 9: return (number + 12, 64)
    case UInt8(ascii: "t") where number < 7: return (number + (number < 3 ? 5 : 25), 64)
    case UInt8(ascii: "s") where !isRISCV && number < 10: return (number < 9 ? number + 23 : 22, 64)
    case UInt8(ascii: "s") where number < 12: return (number + (number < 2 ? 8 : 16), 64)
    case UInt8(ascii: "f"), UInt8(ascii: "v"): return (vectorRegister, 0)
    default: return nil
    }
  }

  /// `fa0`, `ft11`, `vr0`, `xr31`.
  private static func isVector(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard number(text, range, behind: 2) != nil else { return false }
    switch (text[range.lowerBound], text[range.lowerBound + 1]) {
    case (UInt8(ascii: "f"), UInt8(ascii: "a")), (UInt8(ascii: "f"), UInt8(ascii: "t")),
      (UInt8(ascii: "f"), UInt8(ascii: "s")), (UInt8(ascii: "v"), UInt8(ascii: "r")),
      (UInt8(ascii: "x"), UInt8(ascii: "r")):
      return true
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

  private static func plain(_ number: UInt8, _ architecture: Architecture) -> UInt8 {
    switch number {
    case 0: zeroRegister
    case architecture == .riscv64 ? 2 : 3: stackPointer
    default: number
    }
  }
}
