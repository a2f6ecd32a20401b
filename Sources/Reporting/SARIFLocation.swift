import Findings

/// The location of a finding, in SARIF's terms.
enum SARIFLocation {
  /// The folder to which relative paths are relative. Its value is for the reader of the file to set.
  static let root = "%SRCROOT%"

  /// Puts the member `physicalLocation`.
  ///
  /// - Parameter place: nil is the module's own file, see ``Finding/moduleFile``.
  static func put(_ place: Finding.Place?, _ out: inout ByteWriter) {
    let place = place ?? Finding.Place(file: Finding.moduleFile, line: 1, isRelative: true)
    out.object("physicalLocation") { out in
      out.object("artifactLocation") { out in
        out.field("uri", uri(place))
        if place.isRelative { out.field("uriBaseId", root) }
      }
      out.object("region") { $0.field("startLine", max(1, Int(place.line))) }
    }
  }

  /// Puts the member `logicalLocations`.
  static func put(function: String, _ out: inout ByteWriter) {
    out.list("logicalLocations", [function]) { function, out in
      out.object { out in
        out.field("fullyQualifiedName", function)
        out.field("kind", word: "function")
      }
    }
  }

  /// Returns the path as a URI reference (RFC 3986, 3.3 and 4.2; RFC 8089 for `file:`).
  static func uri(_ place: Finding.Place) -> String {
    let path = place.file
    if place.isRelative { return encoded(path.utf8.drop { $0 == UInt8(ascii: "/") }) }
    if path.utf8.first == UInt8(ascii: "/") {
      return "file:///" + encoded(path.utf8.drop { $0 == UInt8(ascii: "/") })
    }
    // C:/src/a.go, as Go's compiler writes it on Windows; old binaries contain backslashes, too.
    let bytes = Array(path.utf8)
    let isLetter = bytes.first.map { ("a"..."z").contains(Unicode.Scalar($0 | 0x20)) } ?? false
    if isLetter, bytes.count > 2, bytes[1] == UInt8(ascii: ":"),
      bytes[2] == UInt8(ascii: "/") || bytes[2] == UInt8(ascii: "\\")
    {
      let slashes = bytes[2...].map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
      return "file:///\(Unicode.Scalar(bytes[0])):" + encoded(slashes)
    }
    // With -trimpath this is a path of a module, and nothing says where the module is.
    return encoded(bytes)
  }

  /// Returns a path in which unreserved characters, slashes and the characters that paths of Go modules use
  /// stay as they are; every other byte becomes a percent sign and two digits.
  private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
    var out: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "!"):
        out.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        out += ("%" + (digits.utf8.count < 2 ? "0" : "") + digits).utf8
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
