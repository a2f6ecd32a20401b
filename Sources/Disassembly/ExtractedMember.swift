public import GoBinary
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A member of an archive as a file of its own, as long as this object lives: in the user's cache folder, and
/// removed by a signal too.
public final class ExtractedMember: Sendable {
  /// The file.
  public let path: FilePath
  private let folder: FilePath

  /// - Throws: ``DisassemblyError/noCache(_:_:)``, or ``BinaryError`` for an archive that cannot be read.
  public init(_ member: ArchiveMember, of archive: BinaryFile) throws {
    folder = try CacheFolder.make(["member-\(getpid())"], .current)
    Interruption.remember(temporary: folder)
    // A name out of the archive is no path.
    path = folder.appending("member.o")
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
      try file.closeAfter { try archive.read(member) { _ = try file.writeAll($0) } }
    } catch {
      remove()
      throw error
    }
  }

  deinit { remove() }

  private func remove() {
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
    _ = unsafe folder.withPlatformString { unsafe rmdir($0) }
    Interruption.forget(temporary: folder)
  }
}
