import ByteText

/// The text that a log puts before every line: a time, a host, a pod, a stream. It is learned from a line
/// whose end is known, and removed from the others. Times differ from line to line; all else is the same.
///
///     2026-11-28T15:10:19.123456789Z stderr F goroutine 1 [running]:     Kubernetes' CRI
///     [pod/web-7d9f/app] 2026-11-28T15:10:19.12Z goroutine 1 [running]:  kubectl logs --prefix --timestamps
///     Nov 28 15:10:19 host app[123]: goroutine 1 [running]:              syslog, journalctl
///     app-1  | goroutine 1 [running]:                                    docker compose
struct LinePrefix: Hashable, Sendable {
  /// The prefix; a NUL stands for any digits, as times have them.
  let pattern: [UInt8]

  private static let digits: UInt8 = 0

  /// - Parameter prefix: what stood before a known line.
  init(_ prefix: Span<UInt8>) {
    var pattern: [UInt8] = []
    var start = 0
    while start < prefix.count {
      var end = start
      while end < prefix.count, !Self.isBetweenWords(prefix, end) { end += 1 }
      let isTime = Self.isTime(prefix.extracting(start..<end))
      var isBesideColon = false
      for i in start..<end {
        if Self.isDigit(prefix[i]), i == start || !Self.isDigit(prefix[i - 1]) {
          isBesideColon = Self.isNextToColon(prefix, i)
        }
        if Self.isDigit(prefix[i]), isTime || isBesideColon {
          if pattern.last != Self.digits { pattern.append(Self.digits) }
        } else {
          pattern.append(prefix[i])
        }
      }
      while end < prefix.count, Self.isBetweenWords(prefix, end) {
        pattern.append(prefix[end])
        end += 1
      }
      start = end
    }
    self.pattern = pattern
  }

  /// Blanks stand between words, and what stands between a table's cells; a comma between digits is a time's.
  private static func isBetweenWords(_ text: Span<UInt8>, _ i: Int) -> Bool {
    switch text[i] {
    case ...0x20, UInt8(ascii: "\""): true
    case UInt8(ascii: ","), UInt8(ascii: ";"): i + 1 == text.count || !isDigit(text[i + 1])
    default: false
    }
  }

  /// Whether a number stands beside a colon, as the parts of a time and a line's number do: `[15:10:19]W:`,
  /// `app.log:12:`.
  private static func isNextToColon(_ text: Span<UInt8>, _ start: Int) -> Bool {
    var end = start
    while end < text.count, isDigit(text[end]) { end += 1 }
    return text.has(":", at: start - 1) || text.has(":", at: end)
  }

  /// Kubernetes' own, `TIME stderr F `, which needs no line that is known behind it: that may come in parts.
  static func ofCRI(_ line: Span<UInt8>) -> LinePrefix? {
    guard let blank = line.firstOffset(of: 0x20, from: 0), blank >= 20, isTime(line.extracting(0..<blank)),
      line.has(" stderr ", at: blank) || line.has(" stdout ", at: blank), line.count > blank + 9,
      line[blank + 8] == UInt8(ascii: "F") || line[blank + 8] == UInt8(ascii: "P"), line[blank + 9] == 0x20
    else { return nil }
    return LinePrefix(line.extracting(0..<blank + 10))
  }

  /// Where the line itself begins behind this prefix, and whether it goes on in the next one (CRI's `P`); nil where
  /// the line has another prefix.
  func end(_ line: Span<UInt8>) -> (offset: Int, isPart: Bool)? {
    var (i, k) = (0, 0)
    var isPart = false
    while k < pattern.count {
      let byte = pattern[k]
      if let digits = paddingEnd(k) {
        // Blanks before a number are as many as it needs.
        guard k == 0 || i < line.count && line[i] == 0x20 else { return nil }
        while i < line.count, line[i] == 0x20 { i += 1 }
        k = digits
        continue
      }
      if byte == Self.digits {
        guard i < line.count, Self.isDigit(line[i]) else { return nil }
        while i < line.count, Self.isDigit(line[i]) { i += 1 }
      } else if i < line.count, line[i] == byte || isFlag(k) && line[i] | 0x16 == 0x56 {
        isPart = isPart || isFlag(k) && line[i] == UInt8(ascii: "P")
        i += 1
      } else if i == line.count, pattern[k...].allSatisfy(Self.isBlank) {
        // An empty line's blanks may have gone.
        return (i, isPart)
      } else {
        return nil
      }
      k += 1
    }
    return (i, isPart)
  }

  /// Where the digits stand that the blanks from here on pad; nil where there are none.
  private func paddingEnd(_ k: Int) -> Int? {
    guard pattern[k] == 0x20, k == 0 || pattern[k - 1] != 0x20 else { return nil }
    var end = k
    while end < pattern.count, pattern[end] == 0x20 { end += 1 }
    return end < pattern.count && pattern[end] == Self.digits && end > k ? end : nil
  }

  /// CRI's flag: F for a whole line, P for a part.
  private func isFlag(_ k: Int) -> Bool {
    guard k >= 7, pattern[k] == UInt8(ascii: "F") || pattern[k] == UInt8(ascii: "P") else { return false }
    let before = pattern[(k - 7)..<k]
    return before.elementsEqual("stderr ".utf8) || before.elementsEqual("stdout ".utf8)
  }

  /// Whether a message behind it is believed to begin there: a sentence is no prefix.
  var isPlain: Bool {
    !pattern.allSatisfy(Self.isBlank)
      && pattern.split(whereSeparator: Self.isBlank).allSatisfy { word in
        word.contains(Self.digits) || word.elementsEqual("|".utf8) || word.first == UInt8(ascii: "[")
          || word.last == UInt8(ascii: "]") || word.elementsEqual("stderr".utf8)
          || word.elementsEqual("stdout".utf8)
          || word.elementsEqual("F".utf8) || word.elementsEqual("P".utf8)
      } || pattern.last.map { $0 == 0x20 } == true && pattern.dropLast().last == UInt8(ascii: "|")
  }

  /// Whether only a container's log has it, before each of its lines: docker compose's `app-1  | `.
  var isOfContainer: Bool {
    let words = pattern.split(whereSeparator: Self.isBlank)
    return words.count == 2 && words[1].elementsEqual("|".utf8) && pattern.last == 0x20
  }

  /// Whether a line has such a prefix.
  static func isOfContainer(_ line: Span<UInt8>) -> Bool {
    guard let bar = line.firstOffset(of: " |") else { return false }
    return LinePrefix((line.extracting(0..<bar + 2).copied + [0x20]).span).isOfContainer
  }

  /// Whether a crash's words stand behind such a prefix.
  static func hasWordsBehindContainer(_ line: Span<UInt8>) -> Bool {
    guard let bar = line.firstOffset(of: " | "), isOfContainer(line) else { return false }
    return CrashWords.start(line.extracting(bar + 3..<line.count)) != nil
  }

  /// Whether it is a date and a time, and nothing else.
  var isTime: Bool {
    pattern.contains(Self.digits) && pattern.allSatisfy { $0 == Self.digits || !Self.isWordLetter($0) }
  }

  private static func isWordLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 && byte != UInt8(ascii: "T") && byte != UInt8(ascii: "Z")
  }

  /// A date, a time or both: no letters but T and Z.
  private static func isTime(_ word: Span<UInt8>) -> Bool {
    var digits = 0
    for i in word.indices {
      switch word[i] {
      case 0x30...0x39: digits += 1
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ","),
        UInt8(ascii: "/"), UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "["), UInt8(ascii: "]"):
        continue
      default: return false
      }
    }
    return digits > 0
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
