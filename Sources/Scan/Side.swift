public import Disassembly
import LibC
import ProgramModel
public import SystemPackage

/// One of the two sides of a comparison.
public enum Side: Sendable {
  /// An input for a scan.
  case input([CChar])
  /// A revision of the repository around the current folder.
  case revision(Revision)

  /// A revision of the repository around the current folder, which has to be built.
  public struct Revision: Sendable {
    /// The revision as the user gave it: `v1.2.0`, `HEAD~3`.
    public var name: String
    /// The commit that it names.
    public var commit: String
    /// The package to build from it, as the go command takes it; nil takes that of the other side.
    public var package: String?
    var repository: GitRepository
  }

  /// Determines the meaning of an argument. An existing file or folder takes precedence over a revision, as
  /// in the go command with packages.
  ///
  ///     ./app   old.ndjson   ./cmd/app   ./...      an input for a scan
  ///     v1.2.0  HEAD~3  main                        a revision
  ///     main:./cmd/app  main:                       a revision, even where a file has its name
  ///
  /// - Parameters:
  ///   - argument: the argument as the user gave it.
  ///   - toolbox: finds the git command.
  ///   - directory: the folder whose repository is meant; nil means the current one.
  /// - Throws: ``ScanError/noSide(_:_:)`` where it is neither.
  public init(_ argument: [CChar], toolbox: Toolbox = Toolbox(), in directory: FilePath? = nil)
    async throws(ScanError)
  {
    let name = String(platformString: argument)
    let path = unsafe argument.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
    let isPath = name == "-" || name.hasSuffix("...") || ["/", "./", "../"].contains(where: name.hasPrefix)
    if !isPath, case .missing = InputKindOnDisk(path) {
      self = .revision(try await Self.revision(name, toolbox, directory))
    } else {
      self = .input(argument)
    }
  }

  private static func revision(
    _ name: String, _ toolbox: Toolbox, _ directory: FilePath?
  ) async throws(ScanError) -> Revision {
    // Git does not allow colons in a revision's name (git-check-ref-format(1)).
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let package = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    let repository: GitRepository
    let commit: String?
    do {
      repository = try await GitRepository(around: directory, toolbox)
      commit = try await repository.commit(of: parts[0])
    } catch {
      throw .noSide(name, "it cannot be a revision: \(error)")
    }
    guard let commit else {
      let hint =
        repository.isShallow
        ? "; this clone is shallow: «git fetch --unshallow» brings the rest (in GitHub's checkout fetch-depth: 0)"
        : "; «git fetch --tags» brings what is not here yet"
      throw .noSide(name, "no revision of \(repository.root)\(hint)")
    }
    return Revision(name: parts[0], commit: commit, package: package, repository: repository)
  }
}
