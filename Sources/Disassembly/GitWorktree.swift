public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A commit's files in a temporary folder of the user's cache, and room for what is built of them.
public struct GitWorktree: Sendable {
  /// The commit's files.
  public let folder: FilePath
  /// Where to build to.
  public let output: FilePath
  /// Holds both.
  private let parent: FilePath
  /// What the repository keeps of it: named after `folder`, so that is known before git makes it.
  private let record: FilePath

  init(of repository: GitRepository, _ environment: ChildEnvironment) throws(DisassemblyError) {
    let name = "fathom-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    let all = try CacheFolder.make(["worktrees"], environment)
    let parent = all.appending(name)
    let record = repository.common.appending("worktrees").appending(name)
    // First: a signal may come at any moment.
    Interruption.remember(temporary: parent)
    Interruption.remember(temporary: record)
    self.parent = parent
    self.record = record
    folder = parent.appending(name)
    output = parent.appending("out")
    do throws(DisassemblyError) {
      _ = try CacheFolder.make(parent)
      _ = try CacheFolder.make(output)
    } catch {
      remove()
      throw error
    }
  }

  /// Removes what git left of it.
  func remove() {
    for path in [parent, record] {
      Interruption.remove(path)
      Interruption.forget(temporary: path)
    }
  }
}
