import ByteText
import ProgramModel

/// Writes what people paste from a debugger anew as lines of Go's objdump, whatever their syntax, so that all the rest
/// need not know of it.
///
/// What begins no function and is no instruction stays as it is, to be counted. Instructions whose function does not
/// begin here are left out, and counted.
struct DebuggerListing: Sendable {
  private let debugger: Debugger
  private let syntax: Syntax

  init(_ debugger: Debugger, _ syntax: Syntax) {
    self.debugger = debugger
    self.syntax = syntax
  }

  /// Appends some functions; parameters as ``Rewriter`` has them.
  func write(
    _ text: borrowing Span<UInt8>, end: Int, breaksFunction: Bool, into written: inout [UInt8],
    diagnostics: inout Diagnostics
  ) -> Rewriter.Result {
    switch debugger {
    case .gdb: return gdb(text, end, breaksFunction, &written, &diagnostics)
    case .delve:
      delve(text, end, &written)
      return Rewriter.Result()
    }
  }

  private func gdb(
    _ text: borrowing Span<UInt8>, _ end: Int, _ breaksFunction: Bool, _ written: inout [UInt8],
    _ diagnostics: inout Diagnostics
  ) -> Rewriter.Result {
    var function = GDBFunction()
    var start = 0
    while start < end {
      let lineEnd = min(text.newline(from: start), end)
      var textEnd = lineEnd
      while textEnd > start, text[textEnd - 1] <= 0x20 { textEnd -= 1 }
      diagnostics.orphanInstructions += function.read(text, start..<textEnd, into: &written)
      start = lineEnd + 1
    }
    let endsCut = function.isDump && !breaksFunction
    if endsCut {
      function.breakOff()
    } else {
      diagnostics.orphanInstructions += function.finish(text, into: &written)
    }
    return Rewriter.Result(cuts: function.cuts, endsCut: endsCut)
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
