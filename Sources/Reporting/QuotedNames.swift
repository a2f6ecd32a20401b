import ProgramModel

/// Every name of a program as a JSON string, made once: a name stands in a report up to 10,000 times.
@safe final class QuotedNames: @unchecked Sendable {
  // Pointers, not arrays: the workers of a report would count references to one array against each other.
  private let text: ByteWriter
  private let ends: UnsafeMutablePointer<Int>
  private let count: Int

  init(_ names: NameTable) {
    var writer = ByteWriter(capacity: max(4096, names.count * 64))
    unsafe ends = .allocate(capacity: names.count + 1)
    count = names.count
    unsafe ends[0] = 0
    for index in 0..<names.count {
      let bytes = names.bytes(of: NameID(index: UInt32(index)))
      if JSONText.isPlain(bytes.span) {
        writer.put(UInt8(ascii: "\""))
        writer.put(bytes.span)
        writer.put(UInt8(ascii: "\""))
      } else {
        writer.put(JSONText.quoted(bytes))
      }
      unsafe ends[index + 1] = writer.count
    }
    text = writer
  }

  deinit { unsafe ends.deallocate() }

  /// Puts the name with its quotes.
  @inline(__always) func put(_ name: NameID, into writer: inout ByteWriter) {
    let index = Int(name.index)
    precondition(index < count)
    let start = unsafe ends[index]
    let end = unsafe ends[index + 1]
    text.withSpan { writer.put($0.extracting(start..<end)) }
  }
}
