/// Compresses bytes by RFC 1950 and 1951: one block of fixed codes, with matches found by a hash of three
/// bytes.
///
/// Pictures consist of runs, and of rows that repeat those above them; dynamic codes would gain too little to
/// be worth their code.
struct Deflate {
  private var out: [UInt8] = []
  private var bits: UInt64 = 0
  private var bitCount = 0
  /// How many earlier places with the same hash are tried.
  private static let tries = 96
  private static let window = 32_768

  /// Returns the bytes as a zlib stream.
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var deflate = Deflate()
    deflate.block(bytes)
    let sum = adler32(bytes)
    // 0x789c: deflate with a window of 32 KiB, the default level.
    return [0x78, 0x9c] + deflate.out + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) }
  }

  /// Returns the checksum that ends a zlib stream (RFC 1950, 8.2).
  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  /// Puts all bytes as one block, and fills the last byte with zeros.
  private mutating func block(_ bytes: [UInt8]) {
    put(0b011, 3)  // the last block; fixed codes
    var latest = [Int32](repeating: -1, count: 1 << 15)
    var earlier = [Int32](repeating: -1, count: Self.window)
    func hash(_ at: Int) -> Int {
      let word = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
      return Int((word &* 0x9e37_79b1) >> 17)
    }
    var at = 0
    while at < bytes.count {
      let match = Self.longest(bytes, at, from: at + 3 <= bytes.count ? latest[hash(at)] : -1, earlier)
      if match.length >= 3 {
        length(match.length)
        distance(match.distance)
      } else {
        literal(Int(bytes[at]))
      }
      for _ in 0..<(match.length >= 3 ? match.length : 1) {
        if at + 3 <= bytes.count {
          earlier[at % Self.window] = latest[hash(at)]
          latest[hash(at)] = Int32(at)
        }
        at += 1
      }
    }
    literal(256)
    if bitCount > 0 { put(0, 8 - bitCount) }
  }

  /// Returns the longest earlier match of the bytes at a place, and how far back it begins.
  private static func longest(
    _ bytes: [UInt8], _ at: Int, from first: Int32, _ earlier: [Int32]
  ) -> (length: Int, distance: Int) {
    let limit = min(258, bytes.count - at)
    var best = (length: 0, distance: 0)
    var (place, left) = (Int(first), tries)
    while place >= 0, at - place <= window, left > 0, best.length < limit {
      if bytes[place + best.length] == bytes[at + best.length] {
        var length = 0
        while length < limit, bytes[place + length] == bytes[at + length] { length += 1 }
        if length > best.length { best = (length, at - place) }
      }
      let next = Int(earlier[place % window])
      // A newer place has overwritten an older entry of the same slot.
      guard next < place else { break }
      (place, left) = (next, left - 1)
    }
    return best
  }

  // MARK: Codes (RFC 1951, 3.2.5 and 3.2.6)

  /// Puts the code of a literal byte, of the end (256), or of a length's symbol.
  private mutating func literal(_ symbol: Int) {
    switch symbol {
    case ..<144: code(0x30 + symbol, 8)
    case ..<256: code(0x190 + symbol - 144, 9)
    case ..<280: code(symbol - 256, 7)
    default: code(0xc0 + symbol - 280, 8)
    }
  }

  /// Puts the length of a match, from 3 to 258.
  private mutating func length(_ length: Int) {
    guard length < 258 else { return literal(285) }
    let (symbol, extra, rest) = Self.class(length - 3, perBit: 4)
    literal(257 + symbol)
    put(UInt64(rest), extra)
  }

  /// Puts the distance of a match, from 1 to 32,768.
  private mutating func distance(_ distance: Int) {
    let (symbol, extra, rest) = Self.class(distance - 1, perBit: 2)
    code(symbol, 5)
    put(UInt64(rest), extra)
  }

  /// Returns the symbol, the number of extra bits and their value. Both tables have `perBit` symbols for each
  /// number of extra bits, and twice as many without any.
  private static func `class`(_ value: Int, perBit: Int) -> (symbol: Int, extra: Int, rest: Int) {
    guard value >= perBit * 2 else { return (value, 0, 0) }
    let top = Int.bitWidth - 1 - value.leadingZeroBitCount
    let extra = top - perBit.trailingZeroBitCount
    return (extra * perBit + value >> extra, extra, value & (1 << extra - 1))
  }

  /// Puts a Huffman code, highest bit first.
  private mutating func code(_ value: Int, _ count: Int) {
    var reversed: UInt64 = 0
    for bit in 0..<count { reversed |= UInt64(value >> bit & 1) << UInt64(count - 1 - bit) }
    put(reversed, count)
  }

  /// Puts so many bits, lowest bit first.
  private mutating func put(_ value: UInt64, _ count: Int) {
    bits |= value << UInt64(bitCount)
    bitCount += count
    while bitCount >= 8 {
      out.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }
}
