/// Finds and unpacks the build info of a binary, as Go's `debug/buildinfo/buildinfo.go` does.
struct BuildInfoReader {
  let file: BinaryReader
  let layout: BinaryLayout

  /// The mark `\xff Go buildinf:`, which is on a 16-byte boundary in memory.
  private static let magic = [0xff] + Array(" Go buildinf:".utf8)
  /// The size of the header: the mark, the pointer size, the flags, and 16 bytes that only the older form
  /// uses.
  private static let headerSize: UInt64 = 32
  /// The most bytes of a version or a list of modules.
  private static let textLimit: UInt64 = 16 << 20

  /// Reads the build info; nil when there is none, or when it is damaged.
  func read() throws(BinaryError) -> BuildInfo? {
    guard let home = layout.buildInfoHome, let start = try findMagic(in: home) else { return nil }
    let header = try file.upTo(Self.headerSize, at: start)
    guard header.count == Int(Self.headerSize), let flags = header.u8(15) else { return nil }
    let (version, modules) =
      flags & 2 != 0 ? try inline(start + Self.headerSize) : try pointers(header, flags)
    guard let version, !version.isEmpty else { return nil }
    return BuildInfo(goVersion: String(decoding: version, as: UTF8.self), text: Self.unframed(modules ?? []))
  }

  /// Reads the form of Go 1.18 and later: two strings, each after its length.
  private func inline(_ offset: UInt64) throws(BinaryError) -> ([UInt8]?, [UInt8]?) {
    guard let version = try lengthPrefixed(offset) else { return (nil, nil) }
    return (version.text, try lengthPrefixed(version.end)?.text)
  }

  private func lengthPrefixed(_ offset: UInt64) throws(BinaryError) -> (text: [UInt8], end: UInt64)? {
    let head = try file.upTo(10, at: offset).storage
    var length: UInt64 = 0
    for (i, byte) in head.enumerated() {
      length |= UInt64(byte & 0x7f) << (7 * UInt64(i))
      guard byte < 0x80 else { continue }
      let start = offset + UInt64(i) + 1
      guard let text = try text(at: start, length) else { return nil }
      return (text, start + length)
    }
    return nil
  }

  /// Reads the form of Go 1.13 to 1.17: two pointers to Go strings, each of which is a pointer and a length.
  private func pointers(_ header: Bytes, _ flags: UInt8) throws(BinaryError) -> ([UInt8]?, [UInt8]?) {
    guard let width = header.u8(14), width == 4 || width == 8 else { return (nil, nil) }
    let is64 = width == 8
    let ordered = Bytes(storage: header.storage, isBigEndian: flags & 1 != 0)
    var strings: [[UInt8]?] = []
    for i in 0..<2 {
      strings.append(
        try goString(ordered.word(16 + i * Int(width), is64: is64) ?? 0, is64, ordered.isBigEndian))
    }
    return (strings[0], strings[1])
  }

  private func goString(_ address: UInt64, _ is64: Bool, _ isBigEndian: Bool) throws(BinaryError) -> [UInt8]?
  {
    guard let place = fileOffset(of: address) else { return nil }
    let pair = try file.upTo(is64 ? 16 : 8, at: place, isBigEndian: isBigEndian)
    guard let pointer = pair.word(0, is64: is64), let length = pair.word(is64 ? 8 : 4, is64: is64),
      let start = fileOffset(of: pointer)
    else { return nil }
    return try text(at: start, length)
  }

  private func text(at offset: UInt64, _ length: UInt64) throws(BinaryError) -> [UInt8]? {
    guard length <= Self.textLimit else { return nil }
    let bytes = try file.upTo(length, at: offset).storage
    return bytes.count == Int(length) ? bytes : nil
  }

  /// Returns the offset in the file for an address of the running program; nil where no segment contains it.
  private func fileOffset(of address: UInt64) -> UInt64? {
    for segment in layout.segments
    where address >= segment.address && address - segment.address < segment.size {
      return segment.offset &+ (address - segment.address)
    }
    return nil
  }

  /// Returns the offset in the file of the first mark that is on the right boundary.
  private func findMagic(in home: Section) throws(BinaryError) -> UInt64? {
    // A section need not begin on such a boundary.
    var offset = (16 - home.address % 16) % 16
    while offset < home.size {
      let piece = try file.upTo(min(1 << 20, home.size - offset), at: home.offset &+ offset).storage
      for i in stride(from: 0, to: piece.count, by: 16) where piece[i] == 0xff {
        if piece[i...].starts(with: Self.magic) { return home.offset &+ offset + UInt64(i) }
      }
      if piece.count < 1 << 20 { return nil }
      offset += UInt64(piece.count)
    }
    return nil
  }

  /// Removes the 16 bytes that the go command puts at each end (`modload.infoStart`, `infoEnd`). A newline
  /// comes before those at the end.
  private static func unframed(_ modules: [UInt8]) -> String {
    guard modules.count >= 33, modules[modules.count - 17] == UInt8(ascii: "\n") else { return "" }
    return String(decoding: modules[16..<modules.count - 16], as: UTF8.self)
  }
}
