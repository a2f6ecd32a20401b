import Dispatch
import ProgramModel

/// All names of a program as JSON strings. They are made once, since a name occurs in a report up to 10,000
/// times.
@safe final class QuotedNames: @unchecked Sendable {
  /// The strings of some names, one after the other.
  private final class Part {
    var text = ByteWriter(capacity: 0)
  }

  /// How many names one worker puts.
  private static let partSize = 1 << 12

  private let parts: [Part]
  // These are pointers and no arrays, since the workers of a report would all count references to one array.
  private let strings: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private let count: Int

  init(_ names: NameTable) {
    count = names.count
    unsafe strings = .allocate(capacity: max(1, count))
    parts = (0..<(count + Self.partSize - 1) / Self.partSize).map { _ in Part() }
    DispatchQueue.concurrentPerform(iterations: parts.count) { part in
      put(names, part * Self.partSize..<min(count, (part + 1) * Self.partSize), into: parts[part])
    }
  }

  deinit { unsafe strings.deallocate() }

  /// Makes the strings of a range of names.
  private func put(_ names: NameTable, _ range: Range<Int>, into part: Part) {
    var writer = ByteWriter(capacity: range.count * 64)
    var ends: [Int] = []
    ends.reserveCapacity(range.count)
    for index in range {
      writer.value(utf8: names.bytes(of: NameID(index: UInt32(index))))
      ends.append(writer.count)
    }
    writer.withSpan { text in
      unsafe text.withUnsafeBufferPointer { text in
        var start = 0
        for (index, end) in zip(range, ends) {
          unsafe strings[index] = UnsafeBufferPointer(rebasing: text[start..<end])
          start = end
        }
      }
    }
    // The memory stays where it is from here on.
    part.text = writer
  }

  /// Puts a name with its quotes.
  @inline(__always) func put(_ name: NameID, into writer: inout ByteWriter) { lent.put(name, into: &writer) }

  /// The strings, lent to one who keeps the names alive: each use of a class would count a reference.
  @safe struct Lent {
    fileprivate let strings: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
    fileprivate let count: Int

    /// Puts a name with its quotes.
    @inline(__always) func put(_ name: NameID, into writer: inout ByteWriter) {
      let index = Int(name.index)
      precondition(index < count)
      unsafe writer.put(strings[index].span)
    }

    /// Puts a member whose value is a name.
    @inline(__always) func put(key: StaticString, _ name: NameID, into writer: inout ByteWriter) {
      let index = Int(name.index)
      precondition(index < count)
      unsafe writer.put(key: key, strings[index].span)
    }
  }

  /// The same, lent.
  var lent: Lent { unsafe Lent(strings: strings, count: count) }
}

extension ByteWriter {
  /// Puts a name or null.
  @inline(__always) mutating func field(_ key: StaticString, _ name: NameID?, of names: QuotedNames) {
    put(key: key)
    if let name { names.put(name, into: &self) } else { put("null") }
  }
}
