import ByteText
import LibC
import Listing
import ProgramModel
import Synchronization

/// Cuts the text from a descriptor into pieces that end where a function ends.
///
/// Workers ask for pieces in turn, so no more of the text is in memory than they work on. Where possible,
/// pieces of a file are handed out as ranges, which each worker reads itself.
final class ListingSource: Sendable {
  /// A piece of the text that contains whole functions.
  struct Piece: ~Copyable {
    /// The text, followed by padding. The bytes after the padding are left from earlier pieces: a buffer is
    /// filled again and again, and never cleared.
    var bytes: [UInt8] = []
    /// The index at which the text ends and the padding begins.
    var end = 0
    /// The number of the piece, from 0.
    var index = -1
    /// The number of bytes of text before the piece.
    var offset = 0
    /// Whether the piece ends inside a function, because that is too long.
    var breaksFunction = false
    /// The entry of the function that follows the piece, if that function's first line gives it.
    var nextEntry: UInt64?
  }

  struct State: ~Copyable {
    var carry: [UInt8] = []
    var nextIndex = 0
    /// The number of bytes that were handed out.
    var handedOut = 0
    var atEnd = false
    var error: CInt = 0
    var overlongLines = 0
    var endsInNewline = true
    var bytesRead = 0
    /// Whether the position is inside a line that is too long to keep.
    var isSkipping = false
    /// The position of the next byte in a file; nil where the text can only be read in sequence.
    var position: Int?
    /// Whether a line was cut, so that the text in memory differs from the file.
    var isAltered = false
    /// Whether the file became shorter while it was read.
    var isTruncated = false
    /// A buffer for the text in which the end of a piece is searched.
    var window = Piece()
    /// The text as it came, if it is a paste, and what is made of it.
    var paste: Pasted?
  }

  /// A paste that is set again as its disassembler printed it, a piece at a time.
  struct Pasted {
    var paste: Paste
    /// The bytes that were read last.
    var raw = [UInt8](repeating: 0, count: 1 << 18)
    /// What was made of them, and how much of it was handed on.
    var cleaned: [UInt8] = []
    var handedOn = 0
    /// Nothing of the text is left to read.
    var atEnd = false
  }

  /// The longest line that is kept whole, in bytes.
  static let lineLimit = 1 << 20
  /// The number of bytes that are read to recognise the dialect.
  static let beginningSize = 1 << 18
  /// The longest text of a function that is kept whole, in bytes.
  static let functionLimit = 16 << 20

  /// Returns the descriptor to read from.
  private let open: @Sendable () -> CInt
  private let names: FunctionNames?
  private let stop: UInt64?
  let pieceSize: Int
  private let readSize: Int
  let state: Mutex<State>

  /// Creates a source of a descriptor, which may be a file's.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor to read from.
  ///   - pieceSize: the approximate size of a piece, in bytes.
  ///   - readSize: the number of bytes to request at a time.
  convenience init(descriptor: CInt, pieceSize: Int = 1 << 19, readSize: Int = 1 << 19) {
    self.init(
      { descriptor }, at: Self.position(of: descriptor), names: nil, stop: nil, pieceSize: pieceSize,
      readSize: readSize)
  }

  /// Creates a source of a disassembler's output.
  ///
  /// - Parameters:
  ///   - open: returns the pipe to read from, or a negative number where there is none. It is first called when text is
  ///     asked for, and may start the disassembler.
  ///   - names: the function names for the listing of a stripped binary, which is cut where these functions
  ///     start.
  ///   - stop: the address at which the listing was told to stop; a function starts there.
  ///   - pieceSize: the approximate size of a piece, in bytes.
  ///   - readSize: the number of bytes to request at a time.
  convenience init(
    pipe open: @escaping @Sendable () -> CInt, names: FunctionNames?, stop: UInt64?, pieceSize: Int,
    readSize: Int
  ) {
    self.init(open, at: nil, names: names, stop: stop, pieceSize: pieceSize, readSize: readSize)
  }

  private init(
    _ open: @escaping @Sendable () -> CInt, at position: Int?, names: FunctionNames?, stop: UInt64?,
    pieceSize: Int,
    readSize: Int
  ) {
    self.open = open
    self.names = names
    self.stop = stop
    self.pieceSize = pieceSize
    self.readSize = readSize
    state = Mutex(State(position: position))
  }

  /// The descriptor to read from; negative where there is none, and so no text.
  var descriptor: CInt { open() }

  /// Reads the beginning, from which the dialect is recognised. The first piece contains it again.
  func beginning() -> (bytes: [UInt8], end: Int) {
    state.withLock { state in
      var piece = Piece()
      while piece.end < Self.beginningSize, !state.atEnd { read(into: &piece, &state) }
      keep(piece, from: 0, &state)
      pad(&piece)
      return (piece.bytes, piece.end)
    }
  }

  /// Reads the text, whose beginning was looked at, as a paste.
  func clean(_ paste: Paste) {
    state.withLock { state in
      var pasted = Pasted(paste: paste)
      pasted.atEnd = state.atEnd
      let carry = state.carry
      var cleaned: [UInt8] = []
      pasted.paste.clean(carry.span, isLast: state.atEnd, into: &cleaned)
      pasted.cleaned = cleaned
      state.carry = []
      // The text in memory is not the file's; a file's own position was not moved yet.
      state.position = nil
      state.atEnd = false
      state.bytesRead = 0
      state.paste = pasted
    }
  }

  /// Reads the next piece; returns false when there is none.
  func next(_ piece: inout Piece, dialect: Dialect) -> Bool {
    if let range = claim(&piece, dialect) {
      read(range, into: &piece)
      return true
    }
    return state.withLock { state in
      piece.end = 0
      state.isAltered = !state.carry.isEmpty || state.isSkipping
      append(state.carry, to: &piece)
      state.carry.removeAll(keepingCapacity: true)
      piece.breaksFunction = false
      piece.nextEntry = nil
      // No line before this index starts a function, except the first one.
      var searched = 0
      while true {
        if state.atEnd {
          guard piece.end > 0 else { return false }
          state.endsInNewline = piece.bytes[piece.end - 1] == 0x0a
          piece.nextEntry = stop
          return finish(&piece, at: piece.end, &state)
        }
        if piece.end >= pieceSize, let cut = boundary(&piece, from: &searched, dialect) {
          return finish(&piece, at: cut, &state)
        }
        if piece.end > Self.functionLimit, let cut = lastNewline(piece.bytes.span, below: piece.end, from: 0)
        {
          piece.breaksFunction = true
          return finish(&piece, at: cut + 1, &state)
        }
        read(into: &piece, &state)
      }
    }
  }

  /// The number of lines that were cut, whether a newline ends the last one, whether the file became shorter while it was
  /// read, an errno, and the number of bytes read.
  var ending: (overlongLines: Int, endsInNewline: Bool, isTruncated: Bool, error: CInt, bytes: Int) {
    state.withLock { ($0.overlongLines, $0.endsInNewline, $0.isTruncated, $0.error, $0.bytesRead) }
  }

  private func finish(_ piece: inout Piece, at cut: Int, _ state: inout State) -> Bool {
    keep(piece, from: cut, &state)
    piece.end = cut
    pad(&piece)
    piece.index = state.nextIndex
    state.nextIndex += 1
    piece.offset = state.handedOut
    state.handedOut += cut
    return true
  }

  /// Keeps the text after a cut for the next piece; in a file, moves the position back instead.
  private func keep(_ piece: borrowing Piece, from cut: Int, _ state: inout State) {
    guard cut < piece.end else { return }
    if let position = state.position, !state.isAltered {
      state.position = position - (piece.end - cut)
      state.bytesRead -= piece.end - cut
      state.atEnd = false
    } else {
      state.carry.append(contentsOf: piece.bytes[cut..<piece.end])
    }
  }

  private func append(_ bytes: [UInt8], to piece: inout Piece) {
    reserve(piece.end + bytes.count, &piece)
    piece.bytes.replaceSubrange(piece.end..<piece.end + bytes.count, with: bytes)
    piece.end += bytes.count
  }

  func pad(_ piece: inout Piece) {
    reserve(piece.end + textPadding, &piece)
    for i in piece.end..<piece.end + textPadding { piece.bytes[i] = 0x0a }
  }

  /// Makes room for a piece or, beyond the usual size, at once for the longest function. Memory costs nothing
  /// until it is touched, so none of it is cleared.
  func reserve(_ size: Int, _ piece: inout Piece) {
    if size <= piece.bytes.count { return }
    let usual = min(pieceSize * 2, 1 << 20)
    let room = max(size, size <= usual ? usual : Self.functionLimit + usual)
    let kept = piece.end
    let old = piece.bytes
    piece.bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      unsafe old.withUnsafeBytes { bytes in
        guard let target = buffer.baseAddress, let start = bytes.baseAddress, kept > 0 else { return }
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: kept)
      }
      count = room
    }
  }

  /// Returns the last place where a function's first line starts, searching backwards; nil where there is
  /// none.
  func boundary(_ piece: inout Piece, from searched: inout Int, _ dialect: Dialect) -> Int? {
    guard let end = lastNewline(piece.bytes.span, below: piece.end, from: searched) else { return nil }
    var lineEnd = end
    while lineEnd > searched {
      // Lines of instructions start with a blank, unless names are still to be inserted, so most lines are
      // skipped.
      guard
        let start = names == nil
          ? piece.bytes.span.lastLineStart(below: lineEnd, from: max(searched - 1, 0))
          : lastNewline(piece.bytes.span, below: lineEnd, from: 0).map({ $0 + 1 }), start >= searched
      else { break }
      let newline = names == nil ? piece.bytes.span.newline(from: start) : lineEnd
      if let entry = begins(piece.bytes.span, start, newline, dialect) {
        piece.nextEntry = entry
        return start
      }
      lineEnd = start - 1
    }
    searched = end + 1
    return nil
  }

  /// Returns the index of the last newline in a range, eight bytes per step.
  private func lastNewline(_ text: Span<UInt8>, below end: Int, from start: Int) -> Int? {
    unsafe text.withUnsafeBytes { bytes in
      var i = end
      while i - 8 >= start {
        let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i - 8, as: UInt64.self))
        let others = word ^ 0x0a0a_0a0a_0a0a_0a0a
        // This is exact in every byte, which the highest mark needs.
        let low7: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
        let marks = ~(((others & low7) &+ low7) | others | low7)
        if marks != 0 { return i - 1 - marks.leadingZeroBitCount / 8 }
        i -= 8
      }
      while i > start {
        i -= 1
        if unsafe bytes[i] == 0x0a { return i }
      }
      return nil
    }
  }

  /// Returns nil for a line that does not start a function. For one that does, returns the function's entry,
  /// or an inner nil where the line does not give it.
  private func begins(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ dialect: Dialect) -> UInt64?? {
    guard names != nil || dialect.format.mayBegin(with: text[start]), end - start > 5 else { return nil }
    // Copy only this line, with padding: searches may look slightly beyond its end.
    var line: [UInt8] = []
    for i in start...end { line.append(text[i]) }
    line.append(contentsOf: repeatElement(0x0a, count: textPadding))
    if let names {
      guard let entry = names.entry(line.span, at: 0) else { return nil }
      return .some(entry)
    }
    return dialect.format.begins(line.span, at: 0) ? .some(dialect.format.entry(line.span, at: 0)) : nil
  }

  /// Appends the result of one read(2), without the rest of a line that is too long.
  private func read(into piece: inout Piece, _ state: inout State) {
    let old = piece.end
    let room = old < pieceSize ? min(readSize, max(pieceSize - old, 1 << 16)) : readSize
    reserve(old + room + textPadding, &piece)
    let count =
      state.paste == nil
      ? read(at: state.position, into: &piece, old, room) : readPaste(into: &piece, old, room, &state)
    if count <= 0 {
      if count < 0 { state.error = errno }
      state.atEnd = true
      return
    }
    state.bytesRead += count
    if let position = state.position {
      state.position = position + count
    } else if count < 1 << 15, room >= 1 << 16 {
      // llvm-objdump writes line by line. A short wait lets it fill the pipe, so that a third fewer reads are
      // needed.
      usleep(100)
    }
    if state.isSkipping {
      state.isAltered = true
      guard let newline = piece.bytes[old..<old + count].firstIndex(of: 0x0a) else { return }
      piece.bytes.replaceSubrange(old..<old + count, with: Array(piece.bytes[newline..<old + count]))
      piece.end = old + (old + count - newline)
      state.isSkipping = false
      return
    }
    // Find the start of the line in which the last read stopped; it ends here, or continues.
    let lineStart = (lastNewline(piece.bytes.span, below: old, from: 0) ?? -1) + 1
    piece.end += count
    guard piece.end - lineStart > Self.lineLimit else { return }
    let newline = piece.bytes[old..<piece.end].firstIndex(of: 0x0a)
    guard (newline ?? piece.end) - lineStart > Self.lineLimit else { return }
    let rest = newline.map { Array(piece.bytes[$0..<piece.end]) } ?? []
    state.isSkipping = newline == nil
    state.overlongLines += 1
    state.isAltered = true
    // The line's beginning shows what it was. A header stays a header, so that its code does not join the
    // function before it.
    piece.end = lineStart + Self.lineLimit / 16
    let isHeader = piece.bytes.span.has("TEXT ", at: lineStart)
    append(Array((isHeader ? "(SB)" : isNamed(piece, lineStart) ? ">:" : "").utf8), to: &piece)
    append(rest, to: &piece)
  }

  /// Whether a line starts like `0000000000401000 <`.
  private func isNamed(_ piece: borrowing Piece, _ start: Int) -> Bool {
    let (_, end) = piece.bytes.span.hexadecimal(from: start)
    return end - start >= 8 && piece.bytes.span.has(" <", at: end)
  }
}
