import ProgramModel

/// Text for a terminal: names from a binary or a file system stay text there, and never become commands.
public enum TerminalText {
  /// Returns bytes as printable text: control characters, bidirectional controls, invisible characters and
  /// bytes that are not UTF-8 are spelled out as `\x1b`, `\u202e`, `\u200b`, `\xff`.
  public static func safe(_ bytes: some Collection<UInt8>) -> String { UnsafeScalars.spelled(bytes) }

  /// Returns a text in which the characters that a terminal must not get are spelled out.
  public static func safe(_ text: String) -> String { UnsafeScalars.spelled(text) }

  /// Does the same for a text of several lines; line feeds stay, and the TABs by which compilers indent.
  public static func lines(_ bytes: [UInt8]) -> String {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { safe($0) }
        .joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// Returns about how many columns a text takes: East Asian wide characters and emoji take two, combining
  /// marks none.
  static func width(_ text: String) -> Int {
    var width = 0
    for scalar in text.unicodeScalars { width += self.width(of: scalar) }
    return width
  }

  /// Returns the end of a text, as much as fits, after `…` for the rest: the end of a name tells more than
  /// its beginning.
  static func keepingEnd(of text: String, width limit: Int) -> String {
    guard width(text) > limit else { return text }
    var room = limit - 1
    var kept = text.unicodeScalars.endIndex
    let scalars = text.unicodeScalars
    while kept > scalars.startIndex {
      let before = scalars.index(before: kept)
      room -= width(of: scalars[before])
      guard room >= 0 else { break }
      kept = before
    }
    return "…" + String(scalars[kept...])
  }

  /// Returns the beginning of a text, as much as fits, and `…` for the rest.
  static func keepingStart(of text: String, width limit: Int) -> String {
    guard width(text) > limit else { return text }
    var room = limit - 1
    let kept = text.unicodeScalars.prefix { scalar in
      room -= width(of: scalar)
      return room >= 0
    }
    return String(kept) + "…"
  }

  /// Returns the columns of a character: 0, 1 or 2.
  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36f, 0x200b...0x200d, 0xfe00...0xfe0f: 0
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
      0x1f900...0x1f9ff, 0x20000...0x3fffd:
      2
    default: 1
    }
  }
}
