/// Looks for the words that every traceback has one of: a log is mostly something else.
///
/// Sixteen places at once are asked for two letters of a word, four apart and seldom together in what is none. Lines
/// about panics and goroutines have them all the same: what is asked then is cheap as well.
struct WordSearch: Sendable {
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
      hits .|= Self.pair("#", "0", a, b)
      let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
      guard halves[0] | halves[1] != 0 else {
        i &+= 16
        continue
      }
      let low = halves[0] != 0
      i &+= (low ? halves[0] : halves[1]).trailingZeroBitCount &>> 3 &+ (low ? 0 : 8)
      for start in max(range.lowerBound, i &- Self.lead)...i
      where unsafe Self.isWord(base + start, range.upperBound &- start) { return start }
      i &+= 1
    }
    for start in max(range.lowerBound, i &- Self.lead)..<max(range.upperBound, i)
    where unsafe Self.isWord(base + start, range.upperBound &- start) { return start }
    return nil
  }

  @inline(__always)
  private static func pair(_ first: Unicode.Scalar, _ fifth: Unicode.Scalar, _ a: Bytes, _ b: Bytes)
    -> SIMDMask<SIMD16<Int8>>
  {
    (a .== Bytes(repeating: UInt8(ascii: first))) .& (b .== Bytes(repeating: UInt8(ascii: fifth)))
  }

  /// Whether a word stands whole in the bytes from an address on, of which there are so many.
  private static func isWord(_ text: UnsafeRawPointer, _ count: Int) -> Bool {
    func has(_ word: StaticString) -> Bool {
      guard word.utf8CodeUnitCount <= count else { return false }
      for k in 0..<word.utf8CodeUnitCount
      where unsafe text.load(fromByteOffset: k, as: UInt8.self) != word.utf8Start[k] { return false }
      return true
    }
    guard count > 0 else { return false }
    return switch unsafe text.load(as: UInt8.self) {
    // Where a text was pasted a blank may be one that does not break.
    case UInt8(ascii: "g"): has("goroutine ") || has("goroutine\u{a0}")
    // The second one is gin's.
    case UInt8(ascii: "p"): has("panic: ") || has("panic recovered")
    case UInt8(ascii: "f"): has("fatal error: ")
    case UInt8(ascii: "D"): has("DATA RACE")
    // delve's.
    case UInt8(ascii: "G"): has("Goroutine ")
    // gdb's, whose innermost frame may have no address, and lldb's.
    case UInt8(ascii: "#"): has("#0  0x") || has("#1  0x") || has("#0: 0x")
    // A stack in zap's, Lambda's and Datadog's JSON.
    case UInt8(ascii: "s"): has("stacktrace\"") || has("stackTrace\"")
    // Datadog's too; Sentry's frames; journald's bytes.
    case UInt8(ascii: "\""): has("\"stack\":") || has("\"lineno\":") || has("\"MESSAGE\":[")
    default: false
    }
  }
}
