public import SystemPackage

/// The files of a commit in a temporary folder in the user's cache, and a folder for builds from them.
public final class CommitFiles: Sendable {
  /// The folder with the commit's files.
  public let folder: FilePath
  /// The folder to build to.
  public let output: FilePath
  private let temporary: TemporaryFolder

  init(_ environment: ChildEnvironment) throws(DisassemblyError) {
    temporary = try TemporaryFolder(in: CacheFolder.make(["worktrees"], environment))
    folder = try CacheFolder.make(temporary.path.appending("files"))
    output = try CacheFolder.make(temporary.path.appending("out"))
  }
}
