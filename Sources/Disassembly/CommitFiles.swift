public import SystemPackage

/// A commit's files in a temporary folder of the user's cache, and room for what is built of them.
public final class CommitFiles: Sendable {
  /// The commit's files.
  public let folder: FilePath
  /// Where to build to.
  public let output: FilePath
  private let temporary: TemporaryFolder

  init(_ environment: ChildEnvironment) throws(DisassemblyError) {
    temporary = try TemporaryFolder(in: CacheFolder.make(["worktrees"], environment))
    folder = try CacheFolder.make(temporary.path.appending("files"))
    output = try CacheFolder.make(temporary.path.appending("out"))
  }
}
