import ByteText
import Listing

/// Where a call or a jump goes, as the text says it.
struct Target {
  /// `UInt64.max` when only the name is printed.
  var address = UInt64.max
  var symbol: Range<Int> = 0..<0
}

extension Target {
  /// How far away in instructions Go's objdump prints that it is, `-5(PC)` at an end; nil where it prints something else.
  @inline(__always)
  static func count(_ text: borrowing Span<UInt8>, before end: Int) -> Int64? {
    guard text.has("(PC)", at: end - 4) else { return nil }
    var start = end - 4
    while text[start - 1] &- 0x30 < 10 { start -= 1 }
    guard start < end - 4 else { return nil }
    let (count, _) = text.decimal(from: start)
    return text[start - 1] == UInt8(ascii: "-") ? 0 &- count : count
  }

  /// The last operand as GNU and LLVM print it, `a96e6 <main.f+0x196>`; nil where it is none.
  init?(_ code: Code, _ range: Range<Int>) {
    let operand = code.operands(in: range).last
    guard operand.kind == .place else { return nil }
    self.init(address: UInt64(bitPattern: operand.value), symbol: code.plain(operand.symbol))
  }
}
