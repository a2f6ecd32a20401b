import ProgramModel

extension ByteWriter {
  /// Puts a cell of text. A spreadsheet must not run any of it as a formula: an apostrophe goes before a
  /// formula at the cell's beginning, and before one after a character that separates cells in other locales.
  /// Bytes that are not UTF-8, and characters that no terminal should see, are replaced by U+FFFD.
  mutating func put(csv bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else { return }
    if first >= UInt8(ascii: "A") || first == UInt8(ascii: "/"), bytes.allSatisfy(Self.isPlainInCSV) {
      return put(bytes.span)
    }
    var isQuoted = false
    // Some spreadsheets strip blanks and quotes before a formula.
    var isFront = true
    var text: [UInt8] = []
    UnsafeScalars.walk(bytes) { scalar, _ in
      if isFront, let scalar, Self.beginsFormula(scalar) {
        text.append(UInt8(ascii: "'"))
        isQuoted = true
      }
      let safe = scalar.map { UnsafeScalars.contains($0) ? "\u{fffd}" : $0 } ?? "\u{fffd}"
      if safe == "\"" { text.append(UInt8(ascii: "\"")) }
      if safe == "\"" || safe == "," { isQuoted = true }
      text += Array(UTF8.encode(safe)!)
      switch scalar ?? safe {
      case ";", "|", "\t", "\r", "\n": isFront = true
      case " ", "\"": break
      default: isFront = false
      }
    }
    if isQuoted { put("\"") }
    put(text)
    if isQuoted { put("\"") }
  }

  /// Whether a byte needs neither quotes nor a replacement.
  private static func isPlainInCSV(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"): false
    default: 0x20..<0x7f ~= byte
    }
  }

  /// Whether a character begins a formula. East Asian spreadsheets treat the full-width and small forms
  /// alike.
  private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "\u{fe66}", "\u{fe62}",
      "\u{fe63}", "\u{fe6b}":
      true
    default: false
    }
  }
}
