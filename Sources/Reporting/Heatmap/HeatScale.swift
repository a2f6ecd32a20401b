/// The mapping from bytes to one of the 256 steps of a colour ramp.
public enum HeatScale: String, CaseIterable, Sendable {
  /// Steps in proportion to the bytes: shows which frames are the few large ones.
  case linear
  /// Steps by the logarithm of «words of 8 bytes, plus one»: frames of 50 and of 500 bytes still differ
  /// beside one of 50,000, and sizes below a word, which no frame has, use up no colours.
  case log

  /// Returns the step of a value, 0 for none and 255 for the largest, rounded to the nearest.
  func level(_ bytes: Int, of largest: Int) -> UInt8 {
    guard bytes > 0, largest > 0 else { return 0 }
    guard bytes < largest else { return 255 }
    switch self {
    case .linear: return UInt8((Double(bytes) / Double(largest) * 255).rounded())
    case .log:
      let whole = Self.log2(words: largest)
      return UInt8((Self.log2(words: bytes) * 255 + whole / 2) / whole)
    }
  }

  /// The logarithm of «words of 8 bytes, plus one».
  private static func log2(words bytes: Int) -> Int { log2(UInt64(bytes) + 8) - log2(8) }

  /// Returns the binary logarithm with sixteen binary digits after the point. It is computed with integers
  /// alone, since the last digit of a mathematics library may differ between machines.
  static func log2(_ value: UInt64) -> Int {
    var result = 63 - value.leadingZeroBitCount
    // This is a number from 1 to 2, with 31 binary digits after the point.
    var rest = result >= 31 ? value >> UInt64(result - 31) : value << UInt64(31 - result)
    for _ in 0..<16 {
      rest = (rest * rest) >> 31
      result <<= 1
      if rest >= 1 << 32 {
        rest >>= 1
        result |= 1
      }
    }
    return result
  }
}

extension HeatScale {
  /// Returns the values for a legend, far enough apart for their labels: 0, round numbers, and the largest.
  func ticks(upTo largest: Int) -> [Int] {
    let candidates: [Int]
    switch self {
    case .linear: candidates = (1..<4).map { largest * $0 / 4 }
    case .log: candidates = Array(sequence(first: 8) { $0 < largest ? $0 * 8 : nil })
    }
    var ticks = [0]
    for value in candidates where value < largest {
      let (before, at) = (level(ticks[ticks.count - 1], of: largest), level(value, of: largest))
      if at - before >= 40, 255 - at >= 50 { ticks.append(value) }
    }
    return largest > 0 ? ticks + [largest] : ticks
  }
}
