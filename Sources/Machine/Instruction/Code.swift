import ByteText
import Listing

/// A function's lines, the text that holds them and the dialect of that text: the input of every reader and
/// every question.
struct Code: ~Escapable {
  /// The whole listing, or the part of it that a worker reads. All offsets are into it.
  let text: Span<UInt8>
  let function: FunctionText
  let dialect: Dialect

  @_lifetime(copy text)
  init(_ text: Span<UInt8>, _ function: FunctionText, _ dialect: Dialect) {
    (self.text, self.function, self.dialect) = (text, function, dialect)
  }

  var lines: [InstructionLine] { function.lines }
  /// Whether the operands are spelled in the syntax of Go's assembler.
  var isGo: Bool { dialect.syntax == .go }

  /// Whether the source file is one of assembly, where the listing names it.
  var isAssembly: Bool { text.has(".s", at: function.file.upperBound - 2) }

  /// Returns the operands in a range of the text, destination last.
  @inline(__always)
  func operands(in range: Range<Int>) -> Operands { dialect.operands(text, in: range) }

  /// Returns the operand after the last comma: Go's objdump prints up to five, of which three are read.
  func lastOperand(in range: Range<Int>) -> Operand {
    let start = text.lastOffset(of: ",", in: range).map { $0 + 1 } ?? range.lowerBound
    return operands(in: start..<range.upperBound).first
  }

  /// Returns a symbol's range without the `_` that Mach-O puts before it.
  func plain(_ symbol: Range<Int>) -> Range<Int> { dialect.plain(symbol, text) }
}
