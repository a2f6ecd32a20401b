import LibC
public import SystemPackage

/// fathom's folder in the user's cache: `$XDG_CACHE_HOME/fathom`, `~/.cache/fathom`, or on macOS
/// `~/Library/Caches/fathom`. Nobody but the user may look into it.
public enum CacheFolder {
  /// Returns a folder in it, and creates the folder if it does not exist.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``. The error is `.permissionDenied` where somebody else owns
  ///   one of the folders or may look into it: its content may be theirs.
  public static func make(_ components: [String], _ environment: ChildEnvironment) throws(DisassemblyError)
    -> FilePath
  {
    guard var path = root(environment) else { throw .noCache(nil, .noSuchFileOrDirectory) }
    _ = try make(path)
    for component in ["fathom"] + components {
      path = try make(path.appending(component))
      guard isPrivate(path) else { throw .noCache(path, .permissionDenied) }
    }
    return path
  }

  /// Creates one folder that only the user can look into, if it does not exist.
  static func make(_ path: FilePath) throws(DisassemblyError) -> FilePath {
    if unsafe path.withPlatformString({ unsafe mkdir($0, 0o700) }) == 0 { return path }
    let error = Errno(rawValue: errno)
    guard error == .fileExists, (try? Stat(path).type) == .directory else { throw .noCache(path, error) }
    return path
  }

  /// Whether a path is a folder, and not a link to one, that belongs to the user and is closed to all others.
  public static func isPrivate(_ path: FilePath) -> Bool {
    guard let found = try? Stat(path, followTargetSymlink: false) else { return false }
    return found.type == .directory && found.userID.rawValue == geteuid()
      && found.permissions.isDisjoint(with: .othersMay)
  }

  private static func root(_ environment: ChildEnvironment) -> FilePath? {
    if let given = environment["XDG_CACHE_HOME"], given.hasPrefix("/") { return FilePath(given) }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    #if canImport(Darwin)
      return FilePath(home).appending("Library/Caches")
    #else
      return FilePath(home).appending(".cache")
    #endif
  }
}

extension FilePermissions {
  fileprivate static let othersMay: FilePermissions = [.groupReadWriteExecute, .otherReadWriteExecute]
}
