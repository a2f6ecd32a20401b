import ByteText

/// A line of a listing whose columns are found, not counted: blanks stand for TABs, or stand where none were.
///
/// All ranges are into a text with ``textPadding`` newlines behind it, so that looking a few bytes ahead is safe.
struct PasteLine {
  /// The forms whose lines are told apart: those of ``ListingFormat``, and such as are written anew as one of them.
  enum Form: CaseIterable, Sendable {
    case go, delve, binutils, gdb, compiler
    /// lldb's `disassemble`, written as gdb's.
    case lldb
    /// `go tool pprof -disasm`, written as Go's objdump prints code.
    case pprof
  }

  /// The line's parts; an empty range stands for one that it does not have.
  struct Instruction {
    /// `=>` or `->` stands before it.
    var isCurrent = false
    /// `main.go:12`
    var source: Range<Int> = 0..<0
    /// The digits.
    var address: Range<Int> = 0..<0
    /// A breakpoint's `*`.
    var hasBreakpoint = false
    /// `<main.main+4>` without the brackets.
    var place: Range<Int>?
    /// Where what follows the address begins: bytes, if any, and the instruction.
    var rest: Range<Int> = 0..<0
  }

  // MARK: First lines

  /// `TEXT main.main(SB) /src/app/main.go`: also within a line, behind a paste's prefix.
  static func goHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    guard let start = text.firstOffset(of: "TEXT ", in: line),
      start == line.lowerBound || !isWord(text[start - 1]), text[start + 5] > 0x20,
      let mark = text.lastOffset(of: "(SB)", in: start..<line.upperBound), mark > start + 5,
      mark + 4 == line.upperBound || text[mark + 4] <= 0x20
    else { return nil }
    return start
  }

  /// `0000000000401000 <main.main>:`.
  static func binutilsHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    guard line.count > 12, text.has(">:", at: line.upperBound - 2),
      let open = text.firstOffset(of: " <", in: line)
    else { return nil }
    var start = open
    while start > line.lowerBound, isHexDigit(text[start - 1]) { start -= 1 }
    guard 8...16 ~= open - start, start == line.lowerBound || !isWord(text[start - 1]) else { return nil }
    return start
  }

  /// `Dump of assembler code for function main.main:`.
  static func gdbHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    text.firstOffset(of: "Dump of assembler code ", in: line)
  }

  /// ``ROUTINE ======================== main.main`` of pprof.
  static func pprofHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    text.firstOffset(of: "ROUTINE ====", in: line)
  }

  /// The name in lldb's ``app`main.main:`` and ``app`main.main at main.go:12:``.
  static func lldbHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    guard line.count > 3, text[line.upperBound - 1] == UInt8(ascii: ":"),
      let tick = text.firstOffset(of: UInt8(ascii: "`"), in: line), tick > line.lowerBound,
      (line.lowerBound..<tick).allSatisfy({ text[$0] > 0x20 })
    else { return nil }
    let end = text.lastOffset(of: " at ", in: tick..<line.upperBound) ?? line.upperBound - 1
    return tick + 1 < end ? tick + 1..<end : nil
  }

  /// Where a line of lldb's begins that it names the file on: ``app`main.main:``, `app[0x4c83c0] <+0>: cmpq …`.
  static func lldbBegins(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    var start: Int
    if let open = text.firstOffset(of: "[0x", in: line), text.has("] <+", at: hexEnd(text, open + 3)) {
      start = open
    } else if line.count > 3, text[line.upperBound - 1] == UInt8(ascii: ":"),
      let tick = text.lastOffset(of: "`", in: line)
    {
      start = tick
    } else {
      return nil
    }
    let end = start
    while start > line.lowerBound, text[start - 1] > 0x20, !">|`\"'".utf8.contains(text[start - 1]) {
      start -= 1
    }
    return start < end ? start : nil
  }

  /// Whether a first line is cut off inside its name or its path: `0000000000401000 <main.m`, `TEXT main.main(SB) /src/a`.
  static func isTornHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    if text.has("TEXT ", at: line.lowerBound) {
      guard let mark = text.firstOffset(of: "(SB)", in: line) else { return true }
      let dot = text.lastOffset(of: UInt8(ascii: "."), in: mark..<line.upperBound) ?? mark
      return mark + 4 < line.upperBound && text[line.upperBound - 1] != UInt8(ascii: ">")
        && !(1...8 ~= line.upperBound - dot - 1)
    }
    let digits = hexEnd(text, line.lowerBound) - line.lowerBound
    return 8...16 ~= digits && text.has(" <", at: line.lowerBound + digits)
      && binutilsHeader(text, line) == nil
  }

  /// `main.f STEXT size=92 args=0x8`.
  static func isCompilerHeader(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard let mark = text.lastOffset(of: " STEXT ", in: line) else { return false }
    return mark > line.lowerBound && text.firstOffset(of: " size=", in: mark..<line.upperBound) != nil
  }

  // MARK: Instructions

  /// Reads an instruction of a form; nil for every other line.
  static func instruction(_ text: borrowing Span<UInt8>, _ line: Range<Int>, _ form: Form) -> Instruction? {
    switch form {
    case .go, .delve: go(text, line)
    case .binutils: binutils(text, line)
    case .gdb: gdb(text, line)
    case .compiler: compiler(text, line)
    case .lldb: lldb(text, line)
    case .pprof: pprof(text, line)
    }
  }

  /// `main.go:12 0x49a900 493b6610 CMPQ SP, 0x10(R14)`; the mark and the breakpoint are delve's.
  private static func go(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    var found = Instruction()
    var i = behindMark(text, line, &found)
    if !hasNumber(text, i) {
      let start = i
      while i < line.upperBound, !(text[i] <= 0x20 && hasNumber(text, i + 1)) { i += 1 }
      found.source = start..<trimmed(text, start..<i)
      guard i < line.upperBound, found.source.count > 2, text[found.source.upperBound - 1] &- 0x30 < 10,
        text.lastOffset(of: UInt8(ascii: ":"), in: found.source) != nil
      else { return nil }
      i += 1
    }
    found.address = i + 2..<hexEnd(text, i + 2)
    i = found.address.upperBound
    if text[i] == UInt8(ascii: "*") {
      found.hasBreakpoint = true
      i += 1
    }
    let bytes = behindBlanks(text, i, line.upperBound)
    let bytesEnd = hexEnd(text, bytes)
    let mnemonic = behindBlanks(text, bytesEnd, line.upperBound)
    guard bytes > i, bytesEnd > bytes + 1, (bytesEnd - bytes) & 1 == 0, mnemonic > bytesEnd,
      mnemonic < line.upperBound,
      // `0x0000 49 3b 66 10  I;f.` and `0x0010 c3  .` are bytes of the compiler's.
      !(bytesEnd == bytes + 2 && found.source.isEmpty
        && (found.address.count == 4 || hexEnd(text, mnemonic) == mnemonic + 2 && text[mnemonic + 2] <= 0x20))
    else { return nil }
    found.rest = bytes..<line.upperBound
    return found
  }

  /// `401000: 49 3b 66 10 cmp 0x10(%r14),%rsp`, and a line of bytes that belong to the instruction before.
  private static func binutils(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    var found = Instruction()
    let start = behindBlanks(text, line.lowerBound, line.upperBound)
    found.address = start..<hexEnd(text, start)
    let colon = found.address.upperBound
    guard 1...16 ~= found.address.count, text[colon] == UInt8(ascii: ":") else { return nil }
    let rest = behindBlanks(text, colon + 1, line.upperBound)
    guard rest > colon + 1, rest < line.upperBound, !isRelocation(text, rest) else { return nil }
    found.rest = rest..<line.upperBound
    return found
  }

  /// `=> 0x49a904 <main.main+4>: jbe 0x49a9ca <main.main+202>`.
  private static func gdb(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    var found = Instruction()
    let start = behindMark(text, line, &found)
    guard hasNumber(text, start) else { return nil }
    found.address = start + 2..<hexEnd(text, start + 2)
    let open = behindBlanks(text, found.address.upperBound, line.upperBound)
    guard open > found.address.upperBound, text[open] == UInt8(ascii: "<"),
      let close = text.firstOffset(of: ">:", in: open..<line.upperBound)
    else { return nil }
    let rest = behindBlanks(text, close + 2, line.upperBound)
    guard rest > close + 2, rest < line.upperBound else { return nil }
    found.place = open + 1..<close
    found.rest = rest..<line.upperBound
    return found
  }

  /// Whether a line is a debugger's instruction that does not say of what: `0x49a904 <+4>: jbe …`, `0x49a904: jbe …`.
  static func gdb(isUnnamed text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    if let found = gdb(text, line) {
      return found.place.map { text[$0.lowerBound] == UInt8(ascii: "+") } ?? false
    }
    var found = Instruction()
    let start = behindMark(text, line, &found)
    guard hasNumber(text, start) else { return false }
    let end = hexEnd(text, start + 2)
    return end - start > 5 && text[end] == UInt8(ascii: ":") && text[end + 1] <= 0x20
      && end + 2 < line.upperBound
  }

  /// `app[0x4c83c0] <+0>: cmpq 0x10(%r14), %rsp` of a file, `-> 0x4c83c0 <+0>: cmpq …` of a process.
  private static func lldb(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    if let found = gdb(text, line) { return found }
    guard let open = text.firstOffset(of: "[0x", in: line) else { return nil }
    var found = Instruction()
    found.address = open + 3..<hexEnd(text, open + 3)
    let end = found.address.upperBound
    guard text.has("] <", at: end), let close = text.firstOffset(of: ">:", in: end..<line.upperBound) else {
      return nil
    }
    found.place = end + 3..<close
    found.rest = behindBlanks(text, close + 2, line.upperBound)..<line.upperBound
    return found.rest.isEmpty ? nil : found
  }

  /// `0x0004 00004 (/src/app/main.go:22) JLS 81`.
  private static func compiler(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    var found = Instruction()
    let start = behindBlanks(text, line.lowerBound, line.upperBound)
    guard hasNumber(text, start) else { return nil }
    found.address = start + 2..<hexEnd(text, start + 2)
    let number = found.address.upperBound + 1
    let (_, end) = text.decimal(from: number)
    guard text[number - 1] == 0x20, end - number > 4, text.has(" (", at: end), end + 2 <= line.upperBound
    else {
      return nil
    }
    // A path may hold parentheses, and so do operands: the line's number stands before the one that is meant.
    var close = end + 2
    while let next = text.firstOffset(of: UInt8(ascii: ")"), in: close..<line.upperBound) {
      close = next + 1
      if text[next - 1] &- 0x30 < 10, close < line.upperBound, text[close] <= 0x20 { break }
    }
    guard close > end + 2 else { return nil }
    found.source = end + 2..<close - 1
    let rest = behindBlanks(text, close, line.upperBound)
    guard rest > close, rest < line.upperBound else { return nil }
    found.rest = rest..<line.upperBound
    return found
  }

  /// `10ms 20ms 4c8346: ANDL $0x3f, BX ;main.main main.go:16`.
  private static func pprof(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    var i = line.lowerBound
    for _ in 0..<2 {
      i = behindBlanks(text, i, line.upperBound)
      let start = i
      while i < line.upperBound, text[i] > 0x20 { i += 1 }
      guard i > start,
        text[start] == UInt8(ascii: ".") || text[start] &- 0x30 < 10 || text[start] == UInt8(ascii: "-")
      else { return nil }
    }
    // Lines of source have a number there, and no mnemonic in capitals.
    guard i < line.upperBound, var found = binutils(text, i..<line.upperBound), found.address.count > 4,
      text[found.rest.lowerBound] &- 0x41 < 26 || text[found.rest.lowerBound] == UInt8(ascii: "?"),
      found.rest.count == 1 || text[found.rest.lowerBound + 1] < 0x61
    else { return nil }
    guard let mark = text.lastOffset(of: ";", in: found.rest) else { return found }
    found.source = mark + 1..<line.upperBound
    found.rest = found.rest.lowerBound..<trimmed(text, found.rest.lowerBound..<mark)
    return found.rest.isEmpty ? nil : found
  }

  /// Bytes in hex, and the blanks behind them: `49 3b 66 10 `, `f9400b90 `, riscv64's `8082 `.
  static func bytes(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (bytes: Range<Int>, end: Int) {
    var i = range.lowerBound
    var end = i
    var width = 0
    while i < range.upperBound {
      let digits = hexEnd(text, i) - i
      guard digits == 2 || digits == 4 || digits == 8, width == 0 || digits == width,
        i + digits == range.upperBound || text[i + digits] <= 0x20
      else { break }
      width = digits
      end = i + digits
      guard end < range.upperBound, text[end] == 0x20 else { break }
      i = end + 1
    }
    return (range.lowerBound..<end, behindBlanks(text, end, range.upperBound))
  }

  /// Whether an instruction of a form is not whole: it is spelled as none is, or a name's bracket is not closed.
  static func isTorn(_ text: borrowing Span<UInt8>, _ line: Range<Int>, _ form: Form) -> Bool {
    guard let found = instruction(text, line, form) else { return false }
    var start = found.rest.lowerBound
    var isGo = form == .compiler || form == .pprof
    switch form {
    case .go, .delve:
      start = behindBlanks(text, hexEnd(text, start), line.upperBound)
      isGo = text[start] &- 0x61 >= 26
    case .binutils, .gdb, .lldb: start = bytes(text, found.rest).end
    case .compiler, .pprof: break
    }
    if form == .pprof, !found.source.isEmpty, text[line.upperBound - 1] &- 0x30 >= 10 { return true }
    // Bytes of the instruction before.
    guard start < line.upperBound else { return false }
    if !Spelling.isSound(text, start..<line.upperBound, isGo: isGo) { return true }
    guard !isGo, let open = text.lastOffset(of: " <", in: start..<line.upperBound) else { return false }
    return text.firstOffset(of: ">", in: open..<line.upperBound) == nil
  }

  // MARK: Pieces

  static func behindBlanks(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end, text[i] <= 0x20 { i += 1 }
    return i
  }

  /// Where a range ends without the blanks at its end.
  static func trimmed(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound, text[end - 1] <= 0x20 { end -= 1 }
    return end
  }

  /// `401001: R_X86_64_PLT32`: what follows the address.
  static func isRelocation(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
    text.has("R_", at: start) || text.has("ARM64_RELOC", at: start) || text.has("X86_64_RELOC", at: start)
      || text.has("IMAGE_REL", at: start)
  }

  static func isWord(_ c: UInt8) -> Bool {
    c &- 0x30 < 10 || (c | 0x20) &- 0x61 < 26 || c == UInt8(ascii: "_") || c >= 0x80
  }

  /// `0x` and a digit, in either case.
  static func hasNumber(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
    text[start] == UInt8(ascii: "0") && text[start + 1] | 0x20 == UInt8(ascii: "x")
      && isHexDigit(text[start + 2])
  }

  static func hexEnd(_ text: borrowing Span<UInt8>, _ start: Int) -> Int {
    var i = start
    while isHexDigit(text[i]) { i += 1 }
    return i
  }

  /// Behind `=>` or `->`, and blanks.
  private static func behindMark(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>, _ found: inout Instruction
  ) -> Int {
    let i = behindBlanks(text, line.lowerBound, line.upperBound)
    guard text.has("=>", at: i) || text.has("->", at: i) else { return i }
    found.isCurrent = true
    return behindBlanks(text, i + 2, line.upperBound)
  }
}
