import ProgramModel

/// A program as the loader puts it into memory at the addresses that its linker chose, as far as the file
/// contains it. Only here does the line table convert addresses to offsets in the file.
struct LineTableImage {
  /// A word that the loader fills in: `R_X86_64_RELATIVE`, `R_AARCH64_RELATIVE`, in a shared library the address of a
  /// symbol of its own (`R_X86_64_64`), or a pointer in one of dyld's chains. In an externally linked PIE, only this
  /// has the value; the word itself has another one in the file.
  private struct Relocation {
    var address: UInt64
    var value: UInt64
  }

  let file: BinaryReader
  let layout: BinaryLayout
  /// The words that the loader fills in, by ascending address.
  private let relocations: [Relocation]

  /// The most bytes that are read at once: 1 GiB. Offsets in a pclntab are signed 32-bit numbers
  /// (`runtime/runtime2.go`, `_func`), and no program comes near that.
  private static let limit: UInt64 = 1 << 30

  init(_ file: BinaryReader, _ layout: BinaryLayout) throws(BinaryError) {
    self.file = file
    self.layout = layout
    relocations = try Self.relocations(file, layout)
  }

  /// Returns the section that contains an address, or the segment where no section does.
  func home(of address: UInt64) -> Section? {
    func holds(_ piece: Section) -> Bool {
      (piece.address != 0 || layout.isPartlyLinked) && address >= piece.address
        && address - piece.address < piece.size
    }
    return layout.sections.first(where: holds) ?? layout.segments.first(where: holds)
  }

  /// Reads `count` bytes from an address on, or fewer where its section ends, with the loader's words filled
  /// in.
  func bytes(_ count: UInt64, at address: UInt64) throws(BinaryError) -> Bytes {
    let empty = Bytes(storage: [], isBigEndian: layout.isBigEndian)
    guard let home = home(of: address) else { return empty }
    let skipped = address - home.address
    let (offset, overflow) = home.offset.addingReportingOverflow(skipped)
    guard !overflow else { return empty }
    var bytes = try file.upTo(
      min(count, home.size - skipped), at: offset, isBigEndian: layout.isBigEndian, limit: Self.limit)
    fill(&bytes, from: address)
    return bytes
  }

  /// Returns the addresses of the words that the loader fills with this value.
  func relocations(to value: UInt64) -> [UInt64] {
    relocations.filter { $0.value == value }.map(\.address)
  }

  private func fill(_ bytes: inout Bytes, from address: UInt64) {
    let width: UInt64 = layout.is64 ? 8 : 4
    for relocation in relocations[relocations.partitioningIndex { $0.address >= address }...] {
      let offset = relocation.address - address
      guard offset <= UInt64(bytes.count), UInt64(bytes.count) - offset >= width else { return }
      for i in 0..<width {
        let shift = 8 * (layout.isBigEndian ? width - 1 - i : i)
        bytes.storage[Int(offset + i)] = UInt8(truncatingIfNeeded: relocation.value >> shift)
      }
    }
  }

  /// The relocation that fills a word with the address of a symbol, by machine: `R_X86_64_64`, `R_AARCH64_ABS64`,
  /// `R_PPC64_ADDR64`, `R_390_64`, `R_RISCV_64`, `R_LARCH_64`.
  private static let wordOfSymbol: [String: UInt32] = [
    "amd64": 1, "arm64": 257, "ppc64le": 38, "s390x": 22, "riscv64": 2, "loong64": 2,
  ]

  /// The table of the symbols that relocations name; empty where there is none.
  private static func symbols(
    _ file: BinaryReader, _ layout: BinaryLayout
  ) throws(BinaryError) -> Bytes {
    let name = layout.isPartlyLinked ? ".symtab" : ".dynsym"
    guard layout.is64, !layout.isObject, let home = layout.section(name) else {
      return Bytes(storage: [], isBigEndian: layout.isBigEndian)
    }
    return try file.upTo(home.size, at: home.offset, isBigEndian: layout.isBigEndian, limit: limit)
  }

  private static func relocations(
    _ file: BinaryReader, _ layout: BinaryLayout
  ) throws(BinaryError) -> [Relocation] {
    var found: [Relocation] = []
    let symbols = try Self.symbols(file, layout)
    for section in layout.sections where layout.is64 && section.name.hasPrefix(".rela") {
      // In an object, the offsets in these tables count from the start of a section. A program's are
      // addresses.
      guard !layout.isObject, section.address != 0 else { continue }
      var base: UInt64 = 0
      if layout.isPartlyLinked {
        guard !section.name.hasPrefix(".rela.debug"), section.name != ".rela.text",
          let home = layout.section(String(section.name.dropFirst(".rela".count)))
        else { continue }
        base = home.address
      }
      let table = try file.upTo(
        section.size, at: section.offset, isBigEndian: layout.isBigEndian, limit: limit)
      for entry in stride(from: 0, to: table.count - 23, by: 24) {
        guard let info = table.u64(entry + 8), let address = table.u64(entry),
          let addend = table.u64(entry + 16)
        else { continue }
        // Where the entry names no symbol, the addend is the value.
        var value = addend
        if info >> 32 != 0 {
          guard UInt32(truncatingIfNeeded: info) == Self.wordOfSymbol[layout.machine],
            let symbol = symbols.ownSymbol(info >> 32, layout)
          else { continue }
          value = symbol &+ addend
        }
        if value != 0 { found.append(Relocation(address: base &+ address, value: value)) }
      }
    }
    if let fixups = layout.fixups {
      found = try MachOFixups(file: file, layout: layout).pointers(fixups).map(Relocation.init)
    }
    found.sort { $0.address < $1.address }
    return found
  }
}

extension Bytes {
  /// Returns the address of a symbol of a 64-bit ELF table, by its number; nil where another file defines it.
  fileprivate func ownSymbol(_ number: UInt64, _ layout: BinaryLayout) -> UInt64? {
    guard number <= UInt64(count) / 24, let home = u16(Int(number) * 24 + 6), home != 0,
      let value = u64(Int(number) * 24 + 8)
    else { return nil }
    guard layout.isPartlyLinked else { return value }
    return Int(home) < layout.sections.count ? layout.sections[Int(home)].address &+ value : nil
  }
}
