public import GoBinary
public import SystemPackage

/// A part of a file, extracted to a file of its own in the user's cache folder. It exists as long as this
/// object lives, and is removed by a signal too. Disassemblers need it for a member of an archive, a binary
/// within a universal file, or some functions of a large object.
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
  public convenience init(_ bytes: Range<UInt64>, of binary: BinaryFile) throws {
    try self.init { file in try binary.read(bytes) { _ = try file.writeAll($0) } }
  }

  /// Makes an object of some of an object's functions.
  ///
  /// - Parameters:
  ///   - functions: the functions, see ``GoObject/part(_:_:)``.
  ///   - object: the object.
  /// - Throws: as for the other parts.
  convenience init(_ functions: Range<Int>, of object: GoObject) throws {
    try self.init { file in
      try object.part(functions) { _ = try file.writeAll(toAbsoluteOffset: Int64($1), $0) }
    }
  }

  private init(_ write: (FileDescriptor) throws -> Void) throws {
    let cache = try? CacheFolder.make(["parts"], .current)
    folder =
      try cache.map { path throws(DisassemblyError) in try TemporaryFolder(in: path) } ?? TemporaryFolder()
    // A name in an archive is not used as a path.
    path = folder.path.appending("part.o")
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
    try file.closeAfter { try write(file) }
  }
}
