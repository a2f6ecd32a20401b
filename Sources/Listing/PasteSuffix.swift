import ByteText

/// What a paste put behind every line: the bar of a table, `cat -e`'s `$`, a backtick, the quote and the comma of a
/// string in JSON or CSV, a shell's `\`, `<br>`, an escape that stands for the newline.
struct PasteSuffix: Sendable {
  /// From the end of a line inwards.
  private var marks: [StaticString] = []

  private static let known: [StaticString] = [
    "|", "\u{2502}", "\u{2503}", "\u{2551}", "$", "^M", "`", "\"", "\",", "'", "',", "\";", "\\", "\\n",
    "\\r",
    "<br>", "<br/>", "<br />", ";", "\u{21b5}", "\u{00b6}", "\u{23ce}", "\u{2424}",
  ]

  /// Learns it from the lines of a beginning: each mark ends three of four.
  init(_ text: borrowing Span<UInt8>, _ lines: [Range<Int>]) {
    while marks.count < 4, lines.count > 2 {
      var best: (mark: StaticString, count: Int)?
      for mark in Self.known {
        let count = lines.count { Self.without(mark, text, $0.lowerBound..<end(text, $0)) != nil }
        if count * 4 >= lines.count * 3, count >= best?.count ?? 0 { best = (mark, count) }
      }
      guard let best else { return }
      marks.append(best.mark)
    }
  }

  /// None was found.
  var isEmpty: Bool { marks.isEmpty }

  /// Where a line ends without it, and without blanks before it.
  func end(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int {
    var end = line.upperBound
    for mark in marks { end = Self.without(mark, text, line.lowerBound..<end) ?? end }
    return end
  }

  private static func without(_ mark: StaticString, _ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int?
  {
    let start = line.upperBound - mark.utf8CodeUnitCount
    guard start >= line.lowerBound, text.has(mark, at: start) else { return nil }
    return PasteLine.trimmed(text, line.lowerBound..<start)
  }
}
