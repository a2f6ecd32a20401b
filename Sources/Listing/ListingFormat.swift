import ByteText
public import ProgramModel

/// A form in which a tool prints functions and their instructions.
///
/// Each form tells its own lines from all others, and knows where a function begins. Forms that are written for people
/// are written anew as Go's objdump prints code before they are read (``Rewriter``).
public enum ListingFormat: Sendable, CaseIterable {
  /// `go tool objdump`: ``GoDialect``.
  case go
  /// GNU's objdump and llvm-objdump: ``BinutilsDialect``.
  case binutils
  /// `go build -gcflags=-S`: ``CompilerListing``.
  case compiler
  /// gdb's `disassemble` and `x/i`: ``GDBFunction``.
  case gdb
  /// delve's `disassemble`: ``DelveLine``.
  case delve

  /// The debugger that prints this form.
  public var debugger: Debugger? {
    switch self {
    case .gdb: .gdb
    case .delve: .delve
    case .go, .binutils, .compiler: nil
    }
  }

  /// A line as a format sees it.
  enum Line {
    /// No line of this format.
    case foreign
    /// The first line of a function.
    case header
    /// An instruction: where its mnemonic and operands stand, and its bytes in hex where they stand apart from them.
    case instruction(Range<Int>, bytes: Range<Int>?)
  }

  /// Says what a line, without its newline, is to this format.
  func line(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Line {
    switch self {
    case .go: GoDialect.line(text, line)
    case .binutils: BinutilsDialect.line(text, line)
    case .compiler: CompilerListing.line(text, line)
    case .gdb: GDBFunction.instruction(text, line).map { .instruction($0.text, bytes: nil) } ?? .foreign
    case .delve: DelveLine(text, line).map { .instruction($0.text, bytes: $0.bytes) } ?? .foreign
    }
  }

  /// Whether a function's first line may begin with a byte: a quick look that most lines fail.
  @inline(__always)
  public func mayBegin(with first: UInt8) -> Bool {
    switch self {
    case .go, .delve: first == UInt8(ascii: "T")
    case .gdb: first == UInt8(ascii: "D")
    case .compiler: first > 0x20
    case .binutils: first >= 0x30
    }
  }

  /// Whether a function's first line stands at an offset that begins a line: a listing may be cut there.
  public func begins(_ text: borrowing Span<UInt8>, at offset: Int) -> Bool {
    switch self {
    case .go, .delve: GoDialect.header(text, at: offset) != nil
    case .gdb: text.has("Dump of assembler code", at: offset)
    case .compiler: CompilerListing.header(text, at: offset) != nil
    case .binutils: BinutilsDialect.header(text, at: offset) != nil
    }
  }

  /// The address of the function whose first line stands at an offset, where that line says it.
  public func entry(_ text: borrowing Span<UInt8>, at offset: Int) -> UInt64? {
    self == .binutils ? BinutilsDialect.header(text, at: offset)?.entry : nil
  }
}
