import Listing

/// Where a call or a jump goes, as the text says it.
struct Target {
  /// `UInt64.max` when only the name is printed.
  var address = UInt64.max
  var symbol: Range<Int> = 0..<0
}

extension Target {
  /// The last operand as GNU and LLVM print it, `a96e6 <main.f+0x196>`; nil where it is none.
  init?(_ code: Code, _ range: Range<Int>) {
    let operand = code.operands(in: range).last
    guard operand.kind == .place else { return nil }
    self.init(address: UInt64(bitPattern: operand.value), symbol: code.plain(operand.symbol))
  }
}
