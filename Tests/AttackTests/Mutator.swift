import TestSupport

/// Makes mutants of an input: what storage, transport, an editor and ill will make of one.
struct Mutator {
  /// What was done to an input.
  enum Change: CaseIterable {
    case bits, lines, numbers, cut, splice
  }

  private var random: Seeded

  init(seed: UInt64) { random = Seeded(state: seed) }

  /// 0, −1, and what is one too many for a type or for every type.
  private static let extremes: [(decimal: String, hex: String)] = [
    ("0", "0"), ("-1", "ffffffffffffffff"), ("2147483648", "80000000"),
    ("9223372036854775807", "7fffffffffffffff"), ("18446744073709551615", "ffffffffffffffff"),
    ("1000000000000000000000000000000", "c9f2c9cd04674edea40000000"),
  ]

  mutating func element<Element>(of list: [Element]) -> Element { list[index(list.count)] }

  mutating func index(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }

  /// A mutant, and what made it.
  ///
  /// - Parameter other: an input of another kind, or of the same, for a splice.
  mutating func mutant(of input: [UInt8], and other: [UInt8]) -> (bytes: [UInt8], change: Change) {
    let change = element(of: Change.allCases)
    var bytes = input
    switch change {
    case .bits: for _ in 0...index(8) { flip(&bytes) }
    case .lines: for _ in 0...index(3) { changeLines(&bytes) }
    case .numbers: for _ in 0...index(4) { changeNumber(&bytes) }
    case .cut: bytes.removeSubrange(index(bytes.count)...)
    case .splice: bytes = Array(bytes[..<index(bytes.count)] + other[index(other.count)...])
    }
    return (bytes, change)
  }

  private mutating func flip(_ bytes: inout [UInt8]) {
    if bytes.isEmpty { return }
    bytes[index(bytes.count)] ^= 1 << UInt8(index(8))
  }

  /// One is removed, stands twice, or changes its place with another.
  private mutating func changeLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
    let i = index(lines.count)
    switch index(3) {
    case 0: lines.remove(at: i)
    case 1: lines.insert(lines[i], at: i)
    default: lines.swapAt(i, index(lines.count))
    }
    bytes = Array(lines.joined(separator: [0x0a]))
  }

  private mutating func changeNumber(_ bytes: inout [UInt8]) {
    func isDigit(_ i: Int) -> Bool { bytes[i] &- 0x30 < 10 }
    func isHex(_ i: Int) -> Bool { isDigit(i) || (bytes[i] | 0x20) &- 0x61 < 6 }
    let starts = bytes.indices.filter { isDigit($0) && ($0 == 0 || !isHex($0 - 1)) }
    guard !starts.isEmpty else { return }
    var start = element(of: starts)
    let isMarked =
      bytes[start] == UInt8(ascii: "0") && start + 2 < bytes.count && bytes[start + 1] == UInt8(ascii: "x")
    if isMarked { start += 2 }
    var end = start
    while end < bytes.count, isMarked ? isHex(end) : isDigit(end) { end += 1 }
    let extreme = element(of: Self.extremes)
    bytes.replaceSubrange(start..<end, with: (isMarked ? extreme.hex : extreme.decimal).utf8)
  }
}
