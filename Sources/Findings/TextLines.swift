/// Text cut into lines.
enum TextLines {
  /// Without LF and CR LF at their ends. As a `Character` CR LF is one that is no newline, so bytes are looked at.
  static func of(_ text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// The line, counted from 1, where git left a conflict that nobody has resolved; nil where there is none.
  static func conflict(in text: String) -> Int? {
    of(text).firstIndex { line in
      ["<<<<<<< ", ">>>>>>> "].contains { line.utf8.starts(with: $0.utf8) }
    }.map { $0 + 1 }
  }

  /// The first alias of YAML (`*name`) whose anchor (`&name`) stands in front of it, and its line, counted from 1.
  ///
  /// Found by their letters alone, wherever these stand: that misses none. Letters are those of libyaml.
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
