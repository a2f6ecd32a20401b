/// Functions that work on the lines of a text.
enum TextLines {
  /// Returns the lines without their LF or CR LF. A CR LF is one `Character`, and not a newline, so this
  /// compares bytes.
  static func of(_ text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// Returns the line, from 1, of the first unresolved merge conflict of git's; nil where there is none.
  static func conflict(in text: String) -> Int? {
    of(text).firstIndex { line in
      ["<<<<<<< ", ">>>>>>> "].contains { line.utf8.starts(with: $0.utf8) }
    }.map { $0 + 1 }
  }

  /// Returns the first alias of YAML (`*name`) whose anchor (`&name`) comes before it, and its line, from 1.
  ///
  /// It looks only for these characters, wherever they are, so that it misses no alias. Names consist of the
  /// same characters as in libyaml.
  static func alias(in text: String) -> (name: String, line: Int)? {
    var anchors: Set<ArraySlice<UInt8>> = []
    let bytes = Array(text.utf8)
    var line = 1
    for i in bytes.indices {
      switch bytes[i] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "&"), UInt8(ascii: "*"):
        let name = bytes[(i + 1)...].prefix(while: isNameByte)
        guard !name.isEmpty else { continue }
        if bytes[i] == UInt8(ascii: "&") {
          anchors.insert(name)
        } else if anchors.contains(name) {
          return (String(decoding: name, as: UTF8.self), line)
        }
      default: break
      }
    }
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
