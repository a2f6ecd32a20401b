/// Searches in any text, within its bounds.
extension Span where Element == UInt8 {
  /// Whether the ASCII text stands at an offset.
  @inlinable @inline(__always)
  public func has(_ text: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, offset + text.utf8CodeUnitCount <= count else { return false }
    for i in 0..<text.utf8CodeUnitCount where unsafe self[offset + i] != text.utf8Start[i] { return false }
    return true
  }

  /// Whether the whole is the ASCII text.
  public func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && has(text, at: 0) }

  /// Whether the ASCII text stands at the end.
  public func ends(with text: StaticString) -> Bool { has(text, at: count - text.utf8CodeUnitCount) }

  /// The offset behind the blanks and control characters that a range begins with.
  @inlinable @inline(__always)
  public func skippingBlanks(_ range: Range<Int>) -> Int {
    var i = range.lowerBound
    while i < range.upperBound, self[i] <= 0x20 { i += 1 }
    return i
  }

  /// The offset of the first such byte in a range, or nil.
  @inlinable
  public func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.upperBound <= count)
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var i = range.lowerBound
    while i &+ 8 <= range.upperBound {
      let others = word(at: i) ^ pattern
      let marks = (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
    while i < range.upperBound {
      if self[i] == byte { return i }
      i &+= 1
    }
    return nil
  }

  /// The offset of the first such byte from `start` on, or nil.
  @inlinable
  public func firstOffset(of byte: UInt8, from start: Int) -> Int? {
    firstOffset(of: byte, in: Swift.min(start, count)..<count)
  }

  /// The offset of the last such byte in a range, or nil.
  @inlinable
  public func lastOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    let low7: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    var i = range.upperBound
    while i &- 8 >= range.lowerBound {
      i &-= 8
      let others = word(at: i) ^ pattern
      // Exact for every byte: the highest mark counts here.
      let marks = ~(((others & low7) &+ low7) | others | low7)
      if marks != 0 { return i &+ (63 &- marks.leadingZeroBitCount) &>> 3 }
    }
    while i > range.lowerBound {
      i -= 1
      if self[i] == byte { return i }
    }
    return nil
  }

  /// The offset of the last such byte below `end`, or nil.
  @inlinable
  public func lastOffset(of byte: UInt8, below end: Int) -> Int? { lastOffset(of: byte, in: 0..<end) }

  /// The offset where the ASCII text, which is not empty, stands first in a range, or nil.
  ///
  /// Its first two letters are looked for, sixteen places at once: one alone is in most words.
  public func firstOffset(of text: StaticString, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let length = text.utf8CodeUnitCount
    var i = range.lowerBound
    guard length > 1, range.count > 16 else {
      while i &+ length <= range.upperBound {
        if has(text, at: i) { return i }
        i &+= 1
      }
      return nil
    }
    let first = unsafe SIMD16<UInt8>(repeating: text.utf8Start[0])
    let second = unsafe SIMD16<UInt8>(repeating: text.utf8Start[1])
    // The last sixteen places may be some of those before once more.
    let last = range.upperBound &- 17
    while true {
      let hits = (sixteen(at: i) .== first) .& (sixteen(at: i &+ 1) .== second)
      let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
      if halves[0] | halves[1] != 0 {
        for k in 0..<16 where hits[k] && i &+ k &+ length <= range.upperBound && has(text, at: i &+ k) {
          return i &+ k
        }
      }
      guard i < last else { return nil }
      i = Swift.min(i &+ 16, last)
    }
  }

  /// The offset where the ASCII text, which is not empty, stands first from `start` on, or nil.
  public func firstOffset(of text: StaticString, from start: Int = 0) -> Int? {
    firstOffset(of: text, in: Swift.min(start, count)..<count)
  }

  /// The offset where the ASCII text, which is not empty, stands last in a range, or nil.
  public func lastOffset(of text: StaticString, in range: Range<Int>) -> Int? {
    let first = unsafe text.utf8Start[0]
    var end = range.upperBound - text.utf8CodeUnitCount + 1
    while end > range.lowerBound, let found = lastOffset(of: first, in: range.lowerBound..<end) {
      if has(text, at: found) { return found }
      end = found
    }
    return nil
  }

  /// A decimal number from `start` on: its value and where it ends. Without a digit it ends where it starts; a number
  /// that is too large counts as the largest.
  public func decimal(from start: Int) -> (value: Int64, end: Int) {
    var value: Int64 = 0
    var i = start
    while i >= 0, i < count, self[i] &- 0x30 < 10 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, over2) = product.addingReportingOverflow(Int64(self[i] &- 0x30))
      value = over || over2 ? .max : sum
      i += 1
    }
    return (value, i)
  }

  /// The hexadecimal number in lower case that fills a range; nil where anything else stands there.
  public func hexadecimal(_ range: Range<Int>) -> UInt64? {
    guard 1...16 ~= range.count, range.upperBound <= count else { return nil }
    var value: UInt64 = 0
    for i in range {
      switch self[i] {
      case 0x30...0x39: value = value << 4 | UInt64(self[i] - 0x30)
      case 0x61...0x66: value = value << 4 | UInt64(self[i] - 0x57)
      default: return nil
      }
    }
    return value
  }

  /// A part of the text, or all of it; bytes that are not UTF-8 are replaced.
  public func string(_ range: Range<Int>? = nil) -> String {
    let part = extracting(range ?? 0..<count)
    return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
