public import SystemPackage

/// The git repository around a folder. No program that its files or its configuration name is run. Git is
/// asked only for objects and names, which it gives without hooks, filters, external diffs or transports; and
/// settings that could make it start a program are switched off in a way that overrides any configuration.
public struct GitRepository: Sendable {
  /// The repository's top folder.
  public let root: FilePath
  /// The path from ``root`` to the folder: empty, or like `cmd/app/`.
  public let prefix: String
  /// Whether the repository's history is cut off (`git clone --depth`).
  public let isShallow: Bool

  private let git: FilePath
  private let environment: ChildEnvironment

  /// Finds the repository.
  ///
  /// - Parameters:
  ///   - directory: the folder; nil means the current one.
  ///   - toolbox: finds the git command.
  ///   - environment: git's variables. GIT_… is not inherited: in a hook, these name the repository that is
  ///     being committed to.
  /// - Throws: ``DisassemblyError/noGit``, or ``DisassemblyError/gitFailed(what:reason:errors:)``, for
  ///   example outside of any repository.
  public init(
    around directory: FilePath? = nil, _ toolbox: Toolbox, environment: ChildEnvironment = .current
  ) async throws(DisassemblyError) {
    guard let git = toolbox.git else { throw .noGit }
    self.git = git
    var environment = environment
    environment.removeAll(prefix: "GIT_")
    environment["PWD"] = nil
    environment["LC_ALL"] = "C"
    // Keep git from fetching a missing object. From git 2.44 on, the first variable forbids it. For earlier
    // versions, no transport is allowed, which overrides protocol.allow and protocol.*.allow (git(1),
    // git-config(1)).
    environment["GIT_NO_LAZY_FETCH"] = "1"
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment.setGitConfiguration([
      ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("protocol.allow", "never"),
      ("submodule.recurse", "false"), ("gc.auto", "0"), ("maintenance.auto", "false"),
      // A clone may contain another repository, without a `.git`, as plain files.
      ("safe.bareRepository", "explicit"),
    ])
    self.environment = environment
    let answer = try await Self.ask(
      [
        "rev-parse", "--path-format=absolute", "--show-toplevel", "--is-shallow-repository", "--show-prefix",
      ], git, environment, directory)
    let lines = String(decoding: answer, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    guard lines.count > 2 else {
      throw .gitFailed(what: "git rev-parse", reason: "it is older than 2.31", errors: "")
    }
    root = FilePath(lines[0])
    isShallow = lines[1] == "true"
    prefix = lines[2]
  }

  /// Returns the commit that a revision names (`v1.2.0`, `HEAD~3`, `main`); nil where there is none.
  public func commit(of revision: String) async throws(DisassemblyError) -> String? {
    guard !revision.isEmpty, !revision.hasPrefix("-"), !revision.contains("\0") else { return nil }
    let answer = try await ask(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], mayFail: true)
    let commit = answer.split(separator: UInt8(ascii: "\n")).last ?? []
    guard commit.count >= 40, commit.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
      return nil
    }
    return String(decoding: commit, as: UTF8.self)
  }

  /// Calls `body` with a commit's files, in a folder of their own that is removed afterwards, however the
  /// call ends. The files are those of the commit, byte for byte: no line endings, encodings or keywords are
  /// converted, and no filter (git-lfs, git-crypt) is run. Submodules are empty folders.
  ///
  /// - Throws: ``DisassemblyError``, also where an object is not in this clone; and any error of `body`.
  public func withFiles<Result>(
    of commit: String, _ body: (CommitFiles) async throws -> Result
  ) async throws -> Result {
    let files = try CommitFiles(environment)
    let entries = try await entries(of: commit)
    let writer = TreeWriter(files.folder)
    let blobs = entries.filter { $0.kind != .submodule }
    for entry in entries where entry.kind == .submodule { try writer.addFolder(entry.path) }
    // Links come last, so that no file is written through one.
    let ordered = blobs.filter { $0.kind != .link } + blobs.filter { $0.kind == .link }
    try await read(ordered.map(\.object)) { i, content throws(DisassemblyError) in
      try writer.add(ordered[i], content)
    }
    return try await body(files)
  }

  /// Returns the entries of a commit: files, links and submodules.
  func entries(of commit: String) async throws(DisassemblyError) -> [TreeEntry] {
    let list = try await ask(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit])
    var entries: [TreeEntry] = []
    for row in list.split(separator: 0) {
      guard let entry = TreeEntry(row) else {
        throw .gitFailed(
          what: "git ls-tree", reason: "it printed what is no entry of a tree",
          errors: String(decoding: row.prefix(200), as: UTF8.self))
      }
      entries.append(entry)
    }
    return entries
  }

  /// Reads objects by their names, and passes the content of each to `body`, in the order of the names.
  ///
  /// - Throws: ``DisassemblyError``, also where an object is not in this clone.
  func read(
    _ objects: [ArraySlice<UInt8>],
    _ body: (_ index: Int, _ content: ArraySlice<UInt8>) throws(DisassemblyError) -> Void
  ) async throws(DisassemblyError) {
    // Read 512 objects at a time, to limit how much of a large repository is in memory.
    var start = 0
    while start < objects.count {
      let end = min(start + 512, objects.count)
      let answer = try await ask(["cat-file", "--batch"], input: objects[start..<end])
      var reader = BatchReader(answer)
      for i in start..<end {
        guard let content = reader.next(objects[i]) else {
          throw .gitFailed(
            what: "git cat-file",
            reason:
              "object \(String(decoding: objects[i], as: UTF8.self)) is not in this clone, and is not fetched "
              + "from here; «git fetch --refetch» brings what is missing", errors: "")
        }
        try body(i, content)
      }
      start = end
    }
  }

  /// Runs git in the repository's folder and returns its output.
  ///
  /// - Parameters:
  ///   - arguments: the arguments.
  ///   - input: lines for its standard input.
  ///   - mayFail: whether to return nothing, rather than throw, when it fails.
  func ask(
    _ arguments: [String], input: some Collection<ArraySlice<UInt8>> = [], mayFail: Bool = false
  ) async throws(DisassemblyError) -> [UInt8] {
    guard !input.isEmpty else {
      return try await Self.ask(arguments, git, environment, root, mayFail: mayFail)
    }
    let folder = try TemporaryFolder()
    let path = folder.path.appending("input")
    do {
      let file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      defer { try? file.close() }
      var bytes: [UInt8] = []
      for line in input {
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
      }
      _ = try file.writeAll(bytes)
      _ = try file.seek(offset: 0, from: .start)
      return try await Self.ask(arguments, git, environment, root, input: file, mayFail: mayFail)
    } catch let error as DisassemblyError {
      throw error
    } catch {
      throw .noCache(path, error as? Errno ?? .ioError)
    }
  }

  /// Compares a file with older content, by git's own diff outside of any repository.
  ///
  /// - Returns: git's unified diff, without context lines.
  func difference(_ old: FilePath, _ new: FilePath) async throws(DisassemblyError) -> [UInt8] {
    var environment = environment
    // Without a repository, neither its configuration nor its attributes apply.
    environment["GIT_DIR"] = "/dev/null"
    let arguments: [Command.Argument] =
      [
        "diff", "--no-index", "--text", "--unified=0", "--inter-hunk-context=0", "--ignore-cr-at-eol",
        "--no-color",
        "--no-ext-diff", "--no-textconv", "--no-renames", "-O/dev/null", "--",
      ].map { .init($0) } + [.init(plain: old), .init(plain: new)]
    let answer = try await Self.run(arguments, git, environment, nil, nil)
    // Status 1 means that they differ.
    guard answer.ending.isSuccess || answer.ending.status == .exited(1) else {
      throw .gitFailed(what: "git diff", reason: answer.ending.reason, errors: answer.ending.errors)
    }
    return answer.output
  }

  /// Returns the repository of a submodule, or of another repository inside this one; nil where there is none
  /// (yet).
  func inner(_ path: FilePath) async -> GitRepository? {
    guard (try? Stat(path.appending(".git"), followTargetSymlink: false)) != nil else { return nil }
    return try? await GitRepository(git, root: path, environment)
  }

  private init(_ git: FilePath, root: FilePath, _ environment: ChildEnvironment)
    async throws(DisassemblyError)
  {
    self.git = git
    self.environment = environment
    let answer = try await Self.ask(["rev-parse", "--show-prefix"], git, environment, root)
    // In any other folder than its top folder, git would find the outer repository again.
    guard answer.allSatisfy({ $0 == UInt8(ascii: "\n") }) else { throw .noGit }
    self.root = root
    prefix = ""
    isShallow = false
  }

  private static func ask(
    _ arguments: [String], _ git: FilePath, _ environment: ChildEnvironment, _ directory: FilePath?,
    input: FileDescriptor? = nil, mayFail: Bool = false
  ) async throws(DisassemblyError) -> [UInt8] {
    let answer = try await run(arguments.map { .init($0) }, git, environment, directory, input)
    if case .tooMuch = answer.ending.status {
      throw .gitFailed(what: "git \(arguments[0])", reason: answer.ending.reason, errors: "")
    }
    guard answer.ending.isSuccess || mayFail else {
      throw .gitFailed(
        what: "git \(arguments[0])", reason: answer.ending.reason, errors: answer.ending.errors)
    }
    return answer.ending.isSuccess ? answer.output : []
  }

  private static func run(
    _ arguments: [Command.Argument], _ git: FilePath, _ environment: ChildEnvironment, _ directory: FilePath?,
    _ input: FileDescriptor?
  ) async throws(DisassemblyError) -> (output: [UInt8], ending: Ending) {
    do throws(Errno) {
      return try await ChildProcess.run(
        Command(
          executable: git, arguments: arguments, environment: environment, directory: directory, input: input)
      )
    } catch {
      throw .notStarted(git, error)
    }
  }
}

extension ChildEnvironment {
  /// Sets configuration that overrides git's files (git-config(1), GIT_CONFIG_COUNT). It is passed in
  /// variables, since a key may contain `=`.
  fileprivate mutating func setGitConfiguration(_ rows: [(key: String, value: String)]) {
    self["GIT_CONFIG_COUNT"] = "\(rows.count)"
    for (i, row) in rows.enumerated() {
      self["GIT_CONFIG_KEY_\(i)"] = row.key
      self["GIT_CONFIG_VALUE_\(i)"] = row.value
    }
  }
}
