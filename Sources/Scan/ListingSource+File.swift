import ByteText
import LibC
import Listing
import Synchronization

/// Reads pieces of a file in parallel: only the end of each piece is determined in turn, and a worker reads
/// the content itself.
///
/// To read a piece takes a tenth of the time that a worker needs for it, during which the other workers would
/// wait.
extension ListingSource {
  /// The number of bytes in which to search first for the end of a piece.
  private static let firstWindow = 1 << 14

  /// Returns the current position in a file; nil for anything but a regular file.
  static func position(of descriptor: CInt) -> Int? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let position = lseek(descriptor, 0, SEEK_CUR)
    return position >= 0 ? Int(position) : nil
  }

  /// Takes the next piece of a file. Returns nil where the file must be read in turn: near its end, where no
  /// function starts for a long stretch, and after a line that was cut.
  func claim(_ piece: inout Piece, _ dialect: Dialect) -> Range<Int>? {
    state.withLock { state in
      // With pieces of this size, no line in a piece can be too long.
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

  /// Reads once, at a position in a file or at the current one.
  ///
  /// - Returns: the result of read(2), repeated while it is interrupted.
  func read(at position: Int?, into piece: inout Piece, _ offset: Int, _ room: Int) -> Int {
    let descriptor = descriptor
    if descriptor < 0 { return 0 }
    return unsafe piece.bytes.withUnsafeMutableBytes { buffer in
      let target = unsafe buffer.baseAddress.map { unsafe $0 + offset }
      while true {
        let count =
          if let position { unsafe pread(descriptor, target, room, off_t(position)) } else {
            unsafe readOnce(descriptor, target, room)
          }
        if count >= 0 || errno != EINTR { return count }
      }
    }
  }

  /// Reads once of a paste: what was made of it, into a piece.
  ///
  /// - Returns: as read(2) does.
  func readPaste(into piece: inout Piece, _ offset: Int, _ room: Int, _ state: inout State) -> Int {
    guard var pasted = state.paste.take() else { return 0 }
    defer { state.paste = pasted }
    while pasted.handedOn == pasted.cleaned.count, !pasted.atEnd {
      pasted.cleaned.removeAll(keepingCapacity: true)
      pasted.handedOn = 0
      let count = unsafe pasted.raw.withUnsafeMutableBytes { buffer in
        unsafe readOnce(descriptor, buffer.baseAddress, buffer.count)
      }
      guard count >= 0 else { return count }
      pasted.atEnd = count == 0
      let raw = pasted.raw
      var cleaned: [UInt8] = []
      swap(&cleaned, &pasted.cleaned)
      pasted.paste.clean(raw.span.extracting(0..<count), isLast: count == 0, into: &cleaned)
      pasted.cleaned = cleaned
    }
    let count = min(room, pasted.cleaned.count - pasted.handedOn)
    let part = pasted.handedOn..<pasted.handedOn + count
    piece.bytes.replaceSubrange(offset..<offset + count, with: pasted.cleaned[part])
    pasted.handedOn += count
    return count
  }
}
