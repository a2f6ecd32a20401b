import ProgramModel

/// Writes what people paste from a debugger anew as lines of Go's objdump, whatever their syntax, so that all the rest
/// need not know of it.
///
/// What begins no function and is no instruction stays as it is, to be counted. Instructions whose function does not
/// begin here are left out, and counted.
public struct DebuggerListing: Sendable {
  /// Instructions that were left out.
  public internal(set) var orphans = 0
  private let debugger: Debugger
  private let syntax: Syntax

  /// Nil for what no debugger printed.
  public init?(_ dialect: Dialect) {
    guard let debugger = dialect.debugger else { return nil }
    self.debugger = debugger
    syntax = dialect.syntax
  }

  /// Writes some functions.
  ///
  /// - Parameters:
  ///   - text: whole lines, with ``textPadding`` newlines behind them.
  ///   - end: where the padding begins.
  ///   - breaksFunction: the piece ends inside of a function that is too long, and not where the text does.
  ///   - written: filled with the text and its padding.
  public mutating func write(
    _ text: borrowing Span<UInt8>, end: Int, breaksFunction: Bool = false, into written: inout [UInt8]
  ) -> Rewritten {
    written.removeAll(keepingCapacity: true)
    var result = Rewritten(end: 0, cuts: 0, endsCut: false)
    switch debugger {
    case .gdb: gdb(text, end, breaksFunction, &result, &written)
    case .delve: delve(text, end, &written)
    }
    result.end = written.count
    written.append(contentsOf: repeatElement(0x0a, count: textPadding))
    return result
  }

  private mutating func gdb(
    _ text: borrowing Span<UInt8>, _ end: Int, _ breaksFunction: Bool, _ result: inout Rewritten,
    _ written: inout [UInt8]
  ) {
    var function = GDBFunction()
    var start = 0
    while start < end {
      let lineEnd = min(text.newline(from: start), end)
      var textEnd = lineEnd
      while textEnd > start, text[textEnd - 1] <= 0x20 { textEnd -= 1 }
      orphans += function.read(text, start..<textEnd, into: &written)
      start = lineEnd + 1
    }
    result.endsCut = function.isDump && !breaksFunction
    if result.endsCut { function.breakOff() } else { function.finish(text, into: &written) }
    result.cuts = function.cuts
  }

  private func delve(_ text: borrowing Span<UInt8>, _ end: Int, _ written: inout [UInt8]) {
    var start = 0
    while start < end {
      let lineEnd = min(text.newline(from: start), end)
      if let line = DelveLine(text, start..<lineEnd) {
        line.write(text, syntax, into: &written)
      } else {
        written.append(text, start..<lineEnd)
      }
      written.append(0x0a)
      start = lineEnd + 1
    }
  }
}

extension [UInt8] {
  mutating func append(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
    unsafe text.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  mutating func append(_ word: StaticString) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  /// Appends `0x49a900`.
  mutating func append(address: UInt64) { append(contentsOf: "0x\(String(address, radix: 16))".utf8) }

  /// Appends a symbol with its offset as objdump prints it: `main.main+0xca` for `main.main+202`.
  mutating func append(symbol text: borrowing Span<UInt8>, _ range: Range<Int>) {
    let name = GoOperand.symbol(text, range)
    append(text, name)
    guard name != range, text[name.upperBound] == UInt8(ascii: "+") else { return }
    append("+")
    append(address: UInt64(clamping: text.decimal(from: name.upperBound + 1).value))
  }
}
