import LibC

/// A report's bytes while they are made: memory that grows by doubling, and numbers put by hand.
///
/// The one place of the reports that writes through pointers: cmd/compile's model is 60 MB of NDJSON,
/// and bounds are checked once a value (`reserve`), not once a byte.
@safe struct ByteWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 4096) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Lends what was put so far.
  func withSpan<E>(_ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
    try body(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
  }

  /// What was put so far, as an array.
  var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Forgets what was put and keeps the memory.
  mutating func clear() { count = 0 }

  /// Forgets what was put behind so many bytes.
  mutating func truncate(to length: Int) { count = min(count, length) }

  @inline(__always) mutating func put(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count += 1
  }

  @inline(__always) mutating func put(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    unsafe (base + count).update(from: text.utf8Start, count: length)
    count += length
  }

  @inline(__always) mutating func put(_ bytes: Span<UInt8>) {
    let length = bytes.count
    reserve(length)
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe _ = memcpy(base + count, start, length)
    }
    count += length
  }

  mutating func put(_ bytes: [UInt8]) { put(bytes.span) }

  /// The key of an object's next member, with its quotes and colon, and the comma behind the member before
  /// it.
  @inline(__always) mutating func put(key: StaticString) {
    let length = key.utf8CodeUnitCount
    reserve(length + 4)
    // Nothing but an object's brace, or a new line within one, ends so.
    if count > 0, unsafe base[count - 1] != UInt8(ascii: "{") && base[count - 1] != UInt8(ascii: "\n") {
      unsafe base[count] = UInt8(ascii: ",")
      count += 1
    }
    unsafe base[count] = UInt8(ascii: "\"")
    unsafe (base + count + 1).update(from: key.utf8Start, count: length)
    unsafe base[count + 1 + length] = UInt8(ascii: "\"")
    unsafe base[count + 2 + length] = UInt8(ascii: ":")
    count += length + 3
  }

  /// Goes on on a new line, in an object, before its next member.
  mutating func putNewLine() {
    if count > 0, unsafe base[count - 1] != UInt8(ascii: "{") { put(UInt8(ascii: ",")) }
    put(UInt8(ascii: "\n"))
  }

  /// An integer in decimal.
  @inline(__always) mutating func put(decimal value: Int) {
    if 0..<10 ~= value {
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
    } else {
      put(long: value)
    }
  }

  @inline(never) private mutating func put(long value: Int) {
    if value < 0 { put(UInt8(ascii: "-")) }
    var rest = value.magnitude
    var length = 1
    var limit: UInt = 10
    while rest >= limit, length < 20 {
      length += 1
      limit = limit &* 10
    }
    reserve(length)
    count += length
    // From the right.
    var place = count
    repeat {
      place -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  /// Sixteen hex digits.
  @inline(__always) mutating func put(hex16 value: UInt64) {
    reserve(16)
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(
      of: Self.hex(UInt32(truncatingIfNeeded: value >> 32)), as: UInt64.self)
    unsafe UnsafeMutableRawPointer(base + count + 8).storeBytes(
      of: Self.hex(UInt32(truncatingIfNeeded: value)), as: UInt64.self)
    count += 16
  }

  /// The eight digits of 32 bits, as they stand in memory: every nibble spread to a byte at once.
  @inline(__always) private static func hex(_ value: UInt32) -> UInt64 {
    var v = UInt64(value)
    v = (v | v << 16) & 0x0000_ffff_0000_ffff
    v = (v | v << 8) & 0x00ff_00ff_00ff_00ff
    v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f
    let letters = ((v &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return (v &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
  }

  @inline(__always) private mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(to: count + more) }
  }

  @inline(never) private mutating func grow(to needed: Int) {
    capacity = max(needed, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe larger.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = larger
  }
}
