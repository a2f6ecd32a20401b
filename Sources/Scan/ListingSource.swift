import Listing
import ProgramModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cuts the text that comes out of a descriptor into pieces that end where a function ends.
///
/// Workers ask for pieces in turn, so no more of the text is in memory than they work on. A pipe, a file and
/// a terminal are alike to it.
final class ListingSource: Sendable {
  /// Some whole functions.
  struct Piece: ~Copyable {
    /// The text, with padding behind it.
    var bytes: [UInt8] = []
    /// Where the padding begins.
    var end = 0
    /// Its place among the pieces.
    var index = -1
    /// A function was so long that the piece ends inside it.
    var breaksFunction = false
  }

  private struct State {
    var carry: [UInt8] = []
    var nextIndex = 0
    var atEnd = false
    var error: CInt = 0
    var overlongLines = 0
    var endsInNewline = true
    var bytesRead = 0
    /// Inside a line that is too long to keep.
    var isSkipping = false
  }

  /// Longer lines are cut: the longest one seen in a real listing has 7,000 bytes, of which its symbol's
  /// name has most.
  static let lineLimit = 1 << 20
  /// A function whose text is longer is cut.
  static let functionLimit = 16 << 20

  private let descriptor: CInt
  private let pieceSize: Int
  private let readSize: Int
  private let dialect: Mutex<Dialect?> = Mutex(nil)
  private let state: Mutex<State>

  /// - Parameters:
  ///   - descriptor: to read from.
  ///   - pieceSize: about how many bytes a piece has.
  ///   - readSize: how many bytes are asked for at once.
  init(descriptor: CInt, pieceSize: Int = 1 << 20, readSize: Int = 1 << 20) {
    self.descriptor = descriptor
    self.pieceSize = pieceSize
    self.readSize = readSize
    state = Mutex(State())
  }

  /// Reads the beginning, which a dialect is found from; it is handed out again in the first piece.
  func beginning() -> (bytes: [UInt8], end: Int) {
    state.withLock { state in
      var bytes = state.carry
      while bytes.count < Self.lineLimit, !state.atEnd { read(into: &bytes, &state) }
      state.carry = bytes
      let end = bytes.count
      pad(&bytes)
      return (bytes, end)
    }
  }

  /// The next piece; false when there is none.
  func next(_ piece: inout Piece, dialect: Dialect) -> Bool {
    state.withLock { state in
      piece.bytes.removeAll(keepingCapacity: true)
      piece.bytes.append(contentsOf: state.carry)
      state.carry.removeAll(keepingCapacity: true)
      piece.breaksFunction = false
      // Lines before this offset have been looked at: none begins a function, but the first one.
      var searched = 0
      while true {
        if state.atEnd {
          guard !piece.bytes.isEmpty else { return false }
          state.endsInNewline = piece.bytes.last == 0x0a
          return finish(&piece, at: piece.bytes.count, &state)
        }
        if piece.bytes.count >= pieceSize, let cut = boundary(piece.bytes, from: &searched, dialect) {
          return finish(&piece, at: cut, &state)
        }
        if piece.bytes.count > Self.functionLimit, let cut = piece.bytes.lastIndex(of: 0x0a) {
          piece.breaksFunction = true
          return finish(&piece, at: cut + 1, &state)
        }
        read(into: &piece.bytes, &state)
      }
    }
  }

  /// What was found besides text: lines that were cut, whether the last one is whole, an errno.
  var ending: (overlongLines: Int, endsInNewline: Bool, error: CInt, bytes: Int) {
    state.withLock { ($0.overlongLines, $0.endsInNewline, $0.error, $0.bytesRead) }
  }

  private func finish(_ piece: inout Piece, at cut: Int, _ state: inout State) -> Bool {
    if cut < piece.bytes.count { state.carry.append(contentsOf: piece.bytes[cut...]) }
    piece.bytes.removeSubrange(cut...)
    piece.end = cut
    pad(&piece.bytes)
    piece.index = state.nextIndex
    state.nextIndex += 1
    return true
  }

  private func pad(_ bytes: inout [UInt8]) {
    bytes.append(contentsOf: repeatElement(0x0a, count: textPadding))
  }

  /// The last place where a function's first line begins, searched from the end.
  private func boundary(_ bytes: [UInt8], from searched: inout Int, _ dialect: Dialect) -> Int? {
    let text = bytes.span
    guard var lineEnd = bytes.lastIndex(of: 0x0a), lineEnd >= searched else { return nil }
    let end = lineEnd
    while lineEnd > searched {
      var start = lineEnd
      while start > 0, text[start - 1] != 0x0a { start -= 1 }
      if start > 0, start >= searched, isHeader(text, start, lineEnd, dialect) { return start }
      lineEnd = start - 1
    }
    searched = end + 1
    return nil
  }

  private func isHeader(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ dialect: Dialect) -> Bool {
    let first = text[start]
    switch dialect.disassembler {
    case .go: guard first == UInt8(ascii: "T") else { return false }
    case .gnu, .llvm: guard first >= 0x30, end - start > 12 else { return false }
    }
    // The line alone, padded: searches in it may look a little beyond.
    var line: [UInt8] = []
    for i in start...end { line.append(text[i]) }
    pad(&line)
    return dialect.isHeader(line.span, at: 0)
  }

  /// Appends what one read(2) gives, less the rest of a line that is too long.
  private func read(into bytes: inout [UInt8], _ state: inout State) {
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: readSize))
    var count = 0
    repeat {
      count = unsafe bytes.withUnsafeMutableBytes { buffer in
        #if canImport(Darwin)
          unsafe Darwin.read(descriptor, buffer.baseAddress.map { unsafe $0 + old }, readSize)
        #elseif canImport(Musl)
          unsafe Musl.read(descriptor, buffer.baseAddress.map { unsafe $0 + old }, readSize)
        #else
          unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + old }, readSize)
        #endif
      }
    } while count < 0 && errno == EINTR
    if count < 0 { state.error = errno }
    bytes.removeSubrange(old + max(count, 0)..<bytes.count)
    if count <= 0 {
      state.atEnd = true
      return
    }
    state.bytesRead += count
    if state.isSkipping {
      guard let newline = bytes[old...].firstIndex(of: 0x0a) else {
        bytes.removeSubrange(old...)
        return
      }
      bytes.removeSubrange(old..<newline)
      state.isSkipping = false
    }
    if bytes.count - old == readSize || bytes.count > Self.lineLimit {
      let tail = bytes.count - ((bytes.lastIndex(of: 0x0a) ?? -1) + 1)
      if tail > Self.lineLimit {
        bytes.removeLast(tail - Self.lineLimit / 16)
        state.isSkipping = true
        state.overlongLines += 1
      }
    }
  }
}
