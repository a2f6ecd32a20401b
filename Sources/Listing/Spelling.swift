import ByteText

/// Whether an instruction is spelled as disassemblers spell one, whatever the machine: of 2.8 million lines of Go's,
/// GNU's and LLVM's objdump all are, but for code that is none. What a paste put behind every line, or cut off there,
/// is not.
enum Spelling {
  /// Looks at a mnemonic and its operands.
  ///
  /// - Parameters:
  ///   - range: where they stand; blanks may follow.
  ///   - isGo: mnemonics are capitals, as Go spells them.
  static func isSound(_ text: borrowing Span<UInt8>, _ range: Range<Int>, isGo: Bool) -> Bool {
    let line = range.lowerBound..<PasteLine.trimmed(text, range)
    guard !line.isEmpty, begins(text[line.lowerBound], isGo), ends(text[line.upperBound - 1]) else {
      return false
    }
    return isGo || hasSmallMnemonic(text, line) ? isBalanced(text, line, isGo: isGo) : false
  }

  /// `CMPQ`, `?`; `cmp`, `.word`, `(bad)`, `<unknown>`, `{evex} vaddps`.
  private static func begins(_ c: UInt8, _ isGo: Bool) -> Bool {
    if c == UInt8(ascii: ".") { return true }
    return isGo
      ? c &- 0x41 < 26 || c == UInt8(ascii: "?")
      : c &- 0x61 < 26 || c == UInt8(ascii: "(") || c == UInt8(ascii: "<") || c == UInt8(ascii: "{")
  }

  /// `AX`, `0x10(R14)`, `[sp, #16]!`, `{r0, pc}^`, `<main.main>`, `?`.
  private static func ends(_ c: UInt8) -> Bool {
    c &- 0x30 < 10 || (c | 0x20) &- 0x61 < 26 || c >= 0x80 || ")]}>!^?_*+-.".utf8.contains(c)
  }

  /// `rex.WRB` alone has capitals.
  private static func hasSmallMnemonic(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    if text.has("rex.", at: line.lowerBound) { return true }
    var i = line.lowerBound
    while i < line.upperBound, text[i] > 0x20 {
      if text[i] &- 0x41 < 26 { return false }
      i += 1
    }
    return true
  }

  /// Whether brackets are closed and no operand is empty, before a name that may hold anything.
  private static func isBalanced(_ text: borrowing Span<UInt8>, _ line: Range<Int>, isGo: Bool) -> Bool {
    if isGo, text.has("(SB)", at: line.upperBound - 4) { return true }
    let line =
      line.lowerBound..<(isGo ? line.upperBound : text.firstOffset(of: " <", in: line) ?? line.upperBound)
    var (round, square, curly) = (0, 0, 0)
    var before: UInt8 = UInt8(ascii: ",")
    for i in line {
      let c = text[i]
      switch c {
      case UInt8(ascii: "("): round += 1
      case UInt8(ascii: ")"): round -= 1
      case UInt8(ascii: "["): square += 1
      case UInt8(ascii: "]"): square -= 1
      case UInt8(ascii: "{"): curly += 1
      case UInt8(ascii: "}"): curly -= 1
      case UInt8(ascii: ","): if before == UInt8(ascii: ",") { return false }
      default: break
      }
      if c > 0x20 { before = c }
    }
    return round == 0 && square == 0 && curly == 0
  }
}
