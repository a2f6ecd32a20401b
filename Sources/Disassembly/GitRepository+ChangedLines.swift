import SystemPackage

extension GitRepository {
  /// The lines of files, by the path from ``GitRepository/root`` on.
  public typealias Lines = [String: [ClosedRange<Int>]]

  /// What a working tree has that a commit has not: lines that changed or came. A place where lines were taken out is the
  /// two lines around it; all of a file that git does not track is new. Other line ends are no change. What lies in a
  /// submodule is held against the submodule's own commit.
  ///
  /// Bytes are held against bytes: no attribute of the repository (`-diff`, `filter`, `working-tree-encoding`) has a
  /// say. Where a filter keeps another form of a file (git-crypt), all of its lines count as changed.
  ///
  /// - Parameter isMeant: which files are asked for.
  public func changedLines(
    since commit: String, where isMeant: (String) -> Bool
  ) async throws(DisassemblyError) -> Lines {
    try await changedLines(since: commit, depth: 0, where: isMeant)
  }

  private func changedLines(
    since commit: String?, depth: Int, where isMeant: (String) -> Bool
  ) async throws(DisassemblyError) -> Lines {
    var old: [ArraySlice<UInt8>: TreeEntry] = [:]
    if let commit { for entry in try await entries(of: commit) { old[entry.path] = entry } }
    let list = try await ask(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    var lines: Lines = [:]
    /// Files that the commit has too, and what it has of them.
    var pairs: [(path: ArraySlice<UInt8>, entry: TreeEntry)] = []
    // A file in conflict stands there several times.
    for path in Set(list.split(separator: 0)) {
      let name = String(decoding: path, as: UTF8.self)
      switch try? Stat(place(path), followTargetSymlink: false).type {
      case .directory:
        let below = try await innerLines(path, old[path], depth, isMeant)
        for (inner, ranges) in below { lines["\(name.hasSuffix("/") ? name : name + "/")\(inner)"] = ranges }
      case nil: continue
      case .regular?:
        guard isMeant(name) else { continue }
        if let entry = old[path], entry.kind == .file || entry.kind == .program {
          pairs.append((path, entry))
        } else {
          lines[name] = [1...Int.max]
        }
      default: if isMeant(name) { lines[name] = [1...Int.max] }
      }
    }
    let changed = try await changed(pairs)
    guard !changed.isEmpty else { return lines }
    let folder = try TemporaryFolder()
    let base = folder.path.appending("old")
    var contents: [[UInt8]] = []
    try await read(changed.map(\.entry.object)) { _, content throws(DisassemblyError) in
      contents.append(Array(content))
    }
    for (pair, content) in zip(changed, contents) {
      do {
        let file = try FileDescriptor.open(
          base, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(content) }
      } catch {
        throw .noCache(base, error as? Errno ?? .ioError)
      }
      let text = try await difference(base, place(pair.path))
      lines[String(decoding: pair.path, as: UTF8.self)] = text.split(separator: UInt8(ascii: "\n"))
        .compactMap { Self.hunk(String(decoding: $0, as: UTF8.self)) }
    }
    return lines
  }

  /// What changed in a submodule, or in a repository that lies here without being one: there all is new.
  private func innerLines(
    _ path: ArraySlice<UInt8>, _ entry: TreeEntry?, _ depth: Int, _ isMeant: (String) -> Bool
  ) async throws(DisassemblyError) -> Lines {
    guard depth < 16, let inner = await inner(place(path)) else { return [:] }
    var commit: String?
    // Where the submodule's clone does not have the commit, nothing of it is known to be old.
    if let entry, entry.kind == .submodule {
      commit = try await inner.commit(of: String(decoding: entry.object, as: UTF8.self))
    }
    return try await inner.changedLines(since: commit, depth: depth + 1, where: isMeant)
  }

  /// Of files that a commit has too those that are not as they are there, by their objects' names.
  private func changed(
    _ pairs: [(path: ArraySlice<UInt8>, entry: TreeEntry)]
  ) async throws(DisassemblyError) -> [(path: ArraySlice<UInt8>, entry: TreeEntry)] {
    // `--stdin-paths` takes a line each, and undoes quotes.
    func isPlain(_ path: ArraySlice<UInt8>) -> Bool {
      path.first != UInt8(ascii: "\"") && !path.contains(UInt8(ascii: "\n"))
        && !path.contains(UInt8(ascii: "\r"))
    }
    let plain = pairs.filter { isPlain($0.path) }
    var changed = pairs.filter { !isPlain($0.path) }
    guard !plain.isEmpty else { return changed }
    let answer = try await ask(["hash-object", "--no-filters", "--stdin-paths"], input: plain.map(\.path))
    let names = answer.split(separator: UInt8(ascii: "\n"))
    guard names.count == plain.count else {
      throw .gitFailed(
        what: "git hash-object", reason: "it named \(names.count) of \(plain.count) files", errors: "")
    }
    for (pair, name) in zip(plain, names) where name != pair.entry.object { changed.append(pair) }
    return changed
  }

  /// Where a file lies.
  private func place(_ path: ArraySlice<UInt8>) -> FilePath {
    let below = unsafe (path.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer {
      unsafe FilePath(platformString: $0.baseAddress!)
    }
    return root.appending(below.components)
  }

  /// The lines of `@@ -88,2 +90,3 @@ func …`, as they are now.
  static func hunk(_ line: String) -> ClosedRange<Int>? {
    guard line.hasPrefix("@@ "), let now = line.split(separator: " ").first(where: { $0.hasPrefix("+") })
    else { return nil }
    let numbers = now.dropFirst().split(separator: ",").compactMap { Int($0) }
    guard let first = numbers.first, first >= 0, first < Int.max / 2 else { return nil }
    let count = numbers.count > 1 ? numbers[1] : 1
    guard count > 0 else { return first...first + 1 }
    guard count < Int.max / 2 else { return nil }
    return first...first + count - 1
  }
}
