import SystemPackage

extension GitRepository {
  /// The lines of files, by the file's path from ``GitRepository/root``.
  public typealias Lines = [String: [ClosedRange<Int>]]

  /// Returns the lines of the working tree that were changed or added since a commit. Where lines were
  /// removed, the two lines around that place count. In a file that git does not track, every line is new.
  /// Other line endings are no change. The content of a submodule is compared with the submodule's own
  /// commit.
  ///
  /// Bytes are compared with bytes: no attribute of the repository (`-diff`, `filter`,
  /// `working-tree-encoding`) has any effect. Where a filter stores a file in another form (git-crypt), all
  /// of the file's lines count as changed.
  ///
  /// - Parameters:
  ///   - commit: the commit to compare with; nil where there is none yet: every line is new.
  ///   - isMeant: whether a file, by its path, is to be compared.
  public func changedLines(
    since commit: String?, where isMeant: (String) -> Bool
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
    /// The files that the commit has too, with the commit's entries for them.
    var pairs: [(path: ArraySlice<UInt8>, entry: TreeEntry)] = []
    // A file in conflict is listed several times.
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

  /// Returns the lines that changed in a submodule, or in a repository that is here without being a
  /// submodule: there, everything is new.
  private func innerLines(
    _ path: ArraySlice<UInt8>, _ entry: TreeEntry?, _ depth: Int, _ isMeant: (String) -> Bool
  ) async throws(DisassemblyError) -> Lines {
    guard depth < 16, let inner = await inner(place(path)) else { return [:] }
    var commit: String?
    // Where the submodule's clone does not have the commit, every line counts as new.
    if let entry, entry.kind == .submodule {
      commit = try await inner.commit(of: String(decoding: entry.object, as: UTF8.self))
    }
    return try await inner.changedLines(since: commit, depth: depth + 1, where: isMeant)
  }

  /// Returns those of the given files whose content differs from the commit's, by the names of their objects.
  private func changed(
    _ pairs: [(path: ArraySlice<UInt8>, entry: TreeEntry)]
  ) async throws(DisassemblyError) -> [(path: ArraySlice<UInt8>, entry: TreeEntry)] {
    // `--stdin-paths` reads one path per line, and unquotes it.
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

  /// Returns the full path of a file.
  private func place(_ path: ArraySlice<UInt8>) -> FilePath {
    let below = unsafe (path.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer {
      unsafe FilePath(platformString: $0.baseAddress!)
    }
    return root.appending(below.components)
  }

  /// Returns the current lines in a hunk's header, `@@ -88,2 +90,3 @@ func …`: 90 to 92 here. Nil for any
  /// other line.
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
