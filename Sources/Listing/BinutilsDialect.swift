import ByteText
import ProgramModel

/// The listing of GNU's objdump and of llvm-objdump. The two differ in blanks and in their operands:
///
///     0000000000401000 <main.main>:
///       401000:<TAB>49 3b 66 10          <TAB>cmp    0x10(%r14),%rsp           GNU
///       401007:<TAB>ff                                                         …, a long one goes on
///       401000:<TAB>cmp    0x10(%r14),%rsp                                     …, --no-show-raw-insn
///       401000: 49 3b 66 10 <TAB>cmpq<TAB>0x10(%r14), %rsp                     LLVM
///     <TAB>...                                                                 zeros
///     <TAB><TAB><TAB>401001: R_X86_64_PLT32<TAB>puts-0x4                       -r
enum BinutilsDialect {
  /// `0000000000401000 <name>:`: the entry and where the name stands. A name may hold blanks and `>`.
  static func header(_ text: borrowing Span<UInt8>, at offset: Int) -> (entry: UInt64, name: Range<Int>)? {
    guard isHexDigit(text[offset]) else { return nil }
    let (entry, end) = text.hexadecimal(from: offset)
    guard end - offset >= 8, text[end] == UInt8(ascii: " "), text[end + 1] == UInt8(ascii: "<") else {
      return nil
    }
    let lineEnd = text.controlCharacter(from: end)
    guard lineEnd - end > 4 else { return nil }
    if text[lineEnd - 1] == UInt8(ascii: ":"), text[lineEnd - 2] == UInt8(ascii: ">") {
      return (entry, end + 2..<lineEnd - 2)
    }
    // What a person wrote behind it is no part of the name.
    return text.lastOffset(of: ">: ", in: end + 2..<lineEnd).map { (entry, end + 2..<$0) }
  }

  /// A line for ``ListingFormat``.
  static func line(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> ListingFormat.Line {
    if header(text, at: line.lowerBound) != nil { return .header }
    var i = line.lowerBound
    while text[i] == UInt8(ascii: " ") { i += 1 }
    let (_, end) = text.hexadecimal(from: i)
    guard end > i, text[end] == UInt8(ascii: ":"), isBlank(text[end + 1]) else { return .foreign }
    return .instruction(end + 1..<line.upperBound, bytes: nil)
  }

  static func next(
    _ text: borrowing Span<UInt8>, end: Int, position: inout Int, _ machine: Architecture,
    into function: inout FunctionText, diagnostics: inout Diagnostics
  ) -> Bool {
    var inFunction = false
    while position < end {
      let start = position
      if isHexDigit(text[start]), let found = header(text, at: start) {
        if inFunction {
          function.nextEntry = found.entry
          return true
        }
        inFunction = true
        function.entry = found.entry
        function.name = found.name
        // `--start-address` inside a function prints `<main.main+0x10>:`.
        function.startsMidway = offsetSuffix(text, found.name) != nil
        position = text.newline(from: found.name.upperBound) + 1
        continue
      }
      read(text, end, &position, machine, &function, inFunction, &diagnostics)
    }
    return inFunction
  }

  /// Where `+0x…` begins at the end of a name, or nil.
  static func offsetSuffix(_ text: borrowing Span<UInt8>, _ name: Range<Int>) -> Int? {
    var i = name.upperBound
    while i > name.lowerBound, isHexDigit(text[i - 1]) { i -= 1 }
    guard i < name.upperBound, i - 3 > name.lowerBound, text.has("+0x", at: i - 3) else { return nil }
    return i - 3
  }

  /// Reads one line that is no header, and moves behind it.
  @inline(__always)
  private static func read(
    _ text: borrowing Span<UInt8>, _ end: Int, _ position: inout Int, _ machine: Architecture,
    _ function: inout FunctionText, _ inFunction: Bool, _ diagnostics: inout Diagnostics
  ) {
    let start = position
    var i = start
    while text[i] == UInt8(ascii: " ") { i += 1 }
    let (address, afterAddress) = text.hexadecimal(from: i)
    if afterAddress > i, text[afterAddress] == UInt8(ascii: ":"), isBlank(text[afterAddress + 1]) {
      i = afterAddress + 1
      while isBlank(text[i]) { i += 1 }
      let raw = i
      var length = 0
      (i, length) = rawBytes(text, from: i)
      let lineEnd = text.newline(from: i)
      var textEnd = lineEnd
      while textEnd > i, isBlank(text[textEnd - 1]) || text[textEnd - 1] == 0x0d { textEnd -= 1 }
      position = lineEnd + 1
      if i >= textEnd {
        if length > 0, inFunction {
          // The rest of a long instruction's bytes, or a line whose instruction was cut off.
          if let last = function.lines.indices.last,
            function.lines[last].address &+ UInt64(function.lines[last].length) == address
          {
            function.lines[last].length &+= UInt8(truncatingIfNeeded: length)
          } else {
            function.isElided = true
            diagnostics.countUnknown(text, line: start..<min(lineEnd, end))
          }
          return
        }
      } else if !inFunction {
        diagnostics.orphanInstructions += 1
        return
      } else {
        if function.lines.count == FunctionText.lineLimit {
          function.isTooLarge = true
          return
        }
        function.lines.append(
          InstructionLine(
            address: address, source: -1, raw: length > 0 ? Int32(truncatingIfNeeded: raw) : -1,
            mnemonic: Int32(truncatingIfNeeded: i), end: Int32(truncatingIfNeeded: textEnd),
            length: UInt8(truncatingIfNeeded: length)))
        return
      }
    }
    other(text, start, end, &position, machine, &function, inFunction, &diagnostics)
  }

  /// Bytes in hex, `49 3b 66 10 ` or `f9400b90 `, and the blanks behind them: where they end, and how many.
  @inline(__always)
  static func rawBytes(_ text: borrowing Span<UInt8>, from start: Int) -> (end: Int, length: Int) {
    var i = start
    var length = 0
    while true {
      var digits = 0
      while digits < 9, isHexDigit(text[i + digits]) { digits += 1 }
      let next = text[i + digits]
      // `add`, `dec` and the like are no bytes: they are not of two or eight digits with a blank behind.
      guard digits == 2 || digits == 8 || digits == 4 && isCompressed(text, from: i + 4),
        isBlank(next) || next == 0x0a || next == 0x0d,
        // A blank follows each byte: arm64's `dc<TAB>zva, x0` is an instruction.
        length > 0 || digits > 2 || next != UInt8(ascii: "\t") || text[i] <= 0x39 || text[i + 1] <= 0x39
      else { break }
      length += digits / 2
      i += digits
      guard next == UInt8(ascii: " "), text[i + 1] != UInt8(ascii: " "), text[i + 1] != UInt8(ascii: "\t")
      else {
        break
      }
      i += 1
    }
    while isBlank(text[i]) { i += 1 }
    return (i, length)
  }

  /// Whether four digits are an instruction of riscv64, and no `fadd` or `addb`: blanks follow, and then a TAB.
  @inline(never)
  private static func isCompressed(_ text: borrowing Span<UInt8>, from end: Int) -> Bool {
    var i = end
    while text[i] == UInt8(ascii: " ") { i += 1 }
    return i > end && text[i] == UInt8(ascii: "\t")
  }

  /// A line that is neither header nor instruction.
  private static func other(
    _ text: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ position: inout Int, _ machine: Architecture,
    _ function: inout FunctionText, _ inFunction: Bool, _ diagnostics: inout Diagnostics
  ) {
    let lineEnd = text.newline(from: start)
    position = lineEnd + 1
    var first = start
    while first < lineEnd, isBlank(text[first]) || text[first] == 0x0d { first += 1 }
    if first >= lineEnd { return }
    if text[first] == UInt8(ascii: "#"), first > start {
      return  // LLVM wraps a long comment.
    } else if text.has("...", at: first), lineEnd - first <= 4 {
      // GNU's and LLVM's objdump put it behind TABs; at the margin a person did.
      guard inFunction else { return }
      if first == start {
        function.isElided = true
      } else if function.zeros.last != function.lines.count {
        function.zeros.append(function.lines.count)
      }
    } else if isRelocation(text, first, lineEnd) {
      diagnostics.relocationLines += 1
    } else if let format = fileFormat(text, first..<lineEnd) {
      diagnostics.fileHeaders += 1
      if let other = Architecture(fileFormat: text.string(format)), other != machine {
        function.otherFormat = format
      }
    } else if text.has("Disassembly of section", at: first) || text.has("In archive ", at: first) {
      return
    } else if inFunction, let last = function.lines.last, text.newline(from: Int(last.end)) + 1 == start,
      isRest(text, first..<lineEnd, of: last, inSource: function.hasSource)
    {
      function.isElided = true
      diagnostics.countUnknown(text, line: start..<min(lineEnd, end))
    } else if inFunction {
      // `-l` prints `main.main():` and `/src/main.go:12 (discriminator 1)`, `-S` the source itself, both before a
      // function's first instruction, too.
      diagnostics.sourceLines += 1
      if function.lines.isEmpty { function.hasSource = true }
    } else {
      diagnostics.countUnknown(text, line: start..<min(lineEnd, end))
    }
  }

  /// Whether the line below an instruction is a part of it, as a terminal breaks the longest lines: where no source
  /// stands between the instructions it is, unless a person wrote it; else where a bracket or an operand is awaited.
  private static func isRest(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>, of last: InstructionLine, inSource: Bool
  ) -> Bool {
    if !inSource { return !isRemark(text, line.lowerBound) }
    let operands = Int(last.mnemonic)..<Int(last.end)
    func isOpen(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ text: borrowing Span<UInt8>) -> Bool {
      guard let opened = text.lastOffset(of: UInt8(ascii: open), in: operands) else { return false }
      return text.lastOffset(of: UInt8(ascii: close), in: opened..<operands.upperBound) == nil
    }
    return text[operands.upperBound - 1] == UInt8(ascii: ",") || isOpen("<", ">", text)
      || isOpen("(", ")", text)
  }

  /// The format in `app:     file format elf64-x86-64`; with a TAB before these words it is LLVM's. Nil for all others.
  private static func fileFormat(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    guard let words = text.firstOffset(of: "file format ", in: line) else { return nil }
    var mark = words
    while mark > line.lowerBound, isBlank(text[mark - 1]) { mark -= 1 }
    guard mark > line.lowerBound, text[mark - 1] == UInt8(ascii: ":") else { return nil }
    return words + 12..<PasteLine.trimmed(text, words + 12..<line.upperBound)
  }

  /// `401001: R_X86_64_PLT32<TAB>puts-0x4`, behind blanks.
  private static func isRelocation(_ text: borrowing Span<UInt8>, _ first: Int, _ end: Int) -> Bool {
    let (_, i) = text.hexadecimal(from: first)
    guard i > first, text[i] == UInt8(ascii: ":") else { return false }
    var at = i + 1
    while isBlank(text[at]) { at += 1 }
    return text.has("R_", at: at) || text.has("ARM64_RELOC", at: at) || text.has("X86_64_RELOC", at: at)
      || text.has("IMAGE_REL", at: at)
  }

  @inline(__always)
  private static func isBlank(_ c: UInt8) -> Bool { c == UInt8(ascii: " ") || c == UInt8(ascii: "\t") }
}

/// Whether what begins at an offset is a person's remark on the code: `; the loop`, `// here`, `<-- this one`.
func isRemark(_ text: borrowing Span<UInt8>, _ i: Int) -> Bool {
  ";#/-=*!".utf8.contains(text[i]) || text.has("<-", at: i) || text.has("<=", at: i)
}
