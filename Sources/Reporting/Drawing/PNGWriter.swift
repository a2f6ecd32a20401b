/// A raster as a PNG file (ISO/IEC 15948), with a palette if there are at most 256 colours, otherwise with
/// eight bits each for red, green and blue.
struct PNGWriter {
  private let raster: Raster
  private var isIndexed: Bool { raster.colors.count <= 256 }

  init(_ raster: Raster) { self.raster = raster }

  /// The whole file.
  var bytes: [UInt8] {
    // Eight bits a sample; a palette or true colour; the only methods of compression and filtering; no
    // interlacing.
    let head = Self.word(raster.width) + Self.word(raster.height) + [8, isIndexed ? 3 : 2, 0, 0, 0]
    var out: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + Self.chunk("IHDR", head)
    if isIndexed { out += Self.chunk("PLTE", raster.colors.flatMap { [$0.red, $0.green, $0.blue] }) }
    return out + Self.chunk("IDAT", Deflate.zlib(scanlines)) + Self.chunk("IEND", [])
  }

  /// The rows, each after a byte that names its filter: none.
  private var scanlines: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((raster.width * (isIndexed ? 1 : 3) + 1) * raster.height)
    for y in 0..<raster.height {
      out.append(0)
      for pixel in raster.pixels[y * raster.width..<(y + 1) * raster.width] {
        if isIndexed {
          out.append(UInt8(pixel))
        } else {
          let color = raster.colors[Int(pixel)]
          out += [color.red, color.green, color.blue]
        }
      }
    }
    return out
  }

  /// Returns a chunk with its length and its checksum.
  private static func chunk(_ type: StaticString, _ data: [UInt8]) -> [UInt8] {
    let body = Array("\(type)".utf8) + data
    return word(data.count) + body + word(Int(crc32(body)))
  }

  /// Returns a number as four bytes, highest first.
  private static func word(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  /// Returns the checksum that ends a chunk (ISO/IEC 15948, annex D).
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
  }
}
