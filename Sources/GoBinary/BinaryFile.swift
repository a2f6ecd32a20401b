public import ProgramModel
public import SystemPackage

/// A binary as its headers describe it. Nothing in the file is trusted: every offset and count is checked
/// against the file's size, and each read is bounded.
public struct BinaryFile: Sendable {
  /// The path, as given.
  public let path: FilePath
  /// The format of the binary.
  public let format: BinaryFormat
  /// The binaries in a universal file, in its order; empty for every other file.
  public let slices: [BinarySlice]
  /// The one of ``slices`` that this is; nil for a file that is not universal.
  public let slice: BinarySlice?
  /// The size of the file, or of its slice, in bytes.
  public var size: UInt64 { reader.size }
  /// The architecture; nil when fathom does not know it.
  public var arch: Architecture? { Architecture(rawValue: machine) }
  /// Go's name for the architecture (`386`, `s390x`), or the format's number for it.
  public var machine: String { layout.machine }
  /// The operating system, as in GOOS; nil when the file does not say.
  public var os: String? { buildInfo?[setting: "GOOS"] ?? layout.os }
  /// The version of Go, such as `go1.27.3`; nil when the file does not say.
  public var goVersion: String? { buildInfo?.goVersion ?? layout.goVersion }
  /// The sections, in the order of the file.
  public var sections: [Section] { layout.sections }
  /// Whether functions have names that a disassembler sees; false for a stripped binary (`-s`).
  public var hasSymbols: Bool { layout.hasSymbols }
  /// Whether a compiler made it and it is not yet linked, as is every archive.
  public var isObject: Bool { layout.isObject }
  /// Whether Go's linker made it for C's: `go.o` of `-buildmode=c-archive`.
  public var isPartlyLinked: Bool { layout.isPartlyLinked }
  /// Whether it is a part of the file: one binary of a universal file, or `go.o` in an archive of `-buildmode=c-archive`.
  public let isPart: Bool
  /// Whether Go's linker or compiler made it.
  public let isGo: Bool
  /// The build info that the go command wrote; nil for a binary that is not Go's, for an archive, and where
  /// the build info was removed.
  public let buildInfo: BuildInfo?

  let reader: BinaryReader
  let layout: BinaryLayout

  /// Reads the headers and the build info of a file.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - host: the architecture whose binary to read from a universal file, if it contains one.
  /// - Throws: ``BinaryError`` for a file that is no binary, or contradicts itself.
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
    var isMember = false
    if format == .archive, let member = try GoArchive.linkedMember(reader) {
      let part = BinaryReader(member, of: reader)
      if let inner = try Self.format(part), inner != .archive, inner != .universal {
        (reader, format, isMember) = (part, inner, true)
      }
    }
    isPart = slice != nil || isMember
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

  /// Returns the section of this name.
  public func section(_ name: String) -> Section? { layout.section(name) }

  /// Whether a section contains the header of a pclntab (`debug/gosym/pclntab.go`), although no section is
  /// named after it: `.data.rel.ro` of an externally linked PIE, `.rdata` of a Windows program.
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

  /// Whether bytes are the start of a pclntab: `0xfffffff1` or the like, two zeros, the smallest length of an
  /// instruction, the size of a pointer.
  private static func isTable(_ head: ArraySlice<UInt8>, _ last: UInt8) -> Bool {
    let head = Array(head)
    return (0..<4).allSatisfy { $0 == Int(last) || head[$0] == 0xff } && head[4] == 0 && head[5] == 0
      && [1, 2, 4].contains(head[6]) && [4, 8].contains(head[7])
  }
}
