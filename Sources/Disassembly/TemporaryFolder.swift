public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that only the user can look into, and that is gone with this object, whatever the way out.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: FilePath

  /// Makes one below TMPDIR.
  ///
  /// - Throws: ``DisassemblyError/noCache(_:_:)``.
  public init(_ environment: ChildEnvironment = .current) throws(DisassemblyError) {
    let parent = FilePath(environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp")
    path = parent.appending("fathom-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))")
    // First: a signal may come at any moment.
    Interruption.remember(temporary: path)
    do throws(DisassemblyError) { _ = try CacheFolder.make(path) } catch {
      Interruption.forget(temporary: path)
      throw error
    }
  }

  deinit {
    Interruption.remove(path)
    Interruption.forget(temporary: path)
  }
}
