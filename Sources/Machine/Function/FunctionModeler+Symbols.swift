import ByteText
import Listing
import ProgramModel

extension FunctionModeler {
  /// Returns a symbol's name without what GNU objdump adds to those that the loader knows: a version (`f@@Base`). It names
  /// the beginning of the procedure linkage table after the symbol nearest to it (`getenv@plt-0x10`), which LLVM calls by
  /// the section's name.
  @inline(__always)
  mutating func name(ofSymbol symbol: Range<Int>, _ text: borrowing Span<UInt8>) -> NameID {
    dialect.syntax == .go ? names.intern(text.extracting(symbol)) : withoutVersion(symbol, text)
  }

  private mutating func withoutVersion(_ symbol: Range<Int>, _ text: borrowing Span<UInt8>) -> NameID {
    guard let at = text.lastOffset(of: UInt8(ascii: "@"), in: symbol),
      at > symbol.lowerBound
    else { return names.intern(text.extracting(symbol)) }
    if text.has("@plt-0x", at: at) { return names.intern(".plt") }
    guard text[at - 1] == UInt8(ascii: "@"), at - 1 > symbol.lowerBound else {
      return names.intern(text.extracting(symbol))
    }
    for i in at + 1..<symbol.upperBound where !Self.isOfVersion(text[i]) {
      return names.intern(text.extracting(symbol))
    }
    return names.intern(text.extracting(symbol.lowerBound..<at - 1))
  }

  /// Whether a byte may be in a symbol's version: `GLIBC_2.2.5`.
  private static func isOfVersion(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }
}
