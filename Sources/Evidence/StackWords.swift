import ByteText

/// A piece of a stack as a debugger or a hex dump prints it:
///
///     0xc000047f18:<TAB>0x000000000046d3a5<TAB>0x0000000000000001      gdb's `x/200gx $rsp`
///     0xc000047f18 <main.buf+8>:<TAB>0x000000000046d3a5                the same near a symbol
///     0xc000047f18:   0x000000000046d3a5   0x0000000000000001        delve's `examinemem -count 64 -size 8 -x`
///     00007f18  a5 d3 46 00 00 00 00 00  01 00 00 00 …  |..F.…|       `hexdump -C`
///     00007f18: a5d3 4600 0000 0000 0100 0000 …  ..F.…               `xxd`
///     007f18 000000000046d3a5 0000000000000001                        `od -A x -t x8`
public struct StackWords: Sendable {
  /// Memory without a gap.
  public struct Piece: Sendable {
    /// Where it stands, as printed: a file's dump counts from the file's start.
    public var address: UInt64
    /// The bytes at that place, the lowest address first.
    public var bytes: [UInt8]
  }

  /// The pieces that were printed, in that order.
  public private(set) var pieces: [Piece] = []
  /// Lines that hold no memory.
  public private(set) var otherLines = 0

  /// Nil where fewer than four words are printed.
  public init?(_ text: borrowing Span<UInt8>) {
    var start = 0
    /// `*` of hexdump and od: the line before, again and again.
    var isRepeated = false
    while start < text.count {
      let end = text.firstOffset(of: 0x0a, from: start) ?? text.count
      let line = text.extracting(start..<end)
      start = end + 1
      if line.equals("*") {
        isRepeated = !pieces.isEmpty
        continue
      }
      // The last line of hexdump and od is an address alone.
      guard let (address, bytes) = Self.memory(line), isRepeated || !bytes.isEmpty else {
        if line.count > 1 { otherLines += 1 }
        continue
      }
      if isRepeated { fill(until: address) }
      isRepeated = false
      if bytes.isEmpty { continue }
      if let last = pieces.indices.last, pieces[last].address &+ UInt64(pieces[last].bytes.count) == address {
        pieces[last].bytes += bytes
      } else {
        pieces.append(Piece(address: address, bytes: bytes))
      }
    }
    guard pieces.reduce(0, { $0 + $1.bytes.count }) >= 32 else { return nil }
  }

  /// How much all `*` together may stand for, in bytes: a line of a dump must not decide how much memory is used.
  private static let repeatLimit: UInt64 = 1 << 24
  private var repeated: UInt64 = 0

  private mutating func fill(until address: UInt64) {
    let last = pieces.count - 1
    let end = pieces[last].address &+ UInt64(pieces[last].bytes.count)
    let line = Array(pieces[last].bytes.suffix(16))
    guard line.count == 16, address > end, address - end <= Self.repeatLimit - repeated,
      (address - end) % 16 == 0
    else {
      // What it stands for is a gap.
      otherLines += 1
      return
    }
    repeated += address - end
    for _ in 0..<(address - end) / 16 { pieces[last].bytes += line }
  }

  /// The memory that a line prints; nil for any other line.
  private static func memory(_ line: borrowing Span<UInt8>) -> (address: UInt64, bytes: [UInt8])? {
    var i = 0
    guard let (address, digits, isMarked) = number(line, &i) else { return nil }
    var hasColon = false
    // `:` or, behind a symbol, `>:`.
    if i < line.count, line[i] == UInt8(ascii: ":") {
      hasColon = true
      i += 1
    } else if line.has(" <", at: i), let close = line.firstOffset(of: ">:", from: i) {
      hasColon = true
      i = close + 2
    }
    guard hasColon || digits >= 6 && !isMarked else { return nil }
    var bytes: [UInt8] = []
    var width: Int?
    while bytes.count < 16 || isMarked {
      while i < line.count, line[i] <= 0x20 { i += 1 }
      guard let (value, digits, marked) = number(line, &i), i == line.count || line[i] <= 0x20,
        [2, 4, 8, 16].contains(digits), width == nil || width == digits, marked == isMarked
      else { break }
      width = digits
      // xxd groups bytes as they stand; the others print numbers.
      let isReversed = hasColon && !isMarked
      for k in 0..<digits / 2 {
        let shift = 8 * (isReversed ? digits / 2 - 1 - k : k)
        bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
      }
    }
    // Of what hexdump prints by itself the order is not known.
    guard hasColon || width != 4 else { return nil }
    return (address, bytes)
  }

  /// A hexadecimal number, with or without `0x`, behind blanks.
  private static func number(
    _ line: borrowing Span<UInt8>, _ i: inout Int
  ) -> (value: UInt64, digits: Int, isMarked: Bool)? {
    var start = i
    while start < line.count, line[start] == 0x20 { start += 1 }
    let isMarked = line.has("0x", at: start)
    if isMarked { start += 2 }
    var end = start
    while end < line.count, line[end] &- 0x30 < 10 || line[end] &- 0x61 < 6 { end += 1 }
    guard let value = line.hexadecimal(start..<end) else { return nil }
    i = end
    return (value, end - start, isMarked)
  }
}
