import SystemPackage

/// The first and the last few kilobytes of a stream, so that a child may write any amount. Use it for text
/// that a person reads, never for output that decides something.
struct HeadAndTail: Sendable {
  /// The number of bytes kept at either end.
  let limit: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var dropped = 0

  init(limit: Int) { self.limit = limit }

  mutating func append(_ bytes: [UInt8]) {
    let room = min(limit - head.count, bytes.count)
    head += bytes[..<room]
    tail += bytes[room...]
    guard tail.count > 2 * limit else { return }
    dropped += tail.count - limit
    tail.removeFirst(tail.count - limit)
  }

  var text: String {
    let start = String(decoding: head, as: UTF8.self)
    if tail.count <= limit, dropped == 0 { return String(decoding: head + tail, as: UTF8.self) }
    let end = tail.suffix(limit)
    return
      "\(start)\n… \(dropped + tail.count - end.count) bytes left out …\n\(String(decoding: end, as: UTF8.self))"
  }

  /// Reads a descriptor to its end, closes it, and returns both ends of the text. Blocks until then.
  static func drain(_ descriptor: FileDescriptor, limit: Int) -> HeadAndTail {
    var kept = HeadAndTail(limit: limit)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe (try? buffer.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }) ?? 0
      if count == 0 { break }
      kept.append(Array(buffer[..<count]))
    }
    try? descriptor.close()
    return kept
  }
}
