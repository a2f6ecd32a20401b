public import ProgramModel

/// One architecture's binary in a universal file.
public struct BinarySlice: Hashable, Sendable {
  /// Go's name for the architecture, or Mach-O's number for it.
  public var machine: String
  /// The range of the binary in the file.
  public var bytes: Range<UInt64>

  /// The name that Apple's tools use for the architecture.
  public var appleName: String {
    switch machine {
    case "amd64": "x86_64"
    case "386": "i386"
    default: machine
    }
  }
}

/// Reads the header of a file that contains a Mach-O binary for each of several architectures, as Go's
/// `debug/macho/fat.go` does. The header is big-endian, whatever the binaries are.
enum UniversalBinary {
  /// Returns the binaries, in the order of the header.
  static func slices(_ file: BinaryReader) throws(BinaryError) -> [BinarySlice] {
    let header = try file.exactly(8, at: 0, isBigEndian: true, "the universal header")
    // FAT_MAGIC_64
    let is64 = header.u32(0) == 0xcafe_babf
    let stride = is64 ? 32 : 20
    let count = Int(header.u32(4) ?? 0)
    guard count > 0 else { throw .malformed(file.path, "a universal file that holds no binary") }
    let table = try file.exactly(
      UInt64(count * stride), at: 8, isBigEndian: true, "the table of architectures")
    var slices: [BinarySlice] = []
    for entry in 0..<count {
      let at = entry * stride
      let machine = MachO.machine(table.u32(at) ?? 0)
      let start = table.word(at + 8, is64: is64) ?? 0
      let (end, overflow) = start.addingReportingOverflow(table.word(at + (is64 ? 16 : 12), is64: is64) ?? 0)
      guard start >= 8 + UInt64(table.count), !overflow, end <= file.size else {
        throw .malformed(file.path, "its part for \(machine) is not within its \(file.size) bytes")
      }
      if let other = slices.first(where: { $0.bytes.overlaps(start..<end) }) {
        throw .malformed(file.path, "its parts for \(other.machine) and \(machine) overlap")
      }
      slices.append(BinarySlice(machine: machine, bytes: start..<end))
    }
    return slices
  }

  /// Returns the binary to read: the preferred one, or else the first whose architecture fathom knows, or the
  /// first.
  static func choose(_ slices: [BinarySlice], preferring machine: String?) -> BinarySlice? {
    let known = slices.filter { Architecture(rawValue: $0.machine) != nil }
    return known.first { $0.machine == machine } ?? known.first ?? slices.first
  }
}

extension Architecture {
  /// The architecture that fathom runs on, if fathom reads binaries for it.
  public static var host: Architecture? {
    #if arch(x86_64)
      .amd64
    #elseif arch(arm64)
      .arm64
    #else
      nil
    #endif
  }
}
