import ByteText
import LibC
import Listing
import Synchronization

/// Pieces of a file: only where one ends is settled in turn, and what it holds is read by its worker.
///
/// To read a piece takes a tenth of the time that a worker needs for it, and others would wait for it meanwhile.
extension ListingSource {
  /// The first look for a cut reads so much.
  private static let firstWindow = 1 << 14

  /// Where a file is read from; nil for what is no file.
  static func position(of descriptor: CInt) -> Int? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let position = lseek(descriptor, 0, SEEK_CUR)
    return position >= 0 ? Int(position) : nil
  }

  /// Takes the next piece of a file; nil where it is read in turn: close to the file's end, where no function
  /// begins for long, and behind a line that was cut.
  func claim(_ piece: inout Piece, _ dialect: Dialect) -> Range<Int>? {
    state.withLock { state in
      // No line of it can be too long then.
      guard pieceSize <= Self.lineLimit, let start = state.position, state.carry.isEmpty, !state.isSkipping,
        !state.atEnd
      else { return nil }
      var size = Self.firstWindow
      while size <= pieceSize {
        let windowStart = start + pieceSize - size
        state.window.end = 0
        reserve(pieceSize + textPadding, &state.window)
        guard read(at: windowStart, into: &state.window, 0, size) == size else { return nil }
        state.window.end = size
        var searched = 0
        if let cut = boundary(&state.window, from: &searched, dialect) {
          let end = windowStart + cut
          piece.nextEntry = state.window.nextEntry
          piece.breaksFunction = false
          piece.index = state.nextIndex
          state.nextIndex += 1
          piece.offset = state.handedOut
          state.handedOut += end - start
          state.position = end
          state.bytesRead += end - start
          return start..<end
        }
        size *= 4
      }
      return nil
    }
  }

  /// Reads a piece that was taken.
  func read(_ range: Range<Int>, into piece: inout Piece) {
    piece.end = 0
    reserve(range.count + textPadding, &piece)
    while piece.end < range.count {
      let count = read(at: range.lowerBound + piece.end, into: &piece, piece.end, range.count - piece.end)
      guard count > 0 else {
        let error = count < 0 ? errno : 0
        state.withLock { state in
          state.error = error
          state.isTruncated = true
          state.atEnd = true
        }
        break
      }
      piece.end += count
    }
    pad(&piece)
  }

  /// Reads once: at a place of a file, or on.
  ///
  /// - Returns: as read(2) does, which was not interrupted.
  func read(at position: Int?, into piece: inout Piece, _ offset: Int, _ room: Int) -> Int {
    unsafe piece.bytes.withUnsafeMutableBytes { buffer in
      let target = unsafe buffer.baseAddress.map { unsafe $0 + offset }
      while true {
        let count =
          if let position { unsafe pread(descriptor, target, room, off_t(position)) } else {
            unsafe Self.readOn(descriptor, target, room)
          }
        if count >= 0 || errno != EINTR { return count }
      }
    }
  }

  /// read(2), which the methods of that name hide.
  private static func readOn(_ descriptor: CInt, _ target: UnsafeMutableRawPointer?, _ room: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, target, room)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, target, room)
    #else
      unsafe Glibc.read(descriptor, target, room)
    #endif
  }
}
