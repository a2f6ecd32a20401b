import ByteText
public import ProgramModel

/// How operands are spelled.
public enum Syntax: Sendable {
  /// Go's assembler: `SUBQ $0x18, SP`, `MOVD 16(R28), R16`.
  case go
  /// GNU's and LLVM's for x86: `sub $0x18,%rsp`.
  case att
  /// `objdump -M intel`: `sub rsp,0x18`.
  case intel
  /// GNU's and LLVM's for arm64 and arm: `ldr x16, [x28, #16]`.
  case arm
  /// GNU's and LLVM's for riscv64 and loong64: `ld t1,16(s11)`.
  case risc
  /// GNU's for ppc64: `ld r22,16(r30)`; and LLVM's, which leaves the names of registers out: `ld 22, 16(30)`.
  case power
  /// GNU's and LLVM's for s390x: `lg %r10,16(%r13)`.
  case zarch
}

/// The form of a listing, as its beginning shows it.
public struct Dialect: Sendable {
  /// How functions and instructions are set out.
  public var format: ListingFormat
  /// The disassembler whose text it is, or is written anew as.
  public var disassembler: Disassembler
  /// The machine that it is of.
  public var architecture: Architecture
  /// How its operands are spelled.
  public var syntax: Syntax
  /// `go tool objdump -gnu` puts GNU's spelling behind each instruction: `RET    // ret`.
  public var hasGNUComments = false
  /// Go's instructions stand without their bytes, as pprof prints them.
  public var lacksBytes = false
  /// Go's text is of an object file or an archive, where relocations name what is called.
  public var isObject = false
  /// Mach-O's symbols begin with `_`, which is no part of their Go names.
  public var hasUnderscores: Bool
  /// The listing says that it is of a PE file.
  public var isPE = false
  /// Whether the callee of every indirect call is looked for, which takes reading in full what a filter would
  /// cut. Otherwise only functions that defer or start a goroutine are looked at.
  public var followsIndirectCalls = false

  /// The text comes from a disassembler that runs, which tells itself whether it is whole: no lines are missing.
  public var isLive = false

  /// A dialect with what is known of it.
  public init(
    _ format: ListingFormat? = nil, disassembler: Disassembler, architecture: Architecture, syntax: Syntax,
    hasUnderscores: Bool = false
  ) {
    self.format = format ?? (disassembler == .go ? .go : .binutils)
    self.disassembler = disassembler
    self.architecture = architecture
    self.syntax = syntax
    self.hasUnderscores = hasUnderscores
  }

  /// A symbol's range without the `_` that Mach-O puts before it.
  public func plain(_ symbol: Range<Int>, _ text: borrowing Span<UInt8>) -> Range<Int> {
    guard hasUnderscores, symbol.count > 1, text[symbol.lowerBound] == UInt8(ascii: "_") else {
      return symbol
    }
    return symbol.lowerBound + 1..<symbol.upperBound
  }

  /// As in GOOS, where the format of the file that was listed settles it. Mach-O may also be that of iOS.
  public var os: String? { isPE ? "windows" : hasUnderscores ? "darwin" : nil }

  /// Reads the next function of a text.
  ///
  /// - Parameters:
  ///   - text: whole lines, with ``textPadding`` newlines behind them.
  ///   - end: where the lines end and the padding begins.
  ///   - position: where to go on; moved behind what was read.
  ///   - filter: which lines are kept. Only Go's listings are filtered.
  ///   - function: filled.
  ///   - diagnostics: what was not understood is counted here.
  /// - Returns: false when no function is left.
  public func next(
    _ text: borrowing Span<UInt8>, end: Int, position: inout Int, filter: borrowing MnemonicFilter = .none,
    into function: inout FunctionText, diagnostics: inout Diagnostics
  ) -> Bool {
    function.reset()
    switch disassembler {
    case .go:
      let found = GoDialect.next(
        text, end: end, position: &position, filter: filter, into: &function, diagnostics: &diagnostics)
      // Code of another machine, or half an instruction.
      if let span = function.span, span % architecture.instructionLengths.unit != 0 {
        function.isElided = true
      }
      // gdb prints no bytes by itself.
      if found, format == .gdb || lacksBytes { findGaps(&function) }
      return found
    case .gnu, .llvm:
      let found = BinutilsDialect.next(
        text, end: end, position: &position, architecture, into: &function, diagnostics: &diagnostics)
      function.name = plain(function.name, text)
      if found { findGaps(&function) }
      return found
    }
  }

  private func findGaps(_ function: inout FunctionText) {
    function.endsInZeros = function.zeros.last == function.lines.count
    if isLive { return }
    let (lengths, unit) = architecture.instructionLengths
    function.isElided = function.isElided || function.hasGap(lengths, multipleOf: unit)
  }
}

extension Dialect {
  /// Reads a filtered function once more, all of it.
  public func readAll(
    _ text: borrowing Span<UInt8>, _ filtered: FunctionText, into function: inout FunctionText
  ) {
    function.reset()
    function.name = filtered.name
    function.file = filtered.file
    function.startsMidway = filtered.startsMidway
    function.statedFrame = filtered.statedFrame
    function.statedSize = filtered.statedSize
    function.samples = filtered.samples
    var position = filtered.range.lowerBound
    var counted = Diagnostics()
    GoDialect.lines(text, filtered.range.upperBound, &position, .none, &function, &counted)
    function.entry = filtered.entry
    function.isTooLarge = function.isTooLarge || filtered.isTooLarge
    function.isElided = filtered.isElided
  }
}

extension Diagnostics {
  /// Counts a line that no rule knows, and keeps the first few.
  mutating func countUnknown(_ text: borrowing Span<UInt8>, line: Range<Int>) {
    unknownLines += 1
    guard unknownExamples.count < Self.exampleLimit else { return }
    var bytes: [UInt8] = []
    for i in line.prefix(120) { bytes.append(text[i]) }
    unknownExamples.append(String(decoding: bytes, as: UTF8.self))
  }
}
