import Foundation
import TestSupport

/// Readers that share no code with fathom: python3's.
enum Python {
  /// Runs a program over a file with these bytes (`sys.argv[1]`) and gives what it printed.
  static func run(_ program: String, over bytes: [UInt8]) async throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory
    let (file, output) = (
      folder.appendingPathComponent("\(UUID())"), folder.appendingPathComponent("\(UUID())")
    )
    try Data(bytes).write(to: file)
    try Data().write(to: output)
    defer { for file in [file, output] { try? FileManager.default.removeItem(at: file) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, file.path]
    process.standardOutput = try FileHandle(forWritingTo: output)
    try await process.ended()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return Array(try Data(contentsOf: output))
  }

  /// The program ended with an error, which stands on standard error.
  struct Failed: Error {
    var status: Int32
  }

  /// Checks a PNG's chunks and prints its pixels, red, green and blue, behind a line with its size.
  static let png = """
    import struct, sys, zlib
    data = open(sys.argv[1], "rb").read()
    assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
    at, packed, palette, types = 8, b"", b"", []
    while at < len(data):
        length, = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
        types.append(kind)
        if kind == b"IHDR": width, height, depth, color, *rest = struct.unpack(">IIBBBBB", body)
        if kind == b"PLTE": palette = body
        if kind == b"IDAT": packed += body
        at += 12 + length
    assert types[0] == b"IHDR" and types[-1] == b"IEND" and depth == 8 and rest == [0, 0, 0]
    raw = zlib.decompress(packed)
    size = width * (1 if color == 3 else 3)
    assert color in (2, 3) and len(raw) == (size + 1) * height
    out = [b"%d %d\\n" % (width, height)]
    for y in range(height):
        line = raw[y * (size + 1):(y + 1) * (size + 1)]
        assert line[0] == 0
        out.append(line[1:] if color == 2 else b"".join(palette[3 * i:3 * i + 3] for i in line[1:]))
    sys.stdout.buffer.write(b"".join(out))
    """

  /// Prints what zlib makes of streams that follow each other.
  static let inflate = """
    import sys, zlib
    rest = open(sys.argv[1], "rb").read()
    while rest:
        stream = zlib.decompressobj()
        sys.stdout.buffer.write(stream.decompress(rest))
        assert stream.eof
        rest = stream.unused_data
    """

  /// Parses XML; prints each element with its attributes' names, and the text of `text` and `title`.
  static let xml = """
    import sys, xml.etree.ElementTree as tree
    for element in tree.parse(sys.argv[1]).getroot().iter():
        name = element.tag.replace("{http://www.w3.org/2000/svg}", "")
        print(name, *sorted(element.attrib), repr(element.text) if name in ("text", "title") else "")
    """
}
