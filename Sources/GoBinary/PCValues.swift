import ProgramModel

/// One table of values along a function's code: pairs of varints, how the value changes and how far it
/// holds (`runtime/symtab.go`, `step`). Fastest where it is asked for rising offsets.
struct PCValues: Sendable {
  private struct Mark {
    var next: Int
    var start: UInt64
    var value: Int32
  }

  /// Holds from `start` to before `end`, both in bytes from the function's entry.
  private(set) var value: Int32 = -1
  private(set) var start: UInt64 = 0
  private(set) var end: UInt64 = 0
  /// The table does not end as it must.
  private(set) var isDamaged = false
  private let first: Int
  private let limit: Int
  private let quantum: UInt64
  /// Bytes of the function: every pair takes one of them at least, which bounds what a table costs.
  private let size: UInt64
  private var next: Int
  private var isOver: Bool
  /// Every 64th pair, to go back to.
  private var marks: [Mark] = []
  private var steps = 0

  /// - Parameter offset: as `_func` has it; 0 stands for no table.
  init(_ header: LineTableHeader, offset: UInt32, size: UInt64) {
    first = header.values.lowerBound + Int(offset)
    limit = header.values.upperBound
    quantum = UInt64(header.quantum)
    self.size = size
    next = first
    isOver = offset == 0
  }

  /// Goes on to the next pair; false behind the last.
  mutating func step(_ table: borrowing Span<UInt8>) -> Bool {
    if isOver { return false }
    guard next < limit else { return over(isDamaged: true) }
    if table[next] == 0 && next != first { return over(isDamaged: false) }
    guard let change = varint(table), let length = varint(table), length > 0 else {
      return over(isDamaged: true)
    }
    start = end
    end += UInt64(length) * quantum
    guard end <= size else { return over(isDamaged: true) }
    value &+= Int32(bitPattern: change >> 1 ^ (0 &- (change & 1)))
    steps += 1
    return true
  }

  /// The value at an offset from the function's entry; nil where the table has none.
  mutating func value(at offset: UInt64, in table: borrowing Span<UInt8>) -> Int32? {
    if offset < start { goBack(to: offset) }
    while offset >= end {
      if steps == 64 * (marks.count + 1) { marks.append(Mark(next: next, start: end, value: value)) }
      guard step(table) else { return nil }
    }
    return value
  }

  private mutating func goBack(to offset: UInt64) {
    let passed = marks.partitioningIndex { $0.start > offset }
    let mark = passed == 0 ? Mark(next: first, start: 0, value: -1) : marks[passed - 1]
    (next, start, end, value) = (mark.next, mark.start, mark.start, mark.value)
    steps = 64 * passed
    isOver = false
  }

  private mutating func over(isDamaged: Bool) -> Bool {
    isOver = true
    self.isDamaged = isDamaged
    start = end
    return false
  }

  @inline(__always)
  private mutating func varint(_ table: borrowing Span<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 35, by: 7) {
      guard next < limit else { return nil }
      let byte = table[next]
      next += 1
      value |= UInt32(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
