import LibC
public import SystemPackage

/// A folder that only the user can look into, and that is gone with this object, whatever the way out. Of a process that
/// was killed outright it stays, until another one makes a folder beside it: whoever lives holds a lock in its own.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: FilePath
  private let lock: FileDescriptor

  private static let lockName: FilePath.Component = "lock"
  private static let prefix = "fathom-"

  /// Makes one below TMPDIR.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``.
  public convenience init(_ environment: ChildEnvironment = .current) throws(DisassemblyError) {
    try self.init(in: FilePath(environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"))
  }

  /// Makes one in a folder that others may write to as well.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``.
  init(in parent: FilePath) throws(DisassemblyError) {
    Self.removeLeftovers(in: parent)
    path = parent.appending("\(Self.prefix)\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))")
    // First: a signal may come at any moment.
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

  /// Removes the user's own ones whose lock nobody holds. One without a lock is being made.
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
