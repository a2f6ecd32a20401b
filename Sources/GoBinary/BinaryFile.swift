public import ProgramModel
public import SystemPackage

/// A binary as its headers describe it. Nothing of it is believed unchecked: every offset and count
/// is held against the file, and what is read at a time is bounded.
public struct BinaryFile: Sendable {
  /// As given.
  public let path: FilePath
  /// What it is packed in.
  public let format: BinaryFormat
  /// Bytes in the file.
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
  /// - Throws: ``BinaryError``, for what is no binary or contradicts itself.
  public init(path: FilePath) throws(BinaryError) {
    let reader = try BinaryReader(path)
    let prefix = try reader.upTo(UInt64(BinaryFormat.prefixLength), at: 0).storage
    guard let format = BinaryFormat(prefix: prefix) else { throw .notABinary(path) }
    let layout: BinaryLayout =
      switch format {
      case .elf: try ELF.read(reader)
      case .machO: try MachO.read(reader)
      case .pe: try PE.read(reader)
      case .archive: try GoArchive.read(reader)
      case .universal: throw .universal(path)
      }
    self.path = path
    self.format = format
    self.reader = reader
    self.layout = layout
    buildInfo = try BuildInfoReader(file: reader, layout: layout).read()
    isGo = if layout.hasGoMarks || buildInfo != nil { true } else { try Self.hasFoldedTable(reader, layout) }
  }

  /// The section of this name.
  public func section(_ name: String) -> Section? { layout.section(name) }

  /// Whether `.data.rel.ro` holds the header of a pclntab (`debug/gosym/pclntab.go`): an externally
  /// linked PIE has it there, and no section says so.
  private static func hasFoldedTable(_ file: BinaryReader, _ layout: BinaryLayout) throws(BinaryError) -> Bool
  {
    guard let home = layout.section(".data.rel.ro") else { return false }
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
