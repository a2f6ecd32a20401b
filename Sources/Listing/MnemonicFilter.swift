/// The instructions that a model looks at, by mnemonic: a reader passes over all others without cutting them
/// into fields, which are two of three.
public struct MnemonicFilter: Sendable {
  /// When an instruction is kept.
  public enum Rule: UInt8, Sendable {
    case never, always
    /// When SP is its first or its last operand; behind the first one there is no other.
    case ifStackPointer
  }

  private struct Entry: Hashable {
    /// The mnemonic's bytes, the first one lowest, zeros behind them.
    var key: UInt64 = 0
    var rule = Rule.never
    var code: UInt8 = 0
  }

  /// How many instructions of a function are kept whatever they are: a prologue is among the first.
  public static let keptFirst = 16

  /// Keeps every instruction.
  public static let none = MnemonicFilter([])

  /// Whether it leaves any out.
  public let isActive: Bool
  /// SP as the first operand, a blank before it and a comma behind, and as the last one: bytes, the first one lowest,
  /// which of a word's bytes they are, and how many.
  let firstSP: UInt64
  let firstMask: UInt64
  let lastSP: UInt64
  let lastMask: UInt64
  let lastLength: Int
  /// When an instruction is kept whose mnemonic is not listed.
  private let unlisted: Rule
  /// 1: x86's VEX and EVEX instructions are kept, whatever they are called; 0: there are none.
  let keepsVectorPrefixes: UInt8
  private var entries: [Entry]
  /// Of the hash: chosen so that each mnemonic has a slot of its own, and one look settles it.
  private var multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15
  private static let bits: UInt64 = 10

  /// - Parameters:
  ///   - mnemonics: when to keep which ones (blanks between), and what to note of them in ``InstructionLine/code``; it
  ///     is 0 for all others. Longer ones than seven bytes are told by their first eight.
  ///   - unlisted: when to keep all others.
  ///   - stackPointer: SP's name.
  ///   - separator: what stands before the last operand.
  ///   - keepsVectorPrefixes: whether lines whose bytes begin as x86's VEX and EVEX do are kept as well.
  public init(
    _ mnemonics: [(code: UInt8, rule: Rule, spellings: String)], unlisted: Rule = .never,
    stackPointer: String = "SP", separator: String = " ", keepsVectorPrefixes: Bool = false
  ) {
    func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    lastSP = word(Array((separator + stackPointer).utf8))
    lastLength = separator.utf8.count + stackPointer.utf8.count
    lastMask = (1 << (8 * UInt64(lastLength))) - 1
    firstSP = word([0x20] + stackPointer.utf8 + [UInt8(ascii: ",")])
    firstMask = (1 << (8 * UInt64(stackPointer.utf8.count + 2))) - 1
    self.unlisted = unlisted
    self.keepsVectorPrefixes = keepsVectorPrefixes ? 1 : 0
    let all = Array(
      Set(
        mnemonics.flatMap { entry in
          entry.spellings.split(separator: " ").map { spelling in
            Entry(key: word(spelling.utf8.prefix(8)), rule: entry.rule, code: entry.code)
          }
        }))
    isActive = !all.isEmpty
    entries = Array(repeating: Entry(), count: 1 << Int(Self.bits))
    var attempts = 0
    while !fill(all) {
      attempts += 1
      precondition(attempts < 100_000, "\(all.count) mnemonics are too many for a table of \(entries.count)")
      multiplier = multiplier &* 0xd134_2543_de82_ef95 | 1
    }
  }

  /// Puts each entry into its slot; false, with an empty table, where two have the same one. The first two that
  /// have end it: hundreds of multipliers are tried at every start.
  private mutating func fill(_ all: [Entry]) -> Bool {
    var filled: [Int] = []
    for entry in all {
      let slot = slot(entry.key)
      guard entries[slot].key == 0 else {
        for slot in filled { entries[slot] = Entry() }
        return false
      }
      entries[slot] = entry
      filled.append(slot)
    }
    return true
  }

  /// Returns the rule for the mnemonic that begins with these eight bytes.
  ///
  /// - Returns: when it is kept, its code, and how long it is: eight where it is that long or longer.
  @inline(__always)
  func find(_ word: UInt64) -> (rule: Rule, code: UInt8, length: Int) {
    // The bytes before the first blank or control character.
    let marks = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
    let length = marks.trailingZeroBitCount &>> 3
    let key = word & ((marks & (0 &- marks)) &>> 7 &- 1)
    let entry = entries[slot(key)]
    let isKnown = entry.key == key
    return (isKnown ? entry.rule : unlisted, isKnown ? entry.code : 0, length)
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* multiplier) &>> (64 &- Self.bits))
  }
}
