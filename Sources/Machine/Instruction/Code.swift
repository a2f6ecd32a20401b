import Listing

/// A function's lines, the text that they stand in, and how that is spelled: what every reader and question looks at.
struct Code: ~Escapable {
  let text: Span<UInt8>
  let function: FunctionText
  let dialect: Dialect

  @_lifetime(copy text)
  init(_ text: Span<UInt8>, _ function: FunctionText, _ dialect: Dialect) {
    (self.text, self.function, self.dialect) = (text, function, dialect)
  }

  var lines: [InstructionLine] { function.lines }
  /// Its operands are spelled as Go's assembler has them.
  var isGo: Bool { dialect.syntax == .go }

  /// An instruction's operands, in Go's order.
  @inline(__always)
  func operands(in range: Range<Int>) -> Operands { dialect.operands(text, in: range) }

  /// A symbol's range without the `_` that Mach-O puts before it.
  func plain(_ symbol: Range<Int>) -> Range<Int> { dialect.plain(symbol, text) }
}
