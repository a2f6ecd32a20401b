import ByteText
import ProgramModel
import SystemPackage

/// Cuts a stream of records into lines, each whole in memory and none longer than any record is.
struct RecordLines {
  /// The longest record of cmd/compile has 2 MB: a function with 13,000 calls.
  static let lineLimit = 256 << 20
  private static let readSize = 1 << 20

  private let descriptor: FileDescriptor
  /// Counted from 1.
  private(set) var number = 0
  /// Where what was read and not handed out begins and ends in the cursor's bytes.
  private var start = 0
  private var end: Int
  private var isAtEnd = false

  /// - Parameters:
  ///   - beginning: what was read already.
  init(_ descriptor: CInt, beginning: ArraySlice<UInt8>, into cursor: inout JSONCursor) {
    self.descriptor = FileDescriptor(rawValue: descriptor)
    cursor.bytes = Array(beginning)
    end = beginning.count
  }

  /// The next line that is not empty, in the cursor; false when there is none.
  mutating func next(_ cursor: inout JSONCursor) throws -> Bool {
    var searched = start
    while true {
      if let newline = Self.newline(cursor.bytes.span, searched, end) {
        let line = start..<newline
        start = newline + 1
        number += 1
        if hand(line, to: &cursor) { return true }
        searched = start
        continue
      }
      searched = end
      if isAtEnd {
        guard start < end else { return false }
        let line = start..<end
        start = end
        number += 1
        return hand(line, to: &cursor)
      }
      guard end - start <= Self.lineLimit else {
        number += 1
        throw JSONCursor.Problem("longer than \(Self.lineLimit >> 20) MiB, which no record is")
      }
      searched -= try read(into: &cursor)
    }
  }

  private func hand(_ line: Range<Int>, to cursor: inout JSONCursor) -> Bool {
    cursor.at = line.lowerBound
    cursor.end = line.upperBound
    return line.contains { cursor.bytes[$0] != 0x0a && cursor.bytes[$0] != 0x0d }
  }

  /// Reads more; gives by how much what was there has moved.
  private mutating func read(into cursor: inout JSONCursor) throws -> Int {
    let moved = start
    cursor.bytes.removeSubrange(end...)
    cursor.bytes.removeSubrange(..<moved)
    (start, end) = (0, end - moved)
    let room = end + max(Self.readSize, end)
    cursor.bytes.append(contentsOf: repeatElement(0, count: room - end))
    let count = try unsafe cursor.bytes.withUnsafeMutableBytes { buffer in
      unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
    }
    isAtEnd = count == 0
    end += count
    return moved
  }

  private static func newline(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start
    while i < end, bytes[i] != 0x0a { i += 1 }
    return i < end ? i : nil
  }
}
