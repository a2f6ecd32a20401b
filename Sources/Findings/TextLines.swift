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
    of(text).firstIndex { $0.hasPrefix("<<<<<<< ") || $0.hasPrefix(">>>>>>> ") }.map { $0 + 1 }
  }
}
