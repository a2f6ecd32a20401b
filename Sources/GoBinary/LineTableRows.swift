/// Reads the functions of a pclntab.
struct LineTableRows {
  /// The start of a function, from a pair of functab; also the end of the last function, which comes after
  /// the pairs.
  private struct Boundary {
    var entry: UInt64
    /// The index of the function's `_func` in the table, in bytes; -1 for the end of the last function.
    var row: Int
    /// Whether functab and `_func` agree on where the function starts. The function is left out where they do
    /// not.
    var isSound: Bool
  }

  private let table: Bytes
  private let header: LineTableHeader
  private let text: UInt64
  private let sections: [Moduledata.TextSection]
  private let image: LineTableImage

  init(
    _ table: Bytes, _ header: LineTableHeader, text: UInt64, sections: [Moduledata.TextSection],
    _ image: LineTableImage
  ) {
    self.table = table
    self.header = header
    self.text = text
    self.sections = sections
    self.image = image
    namesLeft = header.names.count
  }

  /// The bytes of names that the remaining functions may take. The linker writes a separate name for each
  /// function (`cmd/link/internal/ld/pcln.go`, generateFuncnametab), so that reading all of them costs one
  /// pass.
  private var namesLeft: Int

  /// Returns the sound functions, by ascending address, and the number of those that were left out or have a
  /// damaged pcsp table.
  mutating func read() -> (functions: [TableFunction], damaged: Int) {
    var functions: [TableFunction] = []
    functions.reserveCapacity(header.functionCount)
    var damaged = 0
    // All code is in one piece of the file, so the functions' sizes add up to no more than the file.
    var code: Range<UInt64> = 0..<0
    var boundary = boundary(0)
    for i in 0..<header.functionCount {
      let next = self.boundary(i + 1)
      defer { boundary = next }
      guard boundary.isSound, next.isSound, boundary.entry <= next.entry else {
        damaged += 1
        continue
      }
      if code.isEmpty, let home = image.home(of: boundary.entry) {
        code = home.address..<home.address + min(home.size, .max - home.address)
      }
      guard boundary.entry >= functions.last?.end ?? code.lowerBound, next.entry <= code.upperBound,
        let function = function(boundary, end: next.entry)
      else {
        damaged += 1
        continue
      }
      if function.frameBytes == nil, function.pcsp != 0 { damaged += 1 }
      functions.append(function)
    }
    return (functions, damaged)
  }

  private var isOfAddresses: Bool { header.layout == .go116 }

  private func boundary(_ i: Int) -> Boundary {
    let width = isOfAddresses ? header.pointerSize : 4
    let pair = header.functions.lowerBound + i * 2 * width
    let is64 = width == 8
    guard let entry = table.word(pair, is64: is64) else { return Boundary(entry: 0, row: -1, isSound: false) }
    if i == header.functionCount { return Boundary(entry: address(entry), row: -1, isSound: true) }
    guard let offset = table.word(pair + width, is64: is64), offset <= UInt64(header.functions.count) else {
      return Boundary(entry: 0, row: -1, isSound: false)
    }
    let row = header.functions.lowerBound + Int(offset)
    return Boundary(entry: address(entry), row: row, isSound: table.word(row, is64: is64) == entry)
  }

  /// Converts an offset of the code to its address: `runtime/symtab.go`, `textAddr`.
  private func address(_ offset: UInt64) -> UInt64 {
    if isOfAddresses { return offset }
    if sections.count > 1 {
      let section =
        sections.first { $0.range.contains(offset) } ?? sections.last { $0.range.upperBound == offset }
      if let section { return section.address &+ (offset - section.range.lowerBound) }
    }
    return text &+ offset
  }

  private mutating func function(_ boundary: Boundary, end: UInt64) -> TableFunction? {
    let rowSize = header.layout.rowSize(pointerSize: header.pointerSize)
    let fields = boundary.row + (isOfAddresses ? header.pointerSize : 4)
    guard let name = table.u32(fields), let arguments = table.u32(fields + 4),
      let deferReturn = table.u32(fields + 8), let pcsp = table.u32(fields + 12),
      let pcfile = table.u32(fields + 16), let pcline = table.u32(fields + 20),
      let pcdataCount = table.u32(fields + 24), let unit = table.u32(fields + 28),
      let startLine = header.layout == .go120 ? table.u32(fields + 32) : 0,
      let functionID = table.u8(boundary.row + rowSize - 4), let flags = table.u8(boundary.row + rowSize - 3),
      let funcdataCount = table.u8(boundary.row + rowSize - 1),
      boundary.row + rowSize + (Int(pcdataCount) + Int(funcdataCount)) * 4 <= table.count
    else { return nil }
    guard let nameLength = nameLength(name) else { return nil }
    let size = end - boundary.entry
    let span = table.storage.span
    var files = PCValues(header, offset: pcfile, size: size)
    let file = files.value(at: 0, in: span).flatMap { header.file(unit: unit, $0, in: table) }
    return TableFunction(
      entry: boundary.entry, end: end, frameBytes: deepest(pcsp, size: size, in: span),
      // ArgsSizeUnknown
      argumentBytes: arguments == 0x8000_0000 ? nil : Int(Int32(bitPattern: arguments)),
      deferReturn: deferReturn, functionID: functionID, flags: flags,
      startLine: Int32(bitPattern: startLine), file: file, name: TableName(offset: name),
      nameLength: nameLength, row: boundary.row,
      hasTables: pcfile != 0 || pcline != 0 || pcsp != 0, pcsp: pcsp, pcfile: pcfile, pcline: pcline,
      pcdataCount: pcdataCount, funcdataCount: funcdataCount, unit: unit)
  }

  private mutating func nameLength(_ name: UInt32) -> UInt32? {
    let start = header.names.lowerBound + Int(name)
    let limit = min(header.names.upperBound, start + namesLeft)
    let end = Self.endOfText(start, limit: limit, in: table.storage.span)
    namesLeft -= max(0, end - start)
    return end < limit ? UInt32(end - start) : nil
  }

  private static func endOfText(_ start: Int, limit: Int, in table: borrowing Span<UInt8>) -> Int {
    var end = start
    while end < limit, table[end] != 0 { end += 1 }
    return end
  }

  private func deepest(_ pcsp: UInt32, size: UInt64, in table: borrowing Span<UInt8>) -> Int? {
    guard pcsp != 0 else { return nil }
    var depths = PCValues(header, offset: pcsp, size: size)
    var deepest: Int32 = 0
    while depths.step(table) { deepest = max(deepest, depths.value) }
    return depths.isDamaged ? nil : Int(deepest)
  }
}

extension LineTableHeader {
  /// Returns the path that a value of pcfile denotes (`runtime/symtab.go`, `funcfile`); nil for a damaged
  /// value.
  func file(unit: UInt32, _ index: Int32, in table: Bytes) -> TableFile? {
    let place = units.lowerBound + Int(unit &+ UInt32(bitPattern: index)) * 4
    guard index >= 0, place + 4 <= units.upperBound, let offset = table.u32(place), offset != .max else {
      return nil
    }
    return TableFile(offset: offset)
  }
}
