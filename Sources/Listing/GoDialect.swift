import ByteText
import ProgramModel

/// The listing of `go tool objdump` (Go `cmd/internal/disasm`, Print), Go 1.19 to 1.27:
///
///     TEXT main.main(SB) /src/app/main.go
///       main.go:12<TAB…>0x49a900<TAB…>493b6610<TAB…>CMPQ SP, 0x10(R14)<TAB…>
///       main.go:12<TAB…>0x49a904<TAB…>0f86c0000000<TAB…>JBE 0x49a9ca<TAB…>
///     <empty line>
///
/// With `-S` lines of source stand between, and an instruction begins with its address.
enum GoDialect {
  /// `TEXT name(SB) file`: where the name and the file stand. A symbol's name may hold blanks and `(SB)`
  /// may stand in it, so it ends at the last one. Assembly source (`-S`) has a comma there.
  static func header(_ text: borrowing Span<UInt8>, at offset: Int) -> (name: Range<Int>, file: Range<Int>)? {
    guard text.has("TEXT ", at: offset) else { return nil }
    let end = text.controlCharacter(from: offset)
    guard let mark = text.lastOffset(of: "(SB)", in: offset..<end), mark > offset + 5 else { return nil }
    let tail = mark + 4
    guard tail == end || text[tail] == UInt8(ascii: " ") else { return nil }
    return (offset + 5..<mark, min(tail + 1, end)..<end)
  }

  /// A line for ``ListingFormat``; objects have no file before the address.
  static func line(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> ListingFormat.Line {
    if header(text, at: line.lowerBound) != nil { return .header }
    guard text.has("  ", at: line.lowerBound) else { return .foreign }
    // Before the first TAB stands the source, `cpu_s390x.go:12`, unless the address does.
    var address = line.lowerBound + 2
    if !text.has("0x", at: address) {
      guard let tab = text.firstOffset(of: "\t0x", in: line) else { return .foreign }
      address = tab + 1
    }
    let (_, addressEnd) = text.hexadecimal(from: address + 2)
    guard text[addressEnd] == UInt8(ascii: "\t") else { return .foreign }
    var raw = addressEnd
    while text[raw] == UInt8(ascii: "\t") { raw += 1 }
    let rawEnd = text.controlCharacter(from: raw)
    var mnemonic = rawEnd
    while text[mnemonic] == UInt8(ascii: "\t") { mnemonic += 1 }
    guard mnemonic < line.upperBound else { return .foreign }
    return .instruction(mnemonic..<line.upperBound, bytes: raw..<rawEnd)
  }

  static func next(
    _ text: borrowing Span<UInt8>, end: Int, position: inout Int, filter: borrowing MnemonicFilter,
    into function: inout FunctionText, diagnostics: inout Diagnostics
  ) -> Bool {
    // Before the first header: instructions of a function whose beginning is not there.
    while position < end {
      if text[position] == UInt8(ascii: "T"), let found = header(text, at: position) {
        function.name = found.name
        function.file = found.file
        if text[found.file.upperBound] == UInt8(ascii: "\t") {
          // Written by ``PasteWriter``, or by ``CompilerListing``.
          if text[found.file.upperBound + 1] == UInt8(ascii: "~") {
            function.samples =
              found.file.upperBound + 2..<text.controlCharacter(from: found.file.upperBound + 1)
          } else if let frame = OperandText.number(text, found.file.upperBound + 1) {
            function.statedFrame = Int(clamping: frame.value)
            function.isElided = frame.value == CompilerListing.elided
            function.statedSize = text[frame.end] == 0x20 ? Int(text.decimal(from: frame.end + 1).value) : nil
          }
        }
        position = text.newline(from: found.file.upperBound) + 1
        break
      }
      let start = position
      var reader = GoLineReader(text, file: 0..<0)
      var line = InstructionLine()
      let kind = unsafe text.withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe reader.read($0, &position, .none, into: &line) } ?? .unknown
      }
      switch kind {
      case .instruction, .passed: diagnostics.orphanInstructions += 1
      case .blank: break
      case .unknown:
        diagnostics.countUnknown(text, line: start..<min(text.controlCharacter(from: start), end))
      }
      if position >= end { return false }
    }
    if position >= end && function.name.isEmpty { return false }

    lines(text, end, &position, filter, &function, &diagnostics)
    return true
  }

  /// Reads a function's lines, up to the next header or the end.
  static func lines(
    _ text: borrowing Span<UInt8>, _ end: Int, _ position: inout Int, _ filter: borrowing MnemonicFilter,
    _ function: inout FunctionText, _ diagnostics: inout Diagnostics
  ) {
    let start = min(position, end)
    var reader = GoLineReader(text, file: function.file)
    while position < end, !(text[position] == UInt8(ascii: "T") && header(text, at: position) != nil) {
      readSome(text, end, &position, filter, &reader, &function, &diagnostics)
    }
    reader.keepLast(&function)
    function.range = start..<min(position, end)
    function.isFiltered = filter.isActive
    function.hasRelocations = reader.hasRelocations
    function.lastSourceLine = reader.lastSourceLine
    // The compiler's listing says itself how much code there is.
    if reader.hasAllBytes, function.statedFrame == nil, let span = function.span {
      function.isElided = function.isElided || span != reader.rawDigits / 2
    }
    function.entry = function.lines.first?.address ?? 0
  }

  /// Reads instructions up to the next line that is none, some hundred at most: an array grows by many of
  /// them faster than by one.
  private static func readSome(
    _ text: borrowing Span<UInt8>, _ end: Int, _ position: inout Int, _ filter: borrowing MnemonicFilter,
    _ reader: inout GoLineReader, _ function: inout FunctionText, _ diagnostics: inout Diagnostics
  ) {
    precondition(end + textPadding <= text.count)
    unsafe withUnsafeTemporaryAllocation(of: InstructionLine.self, capacity: 128) { lines in
      var count = 0
      var kind = GoLineReader.Kind.instruction
      var start = position
      unsafe text.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        let first = position
        // Moved along in a register.
        var next = position
        var line = InstructionLine()
        defer { position = next }
        while count < 128, next < end {
          start = next
          // A header, perhaps: whoever calls looks at it.
          if start > first, unsafe base.load(fromByteOffset: start, as: UInt8.self) == UInt8(ascii: "T") {
            break
          }
          kind = unsafe reader.read(base, &next, filter, into: &line)
          if kind == .passed { continue }
          guard kind == .instruction else { break }
          unsafe lines.initializeElement(at: count, to: line)
          count &+= 1
        }
      }
      if function.lines.count + count <= FunctionText.lineLimit {
        unsafe function.lines.append(contentsOf: UnsafeBufferPointer(rebasing: lines[..<count]))
      } else {
        function.isTooLarge = true
      }
      if kind == .unknown {
        diagnostics.countUnknown(text, line: start..<min(text.controlCharacter(from: start), end))
        // With `-S` it is source; else it is what a window broke off an instruction, or a person's.
        if reader.namesSource, !isRemark(text, text.skippingBlanks(start..<end)) { function.isElided = true }
      }
    }
  }
}
