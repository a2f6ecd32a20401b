public import GoBinary
public import SystemPackage

/// A part of a file as a file of its own, as long as this object lives: in the user's cache folder, and removed by a
/// signal too. A disassembler is given no archive's member, and no binary within a universal file.
public final class ExtractedPart: Sendable {
  /// The file.
  public let path: FilePath
  private let folder: TemporaryFolder

  /// - Parameter bytes: where it is in the binary.
  /// - Throws: ``DisassemblyError/noCache(_:_:)``, or ``BinaryError`` for a file that cannot be read.
  public init(_ bytes: Range<UInt64>, of binary: BinaryFile) throws {
    folder = try TemporaryFolder(in: CacheFolder.make(["parts"], .current))
    // A name out of an archive is no path.
    path = folder.path.appending("part.o")
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
    try file.closeAfter { try binary.read(bytes) { _ = try file.writeAll($0) } }
  }
}
