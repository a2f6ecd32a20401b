import ProgramModel

/// JSON strings that are valid whatever the bytes are, and safe to print on a terminal.
enum JSONText {
  /// Returns the string with its quotes. Bytes that are not UTF-8 become U+FFFD.
  static func quoted(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    UnsafeScalars.walk(bytes) { scalar, _ in append(scalar ?? "\u{fffd}", to: &out) }
    out.append(UInt8(ascii: "\""))
    return out
  }

  /// Whether a string needs no escapes in JSON, as almost every name.
  static func isPlain(_ bytes: Span<UInt8>) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    /// The highest bit of each byte of a word that is zero, and perhaps of others behind the first one.
    func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
    var start = 0
    while start &+ 8 <= bytes.count {
      let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
      let escaped =
        (word &- 0x20 &* ones) & ~word | zeros(word ^ 0x22 &* ones) | zeros(word ^ 0x5c &* ones)
        | zeros(word ^ 0x7f &* ones) | word
      if escaped & (0x80 &* ones) != 0 { return false }
      start &+= 8
    }
    for i in start..<bytes.count {
      let byte = bytes[i]
      if byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        return false
      }
    }
    return true
  }

  /// Appends a character, escaped where JSON or a terminal demands it.
  private static func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    switch scalar {
    case "\"", "\\":
      out += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
    case "\n": out += Array("\\n".utf8)
    case "\r": out += Array("\\r".utf8)
    case "\t": out += Array("\\t".utf8)
    case _ where UnsafeScalars.contains(scalar):
      // A character above U+FFFF takes two escapes, a surrogate pair (RFC 8259, 7).
      for unit in UTF16.encode(scalar)! {
        let digits = String(unit, radix: 16)
        out += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      }
    default: out += Array(UTF8.encode(scalar)!)
    }
  }
}
