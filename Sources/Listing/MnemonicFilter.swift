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
    /// The mnemonic's bytes, the first one lowest, zeros behind them.
    var key: UInt64 = 0
    var rule = Rule.never
    var code: UInt8 = 0
  }

  /// Keeps every instruction.
  public static let none = MnemonicFilter([])

  /// Whether it leaves any out.
  public let isActive: Bool
  private var entries: [Entry]
  /// Of the hash: chosen so that each mnemonic has a slot of its own, and one look settles it.
  private var multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15
  private static let bits: UInt64 = 10

  /// - Parameter mnemonics: when to keep which ones (blanks between, seven bytes at most), and what to note of
  ///   them in ``InstructionLine/code``; it is 0 for all others, which are not kept.
  public init(_ mnemonics: [(code: UInt8, rule: Rule, spellings: String)]) {
    let all = mnemonics.flatMap { entry in
      entry.spellings.split(separator: " ").map { spelling in
        precondition(spelling.utf8.count < 8)
        let key = spelling.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        return Entry(key: key, rule: entry.rule, code: entry.code)
      }
    }
    isActive = !all.isEmpty
    entries = Array(repeating: Entry(), count: 1 << Int(Self.bits))
    while Set(all.map { slot($0.key) }).count < all.count {
      multiplier = multiplier &* 0xd134_2543_de82_ef95 | 1
    }
    for entry in all { entries[slot(entry.key)] = entry }
  }

  /// What holds for the mnemonic that begins with these eight bytes.
  ///
  /// - Returns: when it is kept, its code, and how long it is (at most eight, which no mnemonic that is kept has).
  @inline(__always)
  func find(_ word: UInt64) -> (rule: Rule, code: UInt8, length: Int) {
    // The bytes before the first blank or control character.
    let marks = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
    let length = marks.trailingZeroBitCount &>> 3
    let key = word & ((marks & (0 &- marks)) &>> 7 &- 1)
    let entry = entries[slot(key)]
    let isKnown = entry.key == key
    return (isKnown ? entry.rule : .never, isKnown ? entry.code : 0, length)
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* multiplier) &>> (64 &- Self.bits))
  }
}
