import LibC
public import SystemPackage

/// A folder that only the user can look into. It is removed with this object, and by a signal too. The folder
/// of a process that was killed outright stays until another process creates one next to it: a living process
/// holds a lock in its own folder.
public final class TemporaryFolder: Sendable {
  /// The path of the folder.
  public let path: FilePath
  private let lock: FileDescriptor

  private static let lockName: FilePath.Component = "lock"
  private static let prefix = "fathom-"

  /// Creates a folder below TMPDIR.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``.
  public convenience init(_ environment: ChildEnvironment = .current) throws(DisassemblyError) {
    try self.init(in: FilePath(environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"))
  }

  /// Creates a folder in one that others may write to as well.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``.
  init(in parent: FilePath) throws(DisassemblyError) {
    Self.removeLeftovers(in: parent)
    path = parent.appending("\(Self.prefix)\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))")
    // Register it first: a signal may come at any moment.
    Interruption.remember(temporary: path)
    do {
      _ = try CacheFolder.make(path)
      lock = try FileDescriptor.open(
        path.appending(Self.lockName), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      Interruption.remove(path)
      Interruption.forget(temporary: path)
      throw error as? DisassemblyError ?? .noCache(path, error as? Errno ?? .ioError)
    }
    _ = flock(lock.rawValue, LOCK_EX | LOCK_NB)
  }

  deinit {
    Interruption.remove(path)
    Interruption.forget(temporary: path)
    try? lock.close()
  }

  /// Removes the user's own temporary folders whose lock nobody holds. One without a lock file is still being
  /// created.
  private static func removeLeftovers(in parent: FilePath) {
    guard let stream = unsafe parent.withPlatformString({ unsafe opendir($0) }) else { return }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.hasPrefix(prefix) { names.append(name) }
    }
    unsafe closedir(stream)
    for name in names {
      let folder = parent.appending(name)
      guard CacheFolder.isPrivate(folder),
        let lock = try? FileDescriptor.open(
          folder.appending(lockName), .writeOnly, options: [.noFollow, .closeOnExec])
      else { continue }
      if flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 { Interruption.remove(folder) }
      try? lock.close()
    }
  }
}
