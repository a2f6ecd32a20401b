public import GoBinary
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A part of a file as a file of its own, as long as this object lives: in the user's cache folder, and removed by a
/// signal too. A disassembler is given no archive's member, and no binary within a universal file.
public final class ExtractedPart: Sendable {
  /// The file.
  public let path: FilePath
  private let folder: FilePath

  /// - Parameter bytes: where it is in the binary.
  /// - Throws: ``DisassemblyError/noCache(_:_:)``, or ``BinaryError`` for a file that cannot be read.
  public init(_ bytes: Range<UInt64>, of binary: BinaryFile) throws {
    let number = String(UInt64.random(in: 0 ... .max), radix: 16)
    folder = try CacheFolder.make(["part-\(getpid())-\(number)"], .current)
    Interruption.remember(temporary: folder)
    // A name out of an archive is no path.
    path = folder.appending("part.o")
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
      try file.closeAfter { try binary.read(bytes) { _ = try file.writeAll($0) } }
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
