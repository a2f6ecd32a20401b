/// How bytes become one of the 256 steps of a colour ramp.
public enum HeatScale: String, CaseIterable, Sendable {
  /// Twice the bytes, twice the step: shows which frames are the few large ones.
  case linear
  /// By the logarithm of the words of 8 bytes, and one: frames of 50 and of 500 bytes still differ beside one
  /// of 50,000, and what is below a word, which no frame is, takes no colours.
  case log

  /// The step of a value, 0 for none and 255 for the largest; rounded to the nearest.
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

  private static func log2(words bytes: Int) -> Int { log2(UInt64(bytes) + 8) - log2(8) }

  /// The logarithm with sixteen binary digits behind the point, by integers alone: a mathematics library's
  /// last digit may differ from one machine to another.
  static func log2(_ value: UInt64) -> Int {
    var result = 63 - value.leadingZeroBitCount
    // From 1 up to 2, with 31 digits behind the point.
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
  /// Values for a legend, far enough from each other for their words: 0, round ones, and the largest.
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
