/// Appends the values that pass through it: numbers little-endian, and a list after its count.
struct ArchiveWriter: ArchivePass {
  private(set) var bytes: [UInt8] = []

  mutating func pass<Number: FixedWidthInteger & BitwiseCopyable>(number: inout Number) {
    unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func pass(blob: inout [UInt8]) {
    pass(count: blob.count)
    bytes += blob
  }

  mutating func pass<Element>(
    list: inout [Element], blank _: Element, _ each: (inout Element, inout Self) -> Void
  ) {
    pass(count: list.count)
    for var element in list { each(&element, &self) }
  }

  mutating func pass(table: inout NameTable) {
    var (bytes, ends) = (table.bytes, table.ends)
    pass(blob: &bytes)
    pass(&ends)
  }

  mutating func pass(name: inout NameID) {
    var index = name.index
    pass(number: &index)
  }

  func require(_: Bool) {}

  private mutating func pass(count: Int) {
    var count = UInt32(count)
    pass(number: &count)
  }
}
