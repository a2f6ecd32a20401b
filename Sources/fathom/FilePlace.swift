import LibC
import Reporting
import SystemPackage

/// Where a file of the command line really is: links are followed, also one that leads to what is not there
/// yet.
struct FilePlace {
  /// What a file is known by, whatever it is called.
  enum Identity: Hashable {
    case file(device: UInt64, inode: UInt64)
    /// It is not there yet: its folder, and its name in it.
    case name([CChar], device: UInt64, inode: UInt64)
  }

  /// What messages call it.
  let name: String
  /// Absolute, without links.
  let path: FilePath
  let identity: Identity
  /// nil where nothing is there yet.
  let status: stat?
  /// The open file that the path stands for (`/dev/stdout`, `/dev/fd/3`); nil for every other.
  let descriptor: Int32?

  /// More links than that are a circle (`MAXSYMLINKS`).
  private static let mostLinks = 40

  /// - Parameter text: the path as the user gave it.
  init(_ text: String) throws(OutputError) {
    let name = TerminalText.safe(ArgumentBytes.bytes(of: text))
    // A path that ends in a slash is a folder's, which `FilePath` forgets.
    guard text.utf8.last != UInt8(ascii: "/") else { throw .failed(name: name, errno: EISDIR) }
    try self.init(FilePath(platformString: ArgumentBytes.path(text)), name: name)
  }

  /// - Parameter name: what messages call it.
  init(_ path: FilePath, name: String) throws(OutputError) {
    self.name = name
    var path = path
    for _ in 0..<Self.mostLinks {
      guard let last = path.lastComponent else { throw .failed(name: name, errno: EISDIR) }
      let parent = path.removingLastComponent()
      guard let folder = Self.real(parent.isEmpty ? "." : parent) else {
        throw .failed(name: name, errno: errno)
      }
      path = folder.appending(last)
      if folder.string == "/proc/\(getpid())/fd", let number = Int32(last.string) {
        var found = stat()
        guard unsafe fstat(number, &found) == 0 else { throw .failed(name: name, errno: errno) }
        (self.path, descriptor, status) = (path, number, found)
        identity = Self.identity(found)
        return
      }
      if let target = Self.link(path) {
        path = folder.pushing(target)
        continue
      }
      var found = stat()
      descriptor = nil
      if unsafe path.withPlatformString({ unsafe stat($0, &found) }) == 0 {
        (self.path, status) = (path, found)
        identity = Self.identity(found)
      } else {
        guard errno == ENOENT, unsafe folder.withPlatformString({ unsafe stat($0, &found) }) == 0 else {
          throw .failed(name: name, errno: errno)
        }
        (self.path, status) = (path, nil)
        identity = .name(
          FilePath(root: nil, [last]).bytes, device: UInt64(truncatingIfNeeded: found.st_dev),
          inode: UInt64(found.st_ino))
      }
      return
    }
    throw .failed(name: name, errno: ELOOP)
  }

  /// Whether an ordinary file is there, which a report would take the place of.
  var isFile: Bool { status.map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

  /// Whether nothing is in it that could be lost.
  var isEmpty: Bool { status.map { $0.st_size == 0 } ?? true }

  /// Whether a build of Go reads files of such a name.
  var isSource: Bool {
    guard let name = path.lastComponent else { return false }
    return ["go", "s", "c", "h"].contains { $0 == name.extension }
      || ["go.mod", "go.sum", "go.work"].contains { $0 == name.string }
  }

  /// Whether what is written there is kept, so that two reports would run into each other; a terminal and
  /// `/dev/null` take any number.
  var isKept: Bool { status.map { $0.st_mode & S_IFMT != S_IFCHR } ?? true }

  /// What an input is known by; nil where there is none. `-` is standard input.
  static func identity(ofInput input: String) -> Identity? {
    var found = stat()
    let code =
      unsafe input == "-" ? fstat(0, &found) : stat(ArgumentBytes.path(input), &found)
    return code == 0 ? identity(found) : nil
  }

  /// What standard output is known by, where it is kept.
  static var identityOfStandardOutput: Identity? {
    var found = stat()
    guard unsafe fstat(1, &found) == 0, found.st_mode & S_IFMT != S_IFCHR else { return nil }
    return identity(found)
  }

  /// The path without links, `.` and `..`; nil where it leads to nothing, and `errno` says why.
  static func real(_ path: FilePath) -> FilePath? {
    guard let found = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(found) }
    return unsafe FilePath(platformString: found)
  }

  private static func identity(_ status: stat) -> Identity {
    .file(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Where a link leads; nil for what is none.
  private static func link(_ path: FilePath) -> FilePath? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = unsafe path.withPlatformString { unsafe readlink($0, &target, Int(PATH_MAX)) }
    guard count > 0 else { return nil }
    return FilePath(platformString: target)
  }
}

extension FilePath {
  /// As C takes it, without the zero at the end: a path need not be UTF-8.
  var bytes: [CChar] {
    unsafe withPlatformString { start in
      var bytes: [CChar] = []
      while unsafe start[bytes.count] != 0 { unsafe bytes.append(start[bytes.count]) }
      return bytes
    }
  }
}
