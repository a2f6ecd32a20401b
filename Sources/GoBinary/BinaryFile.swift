public import ProgramModel
public import SystemPackage

/// A binary as its headers describe it. Nothing of it is believed unchecked: every offset and count
/// is held against the file, and what is read at a time is bounded.
public struct BinaryFile: Sendable {
  /// As given.
  public let path: FilePath
  /// What it is packed in.
  public let format: BinaryFormat
  /// The binaries that a universal file holds, in its order; empty for every other file.
  public let slices: [BinarySlice]
  /// Which of ``slices`` this is of; nil for a file that is none.
  public let slice: BinarySlice?
  /// Bytes in the file, or in its slice.
  public var size: UInt64 { reader.size }
  /// The machine, when fathom has a model of it.
  public var arch: Architecture? { Architecture(rawValue: machine) }
  /// The machine by Go's name (`386`, `s390x`), or the format's number for it.
  public var machine: String { layout.machine }
  /// As in GOOS; nil when the file does not say.
  public var os: String? { buildInfo?[setting: "GOOS"] ?? layout.os }
  /// `go1.27.3`; nil when the file does not say.
  public var goVersion: String? { buildInfo?.goVersion ?? layout.goVersion }
  /// In the order of the file.
  public var sections: [Section] { layout.sections }
  /// Whether functions have names that a disassembler sees; not so when stripped (`-s`).
  public var hasSymbols: Bool { layout.hasSymbols }
  /// Made by a compiler, not yet linked; so is an archive.
  public var isObject: Bool { layout.isObject }
  /// Whether Go's linker or compiler made it.
  public let isGo: Bool
  /// What the go command wrote into it; nil for a binary that is not Go's, an archive, or one whose
  /// build info was removed.
  public let buildInfo: BuildInfo?

  let reader: BinaryReader
  let layout: BinaryLayout

  /// Reads the headers and the build info of a file.
  ///
  /// - Parameter host: which binary of a universal file is read, where there is one for it.
  /// - Throws: ``BinaryError``, for what is no binary or contradicts itself.
  public init(path: FilePath, preferring host: Architecture? = .host) throws(BinaryError) {
    var reader = try BinaryReader(path)
    guard var format = try Self.format(reader) else { throw .notABinary(path) }
    slices = format == .universal ? try UniversalBinary.slices(reader) : []
    slice = UniversalBinary.choose(slices, preferring: host?.rawValue)
    if let slice {
      reader = BinaryReader(slice.bytes, of: reader)
      guard let inner = try Self.format(reader) else {
        throw .malformed(path, "its part for \(slice.machine) is no binary")
      }
      format = inner
    }
    let layout: BinaryLayout =
      switch format {
      case .elf: try ELF.read(reader)
      case .machO: try MachO.read(reader)
      case .pe: try PE.read(reader)
      case .archive: try GoArchive.read(reader)
      case .universal: throw .malformed(path, "a universal file within one")
      }
    self.path = path
    self.format = format
    self.reader = reader
    self.layout = layout
    buildInfo = try BuildInfoReader(file: reader, layout: layout).read()
    isGo = if layout.hasGoMarks || buildInfo != nil { true } else { try Self.hasFoldedTable(reader, layout) }
  }

  private static func format(_ file: BinaryReader) throws(BinaryError) -> BinaryFormat? {
    BinaryFormat(prefix: try file.upTo(UInt64(BinaryFormat.prefixLength), at: 0).storage)
  }

  /// The section of this name.
  public func section(_ name: String) -> Section? { layout.section(name) }

  /// Whether a section holds the header of a pclntab (`debug/gosym/pclntab.go`), and none says so: `.data.rel.ro`
  /// of an externally linked PIE, `.rdata` of a Windows program.
  private static func hasFoldedTable(_ file: BinaryReader, _ layout: BinaryLayout) throws(BinaryError) -> Bool
  {
    guard let home = layout.section(".data.rel.ro") ?? layout.section(".rdata") else { return false }
    let last: UInt8 = layout.isBigEndian ? 3 : 0
    var offset: UInt64 = 0
    while offset < home.size {
      let piece = try file.upTo(min(1 << 20, home.size - offset), at: home.offset &+ offset).storage
      if piece.isEmpty { return false }
      for i in stride(from: 0, to: piece.count - 7, by: 8)
      where [0xf0, 0xf1, 0xfa, 0xfb].contains(piece[i + Int(last)]) && isTable(piece[i..<i + 8], last) {
        return true
      }
      offset += UInt64(piece.count)
    }
    return false
  }

  /// `0xfffffff1`, two zeros, the least length of an instruction, the size of a pointer.
  private static func isTable(_ head: ArraySlice<UInt8>, _ last: UInt8) -> Bool {
    let head = Array(head)
    return (0..<4).allSatisfy { $0 == Int(last) || head[$0] == 0xff } && head[4] == 0 && head[5] == 0
      && [1, 2, 4].contains(head[6]) && [4, 8].contains(head[7])
  }
}
