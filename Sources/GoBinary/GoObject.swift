/// The object that Go's compiler wrote, a member of an archive (`cmd/internal/goobj/objfile.go`; the format is the same
/// from Go 1.20 on).
///
/// For each instruction, `go tool objdump` searches an object's symbols from the first one on for the one that contains
/// it (`cmd/internal/objfile/goobj.go`, PCToLine), so that its time grows with the square of the object's size.
/// ``part(_:_:)`` makes an object of which it prints only some functions, and in which these are the first symbols: a
/// scan of an archive of 46 MB takes 9 s in parts, and 71 s of the whole.
public struct GoObject: Sendable {
  /// The number of symbols that an archive of 2 MB defines.
  public static let usualLimit = 1 << 13

  /// The number of functions.
  public var count: Int { functions.count }

  private let reader: BinaryReader
  /// The line before the object that `go tool objdump` reads the architecture from, up to its `!`.
  private let head: [UInt8]
  /// The range of the object in the archive.
  private let bytes: Range<UInt64>
  /// The offset in the object of each of its blocks, and of its end.
  private let offsets: [UInt32]
  /// Every symbol, in the blocks' order; no type is that of a function.
  private let symbols: [UInt8]
  /// The number of symbols that the object defines; it refers to the others.
  private let definitions: Int
  /// For every definition the index of its first relocation or auxiliary symbol, or the offset of its data.
  private let relocationIndex, auxiliaryIndex, dataIndex: Bytes
  private let auxiliaries: Bytes
  /// The indices and types of the symbols that are functions, in the order of their addresses.
  private let functions: [(symbol: Int, type: UInt8)]

  /// Reads the tables of an archive's object.
  ///
  /// - Parameters:
  ///   - archive: the archive.
  ///   - limit: the number of definitions from which an object is worth it.
  /// - Returns: nil for a smaller object, and for one that is not as expected: `go tool objdump` says why.
  public init?(_ archive: BinaryFile, limit: Int = Self.usualLimit) {
    guard archive.format == .archive, archive.size < 1 << 30, let members = try? archive.goObjects(),
      let member = members.first, member.name == "_go_.o",
      let start = try? archive.reader.upTo(4096, at: member.bytes.lowerBound).storage,
      let mark = (2..<max(2, start.count)).first(where: { start[$0 - 2...$0].elementsEqual(Self.headEnd) })
    else { return nil }
    let reader = archive.reader
    let head = Array(start[...mark])
    let bytes = member.bytes.lowerBound + UInt64(head.count)..<member.bytes.upperBound
    let object = BinaryReader(bytes, of: reader)
    guard let header = try? object.upTo(UInt64(Self.headerLength), at: 0), header.count == Self.headerLength,
      header.storage.starts(with: Self.magic)
    else { return nil }
    let offsets = (0..<Block.count).map { header.u32(Self.offsetsAt + 4 * $0) ?? 0 }
    guard zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
      UInt64(offsets[Block.end]) <= object.size
    else { return nil }
    func block(_ first: Int, upTo end: Int) -> Bytes? {
      let size = UInt64(offsets[end] - offsets[first])
      let block = try? object.upTo(size, at: UInt64(offsets[first]))
      return block.flatMap { UInt64($0.count) == size ? $0 : nil }
    }
    let definitions = Int(offsets[Block.references] - offsets[Block.definitions]) / Self.symbolSize
    guard definitions >= limit,
      offsets[Block.definitions...Block.referenceFlags].allSatisfy({
        Int($0 - offsets[Block.definitions]) % Self.symbolSize == 0
      }),
      var symbols = block(Block.definitions, upTo: Block.referenceFlags)?.storage,
      let relocationIndex = block(Block.relocationIndex, upTo: Block.auxiliaryIndex),
      let auxiliaryIndex = block(Block.auxiliaryIndex, upTo: Block.dataIndex),
      let dataIndex = block(Block.dataIndex, upTo: Block.relocations),
      let auxiliaries = block(Block.auxiliaries, upTo: Block.data),
      [relocationIndex, auxiliaryIndex, dataIndex].allSatisfy({ $0.count == 4 * (definitions + 1) })
    else { return nil }
    let relocations = Int(offsets[Block.auxiliaries] - offsets[Block.relocations]) / Self.relocationSize
    var functions: [(symbol: Int, type: UInt8)] = []
    for i in 0..<definitions {
      let place = i * Self.symbolSize + Self.typeAt
      let type = symbols[place]
      guard let auxiliary = Self.range(auxiliaryIndex, i, below: auxiliaries.count / Self.auxiliarySize),
        Self.range(relocationIndex, i, below: relocations) != nil
      else { return nil }
      guard type == 1 || type == 2 else { continue }
      // Type 2 is a function of the FIPS module from Go 1.24 on, and data before that, which has no function's facts.
      guard type == 1 || auxiliary.contains(where: { auxiliaries.u8($0 * Self.auxiliarySize) == 1 }) else {
        continue
      }
      functions.append((i, type))
      symbols[place] = 0
    }
    (self.reader, self.head, self.bytes) = (reader, head, bytes)
    (self.offsets, self.symbols, self.definitions) = (offsets, symbols, definitions)
    (self.relocationIndex, self.auxiliaryIndex, self.dataIndex) = (relocationIndex, auxiliaryIndex, dataIndex)
    self.auxiliaries = auxiliaries
    let data = functions.map { dataIndex.u32(4 * $0.symbol) ?? 0 }
    self.functions = functions.indices.sorted { (data[$0], $0) < (data[$1], $1) }.map { functions[$0] }
  }

  /// The parts that are printed fastest, in the order of their addresses. To start on a part takes about as long for each
  /// function of the whole object as 128 steps of the search, of which each function of a part costs one an instruction.
  public var parts: [Range<Int>] {
    let size = max(1, Int((128 * Double(count)).squareRoot()))
    return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
  }

  /// Makes an object of which `go tool objdump` prints some of the functions, exactly as it prints them of the whole: every
  /// symbol, its data and its address stay.
  ///
  /// The functions are put before all other symbols, in which they lose their type. So each reference to a symbol by its
  /// number in the object grows by the number of functions.
  ///
  /// - Parameters:
  ///   - part: the functions.
  ///   - write: writes bytes at an offset of the new file. What is not written is zero, and not read.
  public func part(_ part: Range<Int>, _ write: ([UInt8], UInt64) throws -> Void) throws {
    let chosen = functions[part]
    var relocations: [UInt8] = []
    var auxiliaries: [UInt8] = []
    var front: [UInt8] = []
    var indices: (relocations: [UInt8], auxiliaries: [UInt8], data: [UInt8]) = ([], [], [])
    for (i, type) in chosen {
      Self.append(relocations.count / Self.relocationSize, to: &indices.relocations)
      Self.append(auxiliaries.count / Self.auxiliarySize, to: &indices.auxiliaries)
      indices.data += dataIndex.storage[4 * i..<4 * i + 4]
      try addRelocations(of: i, behind: chosen.count, to: &relocations)
      let kept = Self.range(auxiliaryIndex, i, below: .max) ?? 0..<0
      auxiliaries +=
        self.auxiliaries.storage[kept.lowerBound * Self.auxiliarySize..<kept.upperBound * Self.auxiliarySize]
      front += symbols[i * Self.symbolSize..<(i + 1) * Self.symbolSize]
      front[front.count - Self.symbolSize + Self.typeAt] = type
    }
    for _ in 0...definitions {
      Self.append(relocations.count / Self.relocationSize, to: &indices.relocations)
      Self.append(auxiliaries.count / Self.auxiliarySize, to: &indices.auxiliaries)
    }
    var offsets = self.offsets
    var added: [UInt8] = []
    let size = bytes.upperBound - bytes.lowerBound
    func add(_ bytes: [UInt8], as block: Int) {
      offsets[block] = UInt32(size) + UInt32(added.count)
      added += bytes
    }
    add(relocations, as: Block.relocations)
    add(auxiliaries, as: Block.auxiliaries)
    add(front + symbols, as: Block.definitions)
    for block in Block.definitions + 1...Block.referenceFlags {
      offsets[block] =
        offsets[Block.definitions] + UInt32(front.count) + self.offsets[block]
        - self.offsets[Block.definitions]
    }
    add(indices.relocations, as: Block.relocationIndex)
    add(indices.auxiliaries, as: Block.auxiliaryIndex)
    add(indices.data + dataIndex.storage, as: Block.dataIndex)
    var header: [UInt8] = []
    for offset in offsets { Self.append(Int(offset), to: &header) }
    let start = UInt64(head.count)
    try write(head, 0)
    try copy(0..<UInt64(self.offsets[Block.definitions]), start, write)
    try write(header, start + UInt64(Self.offsetsAt))
    try copy(UInt64(self.offsets[Block.data])..<size, start, write)
    try write(added, start + size)
  }

  /// Adds a function's relocations. One that names a symbol of this object names it behind the functions in front.
  private func addRelocations(of function: Int, behind front: Int, to relocations: inout [UInt8]) throws {
    let range = Self.range(relocationIndex, function, below: .max) ?? 0..<0
    let first = relocations.count
    relocations += try reader.exactly(
      UInt64(range.count * Self.relocationSize),
      at: bytes.lowerBound + UInt64(offsets[Block.relocations])
        + UInt64(range.lowerBound * Self.relocationSize),
      isBigEndian: false, "a function's relocations"
    ).storage
    for place in stride(from: first, to: relocations.count, by: Self.relocationSize)
    where relocations[place + 15..<place + 19].elementsEqual(Self.ownPackage) {
      var symbol = UInt32(front)
      for i in 0..<4 { symbol &+= UInt32(relocations[place + 19 + i]) << (8 * i) }
      for i in 0..<4 { relocations[place + 19 + i] = UInt8(truncatingIfNeeded: symbol >> (8 * i)) }
    }
  }

  /// Copies a range of the object to the same place behind the new file's head.
  private func copy(
    _ range: Range<UInt64>, _ start: UInt64, _ write: ([UInt8], UInt64) throws -> Void
  ) throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(1 << 20, range.upperBound - offset)
      try write(
        try reader.exactly(count, at: bytes.lowerBound + offset, isBigEndian: false, "an object's data")
          .storage,
        start + offset)
      offset += count
    }
  }

  /// Returns what an index says of a definition; nil where that is no range below a limit.
  private static func range(_ index: Bytes, _ i: Int, below limit: Int) -> Range<Int>? {
    guard let start = index.u32(4 * i), let end = index.u32(4 * i + 4), start <= end, end <= limit else {
      return nil
    }
    return Int(start)..<Int(end)
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
  }

  /// The numbers of the blocks (`goobj.BlkSymdef` and the next ones).
  private enum Block {
    static let definitions = 3
    static let references = 7
    static let referenceFlags = 8
    static let relocationIndex = 11
    static let auxiliaryIndex = 12
    static let dataIndex = 13
    static let relocations = 14
    static let auxiliaries = 15
    static let data = 16
    static let end = 18
    static let count = 19
  }

  private static let magic = Array("\0go120ld".utf8)
  private static let headEnd = Array("\n!\n".utf8)
  /// The header: the magic number, a fingerprint of 8 bytes, flags of 4, and the blocks' offsets.
  private static let offsetsAt = 20
  private static let headerLength = offsetsAt + 4 * Block.count
  private static let symbolSize = 21
  private static let typeAt = 10
  private static let relocationSize = 23
  private static let auxiliarySize = 9
  /// The number of the package whose symbols the object defines: `goobj.PkgIdxSelf`, 1<<31 - 5.
  private static let ownPackage: [UInt8] = [0xfb, 0xff, 0xff, 0x7f]
}
