import ByteText

/// How the characters of a pasted text are encoded.
///
/// Windows' PowerShell writes what `>` redirects in UTF-16.
enum PasteEncoding: Sendable {
  case utf8, littleEndian16, bigEndian16

  /// - Parameter beginning: the text's first bytes; UTF-16 is known by its mark, or by the zeros beside ASCII.
  init(_ beginning: Span<UInt8>) {
    self = .utf8
    guard beginning.count >= 2 else { return }
    if beginning[0] == 0xff, beginning[1] == 0xfe { self = .littleEndian16 }
    if beginning[0] == 0xfe, beginning[1] == 0xff { self = .bigEndian16 }
    guard self == .utf8, beginning.count >= 16 else { return }
    var zeros = (even: 0, odd: 0)
    let count = min(beginning.count, 128) & ~1
    for i in 0..<count where beginning[i] == 0 {
      if i & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    if zeros.even == 0, zeros.odd * 20 > count * 9 { self = .littleEndian16 }
    if zeros.odd == 0, zeros.even * 20 > count * 9 { self = .bigEndian16 }
  }

  /// Appends a piece as UTF-8.
  ///
  /// - Parameter rest: the bytes of a character whose end has not come yet; they begin the next piece.
  func decode(_ piece: borrowing Span<UInt8>, rest: inout [UInt8], into text: inout [UInt8]) {
    if self == .utf8 { return text.append(piece, 0..<piece.count) }
    var bytes = rest
    bytes.append(piece, 0..<piece.count)
    rest.removeAll(keepingCapacity: true)
    let low = self == .littleEndian16 ? 0 : 1
    func unit(_ i: Int) -> UInt32 { UInt32(bytes[i + low]) | UInt32(bytes[i + 1 - low]) << 8 }
    var i = 0
    while i + 2 <= bytes.count {
      var value = unit(i)
      if value & 0xfc00 == 0xd800 {
        guard i + 4 <= bytes.count else { break }
        let next = unit(i + 2)
        if next & 0xfc00 == 0xdc00 {
          value = 0x10000 + (value & 0x3ff) << 10 + (next & 0x3ff)
          i += 2
        }
      }
      if value < 0x80 {
        text.append(UInt8(value))
      } else {
        text.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{fffd}")!)
      }
      i += 2
    }
    rest.append(contentsOf: bytes[i...])
  }
}
