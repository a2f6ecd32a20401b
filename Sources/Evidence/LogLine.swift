import ByteText

/// What terminals, consoles and pages do to a line without putting anything before it, and how it is undone.
enum LogLine {
  /// Whether a line has none of what ``clean(_:)`` undoes: eight bytes at a time, nearly always.
  static func isClean(_ line: Span<UInt8>) -> Bool {
    var i = 0
    while i < line.count, line[i] == 0x09 || line[i] == 0x20 { i += 1 }
    if line.has("^", at: 0) { return !needsCleaning(line) }
    let tops: UInt64 = 0x8080_8080_8080_8080
    while i &+ 8 <= line.count {
      let word = line.word(at: i)
      // A control character or a `#`: «has a byte less than n» and «has a zero byte» of Bit Twiddling Hacks.
      let other = word ^ 0x2323_2323_2323_2323
      let marks = (word &- 0x2020_2020_2020_2020) | (other &- 0x0101_0101_0101_0101) & ~other | word
      if marks & tops != 0 { return !needsCleaning(line) }
      i &+= 8
    }
    while i < line.count {
      if line[i] < 0x20 || line[i] >= 0x80 || line[i] == UInt8(ascii: "#") { return !needsCleaning(line) }
      i &+= 1
    }
    return true
  }

  private static func needsCleaning(_ line: Span<UInt8>) -> Bool {
    keyEnd(line) > 0 || line.firstOffset(of: 0x1b, from: 0) != nil
      || line.firstOffset(of: UInt8(0), from: 0) != nil
      || line.firstOffset(of: 0x0d, from: 0) != nil || line.firstOffset(of: "\u{a0}") != nil
      || line.firstOffset(of: "\u{feff}") != nil || line.firstOffset(of: "#01") != nil
  }

  /// A line as it was printed: without control sequences and marks of an encoding, with blanks and
  /// TABs where something stands for them. A carriage return, and what rsyslog writes for a line feed, ends a line: there
  /// may be several, with line feeds between them.
  static func clean(_ line: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var i = keyEnd(line)
    while i < line.count {
      switch line[i] {
      case 0x1b: i = controlEnd(line, i)
      // What a file has where it was emptied while somebody wrote to it.
      case 0: i += 1
      case 0x0d:
        // A line's own end has several where it went through several terminals.
        if i + 1 < line.count, line[i + 1] != 0x0d { end(&text) }
        i += 1
      case 0xc2 where i + 1 < line.count && line[i + 1] == 0xa0:
        text.append(0x20)
        i += 2
      // U+FEFF, at the beginning of a file or of one that was put behind another.
      case 0xef where line.has("\u{feff}", at: i): i += 3
      // rsyslog's (`$EscapeControlCharactersOnReceive`): octal.
      case UInt8(ascii: "#") where line.has("#011", at: i):
        text.append(0x09)
        i += 4
      case UInt8(ascii: "#") where line.has("#012", at: i):
        end(&text)
        i += 4
      default:
        text.append(line[i])
        i += 1
      }
    }
    return text
  }

  /// Where the keys end that a terminal echoes before what a signal made the process say: `^\SIGQUIT: quit`.
  private static func keyEnd(_ line: Span<UInt8>) -> Int {
    line.has("^\\", at: 0) || line.has("^C", at: 0) ? 2 : 0
  }

  private static func end(_ text: inout [UInt8]) {
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    text.append(0x0a)
  }

  /// Where a control sequence ends that begins at an offset: colours (ECMA-48, 5.4), and strings, which a bell or
  /// `ESC \` ends: a terminal's titles, Buildkite's times.
  private static func controlEnd(_ line: Span<UInt8>, _ start: Int) -> Int {
    var i = start + 1
    guard i < line.count else { return i }
    switch line[i] {
    case UInt8(ascii: "["):
      i += 1
      while i < line.count, !(0x40...0x7e ~= line[i]) { i += 1 }
      return min(i + 1, line.count)
    case UInt8(ascii: "_"), UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "^"):
      while i < line.count, line[i] != 0x07, line[i] != 0x1b { i += 1 }
      return min(i + (line.has("\u{1b}\\", at: i) ? 2 : 1), line.count)
    default: return i
    }
  }

  /// A row whose last cell was quoted for the commas and quotes in it (RFC 4180, 2.7), as it would be without; nil where
  /// none was. Only some rows of a table are: what stands before and behind the others' is the same then.
  static func unquoted(_ line: Span<UInt8>) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    guard line.count > 2, line[line.count - 1] == quote else { return nil }
    var start = line.count - 1
    // Backwards over text and pairs of quotes, to a quote that has none beside it.
    while start > 0 {
      start -= 1
      guard line[start] == quote else { continue }
      guard start > 0, line[start - 1] == quote else { break }
      start -= 1
    }
    guard start > 0, line[start] == quote, line[start - 1] == UInt8(ascii: ",") else { return nil }
    var row = line.extracting(0..<start).copied
    var i = start + 1
    while i < line.count - 1 {
      row.append(line[i])
      i += line[i] == quote ? 2 : 1
    }
    return row
  }

  /// The text that a line holds with its line feeds and TABs escaped, as logfmt, logrus and `%q` write a stack; nil where
  /// it holds none. What stands before the quoted text, which may say why, is a line of its own.
  static func unescaped(_ line: Span<UInt8>) -> [UInt8]? {
    guard let word = line.firstOffset(of: "goroutine "), line.firstOffset(of: "\\n", from: word) != nil else {
      return nil
    }
    var start = word
    while start > 0,
      line[start - 1] != UInt8(ascii: "\"") || start > 1 && line[start - 2] == UInt8(ascii: "\\")
    {
      start -= 1
    }
    var text = start > 0 ? line.extracting(0..<start - 1).copied + [0x0a] : []
    var i = start
    while i < line.count, line[i] != UInt8(ascii: "\"") || start == 0 {
      guard line[i] == UInt8(ascii: "\\"), i + 1 < line.count else {
        text.append(line[i])
        i += 1
        continue
      }
      switch line[i + 1] {
      case UInt8(ascii: "n"): text.append(0x0a)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): break
      default: text.append(line[i + 1])
      }
      i += 2
    }
    return text
  }
}
