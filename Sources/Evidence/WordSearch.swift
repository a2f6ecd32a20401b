/// Looks for the words that every traceback has one of, by the method of Wu and Manber («A fast algorithm for
/// multi-pattern searching», 1994): a log is mostly something else, and of that a sixth is looked at.
struct WordSearch: Sendable {
  /// The words by their first seven bytes.
  private static let words: [StaticString] = [
    "goroutine ", "panic: ", "fatal error: ", "DATA RACE",
    // journald's bytes; a stack in zap's and Datadog's JSON; Sentry's frames.
    "\"MESSAGE\":[", "stacktrace\"", "\"stack\":", "\"lineno\":",
  ]
  private static let length = 7

  /// Longer than any word.
  static let longest = 16

  /// For two bytes: how far behind them the next place is where a word may end its first seven.
  private let shifts: [UInt8]

  init() {
    var shifts = [UInt8](repeating: UInt8(Self.length - 1), count: 1 << 16)
    for word in Self.words {
      for i in 1..<Self.length {
        let pair = unsafe Int(word.utf8Start[i - 1]) | Int(word.utf8Start[i]) << 8
        shifts[pair] = min(shifts[pair], UInt8(Self.length - 1 - i))
      }
    }
    self.shifts = shifts
  }

  /// Where the first of them stands whole in a range.
  func first(_ text: UnsafeRawBufferPointer, in range: Range<Int>) -> Int? {
    unsafe shifts.withUnsafeBufferPointer { shifts in
      guard let base = text.baseAddress, let shifts = shifts.baseAddress else { return nil }
      var i = range.lowerBound + Self.length - 2
      while i + 2 <= range.upperBound {
        let pair = unsafe Int(UInt16(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt16.self)))
        let shift = unsafe Int(shifts[pair])
        if shift == 0, unsafe Self.isWord(base, i + 2 - Self.length, range.upperBound) {
          return i + 2 - Self.length
        }
        i &+= max(1, shift)
      }
      return nil
    }
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
