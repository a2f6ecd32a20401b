import ByteText
import Listing

/// A hash table that finds an instruction's class by its mnemonic: one hash, one comparison, no String.
///
/// The keys are mnemonics of up to sixteen bytes; no mnemonic of interest is longer. Where a filter has kept
/// a line, it has noted the class already, and nothing is looked up.
struct MnemonicTable<Class: Sendable>: Sendable {
  private struct Entry {
    /// The mnemonic's first eight bytes, the first one lowest, and zeros after its end; 0 marks a free slot.
    var low: UInt64 = 0
    /// The eight bytes after those.
    var high: UInt64 = 0
    /// The index of the class in ``classes``.
    var code: UInt8 = 0
  }

  private var entries: [Entry]
  /// How far the hash is shifted to the right: 64 less the bits of a slot's number.
  private let shift: UInt64
  /// All classes. The first is the class of every mnemonic that is not in the table.
  private let classes: [Class]

  /// Makes a table. It traps when a mnemonic is listed twice.
  ///
  /// - Parameters:
  ///   - mnemonics: each class, and its mnemonics with blanks between them.
  ///   - other: the class of every other mnemonic.
  init(_ mnemonics: [(Class, String)], other: Class) {
    let pairs = mnemonics.enumerated().flatMap { code, mnemonics in
      mnemonics.1.split(separator: " ").map { (UInt8(code + 1), $0) }
    }
    var bits: UInt64 = 6
    while 1 << bits < pairs.count * 4 { bits += 1 }
    shift = 64 - bits
    classes = [other] + mnemonics.map(\.0)
    entries = Array(repeating: Entry(), count: 1 << bits)
    for (code, spelling) in pairs {
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
      entries[slot] = Entry(low: key.low, high: key.high, code: code)
    }
  }

  /// Returns the entries of a ``MnemonicFilter``: when to keep each mnemonic, and which class to note with
  /// its line.
  func coded(_ rules: [(MnemonicFilter.Rule, String)])
    -> [(code: UInt8, rule: MnemonicFilter.Rule, spellings: String)]
  {
    rules.flatMap { rule, spellings in
      spellings.split(separator: " ").map { spelling in
        // A filter tells mnemonics of eight bytes or more apart by their first eight, so it notes no class of
        // these.
        let padded = Array(spelling.utf8) + Array(repeating: 0x20, count: 16)
        return (spelling.utf8.count < 8 ? code(padded.span, at: 0).code : 0, rule, String(spelling))
      }
    }
  }

  /// Returns the class of a line's mnemonic, and the offset at which the mnemonic ends.
  @inline(__always)
  func find(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> (class: Class, end: Int) {
    if line.code != 0 {
      return (classes[Int(line.code)], Int(line.mnemonic) &+ Int(line.mnemonicLength))
    }
    return find(text, at: Int(line.mnemonic))
  }

  /// Returns the class of the mnemonic at an offset, and where it ends: at the first blank or control
  /// character.
  @inline(__always)
  func find(_ text: borrowing Span<UInt8>, at offset: Int) -> (class: Class, end: Int) {
    let (code, end) = code(text, at: offset)
    return (classes[Int(code)], end)
  }

  @inline(__always)
  private func code(_ text: borrowing Span<UInt8>, at offset: Int) -> (code: UInt8, end: Int) {
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
        return (0, end)
      }
      high &= (1 &<< (8 &* UInt64(rest))) &- 1
      end = offset &+ 8 &+ rest
    }
    var slot = Self.slot(low, high, shift)
    while true {
      let entry = entries[slot]
      if entry.low == low, entry.high == high { return (entry.code, end) }
      if entry.low == 0 { return (0, end) }
      slot = (slot &+ 1) & (entries.count &- 1)
    }
  }

  @inline(__always)
  private static func slot(_ low: UInt64, _ high: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: ((low ^ (high &<< 1)) &* 0x9e37_79b9_7f4a_7c15) &>> shift)
  }

  /// Returns how many of eight bytes come before the first blank or control character.
  @inline(__always)
  private static func length(_ word: UInt64) -> Int {
    let marks = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
    return marks == 0 ? 8 : marks.trailingZeroBitCount &>> 3
  }
}
