import ByteText
import Listing

/// The code that Go's linker puts between a call and a function too far for it: `runtime.newproc-tramp0`, and
/// with an offset `runtime.duffzero+1f8-tramp2` (Go `cmd/link/internal/riscv64`, trampoline; arm, arm64 and
/// ppc64 likewise).
public enum Trampoline {
  /// Returns the symbol that a trampoline leads to; any other symbol is returned as it is.
  @inline(__always)
  public static func target(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    // Most names do not end with a digit.
    guard symbol.count > 7, text[symbol.upperBound - 1] &- 0x30 < 10 else { return symbol }
    return cut(text, symbol)
  }

  /// Cuts `-tramp0`, and the offset before it.
  @inline(never)
  private static func cut(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    var end = symbol.upperBound
    while end > symbol.lowerBound, text[end - 1] &- 0x30 < 10 { end -= 1 }
    guard end - 6 > symbol.lowerBound, text.has("-tramp", at: end - 6) else { return symbol }
    end -= 6
    var start = end
    while start > symbol.lowerBound, text[start - 1] != UInt8(ascii: "+"), end - start < 9 { start -= 1 }
    guard start > symbol.lowerBound + 1, text[start - 1] == UInt8(ascii: "+"),
      text.hexadecimal(from: start).end == end
    else { return symbol.lowerBound..<end }
    return symbol.lowerBound..<start - 1
  }
}
