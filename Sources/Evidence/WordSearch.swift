/// Looks for the words that every traceback has one of: a log is mostly something else.
///
/// Sixteen places at once are asked for two letters of a word, four apart and seldom together in what is none.
struct WordSearch: Sendable {
  private static let words: [StaticString] = [
    "goroutine ", "panic: ", "fatal error: ", "DATA RACE",
    // journald's bytes; a stack in zap's, Lambda's and Datadog's JSON; Sentry's frames.
    "\"MESSAGE\":[", "stacktrace\"", "stackTrace\"", "\"stack\":", "\"lineno\":",
    // delve's.
    "Goroutine ",
  ]
  /// Where in a word its two letters are at most.
  private static let lead = 1

  /// Longer than any word.
  static let longest = 16

  private typealias Bytes = SIMD16<UInt8>

  /// Where the first of them stands whole in a range.
  func first(_ text: UnsafeRawBufferPointer, in range: Range<Int>) -> Int? {
    guard let base = text.baseAddress else { return nil }
    var i = range.lowerBound
    while i &+ 20 <= range.upperBound {
      let a = unsafe base.loadUnaligned(fromByteOffset: i, as: Bytes.self)
      let b = unsafe base.loadUnaligned(fromByteOffset: i &+ 4, as: Bytes.self)
      var hits = Self.pair("g", "u", a, b) .| Self.pair("p", "c", a, b)
      hits .|= Self.pair("f", "l", a, b) .| Self.pair("A", "R", a, b)
      hits .|= Self.pair("M", "A", a, b) .| Self.pair("s", "k", a, b)
      hits .|= Self.pair("l", "n", a, b) .| Self.pair("G", "u", a, b)
      let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
      if halves[0] | halves[1] != 0 {
        for k in 0..<16 where hits[k] {
          for start in max(range.lowerBound, i &+ k &- Self.lead)...i &+ k
          where unsafe Self.isWord(base, start, range.upperBound) { return start }
        }
      }
      i &+= 16
    }
    for start in max(range.lowerBound, i &- Self.lead)..<max(range.upperBound, i)
    where unsafe Self.isWord(base, start, range.upperBound) { return start }
    return nil
  }

  @inline(__always)
  private static func pair(_ first: Unicode.Scalar, _ fifth: Unicode.Scalar, _ a: Bytes, _ b: Bytes)
    -> SIMDMask<SIMD16<Int8>>
  {
    (a .== Bytes(repeating: UInt8(ascii: first))) .& (b .== Bytes(repeating: UInt8(ascii: fifth)))
  }

  private static func isWord(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
    words.contains { word in
      guard start + word.utf8CodeUnitCount <= end else { return false }
      for k in 0..<word.utf8CodeUnitCount
      where unsafe base.load(fromByteOffset: start + k, as: UInt8.self) != word.utf8Start[k] { return false }
      return true
    }
  }
}
