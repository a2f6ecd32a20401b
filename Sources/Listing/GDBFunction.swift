import ByteText

/// A function as gdb prints it, by `disassemble` (gdb `gdb/disasm.c`) or `x/i`:
///
///     Dump of assembler code for function main.main:
///     /src/app/main.go:                                                                        /s
///     12<TAB>func main() {                                                                     /s and /m
///        0x000000000049a900 <+0>:<TAB>cmp    0x10(%r14),%rsp
///     => 0x000000000049a904 <+4>:<TAB>0f 86 c0 00 00 00<TAB>jbe    0x49a9ca <main.main+202>    /r
///     12<TAB>in /src/app/main.go                                            source that is not here
///     End of assembler dump.
///        0x49a900 <main.main>:<TAB>cmp    0x10(%r14),%rsp                                      x/i
struct GDBFunction {
  private struct Instruction {
    var address: UInt64
    /// The text after the `:` and the TAB.
    var text: Range<Int>
    var file: Range<Int>
    var line: Range<Int>
  }

  private var name: Range<Int> = 0..<0
  /// Where the first instruction with a source comes from; the path as gdb prints it.
  private var file: Range<Int> = 0..<0
  /// The source line of the next instructions.
  private var source: (file: Range<Int>, line: Range<Int>) = (0..<0, 0..<0)
  private var instructions: [Instruction] = []
  /// Instructions of the function are awaited.
  private var isOpen = false
  /// `disassemble` printed it, so that a line is awaited that ends it: `x/i` prints none.
  private(set) var isDump = false
  /// The function is all that the dump holds.
  private var isNamedByHeader = false
  /// How many functions of `disassemble` broke off.
  private(set) var cuts = 0

  /// The name in `Dump of assembler code for function main.main:`; nil for every other line.
  static func header(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    let words: StaticString = "Dump of assembler code for function "
    guard text.has(words, at: line.lowerBound) else { return nil }
    let start = line.lowerBound + words.utf8CodeUnitCount
    guard start + 1 < line.upperBound else { return nil }
    if text[line.upperBound - 1] == UInt8(ascii: ":") { return start..<line.upperBound - 1 }
    // What a person wrote behind it is no part of the name.
    return text.lastOffset(of: ": ", in: start..<line.upperBound).map { start..<$0 }
  }

  /// An instruction's address, what stands between `<` and `>`, and what stands behind that; nil for other lines.
  static func instruction(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>
  ) -> (address: UInt64, place: Range<Int>, text: Range<Int>)? {
    var start = line.lowerBound
    if text.has("=>", at: start) { start += 2 }
    while start < line.upperBound, text[start] == UInt8(ascii: " ") { start += 1 }
    guard text.has("0x", at: start) else { return nil }
    let (address, end) = text.hexadecimal(from: start + 2)
    guard text.has(" <", at: end), let close = text.firstOffset(of: ">:\t", in: end..<line.upperBound) else {
      return nil
    }
    return (address, end + 2..<close, close + 3..<line.upperBound)
  }

  /// Reads a line; writes the function when it is over.
  ///
  /// - Returns: how many instructions were left out.
  mutating func read(_ text: borrowing Span<UInt8>, _ line: Range<Int>, into written: inout [UInt8]) -> Int {
    if let found = Self.instruction(text, line) { return add(found, text, into: &written) }
    if text.has("Dump of assembler code ", at: line.lowerBound) {
      var lost = 0
      if isDump { breakOff() } else { lost = finish(text, into: &written) }
      // `disassemble FROM,TO` prints each function's name with its instructions, as `x/i` does.
      if let name = Self.header(text, line) {
        begin(name)
        isNamedByHeader = true
      }
      isDump = true
      return lost
    } else if text.has("End of assembler dump.", at: line.lowerBound) {
      isDump = false
      return finish(text, into: &written)
    } else if isOpen, let number = Self.lineNumber(text, line) {
      source.line = number
      if source.file.isEmpty, let path = Self.path(text, number.upperBound..<line.upperBound) {
        source.file = path
      }
    } else if isOpen, line.count > 1, text[line.upperBound - 1] == UInt8(ascii: ":"),
      text[line.lowerBound] > 0x20
    {
      source = (line.lowerBound..<line.upperBound - 1, 0..<0)
    } else if !line.isEmpty {
      written.append(text, line)
      written.append(0x0a)
    }
    return 0
  }

  /// Writes the function, by rising address: `/m` goes by source lines.
  ///
  /// - Returns: how many instructions were left out, since nothing names their function.
  mutating func finish(_ text: borrowing Span<UInt8>, into written: inout [UInt8]) -> Int {
    if name.isEmpty { name = ownName(text) ?? name }
    let lost = name.isEmpty ? instructions.count : 0
    if !instructions.isEmpty, !name.isEmpty {
      written.append("TEXT ")
      written.append(text, name)
      written.append("(SB)")
      if !file.isEmpty {
        written.append(" ")
        written.append(text, file)
      }
      written.append("\n")
      instructions.sort { $0.address < $1.address }
      for instruction in instructions { write(instruction, text, into: &written) }
    }
    reset()
    return lost
  }

  /// The name of a function whose first line was not copied, from a jump of its own: `jbe 0x49a9ca <main.main+202>`.
  private func ownName(_ text: borrowing Span<UInt8>) -> Range<Int>? {
    guard let entry = instructions.first?.address else { return nil }
    for instruction in instructions {
      guard let open = text.lastOffset(of: " <", in: instruction.text) else { continue }
      let close = text.lastOffset(of: ">", in: open..<instruction.text.upperBound) ?? open
      var start = open
      while start > instruction.text.lowerBound, isHexDigit(text[start - 1]) { start -= 1 }
      guard close > open + 2, text.has("0x", at: start - 2) else { continue }
      let symbol = GoOperand.symbol(text, open + 2..<close)
      let offset = symbol.upperBound < close ? text.decimal(from: symbol.upperBound + 1).value : 0
      if text.hexadecimal(from: start).value == entry &+ UInt64(clamping: offset) { return symbol }
    }
    return nil
  }

  /// Leaves out the function, of which not all is there.
  mutating func breakOff() {
    cuts += 1
    reset()
    isDump = false
  }

  private mutating func reset() {
    let (isDump, cuts) = (isDump, cuts)
    self = GDBFunction()
    self.isDump = isDump
    self.cuts = cuts
  }

  private mutating func begin(_ name: Range<Int>) {
    self.name = name
    isOpen = true
  }

  private mutating func add(
    _ found: (address: UInt64, place: Range<Int>, text: Range<Int>), _ text: borrowing Span<UInt8>,
    into written: inout [UInt8]
  ) -> Int {
    // `+4`; a name before it is x/i's.
    let symbol =
      found.place.isEmpty || text[found.place.lowerBound] == UInt8(ascii: "+")
      ? found.place.lowerBound..<found.place.lowerBound : GoOperand.symbol(text, found.place)
    let isEntry = symbol == found.place || text.has("+0>", at: symbol.upperBound)
    var lost = 0
    // Where the line that names a function was not copied, `<+0>` begins the next one.
    let isNameless = symbol.isEmpty && isEntry && (!isOpen || !instructions.isEmpty)
    if isNameless || !symbol.isEmpty && (!isOpen || !Self.same(text, symbol, name)) {
      // Another function's instruction in a function's dump is `x/i`'s, behind one that broke off.
      if isDump, isNamedByHeader { breakOff() } else { lost = finish(text, into: &written) }
      guard isEntry else { return lost + 1 }
      begin(symbol)
    }
    guard isOpen, !instructions.isEmpty || isEntry else { return lost + 1 }
    if file.isEmpty, !source.line.isEmpty { file = source.file }
    instructions.append(
      Instruction(address: found.address, text: found.text, file: source.file, line: source.line))
    return lost
  }

  /// The number that a line of source begins with, `12<TAB>`.
  private static func lineNumber(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    let end = text.decimal(from: line.lowerBound).end
    // Of an empty line the TAB is no more there.
    return end > line.lowerBound && (end == line.upperBound || text[end] == 0x09)
      ? line.lowerBound..<end : nil
  }

  /// The path in `<TAB>in /src/app/main.go` and `<TAB>/src/app/main.go: No such file or directory.`
  private static func path(_ text: borrowing Span<UInt8>, _ rest: Range<Int>) -> Range<Int>? {
    if text.has("\tin ", at: rest.lowerBound) { return rest.lowerBound + 4..<rest.upperBound }
    return text.firstOffset(of: ": No such file or directory", in: rest).map { rest.lowerBound + 1..<$0 }
  }

  private static func same(_ text: borrowing Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { text[a.lowerBound + $0] == text[b.lowerBound + $0] }
  }

  /// `  main.go:12<TAB>0x49a900<TAB>493b6610<TAB>cmp    0x10(%r14),%rsp`; `-` where no bytes are printed.
  private func write(_ instruction: Instruction, _ text: borrowing Span<UInt8>, into written: inout [UInt8]) {
    written.append("  ")
    if !instruction.line.isEmpty, !instruction.file.isEmpty {
      let slash = text.lastOffset(of: "/", in: instruction.file).map { $0 + 1 } ?? instruction.file.lowerBound
      written.append(text, slash..<instruction.file.upperBound)
      written.append(":")
      written.append(text, instruction.line)
      written.append("\t")
    }
    written.append(address: instruction.address)
    written.append("\t")
    let start = bytes(text, instruction.text, into: &written)
    written.append("\t")
    // The target's offset, `<main.main+202>`.
    let close = text.lastOffset(of: ">", in: start..<instruction.text.upperBound)
    let open = text.lastOffset(of: " <", in: start..<(close ?? start))
    for i in start..<(open ?? instruction.text.upperBound) {
      written.append(text[i] == 0x09 ? 0x20 : text[i])
    }
    if let open, let close {
      written.append(" <")
      written.append(symbol: text, open + 2..<close)
      written.append(text, close..<instruction.text.upperBound)
    }
    written.append("\n")
  }

  /// Writes the bytes without blanks; gives where the mnemonic begins.
  private func bytes(_ text: borrowing Span<UInt8>, _ range: Range<Int>, into written: inout [UInt8]) -> Int {
    let first = text.hexadecimal(from: range.lowerBound).end
    // `fadd` are no bytes.
    let isByte = first == range.lowerBound + 2 || first == range.lowerBound + 8
    guard isByte, text[first] == 0x09 || text[first] == 0x20,
      let tab = text.firstOffset(of: 0x09, in: first..<range.upperBound)
    else {
      // arm64's padding is known by its bytes.
      written.append(range.count == 6 && text.has("udf\t#0", at: range.lowerBound) ? "00000000" : "-")
      return range.lowerBound
    }
    for i in range.lowerBound..<tab where text[i] != 0x20 { written.append(text[i]) }
    // `ffffdfe4<TAB><TAB><TAB>@ <UNDEFINED> instruction: 0xffffdfe4`
    var mnemonic = tab + 1
    while mnemonic < range.upperBound, text[mnemonic] == 0x09 { mnemonic += 1 }
    return mnemonic
  }
}
