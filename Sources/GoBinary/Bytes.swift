/// A piece of a file, and the byte order of its numbers. Reads never trap: they return nil outside of the
/// piece.
struct Bytes: Sendable {
  var storage: [UInt8]
  var isBigEndian: Bool

  var count: Int { storage.count }

  func u8(_ offset: Int) -> UInt8? { storage.indices.contains(offset) ? storage[offset] : nil }
  func u16(_ offset: Int) -> UInt16? { number(offset, 2).map(UInt16.init(truncatingIfNeeded:)) }
  func u32(_ offset: Int) -> UInt32? { number(offset, 4).map(UInt32.init(truncatingIfNeeded:)) }
  func u64(_ offset: Int) -> UInt64? { number(offset, 8) }

  /// Returns a number of a pointer's width, 4 or 8 bytes.
  func word(_ offset: Int, is64: Bool) -> UInt64? { number(offset, is64 ? 8 : 4) }

  /// Returns the text from `offset` to the next NUL, or to `limit` bytes or the end if that comes first.
  func string(_ offset: Int, limit: Int = .max) -> String? {
    guard storage.indices.contains(offset) else { return nil }
    return String(decoding: storage[offset...].prefix(limit).prefix { $0 != 0 }, as: UTF8.self)
  }

  private func number(_ offset: Int, _ width: Int) -> UInt64? {
    guard offset >= 0, offset <= count - width else { return nil }
    var value: UInt64 = 0
    for i in 0..<width {
      value = value << 8 | UInt64(storage[isBigEndian ? offset + i : offset + width - 1 - i])
    }
    return value
  }
}
