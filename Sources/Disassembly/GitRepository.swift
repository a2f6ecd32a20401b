public import SystemPackage

/// The git repository around a folder. Nothing that its configuration says is run: no hook, no filter, no file system
/// monitor, no transport.
public struct GitRepository: Sendable {
  /// Its folder.
  public let root: FilePath
  /// Where the folder lies in it: empty, or `cmd/app/`.
  public let prefix: String
  /// Whether its history is cut off (`git clone --depth`).
  public let isShallow: Bool
  /// What its worktrees share.
  let common: FilePath

  private let git: FilePath
  private let environment: ChildEnvironment
  private let directory: FilePath?

  /// - Parameters:
  ///   - directory: the folder; nil is where we are.
  ///   - environment: GIT_… is not inherited: in a hook it names the repository that is being committed to.
  /// - Throws: ``DisassemblyError/noGit``, or ``DisassemblyError/gitFailed(what:reason:errors:)``, as outside of any
  ///   repository.
  public init(
    around directory: FilePath? = nil, _ toolbox: Toolbox, environment: ChildEnvironment = .current
  ) async throws(DisassemblyError) {
    guard let git = toolbox.git else { throw .noGit }
    self.git = git
    self.directory = directory
    var environment = environment
    environment.removeAll(prefix: "GIT_")
    environment["PWD"] = nil
    environment["LC_ALL"] = "C"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment.setGitConfiguration(Self.harmless)
    // A filter runs for the files that `.gitattributes` gives it. One without a command leaves them as they are.
    let keys = try await Self.ask(
      ["config", "--null", "--name-only", "--get-regexp", #"^filter\."#], git, environment, directory,
      mayFail: true)
    var configuration = Self.harmless
    // The name may hold dots: `filter.a.b.smudge`.
    let filters = Set(
      keys.split(separator: "\0").map { $0.prefix(upTo: $0.lastIndex(of: ".") ?? $0.endIndex) })
    for filter in filters.sorted() {
      configuration += ["smudge", "clean", "process"].map { ("\(filter).\($0)", "") }
      configuration.append(("\(filter).required", "false"))
    }
    environment.setGitConfiguration(configuration)
    self.environment = environment
    let answer = try await Self.ask(
      [
        "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir",
        "--is-shallow-repository",
        "--show-prefix",
      ], git, environment, directory)
    let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count > 3 else {
      throw .gitFailed(what: "git rev-parse", reason: "it is older than 2.31", errors: "")
    }
    root = FilePath(lines[0])
    common = FilePath(lines[1])
    isShallow = lines[2] == "true"
    prefix = lines[3]
  }

  /// What would run something, or leave something out, switched off.
  private static let harmless = [
    ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("protocol.allow", "never"),
    ("core.sparseCheckout", "false"), ("submodule.recurse", "false"), ("gc.auto", "0"),
    ("maintenance.auto", "false"),
  ]

  /// The commit that a revision names (`v1.2.0`, `HEAD~3`, `main`); nil where there is none.
  public func commit(of revision: String) async throws(DisassemblyError) -> String? {
    guard !revision.isEmpty, !revision.hasPrefix("-"), !revision.contains("\0") else { return nil }
    let answer = try await ask(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], mayFail: true)
    let commit = answer.split(separator: "\n").last.map(String.init) ?? ""
    return commit.count >= 40 && commit.allSatisfy(\.isHexDigit) ? commit : nil
  }

  /// Lends a commit's files, in a folder of their own that is gone afterwards, whatever the way out.
  public func withWorktree<Result>(
    of commit: String, _ body: (GitWorktree) async throws -> Result
  ) async throws -> Result {
    let tree = try GitWorktree(of: self, environment)
    do {
      _ = try await ask(["worktree", "add", "--quiet", "--detach", tree.folder.string, commit])
      let result = try await body(tree)
      await remove(tree)
      return result
    } catch {
      await remove(tree)
      throw error
    }
  }

  /// What a working tree has that a commit has not: lines that changed or came, by the path from ``root`` on. A place
  /// where lines were taken out is the two lines around it; all of a file that git does not track is new.
  ///
  /// - Parameter isMeant: which files are asked for.
  public func changedLines(
    since commit: String, where isMeant: (String) -> Bool
  ) async throws(DisassemblyError) -> [String: [ClosedRange<Int>]] {
    let plain = [
      "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative", commit, "--",
    ]
    var changes: [String: [ClosedRange<Int>]] = [:]
    // A file at a time: what is kept of a child's output is bounded.
    for path in Self.paths(try await ask(["diff", "--name-only", "-z"] + plain)) where isMeant(path) {
      let text = try await ask(["diff", "--unified=0"] + plain + [":(top,literal)" + path])
      changes[path] = text.split(separator: "\n").compactMap(Self.hunk)
    }
    let new = try await ask(["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/"])
    for path in Self.paths(new) where isMeant(path) { changes[path] = [1...Int.max] }
    return changes
  }

  private static func paths(_ text: String) -> [String] { text.split(separator: "\0").map(String.init) }

  /// The lines of `@@ -88,2 +90,3 @@ func …`, as they are now.
  private static func hunk(_ line: Substring) -> ClosedRange<Int>? {
    guard line.hasPrefix("@@ "), let now = line.split(separator: " ").first(where: { $0.hasPrefix("+") })
    else {
      return nil
    }
    let numbers = now.dropFirst().split(separator: ",").compactMap { Int($0) }
    guard let first = numbers.first, first >= 0, first < Int.max / 2 else { return nil }
    let count = numbers.count > 1 ? numbers[1] : 1
    return count == 0 ? first...first + 1 : first...first + count - 1
  }

  /// Twice `--force`: a worktree that was not finished is locked. Never `prune`: that would also take away worktrees of
  /// the user's whose disk is not there just now.
  private func remove(_ tree: GitWorktree) async {
    _ = try? await ask(["worktree", "remove", "--force", "--force", tree.folder.string], mayFail: true)
    tree.remove()
  }

  private func ask(_ arguments: [String], mayFail: Bool = false) async throws(DisassemblyError) -> String {
    try await Self.ask(arguments, git, environment, directory, mayFail: mayFail)
  }

  private static func ask(
    _ arguments: [String], _ git: FilePath, _ environment: ChildEnvironment, _ directory: FilePath?,
    mayFail: Bool = false
  ) async throws(DisassemblyError) -> String {
    let answer: (output: HeadAndTail, ending: Ending)
    do throws(Errno) {
      answer = try await ChildProcess.run(
        Command(
          executable: git, arguments: arguments.map { .init($0) }, environment: environment,
          directory: directory))
    } catch {
      throw .notStarted(git, error)
    }
    guard answer.ending.isSuccess || mayFail else {
      throw .gitFailed(
        what: "git \(arguments[0])", reason: answer.ending.reason, errors: answer.ending.errors)
    }
    return answer.ending.isSuccess ? answer.output.text : ""
  }
}

extension ChildEnvironment {
  /// What git takes over its files (git-config(1), GIT_CONFIG_COUNT): as variables, since a key may hold `=`.
  fileprivate mutating func setGitConfiguration(_ rows: [(key: String, value: String)]) {
    self["GIT_CONFIG_COUNT"] = "\(rows.count)"
    for (i, row) in rows.enumerated() {
      self["GIT_CONFIG_KEY_\(i)"] = row.key
      self["GIT_CONFIG_VALUE_\(i)"] = row.value
    }
  }
}
