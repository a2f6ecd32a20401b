import ByteText

/// A text that shows code, but is no listing that fathom reads. Its description says what it is, and which command prints
/// one.
public enum ForeignText: Sendable, CustomStringConvertible {
  case radare2, ghidra, ida, otool
  /// Samples by source lines, of `go tool pprof -list`, and the page of its `weblist`.
  case pprofList, weblist
  case page
  /// The compiler's listing without addresses, as Compiler Explorer shows it.
  case compilerExplorer
  /// Source for Go's assembler.
  case assembly
  /// A debugger's instructions without the name of their function.
  case unnamedInstructions
  case symbols

  /// Recognises a text by its beginning.
  ///
  /// - Parameters:
  ///   - text: the beginning, with ``textPadding`` newlines behind it.
  ///   - end: where the padding begins.
  public init?(_ text: borrowing Span<UInt8>, end: Int) {
    var start = 0
    var lines = 0
    while start < end, lines < 400 {
      let line = start..<min(text.newline(from: start), end)
      start = line.upperBound + 1
      let first = PasteLine.behindBlanks(text, line.lowerBound, line.upperBound)
      guard first < line.upperBound else { continue }
      lines += 1
      if let found = Self.line(text, first..<PasteLine.trimmed(text, first..<line.upperBound), end) {
        self = found
        return
      }
    }
    return nil
  }

  private static func line(_ text: borrowing Span<UInt8>, _ line: Range<Int>, _ end: Int) -> ForeignText? {
    func has(_ word: StaticString, _ text: borrowing Span<UInt8>) -> Bool {
      text.firstOffset(of: word, in: line) != nil
    }
    let first = line.lowerBound
    if text.has("<!DOCTYPE html", at: first) || text.has("<!doctype html", at: first)
      || text.has("<html", at: first)
    {
      return text.firstOffset(of: "Pprof listing", in: first..<end) != nil ? .weblist : .page
    }
    if PasteLine.pprofHeader(text, line) != nil { return .pprofList }
    if text[first] == UInt8(ascii: "."), let colon = text.firstOffset(of: UInt8(ascii: ":"), in: line),
      PasteLine.hexEnd(text, colon + 1) - colon > 8
    {
      return .ida
    }
    if has("XREF[", text) || has("undefined FUN_", text) { return .ghidra }
    if has(" XREF from ", text) || has(";-- ", text) || has(" XREFS from ", text) || has("; CALL XREF", text)
    {
      return .radare2
    }
    if PasteLine.gdb(isUnnamed: text, line) { return .unnamedInstructions }
    if let label = text.lastOffset(of: "_pc", in: line), text[line.upperBound - 1] == UInt8(ascii: ":"),
      text.decimal(from: label + 3).end == line.upperBound - 1
    {
      return .compilerExplorer
    }
    if let mark = text.firstOffset(of: "(SB), ", in: line) {
      if text.has("TEXT ", at: first) || text.has("TEXT\t", at: first) {
        return text.firstOffset(of: "ABI", in: mark..<line.upperBound) != nil ? .compilerExplorer : .assembly
      }
    }
    let digits = PasteLine.hexEnd(text, first)
    if digits - first >= 8, digits + 2 < line.upperBound {
      if text[digits] == 0x09, text[digits + 1] &- 0x61 < 26 { return .otool }
      if text[digits] == 0x20, text[digits + 1] | 0x20 &- 0x61 < 26, text[digits + 2] == 0x20 {
        return .symbols
      }
    }
    return nil
  }

  private static let command = "«go tool objdump APP > FILE» or «objdump -d APP > FILE»"

  /// What the text is, and what helps, without its name.
  public var description: String {
    switch self {
    case .radare2: "radare2's listing, which fathom does not read; make one with \(Self.command)"
    case .ghidra: "Ghidra's listing, which fathom does not read; make one with \(Self.command)"
    case .ida: "IDA's listing, which fathom does not read; make one with \(Self.command)"
    case .otool: "otool's listing, which fathom does not read; make one with \(Self.command)"
    case .pprofList:
      "samples by lines of source, without instructions, as «go tool pprof -list» prints them; "
        + "«go tool pprof -disasm=NAME APP PROFILE > FILE» prints the code"
    case .weblist:
      "a page of pprof's weblist; «go tool pprof -disasm=NAME APP PROFILE > FILE» prints the code as text"
    case .page: "a page in HTML; save the listing alone, as text, or make one with \(Self.command)"
    case .compilerExplorer:
      "the compiler's listing without addresses, as Compiler Explorer shows it; "
        + "«go build -gcflags=-S ./PACKAGE 2> FILE» prints it with them"
    case .assembly: "assembly source, not a listing; name the folder of its package, or what was built of it"
    case .unnamedInstructions:
      "a debugger's instructions without the name of their function; copy gdb's «disassemble NAME» from its line "
        + "«Dump of assembler code for function NAME:» on, or print «x/99i NAME»"
    case .symbols: "a list of symbols, not of instructions; make a listing with \(Self.command)"
    }
  }
}
