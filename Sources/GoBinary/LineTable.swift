import ProgramModel

/// What Go's linker wrote of every function, its pclntab (`debug/gosym/pclntab.go`,
/// `runtime/symtab.go`), which survives stripping.
///
/// Nothing of it is believed unchecked, and whatever a hostile table says, reading all of it costs no more
/// than a few passes over the file.
public struct LineTable: Sendable {
  /// Which versions of Go write such a table.
  public var layout: TableLayout { header.layout }
  /// In address order.
  public let functions: [TableFunction]
  /// Functions that were left out since the table contradicts itself there, and functions whose pcsp is
  /// damaged, counted.
  public let damaged: Int

  let header: LineTableHeader
  let table: Bytes
  /// Where the table is in memory.
  let address: UInt64
  /// What the functions' funcdata lie in, and where in memory that is: `.rodata`, since Go 1.26 the table
  /// itself (`cmd/link/internal/ld/pcln.go`, `generateFuncdata`). Empty when it was not found.
  let funcdata: Bytes
  let funcdataAddress: UInt64
  /// What funcdata offsets count from; 0 in Go 1.16 and 1.17, which have addresses.
  let funcdataBase: UInt64
  /// The frame pointer that Go's code saves in every frame it makes (`runtime/runtime2.go`,
  /// `framepointer_enabled`), in bytes.
  let savedFramePointer: Int
  /// Open-coded defers' data in the form of Go 1.21 and older.
  var countsOpenDefers = false

  /// Reads the table of a binary; nil when it has none.
  ///
  /// - Throws: ``BinaryError/malformed(_:_:)`` for a table of which nothing can be read: it contradicts
  ///   itself, or it is of a Go that fathom does not know.
  public init?(_ binary: BinaryFile) throws(BinaryError) {
    guard !binary.isObject, binary.isGo else { return nil }
    let image = try LineTableImage(binary.reader, binary.layout)
    guard let (address, table) = try Self.find(image) else { return nil }
    do {
      header = try LineTableHeader(table, count: table.count)
    } catch {
      throw error.isForeign ? .unknownTable(binary.path, error.what) : .malformed(binary.path, error.what)
    }
    self.table = table
    self.address = address
    savedFramePointer = ["amd64", "arm64"].contains(binary.machine) ? 8 : 0

    let module =
      header.layout == .go116
      ? nil : try Moduledata.find(image, table: address, size: UInt64(table.count), header)
    let text = module?.text ?? header.textStart
    guard header.layout == .go116 || text != 0 else {
      throw .malformed(binary.path, "its pclntab does not say where the code starts, nor does its moduledata")
    }
    var rows = LineTableRows(table, header, text: text, sections: module?.textSections ?? [], image)
    (functions, damaged) = rows.read()

    funcdataBase = module?.funcdata ?? 0
    let first =
      header.layout == .go116
      ? Self.firstFuncdata(functions, table, header, address).flatMap { image.home(of: $0)?.address }
      : module?.funcdata
    if let first, first >= address, first - address < UInt64(table.count) {
      (funcdata, funcdataAddress) = (table, address)
    } else {
      funcdata = try image.bytes(.max, at: first ?? 0)
      funcdataAddress = first ?? 0
    }
    countsOpenDefers = countingOpenDefers()
  }

  /// The function that begins at an address.
  public func index(ofEntry address: UInt64) -> Int? {
    index(containing: address).flatMap { functions[$0].entry == address ? $0 : nil }
  }

  /// The function whose bytes, padding included, hold an address.
  public func index(containing address: UInt64) -> Int? {
    let next = functions.partitioningIndex { $0.entry > address }
    return next > 0 && address < functions[next - 1].end ? next - 1 : nil
  }

  /// The bytes of a function's name, any bytes but NUL.
  public func name(_ function: TableFunction) -> ArraySlice<UInt8> {
    let start = header.names.lowerBound + Int(function.name.offset)
    return table.storage[start..<start + Int(function.nameLength)]
  }

  /// The bytes of the name of a function that was inlined, see ``LineCursor/callers(at:)``. Empty for a
  /// name that is damaged.
  public func inlinedName(_ name: TableName) -> ArraySlice<UInt8> { text(name.offset, in: header.names) }

  /// The bytes of a file's path, any bytes but NUL. Empty for a path that is damaged.
  public func file(_ id: TableFile) -> ArraySlice<UInt8> { text(id.offset, in: header.files) }

  /// Where the instructions of a function come from.
  ///
  /// - Parameter function: its index in ``functions``.
  public func lines(of function: Int) -> LineCursor { LineCursor(self, functions[function]) }

  /// A text up to its NUL. It must begin behind another's NUL, so that no two overlap and reading each once
  /// costs no more than the table.
  private func text(_ offset: UInt32, in part: Range<Int>) -> ArraySlice<UInt8> {
    let start = part.lowerBound + Int(offset)
    guard part.contains(start), offset == 0 || table.storage[start - 1] == 0 else { return [] }
    let span = table.storage.span
    var end = start
    while end < part.upperBound, span[end] != 0 { end += 1 }
    return end < part.upperBound ? table.storage[start..<end] : []
  }

  /// The section of the table, or where it is folded into another (`.data.rel.ro` of an externally linked
  /// PIE; `.rdata` of a Windows program) from its header to that section's end.
  private static func find(_ image: LineTableImage) throws(BinaryError) -> (UInt64, Bytes)? {
    for name in [".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab"] {
      guard let home = image.layout.section(name) else { continue }
      return (home.address, try image.bytes(home.size, at: home.address))
    }
    for home in [".data.rel.ro", ".rdata"].compactMap(image.layout.section) {
      let last = image.layout.isBigEndian ? 3 : 0
      var offset: UInt64 = 0
      while offset < home.size {
        let piece = try image.bytes(min(1 << 20, home.size - offset), at: home.address &+ offset)
        guard piece.count > 0 else { break }
        for at in stride(from: 0, to: piece.count - 7, by: 8)
        where piece.storage[at + last] >= 0xf0 && piece.u32(at).flatMap(TableLayout.init) != nil {
          let address = home.address &+ offset &+ UInt64(at)
          let rest = home.size - offset - UInt64(at)
          let size = Int(LineTableHeader.size)
          let head =
            piece.count - at < size
            ? try image.bytes(LineTableHeader.size, at: address)
            : Bytes(storage: Array(piece.storage[at..<at + size]), isBigEndian: piece.isBigEndian)
          guard (try? LineTableHeader(head, count: Int(clamping: rest))) != nil else { continue }
          return (address, try image.bytes(rest, at: address))
        }
        offset += UInt64(piece.count)
      }
    }
    return nil
  }
}
