import ByteText
import Listing

/// What a call says about the way that it stands on.
struct CallNature {
  /// It does not come back, or its name says so: what follows is no way out.
  var ends = false
  /// It makes an error, formats or logs: no work on what a mutex guards, and none that unlocks.
  var isHarmless = false

  init(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) {
    let last = Self.lastPart(text, symbol)
    for name in ["atal", "anic", "FailNow", "Skip", "Exit", "Goexit", "abort", "throw"] as [StaticString]
    where text.firstOffset(of: name, in: last) != nil { ends = true }
    for package in ["runtime.", "fmt.", "errors.", "strconv.", "strings.", "bytes.", "log.", "time."]
      as [StaticString]
    where text.has(package, at: symbol.lowerBound) { isHarmless = true }
  }

  /// Whether a function's name says that it returns with a lock: `lockFor`, `Acquire`; not `readBlock`, `clock`.
  static func namesLock(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Bool {
    let last = lastPart(text, symbol)
    if text.firstOffset(of: "cquire", in: last) != nil { return true }
    for i in last where text.has("ock", at: i) && i > last.lowerBound && i + 3 <= last.upperBound {
      guard text[i - 1] | 0x20 == UInt8(ascii: "l") else { continue }
      let before = i - 2 >= last.lowerBound ? text[i - 2] | 0x20 : 0
      if before != UInt8(ascii: "b") && before != UInt8(ascii: "c") { return true }
    }
    return false
  }

  /// `dispatch` of `main.(*Server).dispatch`; what stands in a closure's name before `.func1` counts as well.
  private static func lastPart(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    let slash = text.lastOffset(of: "/", in: symbol).map { $0 + 1 } ?? symbol.lowerBound
    if let receiver = text.lastOffset(of: ").", in: slash..<symbol.upperBound) {
      return receiver + 2..<symbol.upperBound
    }
    let dot = text.firstOffset(of: UInt8(ascii: "."), in: slash..<symbol.upperBound)
    return (dot.map { $0 + 1 } ?? slash)..<symbol.upperBound
  }
}
