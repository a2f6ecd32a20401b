import ByteText

/// Sets the lines of a paste as the tool did that printed them.
///
/// What is neither a function's first line nor an instruction stays as it is, to be counted by whoever reads it.
struct PasteWriter: Sendable {
  var form: PasteLine.Form
  /// Instructions have their bytes before them.
  var hasBytes = true
  /// A TAB stands behind a mnemonic, as on all machines but x86.
  var usesTabs = false
  /// Hexadecimal digits are capitals.
  var isUpper = false

  /// Of lldb and pprof: the function that is being read (of pprof its whole line), and the source line of its next
  /// instruction.
  private var name: [UInt8] = []
  private var source: [UInt8] = []

  init(_ form: PasteLine.Form) { self.form = form }

  /// Appends a line, without its newline.
  ///
  /// - Parameter text: the line with newlines behind it.
  mutating func write(_ text: borrowing Span<UInt8>, _ line: Range<Int>, into written: inout [UInt8]) {
    let start = PasteLine.behindBlanks(text, line.lowerBound, line.upperBound)
    let content = start..<line.upperBound
    if content.isEmpty { return }
    if form == .go || form == .delve, PasteLine.goHeader(text, content) == start {
      return written.append(text, content)
    }
    if let found = PasteLine.instruction(text, line, form) {
      write(found, text, into: &written)
      return
    }
    switch form {
    case .go, .delve: break
    case .binutils:
      if PasteLine.binutilsHeader(text, content) == start {
        let end = PasteLine.hexEnd(text, start)
        append(digits: start..<end, text, into: &written)
        return written.append(text, end..<content.upperBound)
      }
      if isMark(text, content) || isRelocation(text, content) {
        if start > line.lowerBound { written.append("\t") }
        return written.append(text, content)
      }
      if let words = text.firstOffset(of: "file format ", in: content),
        case let mark = PasteLine.trimmed(text, start..<words) - 1, mark > start,
        text[mark] == UInt8(ascii: ":")
      {
        // Five blanks are GNU's, a TAB is LLVM's.
        written.append(text, start..<mark + 1)
        written.append(words - mark == 6 ? "     " : "\t")
        return written.append(text, words..<content.upperBound)
      }
    case .gdb:
      if PasteLine.gdbHeader(text, content) == start || text.has("End of assembler dump", at: start) {
        return written.append(text, content)
      }
      let (_, end) = text.decimal(from: start)
      if end > start, end < content.upperBound, text[end] <= 0x20 {
        // A line of source and its number.
        written.append(text, start..<end)
        written.append("\t")
        return written.append(
          text, PasteLine.behindBlanks(text, end, content.upperBound)..<content.upperBound)
      }
    case .compiler:
      if PasteLine.hasNumber(text, start) {
        written.append("\t0x")
        return written.append(text, start + 2..<content.upperBound)
      }
      if text.has("rel ", at: start) { written.append("\t") }
      return append(operands: content, text, into: &written)
    case .lldb:
      if let found = PasteLine.lldbHeader(text, content) {
        name.removeAll(keepingCapacity: true)
        name.append(text, found)
        return
      }
    case .pprof:
      if PasteLine.pprofHeader(text, content) == start { return beginRoutine(text, content) }
      if text.has("Total:", at: start) { return }
      if let counts = text.firstOffset(of: " (flat, cum)", in: content) {
        return writeRoutine(text, start..<counts, into: &written)
      }
    }
    written.append(text, line)
  }

  private mutating func write(
    _ found: PasteLine.Instruction, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    switch form {
    case .go, .delve:
      if form == .delve { written.append(found.isCurrent ? "=>\t" : "\t") } else { written.append("  ") }
      if !found.source.isEmpty {
        written.append(text, found.source)
        written.append("\t")
      }
      appendAddress(found, text, into: &written)
      written.append(found.hasBreakpoint ? "*\t" : "\t")
      let bytes = found.rest.lowerBound..<PasteLine.hexEnd(text, found.rest.lowerBound)
      append(digits: bytes, text, into: &written)
      written.append("\t")
      let code = PasteLine.behindBlanks(text, bytes.upperBound, found.rest.upperBound)..<found.rest.upperBound
      appendGo(code, text, into: &written)
    case .binutils:
      written.append("  ")
      append(digits: found.address, text, into: &written)
      // A blank behind the colon is LLVM's.
      written.append(found.rest.lowerBound == found.address.upperBound + 2 ? ": " : ":\t")
      appendCode(found.rest, text, into: &written)
    case .gdb:
      written.append(found.isCurrent ? "=> " : "   ")
      appendAddress(found, text, into: &written)
      written.append(" <")
      if let place = found.place { written.append(text, place) }
      written.append(">:\t")
      appendCode(found.rest, text, into: &written)
    case .compiler:
      written.append("\t")
      appendAddress(found, text, into: &written)
      // The decimal offset and the source between.
      written.append(text, found.address.upperBound..<found.source.upperBound)
      written.append(")\t")
      let mnemonic = word(text, found.rest)
      written.append(text, mnemonic)
      let operands = PasteLine.behindBlanks(text, mnemonic.upperBound, found.rest.upperBound)
      if operands < found.rest.upperBound { written.append("\t") }
      append(operands: operands..<found.rest.upperBound, text, into: &written)
    case .lldb: writeLLDB(found, text, into: &written)
    case .pprof: writePprof(found, text, into: &written)
    }
  }

  private func appendAddress(
    _ found: PasteLine.Instruction, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    written.append("0x")
    append(digits: found.address, text, into: &written)
  }

  /// Go's instruction, and the relocations behind it: `CALL 0x3e103 [1:5]R_CALL:runtime.newproc`.
  private func appendGo(_ code: Range<Int>, _ text: borrowing Span<UInt8>, into written: inout [UInt8]) {
    var end = code.upperBound
    var i = code.lowerBound
    while let open = text.firstOffset(of: UInt8(ascii: "["), in: i..<code.upperBound) {
      let colon = text.decimal(from: open + 1).end
      if open > code.lowerBound, text[open - 1] <= 0x20, colon > open + 1, text[colon] == UInt8(ascii: ":"),
        case let close = text.decimal(from: colon + 1).end, text.has("]R_", at: close)
      {
        end = open
        break
      }
      i = open + 1
    }
    append(operands: code.lowerBound..<PasteLine.trimmed(text, code.lowerBound..<end), text, into: &written)
    guard end < code.upperBound else { return }
    written.append("\t")
    written.append(text, end..<code.upperBound)
  }

  /// Bytes and an instruction of GNU's, LLVM's or gdb's, without what a person wrote behind it.
  private func appendCode(_ range: Range<Int>, _ text: borrowing Span<UInt8>, into written: inout [UInt8]) {
    var start = range.lowerBound
    if hasBytes {
      let (bytes, end) = PasteLine.bytes(text, range)
      if !bytes.isEmpty {
        append(digits: bytes, text, into: &written)
        written.append(form == .binutils ? " \t" : "\t")
        start = end
      }
    }
    var end = range.upperBound
    if !usesTabs, let remark = Self.remark(text, start..<end) {
      end = PasteLine.trimmed(text, start..<remark)
    }
    guard start < end else { return }
    let mnemonic = word(text, start..<end)
    for i in mnemonic {
      let isDigits = isUpper && mnemonic.allSatisfy { isHexDigit(text[$0]) }
      written.append(isDigits && text[i] > 0x40 ? text[i] | 0x20 : text[i])
    }
    let operands = PasteLine.behindBlanks(text, mnemonic.upperBound, end)
    guard operands < end else { return }
    if usesTabs { written.append("\t") } else { written.append(text, mnemonic.upperBound..<operands) }
    append(operands: operands..<end, text, into: &written)
  }

  /// Where a remark begins that is no disassembler's: ` // why` and ` \\ why`.
  static func remark(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    let behind = text.lastOffset(of: ">", in: range).map { $0 + 1 } ?? range.lowerBound
    if let slashes = text.firstOffset(of: " //", in: behind..<range.upperBound) {
      // Of arm64 GNU prints a condition's other name there, ` // b.any`, and a number, ` // #5`, LLVM ` // =5`.
      return [" // b.", " // #", " // ="].contains { text.has($0, at: slashes) } ? nil : slashes
    }
    return text.firstOffset(of: " \\\\", in: behind..<range.upperBound)
  }

  // MARK: lldb and pprof

  /// As gdb's `x/i` has it, with the function's name on every line. Its comments name what is branched to.
  private func writeLLDB(
    _ found: PasteLine.Instruction, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    written.append(found.isCurrent ? "=> " : "   ")
    appendAddress(found, text, into: &written)
    written.append(" <")
    written.append(contentsOf: name)
    if let place = found.place, !text.has("+0>", at: place.lowerBound) { written.append(text, place) }
    written.append(">:\t")
    let comment = text.firstOffset(of: " ; ", in: found.rest)
    let code =
      found.rest
      .lowerBound..<PasteLine.trimmed(text, found.rest.lowerBound..<(comment ?? found.rest.upperBound))
    appendCode(code, text, into: &written)
    var target = code.upperBound
    while target > code.lowerBound, isHexDigit(text[target - 1]) { target -= 1 }
    guard let comment, target > code.lowerBound, text.has("0x", at: target - 2),
      target == code.lowerBound + 2 || text[target - 3] <= 0x20
    else { return }
    let end = text.firstOffset(of: " at ", in: comment..<found.rest.upperBound) ?? found.rest.upperBound
    let symbol = PasteLine.behindBlanks(text, comment + 2, end)..<end
    written.append(" <")
    if text.has("<+", at: symbol.lowerBound) {
      written.append(contentsOf: name)
      if !text.has("<+0>", at: symbol.lowerBound) { written.append(text, symbol.lowerBound + 1..<end - 1) }
    } else if let plus = text.lastOffset(of: " + ", in: symbol) {
      written.append(text, symbol.lowerBound..<plus)
      written.append("+")
      written.append(text, plus + 3..<end)
    } else {
      written.append(text, symbol)
    }
    written.append(">")
  }

  /// `ROUTINE ======================== main.hot in /src/app/main.go`
  private mutating func beginRoutine(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    var start = line.lowerBound + 8
    while start < line.upperBound, text[start] == UInt8(ascii: "=") { start += 1 }
    start = PasteLine.behindBlanks(text, start, line.upperBound)
    let end = text.lastOffset(of: " in /", in: start..<line.upperBound)
    source.removeAll(keepingCapacity: true)
    name.removeAll(keepingCapacity: true)
    name.append("TEXT ")
    name.append(text, start..<(end ?? line.upperBound))
    name.append("(SB)")
    if let end {
      name.append(" ")
      name.append(text, end + 4..<line.upperBound)
    }
  }

  /// `     1.55s      1.82s (flat, cum)   100% of Total` below it: what was sampled goes behind the function's name, as
  /// `<TAB>~1.55s 1.82s`.
  private mutating func writeRoutine(
    _ text: borrowing Span<UInt8>, _ counts: Range<Int>, into written: inout [UInt8]
  ) {
    guard !name.isEmpty else { return }
    written.append(contentsOf: name)
    name.removeAll(keepingCapacity: true)
    let flat = word(text, counts)
    let cumulative = PasteLine.behindBlanks(text, flat.upperBound, counts.upperBound)..<counts.upperBound
    written.append("\t~")
    written.append(text, flat)
    written.append(" ")
    written.append(text, word(text, cumulative))
  }

  /// `  main.go:16<TAB>0x4c8346<TAB>-<TAB>ANDL $0x3f, BX`; the line's number stands where it changes.
  private mutating func writePprof(
    _ found: PasteLine.Instruction, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    if !name.isEmpty {
      // Its counts were not copied.
      written.append(contentsOf: name)
      written.append("\n")
      name.removeAll(keepingCapacity: true)
    }
    if !found.source.isEmpty {
      let blank = text.lastOffset(of: 0x20, in: found.source).map { $0 + 1 } ?? found.source.lowerBound
      source.removeAll(keepingCapacity: true)
      source.append(text, blank..<found.source.upperBound)
    }
    written.append("  ")
    if !source.isEmpty {
      written.append(contentsOf: source)
      written.append("\t")
    }
    appendAddress(found, text, into: &written)
    written.append("\t-\t")
    append(operands: found.rest, text, into: &written)
  }

  // MARK: Pieces

  /// `...` stands for zeros where it stands behind blanks.
  private func isMark(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    text.has("...", at: line.lowerBound) && line.count == 3
  }

  private func isRelocation(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    let end = PasteLine.hexEnd(text, line.lowerBound)
    guard end > line.lowerBound, text[end] == UInt8(ascii: ":") else { return false }
    return PasteLine.isRelocation(text, PasteLine.behindBlanks(text, end + 1, line.upperBound))
  }

  private func word(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var i = range.lowerBound
    while i < range.upperBound, text[i] > 0x20 { i += 1 }
    return range.lowerBound..<i
  }

  /// In lower case.
  private func append(
    digits: Range<Int>, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    for i in digits { written.append(text[i] > 0x40 ? text[i] | 0x20 : text[i]) }
  }

  /// With `0X1F` as `0x1f`; outside of Go's syntax, whose registers are capitals, also `49A9CA` and `A0`.
  private func append(
    operands: Range<Int>, _ text: borrowing Span<UInt8>, into written: inout [UInt8]
  ) {
    guard isUpper else { return written.append(text, operands) }
    let hasCapitals = form == .go || form == .delve || form == .compiler || form == .pprof
    var i = operands.lowerBound
    var isName = false
    while i < operands.upperBound {
      if text[i] == UInt8(ascii: "<") { isName = true }
      if text[i] == UInt8(ascii: ">") { isName = false }
      let begins = i == operands.lowerBound || !PasteLine.isWord(text[i - 1])
      var end = i
      if begins {
        let digits = PasteLine.hasNumber(text, i) ? i + 2 : i
        end = PasteLine.hexEnd(text, digits)
        if PasteLine.isWord(text[end]) || digits == i && hasCapitals || isName && digits == i { end = i }
      }
      if end > i {
        for k in i..<end { written.append(text[k] > 0x40 ? text[k] | 0x20 : text[k]) }
        i = end
      } else {
        written.append(text[i])
        i += 1
      }
    }
  }
}
