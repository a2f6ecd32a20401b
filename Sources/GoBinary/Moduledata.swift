/// The runtime's description of the program apart from its pclntab (`runtime/symtab.go`, `moduledata`). Its
/// fields move from version to version, so they are found by the values that they must have.
struct Moduledata {
  /// A section of the code. There are several where a platform's branches are too short for all of the code
  /// (`runtime/symtab.go`, `textsect`).
  struct TextSection {
    /// The range of offsets from the start of the code, as the table counts them.
    var range: Range<UInt64>
    var address: UInt64
  }

  /// The address at which the code starts; the table's offsets count from it.
  let text: UInt64
  let textSections: [TextSection]
  /// The address that funcdata offsets count from.
  let funcdata: UInt64

  /// The sections in which linkers put it, the likeliest first.
  private static let homes = [
    ".go.module", "__go_module", ".noptrdata", "__noptrdata", ".data", "__data", ".data.rel.ro",
  ]

  /// Finds the moduledata of the program whose table this is; nil when there is none.
  static func find(
    _ image: LineTableImage, table: UInt64, size: UInt64, _ header: LineTableHeader
  ) throws(BinaryError) -> Moduledata? {
    // Little else points to a table, so a file full of such pointers is not searched to its end.
    var tries = 100
    for address in image.relocations(to: table).prefix(tries) {
      if let found = try Moduledata(image, at: address, table: table, size: size, header) { return found }
    }
    for home in homes.compactMap(image.layout.section) {
      var offset: UInt64 = 0
      while offset < home.size {
        let piece = try image.bytes(min(1 << 20, home.size - offset), at: home.address &+ offset)
        guard piece.count > 0 else { break }
        for at in pointers(to: table, in: piece, width: header.pointerSize) {
          let address = home.address &+ offset &+ UInt64(at)
          tries -= 1
          guard tries > 0 else { return nil }
          if let found = try Moduledata(image, at: address, table: table, size: size, header) { return found }
        }
        offset += UInt64(piece.count)
      }
    }
    return nil
  }

  /// Reads the moduledata at an address; nil when `runtime.moduledataverify1` would not accept it.
  private init?(
    _ image: LineTableImage, at address: UInt64, table: UInt64, size: UInt64, _ header: LineTableHeader
  ) throws(BinaryError) {
    let width = header.pointerSize
    let bytes = try image.bytes(UInt64(60 * width), at: address)
    let words = (0..<bytes.count / width).compactMap { bytes.word($0 * width, is64: width == 8) }
    // First comes pcHeader, then slices of three words each: funcnametab, cutab, filetab, pctab, pclntable.
    // Word 22 is text.
    guard words.count > 40, words[0] == table, words[1] == table &+ UInt64(header.names.lowerBound),
      words[7] == table &+ UInt64(header.files.lowerBound),
      words[10] == table &+ UInt64(header.values.lowerBound), words[22] != 0 || image.layout.isPartlyLinked,
      words[22] < words[23]
    else { return nil }
    text = words[22]
    // textsectmap is a slice of (offset, end, address), whose first element is (0, …, text).
    for i in 37..<words.count - 2 where words[i + 1] == words[i + 2] && 1...1024 ~= words[i + 1] {
      let count = words[i + 1]
      let map = try image.bytes(count * 3 * UInt64(width), at: words[i])
      func word(_ entry: Int, _ field: Int) -> UInt64? {
        map.word((entry * 3 + field) * width, is64: width == 8)
      }
      guard word(0, 0) == 0, word(0, 2) == text else { continue }
      var sections: [TextSection] = []
      for entry in 0..<Int(count) {
        guard let start = word(entry, 0), let end = word(entry, 1), start <= end, let address = word(entry, 2)
        else { return nil }
        sections.append(TextSection(range: start..<end, address: address))
      }
      textSections = sections
      // Up to Go 1.25, rodata and gofunc come before it. Since Go 1.26, where the funcdata are in the table
      // itself, gofunc and epclntab do.
      let tableEnd = table &+ size
      let isInTable =
        words[i - 2] >= table &+ UInt64(header.functions.lowerBound) && words[i - 2] <= words[i - 1]
        && words[i - 1] <= tableEnd
      funcdata = isInTable ? words[i - 2] : words[i - 1]
      return
    }
    return nil
  }

  private static func pointers(to address: UInt64, in piece: Bytes, width: Int) -> [Int] {
    let first = piece.isBigEndian ? width - 1 : 0
    let low = UInt8(truncatingIfNeeded: address)
    return stride(from: 0, to: piece.count - width + 1, by: width).filter {
      piece.storage[$0 + first] == low && piece.word($0, is64: width == 8) == address
    }
  }
}
