import ProgramModel

extension ByteWriter {
  /// A cell of text. What a spreadsheet would run as a formula gets an apostrophe in front: at the cell's
  /// beginning, and behind what separates cells in other places of the world. What is not UTF-8, and what no
  /// terminal should see, is replaced by U+FFFD.
  mutating func put(csv bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else { return }
    if first >= UInt8(ascii: "A") || first == UInt8(ascii: "/"), bytes.allSatisfy(Self.isPlainInCSV) {
      return put(bytes.span)
    }
    var isQuoted = false
    // Blanks and quotes in front of a formula are taken away by some.
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

  private static func isPlainInCSV(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"): false
    default: 0x20..<0x7f ~= byte
    }
  }

  /// The full-width and small forms are the same to spreadsheets of East Asia.
  private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "\u{fe66}", "\u{fe62}",
      "\u{fe63}", "\u{fe6b}":
      true
    default: false
    }
  }
}
