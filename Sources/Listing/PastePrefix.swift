import ByteText

/// The text before every line of a paste: the mark of a quote, the number of a line, a time, a host, an indentation.
///
///     > > TEXT main.main(SB) /src/app/main.go
///        12: TEXT main.main(SB) /src/app/main.go
///     2026-11-28T15:10:19.1234567Z TEXT main.main(SB) /src/app/main.go
///
/// It is learned from a line whose own beginning is known. Numbers differ from line to line, and so does the room that is
/// left for them; all else is the same.
struct PastePrefix: Hashable, Sendable {
  private enum Element: Hashable, Sendable {
    case byte(UInt8)
    /// Digits, and perhaps a fraction of them.
    case number
    case blanks
  }

  private var elements: [Element] = []
  /// How many blanks stand at its end. What a line has more of them is its own.
  private var indentation = 0

  /// Where the first line of `perf annotate` begins, ` Percent |<TAB>Source code & Disassembly of app`; nil for all others.
  static func perfBegins(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    guard let words = text.firstOffset(of: "Percent", in: line),
      text.firstOffset(of: "Disassembly of ", in: line) != nil
    else { return nil }
    return max(line.lowerBound, words - 1)
  }

  init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
    var end = range.upperBound
    while end > range.lowerBound, text[end - 1] <= 0x20 { end -= 1 }
    indentation = range.upperBound - end
    var i = range.lowerBound
    while i < end {
      if text[i] <= 0x20 {
        while i < end, text[i] <= 0x20 { i += 1 }
        elements.append(.blanks)
      } else if text[i] &- 0x30 < 10 {
        i = Self.behindNumber(text, i, end)
        elements.append(.number)
      } else {
        elements.append(.byte(text[i]))
        i += 1
      }
    }
  }

  /// Where a line goes on behind the prefix; nil where it has another one.
  func end(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    var i = line.lowerBound
    for (k, element) in elements.enumerated() {
      switch element {
      case .blanks: while i < line.upperBound, text[i] <= 0x20 { i += 1 }
      case .byte(let byte):
        guard i < line.upperBound, text[i] == byte else { return nil }
        i += 1
      case .number:
        let end = Self.behindNumber(text, i, line.upperBound)
        // A count of zero may be left out: its room stays.
        guard end > i || mayBeMissing(k) else { return nil }
        i = end
      }
    }
    var blanks = 0
    while blanks < indentation, i < line.upperBound, text[i] <= 0x20 {
      i += 1
      blanks += 1
    }
    return i
  }

  /// There are only blanks.
  var isIndentation: Bool { elements.isEmpty }

  /// Whether a line has the whole of it.
  func isOn(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard let end = end(text, line) else { return false }
    return !isIndentation || end - line.lowerBound == indentation
  }

  /// Where a line of `perf annotate --stdio` goes on behind a share of samples and a colon, and behind the number that
  /// lines of source have and instructions have not; nil where there is no colon:
  ///
  ///              : 16     big[i&63] += i
  ///         3.94 :   4c8343: mov    %rcx,%rbx
  static func behindSamples(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    var i = PasteLine.behindBlanks(text, line.lowerBound, line.upperBound)
    i = PasteLine.behindBlanks(text, behindNumber(text, i, line.upperBound), line.upperBound)
    guard i < line.upperBound, text[i] == UInt8(ascii: ":") else { return nil }
    let number = PasteLine.behindBlanks(text, i + 1, line.upperBound)
    let end = text.decimal(from: number).end
    return end > number && end < line.upperBound && text[end] == 0x20
      ? PasteLine.behindBlanks(text, end, line.upperBound) : i + 1
  }

  private func mayBeMissing(_ k: Int) -> Bool {
    guard k > 0, elements[k - 1] == .blanks,
      let mark = elements[k...].dropFirst().first(where: { $0 != .blanks })
    else { return false }
    if case .byte = mark { return true }
    return false
  }

  private static func behindNumber(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    func behindDigits(_ start: Int, _ text: borrowing Span<UInt8>) -> Int {
      var i = start
      while i < end, text[i] &- 0x30 < 10 { i += 1 }
      return i
    }
    let i = behindDigits(start, text)
    guard i > start, i + 1 < end, text[i] == UInt8(ascii: ".") || text[i] == UInt8(ascii: ",") else {
      return i
    }
    let behind = behindDigits(i + 1, text)
    return behind > i + 1 ? behind : i
  }
}
