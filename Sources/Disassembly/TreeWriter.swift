import LibC
import SystemPackage

/// Writes what a commit holds into an empty folder, and nowhere else: a commit may name `../x`, `/etc/x` or `.git/config`,
/// and a link as the folder of a file.
final class TreeWriter {
  private let folder: FilePath
  /// Folders that were made here.
  private var made: Set<[UInt8]> = []

  init(_ folder: FilePath) { self.folder = folder }

  /// Writes a file or a link.
  ///
  /// - Throws: ``DisassemblyError/gitFailed(what:reason:errors:)`` for a name that is no file's,
  ///   ``DisassemblyError/noCache(_:_:)`` where it cannot be written.
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

  /// Makes an empty folder.
  func addFolder(_ path: ArraySlice<UInt8>) throws(DisassemblyError) { _ = try place(path + [0x2f, 0x78]) }

  /// Where a file goes, its folders made. Links are written after all files, and a folder is only ever made, so that none
  /// of them is a link.
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
