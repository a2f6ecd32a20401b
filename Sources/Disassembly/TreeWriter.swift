import LibC
import SystemPackage

/// Writes the content of a commit into an empty folder, and nowhere else. A hostile commit may name `../x`,
/// `/etc/x` or `.git/config`, or a link as the folder of a file.
final class TreeWriter {
  private let folder: FilePath
  /// The folders that were created here.
  private var made: Set<[UInt8]> = []

  init(_ folder: FilePath) { self.folder = folder }

  /// Writes a file or a link.
  ///
  /// - Throws: ``DisassemblyError/gitFailed(what:reason:errors:)`` for a name that no file can have,
  ///   ``DisassemblyError/noCache(_:_:)`` where the file cannot be written.
  func add(_ entry: TreeEntry, _ content: ArraySlice<UInt8>) throws(DisassemblyError) {
    let path = try place(entry.path)
    do throws(Errno) {
      if entry.kind == .link {
        guard !content.isEmpty, !content.contains(0) else { return }
        let target = content.map(CChar.init(bitPattern:)) + [0]
        guard unsafe path.withPlatformString({ unsafe symlink(target, $0) }) == 0 else {
          throw Errno(rawValue: errno)
        }
        return
      }
      do {
        let file = try FileDescriptor.open(
          path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
          permissions: entry.kind == .program ? [.ownerReadWriteExecute] : [.ownerReadWrite])
        try file.closeAfter { _ = try file.writeAll(content) }
      } catch { throw error as? Errno ?? .ioError }
    } catch {
      throw .noCache(path, error)
    }
  }

  /// Creates an empty folder.
  func addFolder(_ path: ArraySlice<UInt8>) throws(DisassemblyError) { _ = try place(path + [0x2f, 0x78]) }

  /// Returns the path of a file, and creates its folders. Links are written after all files, and folders are
  /// always created anew, so that no folder in the path is a link.
  private func place(_ path: ArraySlice<UInt8>) throws(DisassemblyError) -> FilePath {
    let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for part in parts {
      let name = String(decoding: part, as: UTF8.self).lowercased()
      guard !["", ".", "..", ".git"].contains(name) else {
        throw .gitFailed(
          what: "reading the commit",
          reason: "it names a file that can lie in no folder: \(String(decoding: path, as: UTF8.self))",
          errors: "")
      }
    }
    var known: [UInt8] = []
    var place = folder
    for part in parts.dropLast() {
      known += part + [UInt8(ascii: "/")]
      place = place.pushing(Self.component(part))
      guard made.insert(known).inserted else { continue }
      guard unsafe place.withPlatformString({ unsafe mkdir($0, 0o700) }) == 0 else {
        throw .noCache(place, Errno(rawValue: errno))
      }
    }
    return place.pushing(Self.component(parts[parts.count - 1]))
  }

  private static func component(_ bytes: ArraySlice<UInt8>) -> FilePath {
    unsafe (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer {
      unsafe FilePath(platformString: $0.baseAddress!)
    }
  }
}
