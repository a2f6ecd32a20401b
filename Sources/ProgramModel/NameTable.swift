import LibC

/// A name (of a symbol, a file, an instruction), as its index in a ``NameTable``.
public struct NameID: Hashable, Comparable, Sendable {
  /// The index in the table.
  public let index: UInt32

  /// Creates a name.
  ///
  /// - Parameter index: the index in the table.
  public init(index: UInt32) { self.index = index }

  /// Compares names by their index in the table, not by their text.
  public static func < (a: NameID, b: NameID) -> Bool { a.index < b.index }
}

/// Every distinct name of a program, once: the model takes four bytes for each use of a name.
///
/// Names are bytes, as in the listing: a symbol's name need not be valid UTF-8.
public struct NameTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// The end of each name in `bytes`; a name starts where the one before it ends.
  private(set) var ends: [Int] = []
  /// A hash table with open addressing; its size is a power of two. A free slot is 0. Any other holds the
  /// name's hash in the upper half and its index + 1 in the lower, so that names with different hashes need
  /// no comparison, and the table grows without reading names.
  private var slots: [UInt64]

  /// An empty table.
  public init() {
    slots = Array(repeating: 0, count: 1024)
  }

  /// An empty table with room for the names of a large program. Reserved memory costs nothing until it is
  /// used; growing does.
  public static var forListing: NameTable {
    var table = NameTable()
    table.bytes.reserveCapacity(1 << 21)
    table.ends.reserveCapacity(1 << 15)
    table.slots = Array(repeating: 0, count: 1 << 13)
    return table
  }

  /// Restores a table that was kept; nil when a name would lie outside of `bytes`.
  init?(bytes: [UInt8], ends: [Int]) {
    guard ends.count < Int(UInt32.max), ends.first ?? 0 >= 0, ends.last ?? 0 == bytes.count else {
      return nil
    }
    for i in ends.indices.dropFirst() where ends[i - 1] > ends[i] { return nil }
    self.bytes = bytes
    self.ends = ends
    var size = 1024
    while size <= ends.count * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    for i in 0..<ends.count {
      let hash = Self.hash(self.bytes.span.extracting(range(of: NameID(index: UInt32(i)))))
      put(UInt64(hash) << 32 | UInt64(i + 1))
    }
  }

  /// The number of names.
  public var count: Int { ends.count }

  /// Returns the bytes of a name, as in the input.
  public func bytes(of name: NameID) -> ArraySlice<UInt8> { bytes[range(of: name)] }

  /// Returns a name as text; bytes that are not UTF-8 are replaced.
  public func string(_ name: NameID) -> String { String(decoding: bytes(of: name), as: UTF8.self) }

  /// Returns the index of a name, and adds the name when it is new.
  public mutating func intern(_ name: String) -> NameID {
    let bytes = Array(name.utf8)
    return intern(bytes.span)
  }

  /// Returns the index of a name, and adds the name when it is new.
  public mutating func intern(_ name: Span<UInt8>) -> NameID { intern(name, hash: Self.hash(name)) }

  /// Returns the index of a name; nil for one that is not in the table.
  public func id(of name: String) -> NameID? {
    let bytes = Array(name.utf8)
    return find(bytes.span, hash: Self.hash(bytes.span)).id
  }

  /// Returns the slot of a name, which is free where the name is new.
  private func find(_ name: Span<UInt8>, hash: UInt32) -> (slot: Int, id: NameID?) {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = NameID(index: UInt32(truncatingIfNeeded: slots[slot]) - 1)
      if slots[slot] >> 32 == hash, equals(id, name) { return (slot, id) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, nil)
  }

  private mutating func intern(_ name: Span<UInt8>, hash: UInt32) -> NameID {
    if ends.count * 2 >= slots.count { grow() }
    let (slot, known) = find(name, hash: hash)
    if let known { return known }
    unsafe name.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
    slots[slot] = UInt64(hash) << 32 | UInt64(ends.count)
    return NameID(index: UInt32(ends.count - 1))
  }

  /// Adds another table's names.
  /// - Returns: for each of the other table's names, by its index, the name in this table.
  public mutating func merge(_ other: NameTable) -> [NameID] {
    var hashes: [UInt32] = Array(repeating: 0, count: other.count)
    for entry in other.slots where entry != 0 {
      hashes[Int(UInt32(truncatingIfNeeded: entry)) - 1] = UInt32(truncatingIfNeeded: entry >> 32)
    }
    let all = other.bytes.span
    return hashes.indices.map { i in
      let range = other.range(of: NameID(index: UInt32(i)))
      return intern(all.extracting(range), hash: hashes[i])
    }
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

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 { put(entry) }
  }

  /// Stores the entry of a name that is not in the slots yet.
  private mutating func put(_ entry: UInt64) {
    var slot = Int(entry >> 32) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = entry
  }

  /// Hashes all bytes of a name, eight per step: names share long prefixes (package paths), so a hash of a
  /// part would not do.
  private static func hash(_ name: Span<UInt8>) -> UInt32 {
    var h: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(name.count)
    let raw = unsafe name.bytes
    var i = 0
    while i + 8 <= name.count {
      h = unsafe mix(h ^ raw.unsafeLoadUnaligned(fromByteOffset: i, as: UInt64.self))
      i += 8
    }
    var tail: UInt64 = 0
    if name.count >= 8 {
      // The last eight bytes, some of which were hashed before.
      tail = unsafe raw.unsafeLoadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
    } else {
      for i in name.indices { tail = tail << 8 | UInt64(name[i]) }
    }
    return UInt32(truncatingIfNeeded: mix(h ^ tail))
  }

  private static func mix(_ x: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
