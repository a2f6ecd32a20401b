import ByteText

/// ppc64's registers by name. Go's code keeps zero in R0.
public enum PowerRegister {
  /// The link register, which calls leave the way back in, and some indirect ones go by.
  public static let link: UInt8 = 32
  /// The count register, which indirect calls and jumps go by.
  public static let count: UInt8 = 33

  /// A general register by its number.
  public static func general(_ number: Int64) -> UInt8? {
    switch number {
    case 0: zeroRegister
    case 1: stackPointer
    case 2...31: UInt8(number)
    default: nil
    }
  }

  /// Go's names: `R3`, `g`, `LR`, `CTR`, `F0`, `V0`, `VS32`.
  static func go(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    let start = range.lowerBound
    switch range.count {
    case 1: return text[start] == UInt8(ascii: "g") ? (30, 64) : nil
    case 2 where text.has("LR", at: start): return (link, 64)
    case 3 where text.has("CTR", at: start): return (count, 64)
    case 2...4: return numbered(text, range)
    default: return nil
    }
  }

  /// GNU's names: `r3`, `f0`, `v0`, `vs32`.
  static func lower(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (number: UInt8, width: UInt8)? {
    (2...4).contains(range.count) ? numbered(text, range) : nil
  }

  private static func numbered(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (UInt8, UInt8)? {
    var i = range.lowerBound + 1
    let letter = text[range.lowerBound] | 0x20
    if letter == UInt8(ascii: "v"), text[i] | 0x20 == UInt8(ascii: "s") { i += 1 }
    let (value, end) = text.decimal(from: i)
    guard end == range.upperBound, end > i else { return nil }
    switch letter {
    case UInt8(ascii: "r"): return general(value).map { ($0, 64) }
    case UInt8(ascii: "f"), UInt8(ascii: "v"): return value < 64 ? (vectorRegister, 0) : nil
    default: return nil
    }
  }
}
