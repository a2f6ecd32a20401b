/// Reads the headers of a Windows program, as Go's `debug/pe/file.go` does.
enum PE {
  static func read(_ file: BinaryReader) throws(BinaryError) -> BinaryLayout {
    let stub = try file.exactly(64, at: 0, isBigEndian: false, "the DOS header")
    let start = UInt64(stub.u32(60) ?? 0)
    let header = try file.exactly(24, at: start, isBigEndian: false, "the PE header")
    guard header.u32(0) == 0x0000_4550 else {
      throw .malformed(file.path, "there is no PE header at \(start)")
    }
    var layout = BinaryLayout(machine: machine(header.u16(4) ?? 0))
    layout.os = "windows"
    layout.hasSymbols = header.u32(16) ?? 0 > 0
    let optionalSize = UInt64(header.u16(20) ?? 0)
    let optional = try file.exactly(optionalSize, at: start + 24, isBigEndian: false, "the optional header")
    layout.is64 = optional.u16(0) == 0x20b
    let base = layout.is64 ? optional.u64(24) ?? 0 : UInt64(optional.u32(28) ?? 0)
    let count = UInt64(header.u16(6) ?? 0)
    let table = try file.exactly(
      count * 40, at: start + 24 + optionalSize, isBigEndian: false, "the table of sections")
    for i in 0..<Int(count) {
      let section = Section(
        name: table.string(i * 40, limit: 8) ?? "", address: base &+ UInt64(table.u32(i * 40 + 12) ?? 0),
        offset: UInt64(table.u32(i * 40 + 20) ?? 0), size: UInt64(table.u32(i * 40 + 16) ?? 0))
      layout.sections.append(section)
      layout.segments.append(section)
      // The first writable section of initialised data. Bits 20–23 of the flags are its alignment.
      let isData = (table.u32(i * 40 + 36) ?? 0) & ~0x0060_0000 == 0xc000_0040
      if isData, section.size > 0, layout.buildInfoHome == nil { layout.buildInfoHome = section }
    }
    return layout
  }

  private static func machine(_ number: UInt16) -> String {
    switch number {
    case 0x014c: "386"
    case 0x01c0, 0x01c4: "arm"
    case 0x8664: "amd64"
    case 0xaa64: "arm64"
    default: "PE machine \(number)"
    }
  }
}
