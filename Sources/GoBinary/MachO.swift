/// Reads the headers of a Mach-O file for one architecture, as Go's `debug/macho/file.go` does.
enum MachO {
  static func read(_ file: BinaryReader) throws(BinaryError) -> BinaryLayout {
    let magic = try file.exactly(4, at: 0, isBigEndian: true, "the Mach-O header").u32(0) ?? 0
    let big = magic & 0xffff_ff00 == 0xfeed_fa00
    let is64 = big ? magic & 1 == 1 : magic >> 24 == 0xcf
    let header = try file.exactly(is64 ? 32 : 28, at: 0, isBigEndian: big, "the Mach-O header")
    var layout = BinaryLayout(machine: machine(header.u32(4) ?? 0))
    layout.os = "darwin"
    layout.is64 = is64
    layout.isBigEndian = big
    layout.isObject = header.u32(12) == 1
    let commands = try file.exactly(
      UInt64(header.u32(20) ?? 0), at: UInt64(header.count), isBigEndian: big, "the table of load commands")
    var offset = 0
    for _ in 0..<(header.u32(16) ?? 0) {
      guard let command = commands.u32(offset), let length = commands.u32(offset + 4).map({ Int($0) }),
        length >= 8, length <= commands.count - offset
      else { throw .malformed(file.path, "a load command has no room for itself") }
      take(
        command, Bytes(storage: Array(commands.storage[offset..<offset + length]), isBigEndian: big),
        into: &layout)
      offset += length
    }
    layout.buildInfoHome = layout.section("__go_buildinfo")
    layout.hasGoMarks = layout.buildInfoHome != nil || layout.section("__gopclntab") != nil
    return layout
  }

  private static func take(_ command: UInt32, _ bytes: Bytes, into layout: inout BinaryLayout) {
    switch command {
    case 0x19: segment(bytes, is64: true, into: &layout)
    case 0x01: segment(bytes, is64: false, into: &layout)
    // LC_SYMTAB: the number of symbols.
    case 0x02: layout.hasSymbols = bytes.u32(12) ?? 0 > 0
    // LC_DYSYMTAB: the number of local symbols, as all of Go's are (`cmd/link/internal/ld/macho.go`,
    // symkind). A stripped file keeps the symbols that it imports and, if it contains C, those that C
    // defines.
    case 0x0b: layout.hasSymbols = (bytes.u32(12) ?? 0) > 0 || layout.isObject && (bytes.u32(20) ?? 0) > 0
    // LC_DYLD_CHAINED_FIXUPS
    case 0x8000_0034:
      let start = UInt64(bytes.u32(8) ?? 0)
      layout.fixups = start..<start + UInt64(bytes.u32(12) ?? 0)
    // LC_BUILD_VERSION: 2 is iOS, 7 its simulator.
    case 0x32: if let platform = bytes.u32(8), platform == 2 || platform == 7 { layout.os = "ios" }
    default: break
    }
  }

  private static func segment(_ bytes: Bytes, is64: Bool, into layout: inout BinaryLayout) {
    let word = is64 ? 8 : 4
    layout.segments.append(
      Section(
        name: bytes.string(8, limit: 16) ?? "", address: bytes.word(24, is64: is64) ?? 0,
        offset: bytes.word(24 + 2 * word, is64: is64) ?? 0, size: bytes.word(24 + 3 * word, is64: is64) ?? 0))
    let stride = is64 ? 80 : 68
    var offset = is64 ? 72 : 56
    while offset <= bytes.count - stride {
      let place = offset + 32 + 2 * word
      // The low byte of the flags is the type; sections of types 1, 12 and 18 are filled with zeros, not from
      // the file.
      let isZeroes = [1, 12, 18].contains((bytes.u32(place + 16) ?? 0) & 0xff)
      layout.sections.append(
        Section(
          name: bytes.string(offset, limit: 16) ?? "", address: bytes.word(offset + 32, is64: is64) ?? 0,
          offset: UInt64(bytes.u32(place) ?? 0),
          size: isZeroes ? 0 : bytes.word(offset + 32 + word, is64: is64) ?? 0))
      offset += stride
    }
  }

  static func machine(_ number: UInt32) -> String {
    switch number {
    case 7: "386"
    case 12: "arm"
    case 0x0100_0007: "amd64"
    case 0x0100_000c: "arm64"
    default: "Mach-O machine \(number)"
    }
  }
}
