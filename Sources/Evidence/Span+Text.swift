/// Searches in a line, which has no padding.
extension Span where Element == UInt8 {
  func has(_ text: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, offset + text.utf8CodeUnitCount <= count else { return false }
    for i in 0..<text.utf8CodeUnitCount where unsafe self[offset + i] != text.utf8Start[i] { return false }
    return true
  }

  func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && has(text, at: 0) }

  func ends(with text: StaticString) -> Bool { has(text, at: count - text.utf8CodeUnitCount) }

  func first(_ byte: UInt8, from start: Int) -> Int? {
    var i = start
    while i < count {
      if self[i] == byte { return i }
      i += 1
    }
    return nil
  }

  func last(_ byte: UInt8, below end: Int) -> Int? {
    var i = end
    while i > 0 {
      i -= 1
      if self[i] == byte { return i }
    }
    return nil
  }

  /// Where the text stands first.
  func first(_ text: StaticString, from start: Int = 0) -> Int? {
    let head = unsafe text.utf8Start[0]
    var i = start
    while let at = first(head, from: i) {
      if has(text, at: at) { return at }
      i = at + 1
    }
    return nil
  }

  /// A decimal number and where it ends; no digit gives the start itself, what is too large the largest.
  func decimal(at start: Int) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var i = start
    while i >= 0, i < count, self[i] &- 0x30 < 10 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, over2) = product.addingReportingOverflow(UInt64(self[i] &- 0x30))
      value = over || over2 ? .max : sum
      i += 1
    }
    return (value, i)
  }

  /// The hexadecimal number that fills a range; nil where anything else stands there.
  func hexadecimal(_ range: Range<Int>) -> UInt64? {
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

  /// A line's text, what is not UTF-8 replaced.
  func string(_ range: Range<Int>? = nil) -> String {
    let part = extracting(range ?? 0..<count)
    return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
