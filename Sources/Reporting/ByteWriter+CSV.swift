extension ByteWriter {
  /// A cell of text. One that a spreadsheet would run as a formula gets an apostrophe in front; what is
  /// not UTF-8, and what no terminal should see, is replaced by U+FFFD.
  mutating func put(csv bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else { return }
    if JSONText.isPlain(bytes.span), !bytes.contains(UInt8(ascii: ",")),
      first >= UInt8(ascii: "A") || first == UInt8(ascii: "/")
    {
      return put(bytes.span)
    }
    let isFormula = "=+-@".utf8.contains(first)
    var isQuoted = isFormula
    var text: [UInt8] = isFormula ? [UInt8(ascii: "'")] : []
    UnsafeScalars.walk(bytes) { scalar, _ in
      let safe = scalar.map { UnsafeScalars.contains($0) ? "\u{fffd}" : $0 } ?? "\u{fffd}"
      if safe == "\"" { text.append(UInt8(ascii: "\"")) }
      if safe == "\"" || safe == "," { isQuoted = true }
      text += Array(UTF8.encode(safe)!)
    }
    if isQuoted { put("\"") }
    put(text)
    if isQuoted { put("\"") }
  }
}
