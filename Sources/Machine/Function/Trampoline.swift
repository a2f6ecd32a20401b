import ByteText
import Listing

/// The code that Go's linker puts between a call and a function too far for it: `runtime.newproc-tramp0`, and
/// with an offset `runtime.duffzero+1f8-tramp2` (Go `cmd/link/internal/riscv64`, trampoline; arm, arm64 and
/// ppc64 likewise).
public enum Trampoline {
  /// Returns the symbol that a trampoline leads to, and of the runtime's second names in a plugin the first
  /// (`local.runtime.newproc`: `cmd/link/internal/ld/symtab.go`, putelfsym, for calls within the plugin); any other symbol is
  /// returned as it is.
  @inline(__always)
  public static func target(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    guard symbol.count > 7 else { return symbol }
    let symbol = text[symbol.lowerBound] == UInt8(ascii: "l") ? withoutLocal(text, symbol) : symbol
    // Most names do not end with a digit.
    return text[symbol.upperBound - 1] &- 0x30 < 10 ? cut(text, symbol) : symbol
  }

  @inline(never)
  private static func withoutLocal(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    let start = symbol.lowerBound + "local.".utf8.count
    guard text.has("local.", at: symbol.lowerBound), start < symbol.upperBound,
      text.has("runtime.", at: start) || text.has("sync.", at: start) || text.has("internal/sync.", at: start)
    else { return symbol }
    return start..<symbol.upperBound
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
