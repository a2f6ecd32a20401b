/// Reads an archive that Go's compiler wrote (`cmd/internal/archive`). Its first member is `__.PKGDEF`, whose
/// first line is like `go object linux amd64 go1.27.3 GOAMD64=v1 X:…`. An object outside of an archive begins
/// with that line.
enum GoArchive {
  static func read(_ file: BinaryReader) throws(BinaryError) -> BinaryLayout {
    let head = try file.upTo(1024, at: 0).storage
    let isArchive = head.starts(with: magic)
    let start = isArchive ? magic.count + headerLength : 0
    guard !isArchive || head.dropFirst(magic.count).starts(with: "__.PKGDEF".utf8), head.count > start else {
      return BinaryLayout(machine: "archive without Go code")
    }
    let line = String(decoding: head[start...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.split(separator: " ").map(String.init)
    guard words.count >= 5, words[0...1] == ["go", "object"] else {
      throw .malformed(file.path, "its first member does not begin with «go object»")
    }
    var layout = BinaryLayout(machine: words[3])
    layout.os = words[2]
    layout.goVersion = words[4]
    layout.hasSymbols = true
    layout.isObject = true
    layout.hasGoMarks = true
    return layout
  }

  /// Returns the range of the member that Go's linker made, `go.o`, in an archive of `-buildmode=c-archive`; nil in
  /// every other archive.
  static func linkedMember(_ file: BinaryReader) throws(BinaryError) -> Range<UInt64>? {
    guard try file.upTo(UInt64(magic.count), at: 0).storage == magic else { return nil }
    var offset = UInt64(magic.count)
    // A table of symbols and one of long names may come first.
    for _ in 0..<3 {
      let header = try file.upTo(UInt64(headerLength), at: offset).storage
      guard header.count == headerLength else { return nil }
      let start = offset + UInt64(headerLength)
      let digits = String(decoding: header[48..<58].prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
      guard let length = UInt64(digits), length <= file.size - start else { return nil }
      if header.starts(with: "go.o/ ".utf8) || header.starts(with: "go.o  ".utf8) {
        return start..<start + length
      }
      offset = start + length + length % 2
    }
    return nil
  }

  static let magic = Array("!<arch>\n".utf8)
  /// The length of a member's header, in bytes. It starts with the member's name, 16 bytes, then numbers; the
  /// last of these, 10 digits, is the member's size.
  static let headerLength = 60
}

/// A member of an archive.
public struct ArchiveMember: Hashable, Sendable {
  /// The name, cut at 16 bytes: `add_amd64.o`.
  public var name: String
  /// The range of its content in the file.
  public var bytes: Range<UInt64>
}

extension BinaryFile {
  /// Returns the Go objects of an archive other than the compiler's own `_go_.o`: one for each assembly file.
  ///
  /// Go's objdump prints only the first object of an archive (`cmd/internal/objfile`, Disasm).
  ///
  /// - Throws: ``BinaryError`` for a member that reaches beyond the file.
  public func assemblyObjects() throws(BinaryError) -> [ArchiveMember] {
    try goObjects().filter { $0.name != "_go_.o" }
  }

  /// Returns the Go objects of an archive, in its order.
  ///
  /// - Throws: ``BinaryError`` for a member that reaches beyond the file.
  func goObjects() throws(BinaryError) -> [ArchiveMember] {
    guard format == .archive, try reader.upTo(8, at: 0).storage == GoArchive.magic else { return [] }
    var objects: [ArchiveMember] = []
    var offset = UInt64(GoArchive.magic.count)
    while offset < size {
      let header = try reader.exactly(
        UInt64(GoArchive.headerLength), at: offset, isBigEndian: false, "a member's header")
      let name = String(decoding: header.storage[..<16], as: UTF8.self).prefix { $0 != " " && $0 != "/" }
      let digits = String(decoding: header.storage[48..<58], as: UTF8.self).prefix { $0 != " " }
      let start = offset + UInt64(GoArchive.headerLength)
      guard let length = UInt64(digits), length <= size - start else {
        throw .malformed(path, "the member \(name) at \(offset) reaches beyond the end")
      }
      let isObject = try reader.upTo(10, at: start).storage.elementsEqual("go object ".utf8)
      if isObject, name != "__.PKGDEF" {
        objects.append(ArchiveMember(name: String(name), bytes: start..<start + length))
      }
      // Members start at even offsets.
      offset = start + length + length % 2
    }
    return objects
  }

  /// Reads a range of the file, or of its slice, and passes it to `body` piece by piece.
  public func read(_ bytes: Range<UInt64>, _ body: ([UInt8]) throws -> Void) throws {
    var offset = bytes.lowerBound
    while offset < bytes.upperBound {
      let piece = try reader.upTo(min(1 << 20, bytes.upperBound - offset), at: offset).storage
      guard !piece.isEmpty else { throw BinaryError.malformed(path, "it shrank while it was read") }
      try body(piece)
      offset += UInt64(piece.count)
    }
  }
}
