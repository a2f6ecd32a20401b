import ProgramModel

/// A program as the loader puts it into memory at the addresses that its linker chose, as far as the file
/// contains it. Only here does the line table convert addresses to offsets in the file.
struct LineTableImage {
  /// A word that the loader fills in: `R_X86_64_RELATIVE`, `R_AARCH64_RELATIVE`, or a pointer in one of
  /// dyld's chains. In an externally linked PIE, only this has the value; the word itself has another one in
  /// the file.
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
      piece.address != 0 && address >= piece.address && address - piece.address < piece.size
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

  private static func relocations(
    _ file: BinaryReader, _ layout: BinaryLayout
  ) throws(BinaryError) -> [Relocation] {
    var found: [Relocation] = []
    for section in layout.sections where layout.is64 && section.name.hasPrefix(".rela") {
      // In an object, the offsets in these tables count from the start of a section. A program's are
      // addresses.
      guard !layout.isObject, section.address != 0 else { continue }
      let table = try file.upTo(
        section.size, at: section.offset, isBigEndian: layout.isBigEndian, limit: limit)
      for entry in stride(from: 0, to: table.count - 23, by: 24) {
        // The entry names no symbol, so its addend is the value.
        guard let info = table.u64(entry + 8), info >> 32 == 0, let address = table.u64(entry),
          let value = table.u64(entry + 16), value != 0
        else { continue }
        found.append(Relocation(address: address, value: value))
      }
    }
    if let fixups = layout.fixups {
      found = try MachOFixups(file: file, layout: layout).pointers(fixups).map(Relocation.init)
    }
    found.sort { $0.address < $1.address }
    return found
  }
}
