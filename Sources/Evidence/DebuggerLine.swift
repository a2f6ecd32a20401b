import ByteText

/// A frame as a debugger or a profiler lists it on one line:
///
///     #1  0x0000000000456789 in main.main () at /src/main.go:9           gdb's `bt`
///       * frame #0: 0x000000000045e1a0 app`main.f(x=1) at main.go:4:2    lldb's `bt`
///     \t          45e1a0 main.f+0x20 (/path/app)                         `perf script`
///     1   app   \t0x000000010045e1a0 main.f + 32 (main.go:4)              macOS's reports
struct DebuggerLine {
  /// Its place in the stack, 0 the innermost; nil where frames are not numbered.
  var index: Int?
  var name: Range<Int>
  var file: Range<Int>?
  /// 0 where none is known.
  var line: Int32 = 0
  var pc: UInt64?

  /// Nil for any other line.
  init?(_ text: Span<UInt8>) {
    let start = text.skippingBlanks(0..<text.count)
    if text.has("#", at: 0) {
      self.init(gdb: text)
    } else if text.has("frame #", at: start) || text.has("* frame #", at: start) {
      self.init(lldb: text, start + (text.has("*", at: start) ? 2 : 0))
    } else if text.has("\t", at: 0), text.ends(with: ")") {
      self.init(perf: text, start)
    } else {
      return nil
    }
  }

  /// macOS's reports: `1   app   	0x000000010045e1a0 main.f + 32 (main.go:4)`.
  init?(macOS text: Span<UInt8>) {
    let (index, digits) = text.decimal(from: 0)
    guard digits > 0, index < 1 << 20, text.has(" ", at: digits),
      let pcStart = text.firstOffset(of: "0x", from: digits),
      let blank = text.firstOffset(of: 0x20, from: pcStart),
      let pc = text.hexadecimal(pcStart + 2..<blank),
      let plus = text.firstOffset(of: " + ", from: blank + 1), TraceLine.isName(text, blank + 1..<plus)
    else { return nil }
    self.index = Int(index)
    self.pc = pc
    name = blank + 1..<plus
    guard let open = text.firstOffset(of: " (", from: plus), text.ends(with: ")"),
      let colon = text.lastOffset(of: UInt8(ascii: ":"), in: open..<text.count)
    else { return }
    let (line, end) = text.decimal(from: colon + 1)
    guard end == text.count - 1 else { return }
    file = open + 2..<colon
    self.line = Int32(exactly: line) ?? 0
  }

  private init?(gdb text: Span<UInt8>) {
    let (index, digits) = text.decimal(from: 1)
    guard digits > 1, index < 1 << 20, text.has(" ", at: digits) else { return nil }
    var start = text.skippingBlanks(digits..<text.count)
    if text.has("0x", at: start), let blank = text.firstOffset(of: 0x20, from: start),
      text.has(" in ", at: blank)
    {
      pc = text.hexadecimal(start + 2..<blank)
      start = blank + 4
    }
    guard let open = text.firstOffset(of: " (", from: start), TraceLine.isName(text, start..<open) else {
      return nil
    }
    self.index = Int(index)
    name = start..<open
    readPlace(text, behind: open)
  }

  private init?(lldb text: Span<UInt8>, _ start: Int) {
    let (index, digits) = text.decimal(from: start + 7)
    guard digits > start + 7, index < 1 << 20, text.has(": 0x", at: digits),
      let blank = text.firstOffset(of: 0x20, from: digits + 4),
      let tick = text.firstOffset(of: UInt8(ascii: "`"), from: blank)
    else { return nil }
    pc = text.hexadecimal(digits + 4..<blank)
    // The arguments' parenthesis has no asterisk behind it, as a receiver's has.
    var end = tick + 1
    while end < text.count, text[end] != 0x20,
      text[end] != UInt8(ascii: "(") || text.has("*", at: end + 1)
    { end += 1 }
    guard TraceLine.isName(text, tick + 1..<end) else { return nil }
    self.index = Int(index)
    name = tick + 1..<end
    readPlace(text, behind: end)
  }

  /// delve's `User: ./main.go:10 main.main (0x46f365)`, which begins at an offset.
  init?(delve text: Span<UInt8>, _ start: Int) {
    guard let kind = text.firstOffset(of: ": ", from: start),
      let open = text.firstOffset(of: " (0x", from: kind + 1), open >= kind + 2,
      let close = text.firstOffset(of: UInt8(ascii: ")"), from: open),
      let blank = text.lastOffset(of: 0x20, in: kind + 2..<open),
      let colon = text.lastOffset(of: UInt8(ascii: ":"), in: kind + 2..<blank),
      TraceLine.isName(text, blank + 1..<open)
    else { return nil }
    let (line, end) = text.decimal(from: colon + 1)
    guard end == blank else { return nil }
    name = blank + 1..<open
    file = kind + 2..<colon
    self.line = Int32(exactly: line) ?? 0
    pc = text.hexadecimal(open + 4..<close)
  }

  private init?(perf text: Span<UInt8>, _ start: Int) {
    guard let blank = text.firstOffset(of: 0x20, from: start), let pc = text.hexadecimal(start..<blank),
      let open = text.firstOffset(of: " (", from: blank + 1)
    else { return nil }
    let plus = text.lastOffset(of: UInt8(ascii: "+"), in: blank..<open)
    let end = plus.flatMap { text.has("0x", at: $0 + 1) ? $0 : nil } ?? open
    guard TraceLine.isName(text, blank + 1..<end) else { return nil }
    self.pc = pc
    name = blank + 1..<end
  }

  /// ` at /src/main.go:9`, in lldb with a column behind it.
  private mutating func readPlace(_ text: Span<UInt8>, behind start: Int) {
    guard let at = text.lastOffset(of: " at ", in: start..<text.count),
      let colon = text.firstOffset(of: UInt8(ascii: ":"), from: at + 6)
    else { return }
    let (line, end) = text.decimal(from: colon + 1)
    guard end > colon + 1, end == text.count || text[end] == UInt8(ascii: ":") else { return }
    file = at + 4..<colon
    self.line = Int32(exactly: line) ?? 0
  }
}
