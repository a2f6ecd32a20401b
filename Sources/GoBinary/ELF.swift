/// Reads the headers of an ELF file, as Go's `debug/elf/elf.go` does: System V ABI chapter 4.
enum ELF {
  static func read(_ file: BinaryReader) throws(BinaryError) -> BinaryLayout {
    let identity = try file.exactly(16, at: 0, isBigEndian: false, "the ELF header").storage
    guard identity[4] == 1 || identity[4] == 2, identity[5] == 1 || identity[5] == 2 else {
      throw .malformed(file.path, "the ELF header names no class or byte order")
    }
    let is64 = identity[4] == 2
    let big = identity[5] == 2
    let header = try file.exactly(is64 ? 64 : 52, at: 0, isBigEndian: big, "the ELF header")
    var layout = BinaryLayout(machine: machine(header.u16(18) ?? 0, is64: is64, isBigEndian: big))
    layout.is64 = is64
    layout.isBigEndian = big
    layout.os = system(identity[7])
    let isRelocatable = header.u16(16) == 1
    layout.segments = try segments(file, header, is64)
    let headers = try sectionHeaders(file, header, is64)
    layout.sections = headers.map(\.section)
    // On other machines, even the calls of Go code by Go code are left to C's linker.
    layout.isPartlyLinked = isRelocatable && layout.machine == "amd64" && layout.section(".gopclntab") != nil
    layout.isObject = isRelocatable && !layout.isPartlyLinked
    if layout.isPartlyLinked {
      for i in layout.sections.indices where layout.sections[i].name != ".text" {
        layout.sections[i].address = farAddress | layout.sections[i].offset & (farAddress - 1)
      }
    }
    // An empty table contains only the null symbol.
    layout.hasSymbols = headers.contains { $0.type == 2 && $0.section.size > (is64 ? 24 : 16) }
    layout.buildInfoHome = layout.section(".go.buildinfo")
    layout.hasGoMarks =
      layout.buildInfoHome != nil
      || layout.sections.contains { goSections.contains($0.name) }
    return layout
  }

  /// Where the sections of a partly linked file begin that are not code, far behind any code.
  private static let farAddress: UInt64 = 1 << 40

  private static let goSections: Set<String> = [
    ".gopclntab", ".data.rel.ro.gopclntab", ".note.go.buildid", ".go.module",
  ]

  private static func segments(_ file: BinaryReader, _ header: Bytes, _ is64: Bool) throws(BinaryError)
    -> [Section]
  {
    let table = try table(
      file, "the table of segments", like: header, offset: header.word(is64 ? 32 : 28, is64: is64),
      stride: header.u16(is64 ? 54 : 42), least: is64 ? 56 : 32,
      count: UInt64(header.u16(is64 ? 56 : 44) ?? 0))
    return table.compactMap { entry -> Section? in
      guard entry.u32(0) == 1 else { return nil }
      let at = is64 ? (offset: 8, address: 16, size: 32) : (offset: 4, address: 8, size: 16)
      return Section(
        name: "LOAD", address: entry.word(at.address, is64: is64) ?? 0,
        offset: entry.word(at.offset, is64: is64) ?? 0, size: entry.word(at.size, is64: is64) ?? 0)
    }
  }

  private static func sectionHeaders(
    _ file: BinaryReader, _ header: Bytes, _ is64: Bool
  ) throws(BinaryError) -> [(type: UInt32, section: Section)] {
    let offset = header.word(is64 ? 40 : 32, is64: is64)
    guard let offset, offset != 0 else { return [] }
    let stride = header.u16(is64 ? 58 : 46)
    let least = is64 ? 64 : 40
    var count = UInt64(header.u16(is64 ? 60 : 48) ?? 0)
    var names = UInt64(header.u16(is64 ? 62 : 50) ?? 0)
    // With more than 65,279 sections, the first header holds the numbers.
    if count == 0 || names == 0xffff {
      let first = try table(
        file, "the table of sections", like: header, offset: offset, stride: stride, least: least, count: 1)
      if count == 0 { count = first[0].word(is64 ? 32 : 20, is64: is64) ?? 0 }
      if names == 0xffff { names = UInt64(first[0].u32(is64 ? 40 : 24) ?? 0) }
    }
    let entries = try table(
      file, "the table of sections", like: header, offset: offset, stride: stride, least: least, count: count)
    let headers = entries.map { entry in
      let at = is64 ? (address: 16, offset: 24, size: 32) : (address: 12, offset: 16, size: 20)
      let type = entry.u32(4) ?? 0
      return (
        name: Int(entry.u32(0) ?? 0), type: type,
        section: Section(
          name: "", address: entry.word(at.address, is64: is64) ?? 0,
          offset: entry.word(at.offset, is64: is64) ?? 0,
          // A NOBITS section takes no room in the file.
          size: type == 8 ? 0 : entry.word(at.size, is64: is64) ?? 0)
      )
    }
    guard names < UInt64(headers.count) else { return headers.map { ($0.type, $0.section) } }
    let home = headers[Int(names)].section
    let text = try file.exactly(
      home.size, at: home.offset, isBigEndian: header.isBigEndian, "the names of the sections")
    return headers.map { header in
      var section = header.section
      section.name = text.string(header.name, limit: 256) ?? ""
      return (header.type, section)
    }
  }

  private static func table(
    _ file: BinaryReader, _ what: String, like header: Bytes, offset: UInt64?, stride: UInt16?, least: Int,
    count: UInt64
  ) throws(BinaryError) -> [Bytes] {
    guard let offset, let stride, count > 0 else { return [] }
    guard Int(stride) >= least else { throw .malformed(file.path, "\(what) has entries of \(stride) bytes") }
    let (size, overflow) = count.multipliedReportingOverflow(by: UInt64(stride))
    guard !overflow else { throw .malformed(file.path, "\(what) has \(count) entries") }
    let bytes = try file.exactly(size, at: offset, isBigEndian: header.isBigEndian, what)
    return (0..<Int(count)).map { i in
      let start = i * Int(stride)
      return Bytes(storage: Array(bytes.storage[start..<start + least]), isBigEndian: header.isBigEndian)
    }
  }

  /// Returns the system for EI_OSABI, in Go's names. Linux has 0, and so does a file that does not say: nil.
  private static func system(_ abi: UInt8) -> String? {
    switch abi {
    case 2: "netbsd"
    case 3: "linux"
    case 6: "solaris"
    case 9: "freebsd"
    case 12: "openbsd"
    default: nil
    }
  }

  /// Returns the architecture for e_machine, in Go's names.
  private static func machine(_ number: UInt16, is64: Bool, isBigEndian: Bool) -> String {
    switch number {
    case 3: "386"
    case 8: (is64 ? "mips64" : "mips") + (isBigEndian ? "" : "le")
    case 20: "ppc"
    case 21: isBigEndian ? "ppc64" : "ppc64le"
    case 22: "s390x"
    case 40: "arm"
    case 62: "amd64"
    case 183: "arm64"
    case 243: is64 ? "riscv64" : "riscv"
    case 258: "loong64"
    default: "ELF machine \(number)"
    }
  }
}
