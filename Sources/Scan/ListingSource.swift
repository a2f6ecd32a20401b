import ByteText
import LibC
import Listing
import ProgramModel
import Synchronization

/// Cuts the text that comes out of a descriptor into pieces that end where a function ends.
///
/// Workers ask for pieces in turn, so no more of the text is in memory than they work on. Pieces of a file are
/// handed out as ranges where that is possible, and each worker reads its own.
final class ListingSource: Sendable {
  /// Some whole functions.
  struct Piece: ~Copyable {
    /// The text, and padding behind it. What comes behind that is left from earlier pieces: a buffer is
    /// filled again and again, and never cleared.
    var bytes: [UInt8] = []
    /// Where the text ends and the padding begins.
    var end = 0
    /// Its place among the pieces.
    var index = -1
    /// How much of the text came before it.
    var offset = 0
    /// A function was so long that the piece ends inside it.
    var breaksFunction = false
    /// Where the function behind the piece begins, when its first line says so.
    var nextEntry: UInt64?
  }

  struct State: ~Copyable {
    var carry: [UInt8] = []
    var nextIndex = 0
    /// How much of the text was handed out.
    var handedOut = 0
    var atEnd = false
    var error: CInt = 0
    var overlongLines = 0
    var endsInNewline = true
    var bytesRead = 0
    /// Inside a line that is too long to keep.
    var isSkipping = false
    /// What comes next in a file; nil where text can only be read on.
    var position: Int?
    /// A line was cut: what is held of the text is not what the file holds.
    var isAltered = false
    /// The file became shorter while it was read.
    var isTruncated = false
    /// The text around a cut.
    var window = Piece()
  }

  /// Longer lines are cut.
  static let lineLimit = 1 << 20
  /// How much is read before the dialect is known.
  static let beginningSize = 1 << 18
  /// A function whose text is longer is cut.
  static let functionLimit = 16 << 20

  let descriptor: CInt
  private let names: FunctionNames?
  private let stop: UInt64?
  let pieceSize: Int
  private let readSize: Int
  let state: Mutex<State>

  /// - Parameters:
  ///   - descriptor: to read from.
  ///   - names: for the listing of a stripped binary, which is cut where these begin.
  ///   - stop: the address where the listing was told to stop; a function begins there.
  ///   - pieceSize: about how many bytes a piece has.
  ///   - readSize: how many bytes are asked for at once.
  init(
    descriptor: CInt, names: FunctionNames? = nil, stop: UInt64? = nil, pieceSize: Int = 1 << 19,
    readSize: Int = 1 << 19
  ) {
    self.descriptor = descriptor
    self.names = names
    self.stop = stop
    self.pieceSize = pieceSize
    self.readSize = readSize
    state = Mutex(State(position: Self.position(of: descriptor)))
  }

  /// Reads the beginning, which a dialect is found from; it is handed out again in the first piece.
  func beginning() -> (bytes: [UInt8], end: Int) {
    state.withLock { state in
      var piece = Piece()
      while piece.end < Self.beginningSize, !state.atEnd { read(into: &piece, &state) }
      keep(piece, from: 0, &state)
      pad(&piece)
      return (piece.bytes, piece.end)
    }
  }

  /// The next piece; false when there is none.
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
      // Lines before this offset have been looked at: none begins a function, but the first one.
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

  /// What was found besides text: lines that were cut, whether the last one is whole, an errno.
  var ending: (overlongLines: Int, endsInNewline: Bool, error: CInt, bytes: Int) {
    state.withLock { ($0.overlongLines, $0.endsInNewline && !$0.isTruncated, $0.error, $0.bytesRead) }
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

  /// Keeps what comes behind a cut for the next piece; of a file it is read once more.
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

  /// Makes room: for a piece, or at once for the longest function. Memory that is not touched costs nothing,
  /// so none of it is cleared.
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

  /// The last place where a function's first line begins, searched from the end.
  func boundary(_ piece: inout Piece, from searched: inout Int, _ dialect: Dialect) -> Int? {
    guard let end = lastNewline(piece.bytes.span, below: piece.end, from: searched) else { return nil }
    var lineEnd = end
    while lineEnd > searched {
      // A line of an instruction begins with a blank, but where names are still to be put: most are passed over.
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

  /// The last newline in a range, eight bytes a step.
  private func lastNewline(_ text: Span<UInt8>, below end: Int, from start: Int) -> Int? {
    unsafe text.withUnsafeBytes { bytes in
      var i = end
      while i - 8 >= start {
        let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i - 8, as: UInt64.self))
        let others = word ^ 0x0a0a_0a0a_0a0a_0a0a
        // Exact in every byte, since it is the highest that counts here.
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

  /// The entry of the function that begins with a line, nil inside where the line does not say it; nil for other lines.
  private func begins(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ dialect: Dialect) -> UInt64?? {
    guard names != nil || dialect.format.mayBegin(with: text[start]), end - start > 5 else { return nil }
    // The line alone, padded: searches in it may look a little beyond.
    var line: [UInt8] = []
    for i in start...end { line.append(text[i]) }
    line.append(contentsOf: repeatElement(0x0a, count: textPadding))
    if let names {
      guard let entry = names.entry(line.span, at: 0) else { return nil }
      return .some(entry)
    }
    return dialect.format.begins(line.span, at: 0) ? .some(dialect.format.entry(line.span, at: 0)) : nil
  }

  /// Appends what one read(2) gives, less the rest of a line that is too long.
  private func read(into piece: inout Piece, _ state: inout State) {
    let old = piece.end
    let room = old < pieceSize ? min(readSize, max(pieceSize - old, 1 << 16)) : readSize
    reserve(old + room + textPadding, &piece)
    let count = read(at: state.position, into: &piece, old, room)
    if count <= 0 {
      if count < 0 { state.error = errno }
      state.atEnd = true
      return
    }
    state.bytesRead += count
    if let position = state.position {
      state.position = position + count
    } else if count < 1 << 15, room >= 1 << 16 {
      // llvm-objdump writes line by line: given a moment it fills the pipe, and needs a third fewer turns.
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
    // The line that the last read broke off in: it ends here, or goes on.
    let lineStart = (lastNewline(piece.bytes.span, below: old, from: 0) ?? -1) + 1
    piece.end += count
    guard piece.end - lineStart > Self.lineLimit else { return }
    let newline = piece.bytes[old..<piece.end].firstIndex(of: 0x0a)
    guard (newline ?? piece.end) - lineStart > Self.lineLimit else { return }
    let rest = newline.map { Array(piece.bytes[$0..<piece.end]) } ?? []
    state.isSkipping = newline == nil
    state.overlongLines += 1
    state.isAltered = true
    // Its beginning tells what it was; a header stays one, so that no code joins the function before.
    piece.end = lineStart + Self.lineLimit / 16
    let isHeader = piece.bytes.span.has("TEXT ", at: lineStart)
    append(Array((isHeader ? "(SB)" : isNamed(piece, lineStart) ? ">:" : "").utf8), to: &piece)
    append(rest, to: &piece)
  }

  /// Whether a line begins as `0000000000401000 <`.
  private func isNamed(_ piece: borrowing Piece, _ start: Int) -> Bool {
    let (_, end) = piece.bytes.span.hexadecimal(from: start)
    return end - start >= 8 && piece.bytes.span.has(" <", at: end)
  }
}
