import GoBinary
import LibC
import SystemPackage

/// The kind of a file or folder, by its content.
enum InputKindOnDisk {
  case missing, folder, folderWithoutGo, goFile, special, binary
  case unreadable(String)
  case foreign(ForeignFile)
  /// Text, or a file of an unknown kind.
  case other

  init(_ path: FilePath) {
    var status = stat()
    guard (unsafe path.withPlatformString { unsafe stat($0, &status) }) == 0 else {
      self = errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable("\(Errno(rawValue: errno))")
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: self = Self.folder(path)
    case S_IFREG: self = path.extension == "go" ? .goFile : Self.file(path)
    default: self = .special
    }
  }

  private static func folder(_ path: FilePath) -> InputKindOnDisk {
    guard let stream = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
      return .unreadable("\(Errno(rawValue: errno))")
    }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let isGo = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
        unsafe name.prefix { $0 != 0 }.suffix(3).elementsEqual(".go".utf8)
      }
      if isGo { return .folder }
    }
    return .folderWithoutGo
  }

  private static func file(_ path: FilePath) -> InputKindOnDisk {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      var bytes: [UInt8] = Array(repeating: 0, count: BinaryFormat.prefixLength)
      let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      let prefix = Array(bytes.prefix(count))
      if BinaryFormat(prefix: prefix) != nil { return .binary }
      return ForeignFile(prefix: prefix).map { .foreign($0) } ?? .other
    } catch {
      return .unreadable("\(error)")
    }
  }
}
