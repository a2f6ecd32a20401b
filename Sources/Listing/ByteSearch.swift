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

  /// A hexadecimal number from `start` on: its value and where it ends. No digit gives the start itself;
  /// digits beyond the sixteenth push the first ones out.
  @inlinable @inline(__always)
  public func hexadecimal(from start: Int) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var i = start
    while true {
      let c = self[i]
      let digit: UInt8
      if c &- 0x30 < 10 {
        digit = c &- 0x30
      } else {
        let lower = (c | 0x20) &- 0x61
        if lower >= 6 { return (value, i) }
        digit = lower &+ 10
      }
      value = value &<< 4 | UInt64(digit)
      i &+= 1
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
