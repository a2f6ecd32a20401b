import Listing

/// Finds what an instruction does by its mnemonic: one hash, one comparison, no String.
///
/// Mnemonics of up to sixteen bytes are keys; longer ones are none that a model looks at.
struct MnemonicTable<Class: Sendable>: Sendable {
  private struct Entry {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var value: Class
  }

  private var entries: [Entry]
  private let shift: UInt64
  private let other: Class

  /// - Parameters:
  ///   - mnemonics: what each class is spelled like, blanks between.
  ///   - other: the class of all the rest.
  init(_ mnemonics: [(Class, String)], other: Class) {
    let pairs = mnemonics.flatMap { value, spellings in spellings.split(separator: " ").map { (value, $0) } }
    var bits: UInt64 = 6
    while 1 << bits < pairs.count * 4 { bits += 1 }
    shift = 64 - bits
    self.other = other
    entries = Array(repeating: Entry(value: other), count: 1 << bits)
    for (value, spelling) in pairs {
      var key: (low: UInt64, high: UInt64) = (0, 0)
      for (i, byte) in spelling.utf8.enumerated() {
        if i < 8 {
          key.low |= UInt64(byte) << (8 * UInt64(i))
        } else {
          key.high |= UInt64(byte) << (8 * UInt64(i - 8))
        }
      }
      var slot = Self.slot(key.low, key.high, shift)
      while entries[slot].low != 0 {
        precondition(
          entries[slot].low != key.low || entries[slot].high != key.high, "\(spelling) stands twice")
        slot = (slot + 1) & (entries.count - 1)
      }
      entries[slot] = Entry(low: key.low, high: key.high, value: value)
    }
  }

  /// The class of the mnemonic that stands at an offset, and where it ends (at the first blank or control
  /// character).
  @inline(__always)
  func find(_ text: borrowing Span<UInt8>, at offset: Int) -> (class: Class, end: Int) {
    var low = text.word(at: offset)
    var high: UInt64 = 0
    let length = Self.length(low)
    var end = offset &+ length
    if length < 8 {
      low &= (1 &<< (8 &* UInt64(length))) &- 1
    } else {
      high = text.word(at: offset &+ 8)
      let rest = Self.length(high)
      guard rest < 8 else {
        end = offset &+ 16
        while text[end] > 0x20 { end += 1 }
        return (other, end)
      }
      high &= (1 &<< (8 &* UInt64(rest))) &- 1
      end = offset &+ 8 &+ rest
    }
    var slot = Self.slot(low, high, shift)
    while true {
      let entry = entries[slot]
      if entry.low == low, entry.high == high { return (entry.value, end) }
      if entry.low == 0 { return (other, end) }
      slot = (slot &+ 1) & (entries.count &- 1)
    }
  }

  @inline(__always)
  private static func slot(_ low: UInt64, _ high: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: ((low ^ (high &<< 1)) &* 0x9e37_79b9_7f4a_7c15) &>> shift)
  }

  /// How many of eight bytes come before the first blank or control character.
  @inline(__always)
  private static func length(_ word: UInt64) -> Int {
    let marks = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
    return marks == 0 ? 8 : marks.trailingZeroBitCount &>> 3
  }
}
