import Disassembly
import Findings
import SystemPackage

/// The Go files that a commit or a push changes, for which a hook answers: each is judged, or it is said why not.
struct HookFiles {
  /// The absolute paths of the Go and assembly files, sorted.
  private let files: [FilePath]
  /// The folders of the modules that they, or a go.mod that changed, are in; nil where there are none.
  let modules: [FilePath]?
  private let root: FilePath

  /// The variable by which pre-commit says what was pushed last; `scripts/install-hook` sets it, too.
  static let fromVariable = "PRE_COMMIT_FROM_REF"

  /// Finds what differs from the last commit, or from what was pushed last.
  init(_ environment: ChildEnvironment = .current) async throws {
    let repository = try await GitRepository(Toolbox())
    var base = try await repository.commit(of: "HEAD")
    // Zeros stand for a branch that is new there. Where the commit is not here, every file counts as changed.
    if let from = environment[Self.fromVariable], from.contains(where: { $0 != "0" }) {
      base = try await repository.commit(of: from)
    }
    let changed = try await repository.changedLines(since: base) { name in
      name.hasSuffix(".go") || name.hasSuffix(".s") || name == "go.mod" || name.hasSuffix("/go.mod")
    }
    let root = repository.root
    self.root = root
    let paths = changed.keys.sorted().map { root.pushing(FilePath($0)) }
    files = paths.filter { $0.lastComponent != "go.mod" }
    let modules = Set(
      paths.filter { !Self.isPassedOver($0, root) }
        .compactMap { PackageGroups.module(around: $0.removingLastComponent()) })
    self.modules = modules.isEmpty ? nil : modules.sorted { $0.string < $1.string }
  }

  /// Returns what to say of the files that were not judged.
  ///
  /// - Returns: sentences about those that a check may leave out, and the names of those that belong to this build
  ///   and were left out nevertheless.
  func unjudged(
    _ subjects: CheckOptions.Subjects, _ configuration: Configuration, _ build: GoBuild
  ) async -> (notes: [String], missed: [String]) {
    var (tests, others, none, missed): ([String], [String], [String], [String]) = ([], [], [], [])
    var known: [FilePath: Set<String>] = [:]
    for file in files where !subjects.files.contains(file.string) && !subjects.late.contains(file.string) {
      let folder = file.removingLastComponent()
      let name = name(file)
      if Self.isPassedOver(file, root) || PackageGroups.module(around: folder) == nil {
        none.append(name)
      } else if name.hasSuffix("_test.go"), !configuration.tests {
        tests.append(name)
      } else {
        if known[folder] == nil {
          known[folder] = Set(await build.compiledFiles(in: folder, flags: configuration.buildFlags) ?? [])
        }
        if known[folder]?.contains(file.string) == true { missed.append(name) } else { others.append(name) }
      }
    }
    let notes = [
      (tests, "test files, which --tests judges"), (others, "not part of this build"),
      (none, "in no package of a module"),
    ]
    return (
      notes.filter { !$0.0.isEmpty }.map { "not judged: \(CheckOptions.list($0.0)): \($0.1)" }, missed
    )
  }

  private func name(_ file: FilePath) -> String {
    var rest = file
    return rest.removePrefix(root) ? rest.string : file.string
  }

  /// Whether a file is in a folder that patterns pass over, such as `testdata`.
  private static func isPassedOver(_ file: FilePath, _ root: FilePath) -> Bool {
    var rest = file.removingLastComponent()
    _ = rest.removePrefix(root)
    return rest.components.contains { PackageGroups.isPassedOver($0.string) }
  }
}
