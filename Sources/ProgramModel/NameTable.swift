#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A name (of a symbol, a file, an instruction) that stands once in a ``NameTable``.
public struct NameID: Hashable, Comparable, Sendable {
  /// The place in the table.
  public let index: UInt32

  /// - Parameter index: the place in the table.
  public init(index: UInt32) { self.index = index }

  /// By the place in the table.
  public static func < (a: NameID, b: NameID) -> Bool { a.index < b.index }
}

/// Every distinct name of a program, once: the model holds four bytes for each use of it.
///
/// Names are bytes, as the listing has them: a symbol name need not be valid UTF-8.
public struct NameTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each name ends in `bytes`; it begins where the one before it ends.
  private(set) var ends: [Int] = []
  /// Open addressing, a power of two long; 0 is free, otherwise the name's index + 1.
  private var slots: [UInt32]

  /// An empty table.
  public init() {
    slots = Array(repeating: 0, count: 1024)
  }

  /// A table as it was kept; nil when names would lie outside of `bytes`.
  init?(bytes: [UInt8], ends: [Int]) {
    guard ends.count < Int(UInt32.max), ends.first ?? 0 >= 0, ends.last ?? 0 == bytes.count else {
      return nil
    }
    for i in ends.indices.dropFirst() where ends[i - 1] > ends[i] { return nil }
    self.bytes = bytes
    self.ends = ends
    slots = []
    var size = 1024
    while size <= ends.count * 2 { size *= 2 }
    fill(size)
  }

  /// How many names it holds.
  public var count: Int { ends.count }

  /// The bytes of a name, as the input has them.
  public func bytes(of name: NameID) -> ArraySlice<UInt8> { bytes[range(of: name)] }

  /// The name as text; what is not UTF-8 is replaced.
  public func string(_ name: NameID) -> String { String(decoding: bytes(of: name), as: UTF8.self) }

  /// The place of a name, which is added when it is new.
  public mutating func intern(_ name: String) -> NameID {
    let bytes = Array(name.utf8)
    return intern(bytes.span)
  }

  /// The place of a name, which is added when it is new.
  public mutating func intern(_ name: Span<UInt8>) -> NameID {
    if ends.count * 2 >= slots.count { grow() }
    let slot = slot(of: name)
    if slots[slot] != 0 { return NameID(index: slots[slot] - 1) }
    unsafe name.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
    slots[slot] = UInt32(ends.count)
    return NameID(index: UInt32(ends.count - 1))
  }

  /// The slot that holds a name, or the free one where it belongs.
  private func slot(of name: Span<UInt8>) -> Int {
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] != 0, !equals(NameID(index: slots[slot] - 1), name) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func range(of name: NameID) -> Range<Int> {
    let i = Int(name.index)
    return (i == 0 ? 0 : ends[i - 1])..<ends[i]
  }

  private func equals(_ id: NameID, _ name: Span<UInt8>) -> Bool {
    let range = range(of: id)
    guard range.count == name.count else { return false }
    return unsafe bytes.withUnsafeBytes { all in
      unsafe name.withUnsafeBytes { name in
        guard let own = all.baseAddress, let other = name.baseAddress else { return unsafe name.isEmpty }
        return unsafe memcmp(own + range.lowerBound, other, name.count) == 0
      }
    }
  }

  private mutating func grow() { fill(slots.count * 2) }

  /// Puts all names into so many slots.
  private mutating func fill(_ size: Int) {
    slots = Array(repeating: 0, count: size)
    for i in 0..<ends.count {
      var slot = Self.hash(bytes.span.extracting(range(of: NameID(index: UInt32(i))))) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(i + 1)
    }
  }

  /// Eight bytes a step, then mixed down: names share long prefixes (package paths), so all of it counts.
  private static func hash(_ name: Span<UInt8>) -> Int {
    var h: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(name.count)
    let raw = unsafe name.bytes
    var i = 0
    while i + 8 <= name.count {
      h = unsafe mix(h ^ raw.unsafeLoadUnaligned(fromByteOffset: i, as: UInt64.self))
      i += 8
    }
    var tail: UInt64 = 0
    if name.count >= 8 {
      // The last eight bytes, some of them once more.
      tail = unsafe raw.unsafeLoadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
    } else {
      for i in name.indices { tail = tail << 8 | UInt64(name[i]) }
    }
    return Int(truncatingIfNeeded: mix(h ^ tail) >> 1)
  }

  private static func mix(_ x: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
