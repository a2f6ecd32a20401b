import ByteText
import Listing

/// The target of a call or a jump, as far as the text gives it.
struct Target {
  /// The address, or `UInt64.max` when only the name is printed.
  var address = UInt64.max
  /// The symbol without an offset; empty when none is printed.
  var symbol: Range<Int> = 0..<0
}

extension Target {
  /// Reads the distance in instructions that Go's objdump prints before `end`, such as `-5(PC)`; nil where it
  /// prints something else.
  @inline(__always)
  static func count(_ text: borrowing Span<UInt8>, before end: Int) -> Int64? {
    guard text.has("(PC)", at: end - 4) else { return nil }
    var start = end - 4
    while text[start - 1] &- 0x30 < 10 { start -= 1 }
    guard start < end - 4 else { return nil }
    let (count, _) = text.decimal(from: start)
    return text[start - 1] == UInt8(ascii: "-") ? 0 &- count : count
  }

  /// Reads the last operand in GNU's and LLVM's form, `a96e6 <main.f+0x196>`; nil where the operand has
  /// another form.
  init?(_ code: Code, _ range: Range<Int>) {
    let operand = code.operands(in: range).last
    guard operand.kind == .place else { return nil }
    self.init(address: UInt64(bitPattern: operand.value), symbol: code.plain(operand.symbol))
  }
}
