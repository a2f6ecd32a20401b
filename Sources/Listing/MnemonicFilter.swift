/// The instructions that a model looks at, by mnemonic: a reader passes over all others without cutting them
/// into fields, which are two of three.
public struct MnemonicFilter: Sendable {
  /// When an instruction is kept.
  public enum Rule: UInt8, Sendable {
    case never, always
    /// When SP is its first or its last operand.
    case ifStackPointer
  }

  private struct Entry {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var rule = Rule.never
    var code: UInt8 = 0
  }

  /// Keeps every instruction.
  public static let none = MnemonicFilter([])

  /// Whether it leaves any out.
  public let isActive: Bool
  private var entries: [Entry]
  private let shift: UInt64

  /// - Parameter mnemonics: when to keep which ones (blanks between), and what to note of them in
  ///   ``InstructionLine/code``; it is 0 for all others, which are not kept.
  public init(_ mnemonics: [(code: UInt8, rule: Rule, spellings: String)]) {
    let all = mnemonics.flatMap { entry in
      entry.spellings.split(separator: " ").map { (Entry(rule: entry.rule, code: entry.code), $0) }
    }
    isActive = !all.isEmpty
    var bits: UInt64 = 6
    while 1 << bits < all.count * 4 { bits += 1 }
    shift = 64 - bits
    entries = Array(repeating: Entry(), count: 1 << bits)
    for (settings, spelling) in all {
      var entry = settings
      for (i, byte) in spelling.utf8.enumerated() {
        if i < 8 {
          entry.low |= UInt64(byte) << (8 * UInt64(i))
        } else {
          entry.high |= UInt64(byte) << (8 * UInt64(i - 8))
        }
      }
      var slot = Self.slot(entry.low, shift)
      while entries[slot].low != 0 { slot = (slot + 1) & (entries.count - 1) }
      entries[slot] = entry
    }
  }

  /// What holds for the mnemonic that begins with these bytes.
  ///
  /// - Parameters:
  ///   - low: eight bytes from its first on.
  ///   - high: the eight behind them.
  /// - Returns: when it is kept, its code, and how long it is (at least, where it is longer than all that are kept).
  @inline(__always)
  func find(_ low: UInt64, _ high: UInt64) -> (rule: Rule, code: UInt8, length: Int) {
    var length = Self.length(low)
    var low = low
    var rest: UInt64 = 0
    if length < 8 {
      low &= (1 &<< (8 &* UInt64(length))) &- 1
    } else {
      let more = Self.length(high)
      length = 8 &+ more
      if more == 8 { return (.never, 0, length) }
      rest = high & ((1 &<< (8 &* UInt64(more))) &- 1)
    }
    var slot = Self.slot(low, shift)
    while true {
      let entry = entries[slot]
      if entry.low == low, entry.high == rest { return (entry.rule, entry.code, length) }
      if entry.low == 0 { return (.never, 0, length) }
      slot = (slot &+ 1) & (entries.count &- 1)
    }
  }

  @inline(__always)
  private static func slot(_ low: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: (low &* 0x9e37_79b9_7f4a_7c15) &>> shift)
  }

  /// How many of eight bytes come before the first blank or control character.
  @inline(__always)
  private static func length(_ word: UInt64) -> Int {
    let marks = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
    return marks == 0 ? 8 : marks.trailingZeroBitCount &>> 3
  }
}
