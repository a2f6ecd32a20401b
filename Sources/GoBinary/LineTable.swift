import ProgramModel

/// The linker's table of all functions, the pclntab (`debug/gosym/pclntab.go`, `runtime/symtab.go`), which
/// survives stripping.
///
/// Nothing in it is trusted. Whatever a hostile table says, reading all of it costs no more than a few passes
/// over the file.
public struct LineTable: Sendable {
  /// The layout of the table, which tells the versions of Go that write it.
  public var layout: TableLayout { header.layout }
  /// The functions, in address order.
  public let functions: [TableFunction]
  /// The number of functions that were left out because the table contradicts itself there, or whose pcsp
  /// table is damaged.
  public let damaged: Int

  let header: LineTableHeader
  let table: Bytes
  /// The address of the table in memory.
  let address: UInt64
  /// The bytes that contain the functions' funcdata, and their address in memory: `.rodata`, or since Go 1.26
  /// the table itself (`cmd/link/internal/ld/pcln.go`, `generateFuncdata`). Empty when they were not found.
  let funcdata: Bytes
  let funcdataAddress: UInt64
  /// The address that funcdata offsets count from; 0 in Go 1.16 and 1.17, which have addresses instead.
  let funcdataBase: UInt64
  /// The size of the frame pointer that Go's code saves in every frame (`runtime/runtime2.go`,
  /// `framepointer_enabled`), in bytes; 0 where it saves none.
  let savedFramePointer: Int
  /// Whether the data of open-coded defers have the form of Go 1.21 and older.
  var countsOpenDefers = false

  /// Reads the table of a binary; nil when the binary has none.
  ///
  /// - Throws: ``BinaryError/unknownTable(_:_:)`` for a table of a version of Go that fathom does not know,
  ///   and ``BinaryError/malformed(_:_:)`` for one that contradicts itself so that nothing can be read.
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
    guard header.layout == .go116 || text != 0 || binary.isPartlyLinked && module != nil else {
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

  /// Returns the index of the function that starts at an address; nil where none does.
  public func index(ofEntry address: UInt64) -> Int? {
    index(containing: address).flatMap { functions[$0].entry == address ? $0 : nil }
  }

  /// Returns the index of the function that contains an address, trailing padding included; nil where none
  /// does.
  public func index(containing address: UInt64) -> Int? {
    let next = functions.partitioningIndex { $0.entry > address }
    return next > 0 && address < functions[next - 1].end ? next - 1 : nil
  }

  /// Returns the bytes of a function's name, which may be any bytes but NUL.
  public func name(_ function: TableFunction) -> ArraySlice<UInt8> {
    let start = header.names.lowerBound + Int(function.name.offset)
    return table.storage[start..<start + Int(function.nameLength)]
  }

  /// Returns the bytes of the name of an inlined function, see ``LineCursor/callers(at:)``; empty for a
  /// damaged name.
  public func inlinedName(_ name: TableName) -> ArraySlice<UInt8> { text(name.offset, in: header.names) }

  /// Returns the bytes of a file's path, which may be any bytes but NUL; empty for a damaged path.
  public func file(_ id: TableFile) -> ArraySlice<UInt8> { text(id.offset, in: header.files) }

  /// Returns a cursor over the source positions of a function's instructions.
  ///
  /// - Parameter function: its index in ``functions``.
  public func lines(of function: Int) -> LineCursor { LineCursor(self, functions[function]) }

  /// Returns the text up to the next NUL. It must start after another text's NUL, so that no two texts
  /// overlap and reading each once costs no more than the table.
  private func text(_ offset: UInt32, in part: Range<Int>) -> ArraySlice<UInt8> {
    let start = part.lowerBound + Int(offset)
    guard part.contains(start), offset == 0 || table.storage[start - 1] == 0 else { return [] }
    let span = table.storage.span
    var end = start
    while end < part.upperBound, span[end] != 0 { end += 1 }
    return end < part.upperBound ? table.storage[start..<end] : []
  }

  /// Finds the table and its address: the table's own section or, where it is part of another one
  /// (`.data.rel.ro` of an externally linked PIE; `.rdata` of a Windows program), the bytes from its header
  /// to that section's end.
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
