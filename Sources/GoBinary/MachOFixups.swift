/// The pointers that dyld fills in where a linker has chained them (`mach-o/fixup-chains.h`), as Apple's does
/// for macOS 12 and later. Such a word in the file is not an address, but an offset and the distance to the
/// next such word.
struct MachOFixups {
  let file: BinaryReader
  let layout: BinaryLayout

  /// Returns each word that becomes an address within the program: the word's own address, and its value.
  ///
  /// - Parameter place: the range of the file that `LC_DYLD_CHAINED_FIXUPS` names.
  func pointers(_ place: Range<UInt64>) throws(BinaryError) -> [(address: UInt64, value: UInt64)] {
    let table = try file.exactly(
      place.upperBound - place.lowerBound, at: place.lowerBound, isBigEndian: layout.isBigEndian,
      "its table of fixups")
    // The address of the header, from which targets count.
    let base = layout.segments.first { $0.offset == 0 && $0.size > 0 }?.address ?? 0
    var found: [(address: UInt64, value: UInt64)] = []
    let starts = Int(table.u32(4) ?? 0)
    // Segments of a damaged file may overlap: read no more bytes in total than the file has.
    var left = file.size
    for (i, segment) in layout.segments.enumerated() where i < Int(table.u32(starts) ?? 0) {
      guard let offset = table.u32(starts + 4 + 4 * i), offset != 0 else { continue }
      let at = starts + Int(offset)
      guard let pageSize = table.u16(at + 4), let format = Format(rawValue: table.u16(at + 6) ?? 0),
        let count = table.u16(at + 20)
      else { continue }
      for page in 0..<Int(count) {
        let skipped = UInt64(page) * UInt64(pageSize)
        guard let start = table.u16(at + 22 + 2 * page), start < pageSize, skipped < segment.size else {
          continue
        }
        guard left >= UInt64(pageSize) else { return found }
        left -= UInt64(pageSize)
        let bytes = try file.upTo(
          min(UInt64(pageSize), segment.size - skipped), at: segment.offset &+ skipped,
          isBigEndian: layout.isBigEndian)
        follow(bytes, from: Int(start)) { place, target in
          found.append(
            (segment.address &+ skipped &+ UInt64(place), format == .offset ? base &+ target : target))
        }
      }
    }
    return found
  }

  /// The meaning of a target. Go builds for none of the other formats (arm64e, 32 bits, kernels).
  private enum Format: UInt16 {
    /// `DYLD_CHAINED_PTR_64`
    case address = 2
    /// `DYLD_CHAINED_PTR_64_OFFSET`
    case offset = 6
  }

  /// Follows the chain of a page. From its low end, a word consists of 36 bits of the target, the target's 8
  /// highest bits, 7 unused bits, the distance to the next word in steps of four bytes (12 bits), and whether
  /// the target is in another library.
  private func follow(_ bytes: Bytes, from start: Int, _ found: (Int, UInt64) -> Void) {
    var place = start
    while let word = bytes.u64(place) {
      if word >> 63 == 0 { found(place, word & 0xf_ffff_ffff | (word >> 36 & 0xff) << 56) }
      let next = Int(word >> 51 & 0xfff)
      if next == 0 { return }
      place += 4 * next
    }
  }
}
