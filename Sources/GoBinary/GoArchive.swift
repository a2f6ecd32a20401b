/// An archive that Go's compiler wrote (`cmd/internal/archive`). Its first member is `__.PKGDEF`, whose first line
/// says `go object linux amd64 go1.27.3 GOAMD64=v1 X:…`; an object by itself begins with that line.
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

  static let magic = Array("!<arch>\n".utf8)
  /// A member begins with its name, 16 bytes, then numbers; the last of these, 10 digits, is its size.
  static let headerLength = 60
}

/// A file in an archive.
public struct ArchiveMember: Hashable, Sendable {
  /// `add_amd64.o`; cut at 16 bytes.
  public var name: String
  /// Where its bytes begin in the file, and how many there are.
  public var bytes: Range<UInt64>
}

extension BinaryFile {
  /// The Go objects of an archive behind the compiler's own `_go_.o`: one for each assembly file.
  ///
  /// Go's objdump prints of an archive the first object alone (`cmd/internal/objfile`, Disasm).
  ///
  /// - Throws: ``BinaryError``, for members that reach beyond the file.
  public func assemblyObjects() throws(BinaryError) -> [ArchiveMember] {
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
      if isObject, name != "__.PKGDEF", name != "_go_.o" {
        objects.append(ArchiveMember(name: String(name), bytes: start..<start + length))
      }
      // Members begin at even offsets.
      offset = start + length + length % 2
    }
    return objects
  }

  /// Calls a function with some bytes of the file, or of its slice, piece by piece.
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
