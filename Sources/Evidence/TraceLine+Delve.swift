import ByteText
import ProgramModel

/// What delve prints: `goroutines`, `goroutines -t`, `stack`.
extension TraceLine {
  /// delve's (`pkg/terminal/command.go`, formatGoroutine): `* Goroutine 1 - User: main.go:7 main.f (0x4a1) (thread 9)`,
  /// `  Goroutine 5 - User: main.go:7 main.g (0x4a2) [chan receive 1234]`; the number is no time that tells anything.
  static func delveHeader(_ text: Span<UInt8>) -> Header? {
    guard text.has(" Goroutine ", at: 1) else { return nil }
    let (id, end) = text.decimal(from: 12)
    guard end > 12, text.has(" - ", at: end) else { return nil }
    var header = Header(id: UInt64(id), frame: DebuggerLine(delve: text, end + 3).map { _ in end + 3 })
    if text.ends(with: "]"), let open = text.lastOffset(of: UInt8(ascii: "["), below: text.count) {
      var close = text.count - 1
      while close > open + 1, text[close - 1] &- 0x30 < 10 { close -= 1 }
      if close < text.count - 1, text[close - 1] == 0x20 { close -= 1 } else { close = text.count - 1 }
      header.state = open + 1..<close
    }
    return header
  }

  static func numbered(_ text: Span<UInt8>) -> (index: Int, name: Range<Int>, pc: UInt64)? {
    let i = text.skippingBlanks(0..<text.count)
    let (index, end) = text.decimal(from: i)
    guard end > i, text.has("  0x", at: end), let blank = text.firstOffset(of: 0x20, from: end + 4),
      let pc = text.hexadecimal(end + 4..<blank), text.has(" in ", at: blank), blank + 4 < text.count
    else { return nil }
    return (Int(clamping: index), blank + 4..<text.count, pc)
  }
}
