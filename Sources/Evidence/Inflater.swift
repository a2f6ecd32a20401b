import ByteText

/// Reads what gzip wrote (RFC 1952, RFC 1951), piece by piece: the last 32 KiB and one block's codes are all that is kept,
/// however much comes out.
struct Inflater {
  /// What is wrong with the input.
  enum Damage: Error {
    /// Not gzip, or damaged.
    case malformed
    /// Truncated.
    case cut
    /// More comes out than ``limit`` bytes.
    case endless
  }

  /// A bomb of a few MB would be read for hours.
  static let limit = 1 << 36
  /// How far back a repetition reaches.
  private static let window = 1 << 15

  private enum State {
    case member, block
    case stored(Int)
    case coded, trailer, end
  }

  private let refill: () -> [UInt8]
  /// What is wrong: all that came before it was given.
  private(set) var damage: Damage?
  private var input: [UInt8]
  private var at = 0
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var state = State.member
  private var isLastBlock = false
  private var literals = HuffmanCode()
  private var distances = HuffmanCode()
  /// The end of what came out before, and what comes out now.
  private var out: [UInt8] = []
  private var given = 0
  private var total = 0
  private var memberSize: UInt32 = 0
  private var checksum = CRC32()

  /// - Parameters:
  ///   - input: the first bytes.
  ///   - refill: returns the next ones; none at the end.
  init(_ input: [UInt8], refill: @escaping () -> [UInt8]) { (self.input, self.refill) = (input, refill) }

  /// Returns about so many bytes more; none at the end, and behind damage.
  mutating func read(_ count: Int) -> [UInt8] {
    if given > Self.window {
      out.removeFirst(given - Self.window)
      given = Self.window
    }
    while out.count - given < count {
      if case .end = state { break }
      do throws(Damage) { try step(until: given + count) } catch {
        damage = error
        state = .end
      }
    }
    let piece = Array(out[given...])
    given = out.count
    total += piece.count
    if total > Self.limit { (damage, state) = (.endless, .end) }
    return piece
  }

  private mutating func step(until end: Int) throws(Damage) {
    switch state {
    case .member: try readHeader()
    case .block: try readBlockHeader()
    case .stored(let left):
      guard left > 0 else { return endBlock() }
      put(try byte())
      state = .stored(left - 1)
    case .coded: try readCoded(until: end)
    case .trailer: try readTrailer()
    case .end: break
    }
  }

  private mutating func put(_ byte: UInt8) {
    out.append(byte)
    memberSize &+= 1
    checksum.add(byte)
  }

  private mutating func endBlock() { state = isLastBlock ? .trailer : .block }

  // MARK: Bits

  /// Nil at the end of the input.
  private mutating func next() -> UInt8? {
    if at == input.count {
      input = refill()
      at = 0
      if input.isEmpty { return nil }
    }
    at += 1
    return input[at - 1]
  }

  private mutating func byte() throws(Damage) -> UInt8 { UInt8(try take(8)) }

  private mutating func take(_ count: Int) throws(Damage) -> Int {
    while bitCount < count {
      guard let byte = next() else { throw .cut }
      bits |= UInt64(byte) << UInt64(bitCount)
      bitCount += 8
    }
    let value = Int(bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  private mutating func symbol(_ code: borrowing HuffmanCode) throws(Damage) -> Int {
    while true {
      if let (symbol, length) = code.symbol(bits), length <= bitCount {
        bits >>= UInt64(length)
        bitCount -= length
        return symbol
      }
      guard bitCount < 16 else { throw .malformed }
      guard let byte = next() else { throw .cut }
      bits |= UInt64(byte) << UInt64(bitCount)
      bitCount += 8
    }
  }

  // MARK: Members

  private mutating func readHeader() throws(Damage) {
    guard try byte() == 0x1f, try byte() == 0x8b, try byte() == 8 else { throw .malformed }
    let flags = try byte()
    for _ in 0..<6 { _ = try byte() }
    if flags & 4 != 0 { for _ in 0..<(try take(16)) { _ = try byte() } }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 { while try byte() != 0 {} }
    if flags & 2 != 0 { _ = try take(16) }
    (memberSize, checksum, state) = (0, CRC32(), .block)
  }

  private mutating func readTrailer() throws(Damage) {
    _ = try take(bitCount & 7)
    let sum = UInt32(try take(32))
    guard sum == checksum.value, UInt32(try take(32)) == memberSize else { throw .malformed }
    // Another member may follow; zeros may, on a tape.
    guard bitCount == 0, let first = next() else {
      state = .end
      return
    }
    at -= 1
    state = first == 0x1f ? .member : .end
  }

  // MARK: Blocks

  private mutating func readBlockHeader() throws(Damage) {
    isLastBlock = try take(1) == 1
    switch try take(2) {
    case 0:
      _ = try take(bitCount & 7)
      let count = try take(16)
      guard try take(16) == count ^ 0xffff else { throw .malformed }
      state = .stored(count)
    case 1:
      literals = HuffmanCode(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
          + Array(repeating: 8, count: 8))
      distances = HuffmanCode(Array(repeating: 5, count: 30))
      state = .coded
    case 2:
      try readCodes()
      state = .coded
    default: throw .malformed
    }
  }

  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func readCodes() throws(Damage) {
    let (literalCount, distanceCount) = (try take(5) + 257, try take(5) + 1)
    var lengths = [UInt8](repeating: 0, count: 19)
    for i in 0..<(try take(4) + 4) { lengths[Self.order[i]] = UInt8(try take(3)) }
    let code = HuffmanCode(lengths)
    var all: [UInt8] = []
    while all.count < literalCount + distanceCount {
      switch try symbol(code) {
      case 16:
        guard let last = all.last else { throw .malformed }
        all += Array(repeating: last, count: try take(2) + 3)
      case 17: all += Array(repeating: 0, count: try take(3) + 3)
      case 18: all += Array(repeating: 0, count: try take(7) + 11)
      case let length: all.append(UInt8(length))
      }
    }
    guard all.count == literalCount + distanceCount else { throw .malformed }
    literals = HuffmanCode(Array(all[..<literalCount]))
    distances = HuffmanCode(Array(all[literalCount...]))
  }

  private mutating func readCoded(until end: Int) throws(Damage) {
    while out.count < end {
      let symbol = try symbol(literals)
      if symbol < 256 {
        put(UInt8(symbol))
        continue
      }
      guard symbol != 256 else { return endBlock() }
      guard symbol < 286 else { throw .malformed }
      let length = try value(symbol - 257, of: 4, from: 3)
      let code = try self.symbol(distances)
      guard code < 30 else { throw .malformed }
      let distance = try value(code, of: 2, from: 1)
      guard distance <= out.count else { throw .malformed }
      for _ in 0..<length { put(out[out.count - distance]) }
    }
  }

  /// A length or a distance: codes go in groups of so many, each with one more bit behind it (RFC 1951, 3.2.5).
  private mutating func value(_ code: Int, of group: Int, from first: Int) throws(Damage) -> Int {
    if group == 4, code == 28 { return 258 }
    guard code >= 2 * group else { return first + code }
    let extra = code / group - 1
    return first + (group + code % group) << extra + (try take(extra))
  }
}

/// A canonical Huffman code (RFC 1951, 3.2.2), by a table of all that its longest word can be.
private struct HuffmanCode {
  /// By the next bits of the input, the first one lowest: the symbol times 16, and its word's length.
  private var table: [UInt16] = [0]
  private var mask: UInt64 = 0

  init() {}

  init(_ lengths: [UInt8]) {
    let longest = Int(lengths.max() ?? 0)
    table = Array(repeating: 0, count: 1 << longest)
    mask = UInt64(table.count - 1)
    var word = 0
    for length in 1..<max(2, longest + 1) {
      for (symbol, count) in lengths.enumerated() where Int(count) == length {
        var reversed = 0
        for bit in 0..<length where word >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
        while reversed < table.count {
          table[reversed] = UInt16(symbol << 4 | length)
          reversed += 1 << length
        }
        word += 1
        // More words than there are: damaged.
        if word > 1 << length { return }
      }
      word <<= 1
    }
  }

  /// The symbol that some bits begin with, and how many of them are its; nil where none is.
  func symbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
    let entry = table[Int(bits & mask)]
    return entry & 15 == 0 ? nil : (Int(entry >> 4), Int(entry & 15))
  }
}

/// RFC 1952, 8.
private struct CRC32 {
  private static let table: [UInt32] = (0..<256).map { n in
    (0..<8).reduce(UInt32(n)) { c, _ in c & 1 == 1 ? 0xedb8_8320 ^ c >> 1 : c >> 1 }
  }
  private var state: UInt32 = 0xffff_ffff

  var value: UInt32 { ~state }

  mutating func add(_ byte: UInt8) {
    state = Self.table[Int((state ^ UInt32(byte)) & 0xff)] ^ state >> 8
  }
}
