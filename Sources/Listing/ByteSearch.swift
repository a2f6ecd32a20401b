/// Searches over listing text, eight bytes a step.
///
/// Whoever makes a text for the dialects puts ``textPadding`` newlines behind it, so that no search and no
/// wide load here has to look for the end.
extension Span where Element == UInt8 {
  /// Eight bytes from an offset, the first one lowest.
  @inlinable @inline(__always)
  public func word(at offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The offset of the first control character (a byte below 14: TAB, LF, CR, NUL …) from `start` on.
  ///
  /// Fields of a listing end at TAB, lines at LF or CR LF: one search finds whichever comes first.
  @inlinable @inline(__always)
  public func controlCharacter(from start: Int) -> Int {
    var i = start
    while true {
      let w = word(at: i)
      // «Has a byte less than n» of Bit Twiddling Hacks; the lowest byte that it marks is right.
      let marks = (w &- 0x0e0e_0e0e_0e0e_0e0e) & ~w & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
  }

  /// The offset of the first newline from `start` on.
  @inlinable @inline(__always)
  public func newline(from start: Int) -> Int { first(0x0a, from: start) }

  /// The offset of the first such byte from `start` on. There must be one.
  @inlinable @inline(__always)
  public func first(_ byte: UInt8, from start: Int) -> Int {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var i = start
    while true {
      let w = word(at: i) ^ pattern
      let marks = (w &- 0x0101_0101_0101_0101) & ~w & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
  }

  /// The offset of the first such byte in a range, or nil.
  @inlinable
  public func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
    for i in range where self[i] == byte { return i }
    return nil
  }

  /// Whether the ASCII text stands at an offset.
  @inlinable @inline(__always)
  public func has(_ text: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, offset + text.utf8CodeUnitCount <= count else { return false }
    for i in 0..<text.utf8CodeUnitCount where unsafe self[offset + i] != text.utf8Start[i] { return false }
    return true
  }

  /// Where the ASCII text stands first in a range, or nil.
  public func firstOffset(of text: StaticString, in range: Range<Int>) -> Int? {
    let first = unsafe text.utf8Start[0]
    var i = range.lowerBound
    while i + text.utf8CodeUnitCount <= range.upperBound {
      if self[i] == first, has(text, at: i) { return i }
      i += 1
    }
    return nil
  }

  /// Where the ASCII text stands last in a range, or nil.
  public func lastOffset(of text: StaticString, in range: Range<Int>) -> Int? {
    let first = unsafe text.utf8Start[0]
    var i = range.upperBound - text.utf8CodeUnitCount
    while i >= range.lowerBound {
      if self[i] == first, has(text, at: i) { return i }
      i -= 1
    }
    return nil
  }

  /// Where the last line begins, behind `start` and before `end`, whose first byte is neither a blank nor a control
  /// character; nil for none.
  public func lastLineStart(below end: Int, from start: Int) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var i = end
      while i - 16 > start {
        let marks = unsafe ByteMask.lineStarts(base, i - 16)
        if marks != 0 { return i - 1 - (marks << 48).leadingZeroBitCount }
        i -= 16
      }
      while i - 1 > start {
        i -= 1
        if unsafe bytes[i - 1] == 0x0a, unsafe bytes[i] > 0x20 { return i }
      }
      return nil
    }
  }

  /// A hexadecimal number from `start` on: its value and where it ends. No digit gives the start itself;
  /// digits beyond the sixteenth push the first ones out.
  @inlinable @inline(__always)
  public func hexadecimal(from start: Int) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var i = start
    while true {
      let (part, count) = hexDigits(in: word(at: i))
      value = value &<< (4 &* UInt64(truncatingIfNeeded: count)) | part
      i &+= count
      if count < 8 { return (value, i) }
    }
  }

  /// A decimal number from `start` on: its value and where it ends. Too large a number is cut at Int64's limit.
  public func decimal(from start: Int) -> (value: Int64, end: Int) {
    var value: Int64 = 0
    var i = start
    while self[i] &- 0x30 < 10 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, over2) = product.addingReportingOverflow(Int64(self[i] &- 0x30))
      value = over || over2 ? Int64.max : sum
      i += 1
    }
    return (value, i)
  }
}

/// How many newlines stand behind every text that is handed to a dialect.
public let textPadding = 384

@inlinable @inline(__always)
func isHexDigit(_ c: UInt8) -> Bool { c &- 0x30 < 10 || (c | 0x20) &- 0x61 < 6 }

/// The hexadecimal digits that eight bytes begin with, all at once: their value, and how many they are.
@inlinable @inline(__always)
func hexDigits(in word: UInt64) -> (value: UInt64, count: Int) {
  let tops: UInt64 = 0x8080_8080_8080_8080
  // A byte's highest bit says whether it is at least `0`, `:`; in lower case, `a`, `g`.
  let plain = word | tops
  let lower = plain | 0x2020_2020_2020_2020
  let isDigit = (plain &- 0x3030_3030_3030_3030) & ~(plain &- 0x3a3a_3a3a_3a3a_3a3a)
  let isLetter = (lower &- 0x6161_6161_6161_6161) & ~(lower &- 0x6767_6767_6767_6767)
  let others = ~((isDigit | isLetter) & ~word) & tops
  let count = others.trailingZeroBitCount &>> 3
  guard count > 0 else { return (0, 0) }
  // Moved up behind leading zeros, each byte made a nibble, nibbles packed in pairs.
  let text = word &<< (64 &- 8 &* UInt64(truncatingIfNeeded: count))
  let nibbles = (text & 0x0f0f_0f0f_0f0f_0f0f) &+ ((text &>> 6) & 0x0101_0101_0101_0101) &* 9
  let pairs = (nibbles &<< 4 | nibbles &>> 8) & 0x00ff_00ff_00ff_00ff
  let quads = (pairs &<< 8 | pairs &>> 16) & 0x0000_ffff_0000_ffff
  return ((quads &<< 16 | quads &>> 32) & 0xffff_ffff, count)
}
