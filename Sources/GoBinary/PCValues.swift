import ProgramModel

/// One table of values along a function's code. It is a list of pairs of varints: the change of the value,
/// and the length of the code for which it then holds (`runtime/symtab.go`, `step`). It is fastest when asked
/// for ascending offsets.
struct PCValues: Sendable {
  private struct Mark {
    var next: Int
    var start: UInt64
    var value: Int32
  }

  /// The current value, which holds from `start` up to but not including `end`, both in bytes from the
  /// function's entry.
  private(set) var value: Int32 = -1
  private(set) var start: UInt64 = 0
  private(set) var end: UInt64 = 0
  /// Whether the table does not end as it must.
  private(set) var isDamaged = false
  private let first: Int
  private let limit: Int
  private let quantum: UInt64
  /// The size of the function, in bytes. Every pair covers at least one of them, which bounds the work for a
  /// table.
  private let size: UInt64
  private var next: Int
  private var isOver: Bool
  /// The position of every 64th pair, to go back to.
  private var marks: [Mark] = []
  private var steps = 0

  /// Creates a reader at the start of a table.
  ///
  /// - Parameters:
  ///   - offset: the table's offset, as in `_func`; 0 for no table.
  ///   - size: the size of the function, in bytes.
  init(_ header: LineTableHeader, offset: UInt32, size: UInt64) {
    first = header.values.lowerBound + Int(offset)
    limit = header.values.upperBound
    quantum = UInt64(header.quantum)
    self.size = size
    next = first
    isOver = offset == 0
  }

  /// Advances to the next pair; false after the last one, and at damage.
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

  /// Returns the value at an offset from the function's entry, in bytes; nil where the table has none.
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
