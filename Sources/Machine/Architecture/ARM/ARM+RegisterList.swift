import ByteText
import Listing

extension ARM {
  /// The registers of a list such as `[R4-R11,R14]` or `{r4, r5, lr}`.
  struct RegisterList {
    private(set) var count: Int64 = 0
    /// The bytes that the registers take on the stack.
    private(set) var bytes: Int64 = 0
    private(set) var holdsLR = false
    private(set) var holdsPC = false

    init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
      var i = range.lowerBound
      while i < range.upperBound, text[i] != UInt8(ascii: "["), text[i] != UInt8(ascii: "{") { i += 1 }
      var first: Int64?
      while i < range.upperBound, text[i] != UInt8(ascii: "]"), text[i] != UInt8(ascii: "}") {
        i += 1
        let start = i
        while Self.isNamed(text[i]) { i += 1 }
        guard let number = Self.number(text, start..<i) else { continue }
        let added = first.map { max(0, number - $0) } ?? 1
        count += added
        bytes += added * (text[start] == UInt8(ascii: "d") ? 8 : 4)
        let isVector = text[start] == UInt8(ascii: "d") || text[start] == UInt8(ascii: "s") && number > 10
        holdsLR = holdsLR || number == 14 && !isVector
        holdsPC = holdsPC || number == 15 && !isVector
        first = text[i] == UInt8(ascii: "-") ? number : nil
      }
    }

    /// Whether a byte is a letter or a digit.
    private static func isNamed(_ c: UInt8) -> Bool { (c | 0x20) &- 0x61 < 26 || c &- 0x30 < 10 }

    /// Returns a register's number, by its name or by its digits; nil for other text.
    private static func number(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int64? {
      guard range.count >= 2 else { return nil }
      for (name, number) in [("sb", 9), ("sl", 10), ("fp", 11), ("ip", 12), ("lr", 14), ("pc", 15)]
        as [(StaticString, Int64)]
      where range.count == 2 && text.has(name, at: range.lowerBound) { return number }
      let (number, end) = text.decimal(from: range.lowerBound + 1)
      return end == range.upperBound ? min(number, 31) : nil
    }
  }
}
