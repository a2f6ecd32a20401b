public import GoBinary
public import SystemPackage

/// A part of a file, extracted to a file of its own in the user's cache folder. It exists as long as this
/// object lives, and is removed by a signal too. Disassemblers need it for a member of an archive, or a
/// binary within a universal file.
public final class ExtractedPart: Sendable {
  /// The path of the extracted file.
  public let path: FilePath
  private let folder: TemporaryFolder

  /// Extracts a part.
  ///
  /// - Parameters:
  ///   - bytes: the range of the part in the binary.
  ///   - binary: the binary.
  /// - Throws: ``DisassemblyError/noCache(_:_:)``, or ``BinaryError`` for a file that cannot be read.
  public init(_ bytes: Range<UInt64>, of binary: BinaryFile) throws {
    folder = try TemporaryFolder(in: CacheFolder.make(["parts"], .current))
    // A name in an archive is not used as a path.
    path = folder.path.appending("part.o")
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
    try file.closeAfter { try binary.read(bytes) { _ = try file.writeAll($0) } }
  }
}
