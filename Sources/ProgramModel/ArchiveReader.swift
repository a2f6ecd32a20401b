/// Sets the values that pass through it to those that a writer appended. It trusts nothing: once something
/// does not fit, the archive is damaged, the remaining values stay blank, and the caller discards all of
/// them.
@safe struct ArchiveReader: ArchivePass {
  private(set) var isDamaged = false
  /// Whether all bytes were read.
  var isAtEnd: Bool { unsafe position == bytes.count }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var nameCount: UInt32 = 0

  /// Creates a reader.
  ///
  /// - Parameter bytes: the archive; must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

  mutating func pass<Number: FixedWidthInteger & BitwiseCopyable>(number: inout Number) {
    guard unsafe bytes.count - position >= MemoryLayout<Number>.size else {
      isDamaged = true
      return
    }
    number = unsafe Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    position += MemoryLayout<Number>.size
  }

  mutating func pass(blob: inout [UInt8]) {
    let count = count()
    unsafe blob = Array(bytes[position..<position + count])
    position += count
  }

  mutating func pass<Element>(
    list: inout [Element], blank: Element, _ each: (inout Element, inout Self) -> Void
  ) {
    let count = count()
    list = []
    // A record of the model takes at least 16 bytes, so a damaged count reserves no more memory than that
    // allows.
    list.reserveCapacity(unsafe min(count, (bytes.count - position) / 16 + 1))
    while list.count < count, !isDamaged {
      var element = blank
      each(&element, &self)
      list.append(element)
    }
  }

  mutating func pass(table: inout NameTable) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    pass(blob: &bytes)
    pass(&ends)
    guard let kept = NameTable(bytes: bytes, ends: ends) else {
      isDamaged = true
      return
    }
    table = kept
    nameCount = UInt32(kept.count)
  }

  mutating func pass(name: inout NameID) {
    var index: UInt32 = 0
    pass(number: &index)
    require(index < nameCount)
    name = NameID(index: index)
  }

  mutating func require(_ condition: Bool) { if !condition { isDamaged = true } }

  /// Reads the number of elements that follow, each of at least one byte; 0 when fewer bytes are left.
  private mutating func count() -> Int {
    var count: UInt32 = 0
    pass(number: &count)
    require(unsafe Int(count) <= bytes.count - position)
    return isDamaged ? 0 : Int(count)
  }
}
