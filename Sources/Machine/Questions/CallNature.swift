import ByteText
import Listing

/// The nature of a callee, by its name: what it means for the path that the call is on.
struct CallNature {
  /// Whether the callee does not return, as its name says (`log.Fatal`, `testing.(*common).FailNow`): the
  /// path is no way out.
  var ends = false
  /// Whether it makes an error, formats or logs: it neither works on what a mutex guards nor unlocks it.
  var isHarmless = false

  init(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) {
    let last = Self.lastPart(text, symbol)
    for name in ["atal", "anic", "FailNow", "Skip", "Exit", "Goexit", "abort", "throw"] as [StaticString]
    where text.firstOffset(of: name, in: last) != nil { ends = true }
    for package in ["runtime.", "fmt.", "errors.", "strconv.", "strings.", "bytes.", "log.", "time."]
      as [StaticString]
    where text.has(package, at: symbol.lowerBound) { isHarmless = true }
  }

  /// Whether a function's name says that it returns with a lock: `lockFor` and `Acquire` do, `readBlock` and
  /// `clock` do not.
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

  /// Returns the last part of a name: `dispatch` of `main.(*Server).dispatch`. For a closure, the part before
  /// `.func1` is included.
  private static func lastPart(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Range<Int> {
    let slash = text.lastOffset(of: "/", in: symbol).map { $0 + 1 } ?? symbol.lowerBound
    if let receiver = text.lastOffset(of: ").", in: slash..<symbol.upperBound) {
      return receiver + 2..<symbol.upperBound
    }
    let dot = text.firstOffset(of: UInt8(ascii: "."), in: slash..<symbol.upperBound)
    return (dot.map { $0 + 1 } ?? slash)..<symbol.upperBound
  }
}
