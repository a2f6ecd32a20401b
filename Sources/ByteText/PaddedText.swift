/// Searches over text with padding, eight bytes a step.
///
/// Whoever makes such a text puts ``textPadding`` newlines behind it, so that no search and no
/// wide load here has to look for the end.
extension Span where Element == UInt8 {
  /// Eight bytes from an offset, the first one lowest.
  @inlinable @inline(__always)
  public func word(at offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Sixteen bytes from an offset.
  @inline(__always)
  func sixteen(at offset: Int) -> SIMD16<UInt8> {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// Whether two ranges hold the same bytes. Eight of them are looked at at once.
  @inlinable @inline(__always)
  public func areSame(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    var i = 0
    while i &+ 8 <= a.count {
      if word(at: a.lowerBound &+ i) != word(at: b.lowerBound &+ i) { return false }
      i &+= 8
    }
    let rest = UInt64(truncatingIfNeeded: 8 &* (a.count &- i))
    return rest == 0 || (word(at: a.lowerBound &+ i) ^ word(at: b.lowerBound &+ i)) &<< (64 &- rest) == 0
  }

  /// Whether the bytes of a range are a whole path, or the last elements of it.
  @inlinable @inline(__always)
  public func areEnd(_ range: Range<Int>, ofPath path: Range<Int>) -> Bool {
    let start = path.upperBound - range.count
    guard start >= path.lowerBound else { return false }
    guard areSame(range, start..<path.upperBound) else { return false }
    return start == path.lowerBound || self[start - 1] == UInt8(ascii: "/")
      || self[start - 1] == UInt8(ascii: "\\")
  }

  /// The number that the digits before `end` spell, and how many there are: of the seven bytes before it, all at once.
  @inlinable @inline(__always)
  public func decimal(before end: Int) -> (value: UInt32, digits: Int) {
    guard end >= 8 else { return (0, 0) }
    let values = word(at: end &- 8) ^ 0x3030_3030_3030_3030
    // A byte's highest bit is set where its value is no digit's, and that of the eighth byte from the end.
    let others =
      ((values & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080 | 0x80
    let count = others.leadingZeroBitCount &>> 3
    // The first digit is lowest; what stands before it counts as zeros. Each step makes two numbers one.
    var digits = count == 0 ? 0 : values & ~0 &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    digits = (digits &* 0xa01) &>> 8 & 0x00ff_00ff_00ff_00ff
    digits = (digits &* 0x64_0001) &>> 16 & 0x0000_ffff_0000_ffff
    return (UInt32(truncatingIfNeeded: (digits &* 0x2710_0000_0001) &>> 32), count)
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
  public func newline(from start: Int) -> Int {
    var i = start
    while true {
      let w = word(at: i) ^ 0x0a0a_0a0a_0a0a_0a0a
      let marks = (w &- 0x0101_0101_0101_0101) & ~w & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
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
}

/// The number of newlines behind padded text.
public let textPadding = 384

/// Whether a byte is a hexadecimal digit, in either case.
@inlinable @inline(__always)
public func isHexDigit(_ c: UInt8) -> Bool { c &- 0x30 < 10 || (c | 0x20) &- 0x61 < 6 }

/// The hexadecimal digits that eight bytes begin with, all at once: their value, and how many they are.
@inlinable @inline(__always)
public func hexDigits(in word: UInt64) -> (value: UInt64, count: Int) {
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
