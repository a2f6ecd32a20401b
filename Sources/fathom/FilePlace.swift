import LibC
import Reporting
import SystemPackage

/// The place of a file that the command line names. Links are followed, even one to a file that does not
/// exist yet.
struct FilePlace {
  /// The identity of a file, whatever its name.
  enum Identity: Hashable {
    case file(device: UInt64, inode: UInt64)
    /// A file that does not exist yet: its name, and the identity of its folder.
    case name([CChar], device: UInt64, inode: UInt64)
  }

  /// The name for messages, safe to print.
  let name: String
  /// The path, absolute and without links.
  let path: FilePath
  /// The identity, by which two names of the same file are recognized.
  let identity: Identity
  /// The file's status; nil where there is no file yet.
  let status: stat?
  /// The open file that the path stands for (`/dev/stdout`, `/dev/fd/3`); nil for every other path.
  let descriptor: Int32?

  /// The most links to follow; more of them form a circle (`MAXSYMLINKS`).
  private static let mostLinks = 40

  /// Finds a file.
  ///
  /// - Parameter text: the path as the user gave it.
  init(_ text: String) throws(OutputError) {
    let name = TerminalText.safe(ArgumentBytes.bytes(of: text))
    // A path that ends in a slash names a folder, but `FilePath` drops the slash.
    guard text.utf8.last != UInt8(ascii: "/") else { throw .failed(name: name, errno: EISDIR) }
    try self.init(FilePath(platformString: ArgumentBytes.path(text)), name: name)
  }

  /// Finds a file.
  ///
  /// - Parameter name: the name for messages, safe to print.
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

  /// Whether an ordinary file is there, which a report would replace.
  var isFile: Bool { status.map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

  /// Whether there is nothing in the file that could be lost.
  var isEmpty: Bool { status.map { $0.st_size == 0 } ?? true }

  /// Whether a build of Go reads files with such a name.
  var isSource: Bool {
    guard let name = path.lastComponent else { return false }
    return ["go", "s", "c", "h"].contains { $0 == name.extension }
      || ["go.mod", "go.sum", "go.work"].contains { $0 == name.string }
  }

  /// Whether a report that is written there stays, so that a second one would run into it. A terminal and
  /// `/dev/null` take any number.
  var isKept: Bool { status.map { $0.st_mode & S_IFMT != S_IFCHR } ?? true }

  /// Returns the identity of an input; nil where there is none. `-` is standard input.
  static func identity(ofInput input: String) -> Identity? {
    var found = stat()
    let code =
      unsafe input == "-" ? fstat(0, &found) : stat(ArgumentBytes.path(input), &found)
    return code == 0 ? identity(found) : nil
  }

  /// The identity of standard output; nil where its contents do not stay.
  static var identityOfStandardOutput: Identity? {
    var found = stat()
    guard unsafe fstat(1, &found) == 0, found.st_mode & S_IFMT != S_IFCHR else { return nil }
    return identity(found)
  }

  /// Returns a path without links, `.` and `..`; nil where it leads nowhere, and `errno` has the reason.
  static func real(_ path: FilePath) -> FilePath? {
    guard let found = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(found) }
    return unsafe FilePath(platformString: found)
  }

  /// Returns the identity of a file that exists.
  private static func identity(_ status: stat) -> Identity {
    .file(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Returns the target of a link; nil for other files.
  private static func link(_ path: FilePath) -> FilePath? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = unsafe path.withPlatformString { unsafe readlink($0, &target, Int(PATH_MAX)) }
    guard count > 0 else { return nil }
    return FilePath(platformString: target)
  }
}

extension FilePath {
  /// The path's bytes in C's form, without the zero at the end. They need not be UTF-8.
  var bytes: [CChar] {
    unsafe withPlatformString { start in
      var bytes: [CChar] = []
      while unsafe start[bytes.count] != 0 { unsafe bytes.append(start[bytes.count]) }
      return bytes
    }
  }
}
