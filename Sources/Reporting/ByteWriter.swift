import LibC

/// The bytes of a report while it is made. The memory doubles as it fills, and numbers are formatted by hand.
///
/// This is the only part of the reports that writes through pointers: cmd/compile's model is 60 MB of NDJSON.
/// Bounds are checked once for each value (`reserve`), not for each byte.
@safe struct ByteWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  /// Reserves memory for `capacity` bytes; more is allocated as they are put.
  init(capacity: Int = 4096) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Lends the bytes that were put so far.
  func withSpan<E>(_ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
    try body(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
  }

  /// A copy of the bytes that were put so far.
  var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Drops all bytes and keeps the memory.
  mutating func clear() { count = 0 }

  /// Drops all bytes but the first so many.
  mutating func truncate(to length: Int) { count = min(count, length) }

  @inline(__always) mutating func put(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count &+= 1
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

  /// Puts a word of a closed list.
  @inline(__always) mutating func put(word: some RawRepresentable<String>) {
    var text = word.rawValue
    text.withUTF8 { unsafe put($0.span) }
  }

  /// Puts the key of an object's next member with its quotes and colon, and before it a comma if another
  /// member precedes.
  @inline(__always) mutating func put(key: StaticString) { unsafe _ = put(key: key, room: 0) }

  /// Puts a key, and makes room for so many bytes of its value: the memory where they belong.
  @inline(__always) private mutating func put(key: StaticString, room: Int)
    -> UnsafeMutablePointer<UInt8>
  {
    let length = key.utf8CodeUnitCount
    reserve(length &+ 4 &+ room)
    var place = unsafe base + count
    // Only an object's brace, or a new line within an object, ends with one of these.
    if count > 0, unsafe place[-1] != UInt8(ascii: "{") && place[-1] != UInt8(ascii: "\n") {
      unsafe place[0] = UInt8(ascii: ",")
      unsafe place += 1
      count &+= 1
    }
    unsafe place[0] = UInt8(ascii: "\"")
    unsafe _ = memcpy(place + 1, key.utf8Start, length)
    unsafe place[length &+ 1] = UInt8(ascii: "\"")
    unsafe place[length &+ 2] = UInt8(ascii: ":")
    count &+= length &+ 3
    return unsafe place + (length &+ 3)
  }

  /// Puts a member whose value is an address: `"entry":"0x000000000049a900"`. A program has a million of these.
  @inline(__always) mutating func put(key: StaticString, hex16 value: UInt64) {
    let place = unsafe put(key: key, room: 20)
    unsafe place[0] = UInt8(ascii: "\"")
    unsafe place[1] = UInt8(ascii: "0")
    unsafe place[2] = UInt8(ascii: "x")
    unsafe store(hex16: value, at: place + 3)
    unsafe place[19] = UInt8(ascii: "\"")
    count &+= 20
  }

  /// Puts a member whose value is a word of a closed list, which needs no escapes.
  @inline(__always) mutating func put(key: StaticString, word: some RawRepresentable<String>) {
    var text = word.rawValue
    text.withUTF8 { text in
      let place = unsafe put(key: key, room: text.count &+ 2)
      unsafe place[0] = UInt8(ascii: "\"")
      if let start = text.baseAddress { unsafe _ = memcpy(place + 1, start, text.count) }
      unsafe place[text.count &+ 1] = UInt8(ascii: "\"")
      count &+= text.count &+ 2
    }
  }

  /// Puts a member whose value is these bytes.
  @inline(__always) mutating func put(key: StaticString, _ value: Span<UInt8>) {
    let length = value.count
    let place = unsafe put(key: key, room: length)
    unsafe value.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe _ = memcpy(place, start, length)
    }
    count &+= length
  }

  /// Puts a member whose value is an integer.
  @inline(__always) mutating func put(key: StaticString, decimal value: Int) {
    let place = unsafe put(key: key, room: 1)
    if 0..<10 ~= value {
      unsafe place[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)
      count &+= 1
    } else {
      put(long: value)
    }
  }

  /// Begins a new line in an object, before its next member.
  mutating func putNewLine() {
    if count > 0, unsafe base[count - 1] != UInt8(ascii: "{") { put(UInt8(ascii: ",")) }
    put(UInt8(ascii: "\n"))
  }

  /// Puts an integer in decimal.
  @inline(__always) mutating func put(decimal value: Int) {
    if 0..<10 ~= value {
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
    } else {
      put(long: value)
    }
  }

  /// Puts an integer of several digits. `Int.min` is put correctly, too.
  @inline(never) private mutating func put(long value: Int) {
    if value < 0 { put(UInt8(ascii: "-")) }
    var rest = value.magnitude
    // Most are lines of a source file.
    var length = rest < 10 ? 1 : rest < 100 ? 2 : rest < 1000 ? 3 : 4
    var limit: UInt = 10_000
    while rest >= limit, length < 20 {
      length += 1
      limit = limit &* 10
    }
    reserve(length)
    count += length
    // Digits are put from the right.
    var place = count
    repeat {
      place &-= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  /// Puts sixteen hexadecimal digits, in lower case.
  @inline(__always) mutating func put(hex16 value: UInt64) {
    reserve(16)
    unsafe store(hex16: value, at: base + count)
    count += 16
  }

  @inline(__always) private func store(hex16 value: UInt64, at place: UnsafeMutablePointer<UInt8>) {
    let place = UnsafeMutableRawPointer(place)
    unsafe place.storeBytes(of: Self.hex(UInt32(truncatingIfNeeded: value >> 32)), as: UInt64.self)
    unsafe (place + 8).storeBytes(of: Self.hex(UInt32(truncatingIfNeeded: value)), as: UInt64.self)
  }

  /// Returns the eight digits of 32 bits in the order of memory. All nibbles are spread to bytes at once.
  @inline(__always) private static func hex(_ value: UInt32) -> UInt64 {
    var v = UInt64(value)
    v = (v | v << 16) & 0x0000_ffff_0000_ffff
    v = (v | v << 8) & 0x00ff_00ff_00ff_00ff
    v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f
    let letters = ((v &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return (v &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
  }

  /// Makes room for `more` bytes.
  @inline(__always) private mutating func reserve(_ more: Int) {
    if count &+ more > capacity { grow(to: count + more) }
  }

  /// Moves the bytes to memory that is twice as large, or as large as needed.
  @inline(never) private mutating func grow(to needed: Int) {
    capacity = max(needed, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe larger.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = larger
  }
}
