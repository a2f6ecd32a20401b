public import Disassembly
import LibC
import ProgramModel
public import SystemPackage

/// One of two things that are compared.
public enum Side: Sendable {
  /// What a scan takes.
  case input([CChar])
  /// A revision of the repository that we are in.
  case revision(Revision)

  /// A revision of the repository that we are in, which is built.
  public struct Revision: Sendable {
    /// As the user gave it: `v1.2.0`, `HEAD~3`.
    public var name: String
    /// The commit that it names.
    public var commit: String
    /// What is built of it, as the go command takes it; nil leaves that to the other side.
    public var package: String?
    var repository: GitRepository
  }

  /// Finds out what an argument means: a file or folder before a revision, as the go command does with packages.
  ///
  ///     ./app   old.ndjson   ./cmd/app   ./...      what a scan takes
  ///     v1.2.0  HEAD~3  main                        a revision
  ///     main:./cmd/app  main:                       a revision, also where a file has its name
  ///
  /// - Parameter directory: whose repository is meant; nil is where we are.
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
    // Git allows no colon in a name (git-check-ref-format(1)).
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
