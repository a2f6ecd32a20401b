import ByteText
import LibC

/// The characters of a pasted line that are not the listing's: colours, blanks of other kinds, HTML's entities.
enum PasteCharacters {
  /// Appends a line without them, and without the blanks at its end.
  ///
  /// - Parameter hasEntities: `&lt;` stands for `<`, and a `<` begins a tag.
  /// - Returns: whether anything but those blanks was taken off or changed.
  @discardableResult
  static func plain(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>, hasEntities: Bool, into plain: inout [UInt8]
  ) -> Bool {
    let first = plain.count
    var isChanged = false
    var i = line.lowerBound
    while i < line.upperBound {
      let byte = text[i]
      if byte == 0x1b {
        i = behindEscape(text, i, line.upperBound)
        isChanged = true
      } else if byte >= 0xc2, let (length, replacement) = blank(text, i, line.upperBound) {
        if let replacement { plain.append(replacement) }
        i += length
        isChanged = true
      } else if hasEntities, byte == UInt8(ascii: "&"),
        let (scalar, end) = entity(text, i, line.upperBound)
      {
        if scalar == "\u{a0}" { plain.append(0x20) } else { plain.append(contentsOf: UTF8.encode(scalar)!) }
        i = end
        isChanged = true
      } else if hasEntities, byte == UInt8(ascii: "<"), let end = behindTag(text, i, line.upperBound) {
        // A cell's end, a line's: what follows is no part of the word before.
        if endsWord(text, i) { plain.append(0x20) }
        i = end
        isChanged = true
      } else {
        plain.append(byte)
        i += 1
      }
    }
    while plain.count > first, let last = plain.last, last <= 0x20 { plain.removeLast() }
    return isChanged
  }

  /// Whether a text has entities where it would have `<` and `>`.
  ///
  /// Go's listings have few of these, so that all of the beginning is searched.
  static func hasEntities(_ text: borrowing Span<UInt8>, _ end: Int) -> Bool {
    var i = 0
    guard next(UInt8(ascii: "&"), text, 0, end) != nil else { return false }
    while let at = next(UInt8(ascii: "&"), text, i, end) {
      guard entity(text, at, end) != nil else { return false }
      i = at + 1
    }
    i = 0
    while let at = next(UInt8(ascii: "<"), text, i, end) {
      guard behindTag(text, at, end) != nil else { return false }
      i = at + 1
    }
    return true
  }

  /// By the C library, which looks at 32 bytes at once.
  private static func next(_ byte: UInt8, _ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    unsafe text.withUnsafeBytes { bytes in
      guard start < end, let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, CInt(byte), end - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Where a control sequence ends (ECMA-48, 5.4 and 5.6): a colour, a title, a link.
  private static func behindEscape(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start + 1 < end else { return end }
    var i = start + 2
    switch text[start + 1] {
    case UInt8(ascii: "["):
      while i < end, !(0x40...0x7e ~= text[i]) { i += 1 }
      return min(i + 1, end)
    case UInt8(ascii: "]"):
      while i < end, text[i] != 0x07, text[i] != 0x1b { i += 1 }
      return min(i < end && text[i] == 0x1b ? i + 2 : i + 1, end)
    case UInt8(ascii: "("), UInt8(ascii: ")"): return min(i + 1, end)
    default: return i
    }
  }

  /// A blank that is none of ASCII's, or a character without width, which stands for nothing: how many bytes it has, and
  /// what stands for it.
  private static func blank(
    _ text: borrowing Span<UInt8>, _ i: Int, _ end: Int
  ) -> (length: Int, replacement: UInt8?)? {
    guard i + 1 < end else { return nil }
    switch (text[i], text[i + 1]) {
    case (0xc2, 0xa0): return (2, 0x20)
    case (0xc2, 0xad): return (2, nil)
    default: break
    }
    guard i + 2 < end else { return nil }
    switch (text[i], text[i + 1], text[i + 2]) {
    case (0xe2, 0x80, 0x80...0x8a), (0xe2, 0x80, 0xaf), (0xe2, 0x81, 0x9f), (0xe3, 0x80, 0x80):
      return (3, 0x20)
    case (0xe2, 0x80, 0x8b...0x8f), (0xe2, 0x81, 0xa0), (0xef, 0xbb, 0xbf): return (3, nil)
    default: return nil
    }
  }

  private static let names: KeyValuePairs<StaticString, Unicode.Scalar> = [
    "lt;": "<", "gt;": ">", "amp;": "&", "quot;": "\"", "apos;": "'", "nbsp;": "\u{a0}", "middot;": "\u{b7}",
    "lbrack;": "[", "rbrack;": "]", "Tab;": "\t",
  ]

  /// The character of `&lt;`, `&#60;` or `&#x3c;`, and where the entity ends.
  private static func entity(
    _ text: borrowing Span<UInt8>, _ start: Int, _ end: Int
  ) -> (scalar: Unicode.Scalar, end: Int)? {
    for (name, scalar) in names where text.has(name, at: start + 1) {
      return (scalar, start + 1 + name.utf8CodeUnitCount)
    }
    guard text.has("#", at: start + 1) else { return nil }
    var i = start + 2
    var value: UInt32 = 0
    let isHex = i < end && text[i] | 0x20 == UInt8(ascii: "x")
    if isHex { i += 1 }
    let digits = i
    while i < end, i < digits + 6, isHex ? isHexDigit(text[i]) : text[i] &- 0x30 < 10 {
      value = value &* (isHex ? 16 : 10) &+ UInt32(text[i] & 15) &+ (text[i] > 0x39 ? 9 : 0)
      i += 1
    }
    guard i > digits, i < end, text[i] == UInt8(ascii: ";"), let scalar = Unicode.Scalar(value) else {
      return nil
    }
    return (scalar, i + 1)
  }

  /// Whether a tag is one of a block: `<td>`, `<br>`, `<li>`.
  private static func endsWord(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
    let name = text.has("/", at: start + 1) ? start + 2 : start + 1
    for tag in ["td", "th", "tr", "br", "li", "p>", "di"] as [StaticString] where text.has(tag, at: name) {
      return true
    }
    return false
  }

  /// Where a tag ends: `<span class="k">`, `</pre>`, `<!-- -->`.
  private static func behindTag(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start + 1 < end else { return nil }
    let next = text[start + 1]
    guard next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || (next | 0x20) &- 0x61 < 26,
      let close = text.firstOffset(of: UInt8(ascii: ">"), in: start..<end)
    else { return nil }
    return close + 1
  }
}
