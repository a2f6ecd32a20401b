import ByteText
import ProgramModel

/// The compiler's own listing, of `go build -gcflags=-S` and `go tool compile -S` (Go `cmd/internal/obj/objfile.go`,
/// dumpfn's `writeSymDebug`):
///
///     main.frameSmall STEXT size=92 align=0x0 args=0x8 locals=0x38 funcid=0x0
///     <TAB>0x0000 00000 (/src/app/main.go:22)<TAB>TEXT<TAB>main.frameSmall(SB), ABIInternal, $56-8
///     <TAB>0x0000 00000 (/src/app/main.go:22)<TAB>CMPQ<TAB>SP, 16(R14)
///     <TAB>0x0000 49 3b 66 10 76 4f 55 48 89 e5 48 83 ec 30 88 44  I;f.vOUH..H..0.D
///     <TAB>rel 15+4 t=R_CALL main.fill+0
///     main..inittask SNOPTRDATA size=8 …                                      data, left out
///
/// ``write(_:end:from:into:diagnostics:)`` writes it anew as Go's objdump prints an archive's code, so that all the rest
/// need not know of it. A function's address is where its first line stands in the listing: its text is longer than
/// its code, so no two have the same.
struct CompilerListing: Sendable {
  let architecture: Architecture

  init(_ architecture: Architecture) { self.architecture = architecture }

  /// Where the name stands of the function that begins with a line; nil for every other line.
  static func header(_ text: borrowing Span<UInt8>, at offset: Int) -> Range<Int>? {
    guard text[offset] > 0x20 else { return nil }
    let line = offset..<text.controlCharacter(from: offset)
    // A name may hold blanks.
    guard let mark = text.lastOffset(of: " STEXT ", in: line), mark > offset,
      text.firstOffset(of: " size=", in: mark..<line.upperBound) != nil
    else { return nil }
    return offset..<mark
  }

  /// An instruction as the compiler prints it.
  struct Instruction {
    /// Its place in the function.
    var offset: UInt64
    /// How many bytes it has.
    var length = 0
    /// `/src/app/main.go:22`.
    var source: Range<Int>
    var mnemonic: Range<Int>
    var operands: Range<Int>
  }

  /// A function: its header, and its instructions.
  struct Function {
    var name: Range<Int> = 0..<0
    var entry: UInt64 = 0
    var size: UInt64 = 0
    var locals: Int64 = 0
    var arguments: Int64 = 0
    /// The line of the TEXT instruction, and its `$56-8`.
    var source: Range<Int> = 0..<0
    var statement: Range<Int> = 0..<0
    /// The bytes of the frame by that.
    var frame: Int64 = 0
    var instructions: [Instruction] = []
    /// Two instructions are farther apart than one is long.
    var isElided = false
    /// Where the words of symbols stand (arm), by their operand, each list rising.
    var words: [String: [UInt64]] = [:]
    /// How many of its bytes were printed behind them.
    var bytes: UInt64 = 0
    /// Where the last instruction stands that names a symbol.
    var lastSymbol: UInt64?
    /// What the linker fills in: where, and with which symbol's address. They were printed behind the bytes.
    var relocations: [(offset: UInt64, symbol: Range<Int>)] = []

    /// All of its code was printed.
    var hasAllBytes: Bool { bytes >= size }

    /// The compiler prints relocations in their order, and each instruction that names a symbol has one.
    var hasAllRelocations: Bool {
      guard let lastSymbol else { return true }
      // Those of data that stands behind the last function count from the data's beginning.
      return relocations.contains { $0.offset >= lastSymbol }
    }

    /// Whether an instruction is missing that names a symbol: a relocation stands in one that does not name its symbol.
    func lacksSymbols(_ text: borrowing Span<UInt8>) -> Bool {
      for relocation in relocations where relocation.offset < size {
        let next = instructions.partitioningIndex { $0.offset > relocation.offset }
        guard next > 0 else { return true }
        let instruction = instructions[next - 1]
        // DUFFZERO and DUFFCOPY name a place in a function by a number alone.
        if text.has("DUFF", at: instruction.mnemonic.lowerBound) { continue }
        guard names(text, instruction.operands, relocation.symbol) else { return true }
      }
      return false
    }

    /// Whether a symbol stands in an instruction's operands.
    private func names(_ text: borrowing Span<UInt8>, _ operands: Range<Int>, _ symbol: Range<Int>) -> Bool {
      guard symbol.count <= operands.count else { return false }
      return (operands.lowerBound...operands.upperBound - symbol.count).contains { start in
        symbol.allSatisfy { text[$0] == text[start + $0 - symbol.lowerBound] }
      }
    }
  }

  /// Appends a piece; parameters as ``Rewriter`` has them.
  func write(
    _ text: borrowing Span<UInt8>, end: Int, from offset: UInt64, into written: inout [UInt8],
    diagnostics: inout Diagnostics
  ) -> Rewriter.Result {
    var result = Rewriter.Result()
    var function: Function?
    var position = 0
    while position < end {
      let start = position
      let lineEnd = text.newline(from: start)
      position = lineEnd + 1
      if text[start] == UInt8(ascii: "\t") {
        guard let instruction = Self.instruction(text, start..<lineEnd) else {
          if text.has("\trel ", at: start) {
            if let relocation = Self.relocation(text, start..<lineEnd) {
              function?.relocations.append(relocation)
            }
          } else {
            function?.bytes += Self.bytes(text, start..<lineEnd)
          }
          continue
        }
        if function == nil { diagnostics.orphanInstructions += 1 }
        function?.instructions.append(instruction)
        if Self.namesSymbol(instruction, text) { function?.lastSymbol = instruction.offset }
        continue
      }
      if let name = Self.header(text, at: start) {
        finish(function, text, &result, &written)
        function = Function(
          name: name, entry: offset &+ UInt64(start),
          size: UInt64(bitPattern: Self.attribute(" size=", text, name.upperBound..<lineEnd) ?? 0),
          locals: Self.attribute(" locals=", text, name.upperBound..<lineEnd) ?? 0,
          arguments: Self.attribute(" args=", text, name.upperBound..<lineEnd) ?? 0)
      } else if Self.isData(text, start..<lineEnd) {
        // Bytes and relocations behind it are its own.
        finish(function, text, &result, &written)
        function = nil
      } else if !Self.isOther(text, start..<lineEnd) {
        diagnostics.countUnknown(text, line: start..<lineEnd)
      }
    }
    result.endsCut = finish(function, text, &result, &written)
    return result
  }

  /// Writes a function whose code is all there.
  ///
  /// - Returns: whether it breaks off, in its code or behind it.
  @discardableResult
  private func finish(
    _ function: Function?, _ text: borrowing Span<UInt8>, _ result: inout Rewriter.Result,
    _ written: inout [UInt8]
  ) -> Bool {
    guard let function else { return false }
    if function.hasAllBytes { write(function, text, &written) }
    if function.hasAllBytes, function.hasAllRelocations { return false }
    result.cuts += 1
    return true
  }

  /// A line for ``ListingFormat``.
  static func line(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> ListingFormat.Line {
    if text[line.lowerBound] != UInt8(ascii: "\t") {
      return header(text, at: line.lowerBound) == nil ? .foreign : .header
    }
    guard let found = instruction(text, line) else { return .foreign }
    return .instruction(found.mnemonic.lowerBound..<found.operands.upperBound, bytes: nil)
  }

  /// `<TAB>0x0004 00004 (/src/app/main.go:22)<TAB>JLS<TAB>81`; nil for bytes and relocations.
  static func instruction(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Instruction? {
    let start = line.lowerBound + 1
    guard text.has("0x", at: start) else { return nil }
    let (_, hexEnd) = text.hexadecimal(from: start + 2)
    guard text[hexEnd] == UInt8(ascii: " ") else { return nil }
    let (offset, end) = text.decimal(from: hexEnd + 1)
    guard end - hexEnd > 5, text.has(" (", at: end),
      let close = text.firstOffset(of: ")\t", in: end + 2..<line.upperBound)
    else { return nil }
    let mnemonic = close + 2..<text.controlCharacter(from: close + 2)
    var last = line.upperBound
    while last > mnemonic.upperBound, text[last - 1] <= 0x20 { last -= 1 }
    return Instruction(
      offset: UInt64(bitPattern: offset), source: end + 2..<close, mnemonic: mnemonic,
      operands: min(mnemonic.upperBound + 1, last)..<last)
  }

  /// Whether an instruction needs a relocation: `CALL main.note(SB)`; TEXT and what begins no instruction need none.
  private static func namesSymbol(_ instruction: Instruction, _ text: borrowing Span<UInt8>) -> Bool {
    guard text.firstOffset(of: "(SB)", in: instruction.operands) != nil else { return false }
    let start = instruction.mnemonic.lowerBound
    return !text.has("TEXT\t", at: start) && !text.has("FUNCDATA\t", at: start)
      && !text.has("PCDATA\t", at: start)
  }

  /// Returns 5 and `main.note` of `<TAB>rel 5+4 t=R_CALL main.note+0`; nil for a mark that fills in no bytes, `rel 5+0 …`.
  private static func relocation(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> (
    offset: UInt64, symbol: Range<Int>
  )? {
    let (offset, end) = text.decimal(from: line.lowerBound + 5)
    guard text[end] == UInt8(ascii: "+"), text[end + 1] != UInt8(ascii: "0"),
      let kind = text.firstOffset(of: " t=", in: end..<line.upperBound),
      let blank = text.firstOffset(of: UInt8(ascii: " "), in: kind + 3..<line.upperBound)
    else { return nil }
    let name = blank + 1..<line.upperBound
    return (
      UInt64(clamping: offset), name.lowerBound..<(text.lastOffset(of: "+", in: name) ?? name.upperBound)
    )
  }

  /// How many bytes stand in `<TAB>0x0000 49 3b 66 10  I;f.`.
  private static func bytes(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> UInt64 {
    guard text.has("0x", at: line.lowerBound + 1) else { return 0 }
    var i = text.hexadecimal(from: line.lowerBound + 3).end
    var count: UInt64 = 0
    while i < line.upperBound, text[i] == UInt8(ascii: " "), isHexDigit(text[i + 1]), isHexDigit(text[i + 2])
    {
      count += 1
      i += 3
    }
    return count
  }

  /// ` size=92`, ` args=0x8`: what stands behind the sign.
  private static func attribute(_ name: StaticString, _ text: borrowing Span<UInt8>, _ line: Range<Int>)
    -> Int64?
  {
    text.firstOffset(of: name, in: line).flatMap { mark in
      OperandText.number(text, mark + name.utf8CodeUnitCount)?.value
    }
  }

  /// An empty line, `# example.com/app`.
  private static func isOther(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    line.isEmpty || text[line.lowerBound] == UInt8(ascii: "#") || text[line.lowerBound] == 0x0d
  }

  /// `main..inittask SNOPTRDATA size=8`
  private static func isData(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard !isOther(text, line), let mark = text.lastOffset(of: " S", in: line) else { return false }
    return text[mark + 2] &- UInt8(ascii: "A") < 26
      && text.firstOffset(of: " size=", in: mark..<line.upperBound) != nil
  }
}
