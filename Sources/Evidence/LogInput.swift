import LibC

/// Reads a log's bytes: gzip's are inflated, UTF-16, as PowerShell's `>` writes it, becomes UTF-8.
struct LogInput {
  private enum Form {
    case plain
    case utf16(isLittle: Bool)
  }

  /// What is read from, and the errno of a read that failed, or 0: the inflater reads too.
  private final class Source {
    let descriptor: CInt
    var error: CInt = 0

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    func read(into buffer: inout [UInt8], at offset: Int, _ room: Int) -> Int {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe readOnce(descriptor, bytes.baseAddress.map { unsafe $0 + offset }, room)
      }
      error = count < 0 ? errno : 0
      return max(0, count)
    }

    func piece(_ size: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: size)
      bytes.removeLast(size - read(into: &bytes, at: 0, size))
      return bytes
    }
  }

  private let source: Source
  private let readSize: Int
  private var form: Form?
  private var inflater: Inflater?
  /// Bytes that were read and not yet given on.
  private var pending: [UInt8] = []
  /// The first byte of a unit that a piece ended with.
  private var half: [UInt8] = []
  /// The first half of a pair of surrogates that a piece ended with.
  private var lead: UInt16?
  /// The errno of a read that failed, or 0.
  var error: CInt { source.error }
  /// What is wrong with what gzip wrote.
  var damage: Inflater.Damage? { inflater?.damage }

  init(_ descriptor: CInt, readSize: Int) { (source, self.readSize) = (Source(descriptor), readSize) }

  /// Puts the next bytes behind a buffer's end and returns how many they are; none at the end.
  mutating func read(into buffer: inout [UInt8], at end: Int) -> Int {
    if form == nil { begin() }
    if case .plain? = form, inflater == nil, pending.isEmpty {
      grow(&buffer, to: end + readSize)
      return source.read(into: &buffer, at: end, readSize)
    }
    while true {
      var piece = pending.isEmpty ? nextPiece() : pending
      pending = []
      if piece.isEmpty { return 0 }
      if case .utf16(let isLittle)? = form { piece = utf8(piece, isLittle) }
      // Half of a character may be all that came.
      if piece.isEmpty { continue }
      grow(&buffer, to: end + piece.count)
      buffer.replaceSubrange(end..<end + piece.count, with: piece)
      return piece.count
    }
  }

  private func grow(_ buffer: inout [UInt8], to count: Int) {
    if buffer.count < count { buffer += [UInt8](repeating: 0, count: count - buffer.count) }
  }

  /// Finds out by the first bytes what the log is.
  private mutating func begin() {
    fill()
    if pending.starts(with: [0x1f, 0x8b, 8]) {
      let (source, size) = (source, max(readSize, 4096))
      inflater = Inflater(pending) { source.piece(size) }
      pending = []
      fill()
    }
    form =
      if pending.starts(with: [0xff, 0xfe]) || pending.count == 4 && Self.areZero(pending, 1, 3) {
        .utf16(isLittle: true)
      } else if pending.starts(with: [0xfe, 0xff]) || pending.count == 4 && Self.areZero(pending, 0, 2) {
        .utf16(isLittle: false)
      } else {
        .plain
      }
  }

  /// Whether every second byte is zero and no other is.
  private static func areZero(_ bytes: [UInt8], _ a: Int, _ b: Int) -> Bool {
    bytes.indices.allSatisfy { (bytes[$0] == 0) == ($0 == a || $0 == b) }
  }

  /// Reads until there are four bytes, or all.
  private mutating func fill() {
    while pending.count < 4 {
      let piece = nextPiece(4 - pending.count)
      if piece.isEmpty { return }
      pending += piece
    }
  }

  private mutating func nextPiece(_ count: Int? = nil) -> [UInt8] {
    inflater?.read(count ?? readSize) ?? source.piece(count ?? readSize)
  }

  private mutating func utf8(_ piece: [UInt8], _ isLittle: Bool) -> [UInt8] {
    let bytes = half + piece
    var text: [UInt8] = []
    var i = 0
    while i + 1 < bytes.count {
      let unit = UInt16(bytes[i + (isLittle ? 1 : 0)]) << 8 | UInt16(bytes[i + (isLittle ? 0 : 1)])
      i += 2
      if let first = lead {
        lead = nil
        if UTF16.isTrailSurrogate(unit) {
          text += Array(String(decoding: [first, unit], as: UTF16.self).utf8)
          continue
        }
        text += [0xef, 0xbf, 0xbd]
      }
      if UTF16.isLeadSurrogate(unit) {
        lead = unit
      } else if unit < 0x80 {
        text.append(UInt8(unit))
      } else {
        text += Array(String(decoding: [unit], as: UTF16.self).utf8)
      }
    }
    half = Array(bytes[i...])
    return text
  }
}
