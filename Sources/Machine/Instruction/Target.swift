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

  /// Reads the name that Go's objdump prints last, after numbers and registers, which may contain blanks and
  /// commas itself, `CLIJ $8, R3, $0, runtime.(*lfstack).pop(SB)`, or that a relocation of one of these kinds
  /// gives; nil where there is neither.
  @inline(__always)
  static func named(
    _ code: Code, _ range: Range<Int>, _ relocations: @autoclosure () -> [StaticString]
  ) -> Target? {
    if let symbol = Relocation.symbol(code, behind: range.upperBound, relocations()) {
      return Target(symbol: symbol)
    }
    let text = code.text
    let end = range.upperBound - 4
    guard text.has("(SB)", at: end) else { return nil }
    return Target(symbol: GoOperand.symbol(text, start(text, range)..<end))
  }

  /// Returns where the last operand begins, after numbers and registers: `$-8`, `R3`, `CR7`.
  static func start(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
    var start = range.lowerBound
    while true {
      start = text.skippingBlanks(start..<range.upperBound)
      var digits = start
      while text[digits] == UInt8(ascii: "$") || text[digits] == UInt8(ascii: "-")
        || text[digits] &- 0x41 < 26
      {
        digits += 1
      }
      var end = digits
      while text[end] &- 0x30 < 10 { end += 1 }
      guard digits > start, end > digits, text[end] == UInt8(ascii: ",") else { return start }
      start = end + 1
    }
  }

  /// Takes the target that an operand is, `a96e6 <main.f+0x196>`; nil where the operand is of another kind.
  init?(_ operand: Operand, _ code: Code) {
    guard operand.kind == .place else { return nil }
    self.init(
      address: operand.hasValue ? UInt64(bitPattern: operand.value) : .max, symbol: code.plain(operand.symbol)
    )
  }
}
