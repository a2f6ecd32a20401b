import ByteText
import ProgramModel
import SystemPackage

/// Cuts a stream of records into lines. Each line is in memory as a whole, and none is longer than any record
/// can be.
struct RecordLines {
  /// The longest line that is accepted, in bytes. The longest record of cmd/compile has 2 MB: a function with
  /// 13,000 calls.
  static let lineLimit = 256 << 20
  private static let readSize = 1 << 20

  private let descriptor: FileDescriptor
  /// The number of the current line, from 1.
  private(set) var number = 0
  /// The range in the cursor's bytes that was read but not yet passed on.
  private var start = 0
  private var end: Int
  private var isAtEnd = false

  /// Starts with the first line.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor to read the stream from.
  ///   - beginning: the bytes that were read already.
  ///   - cursor: receives the lines.
  init(_ descriptor: CInt, beginning: ArraySlice<UInt8>, into cursor: inout JSONCursor) {
    self.descriptor = FileDescriptor(rawValue: descriptor)
    cursor.bytes = Array(beginning)
    end = beginning.count
  }

  /// Moves the cursor to the next line that is not empty; returns false when there is none.
  mutating func next(_ cursor: inout JSONCursor) throws -> Bool {
    var searched = start
    while true {
      if let newline = cursor.bytes.span.firstOffset(of: 0x0a, in: searched..<end) {
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

  /// Reads more bytes. Returns how far the earlier ones moved towards the start of the buffer.
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
}
