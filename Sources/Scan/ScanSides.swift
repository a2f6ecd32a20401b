import Disassembly
import GoBinary
import ProgramModel
import SystemPackage

/// Scans the two sides of a comparison. Where one is a revision, that revision and Go code on the other side
/// are built in the same way: with `-trimpath`, so that their folders do not matter, and without a version
/// control stamp.
///
/// - Parameters:
///   - before: the old side.
///   - after: the new side.
///   - package: the package to build from revisions that do not name one. Nil takes the other side's where
///     that is Go code, or else the only program below the current folder, or else every package below it,
///     compiled and not linked.
///   - options: the choices for the scans.
/// - Throws: ``ScanError``; errors about a revision contain its name.
public func scan(
  _ before: Side, _ after: Side, package: String? = nil, options: ScanOptions
) async throws(ScanError) -> (before: ScanResult, after: ScanResult) {
  do {
    let builder = SideBuilder(before, after, package, options)
    return try await builder.withTree(before) { old in
      try await builder.withTree(after) { new in
        let plan = try await builder.plan(old, new)
        let first = try await builder.scan(before, old, plan)
        return (first, try await builder.scan(after, new, plan))
      }
    }
  } catch let error as ScanError {
    throw error
  } catch let error as DisassemblyError {
    throw .disassembly(error)
  } catch {
    throw .unreadable("the comparison", reason: "\(error)")
  }
}

/// Builds and scans the sides.
private struct SideBuilder {
  /// The choice of what to build from a revision.
  enum Plan {
    case package(String)
    /// All packages, compiled and not linked.
    case archives
  }

  private let sides: [Side]
  private let package: String?
  private var options: ScanOptions

  init(_ before: Side, _ after: Side, _ package: String?, _ options: ScanOptions) {
    sides = [before, after]
    self.package = package
    self.options = options
    // The last flag counts, so the user's own flags take precedence.
    if sides.contains(where: \.isRevision) { self.options.goFlags = ["-trimpath"] + options.goFlags }
  }

  /// Calls `body` with the files of a revision, or with nil for another side.
  func withTree<Result>(_ side: Side, _ body: (CommitFiles?) async throws -> Result) async throws -> Result {
    guard case .revision(let revision) = side else { return try await body(nil) }
    options.progress?(Progress(text: "checking out \(revision.name)"))
    return try await revision.repository.withFiles(of: revision.commit) { try await body($0) }
  }

  /// Determines what to build from revisions that do not name a package.
  func plan(_ old: CommitFiles?, _ new: CommitFiles?) async throws -> Plan {
    let open = zip(sides, [old, new]).filter { side, _ in
      if case .revision(let revision) = side { revision.package == nil } else { false }
    }
    guard !open.isEmpty else { return .archives }
    if let package { return .package(package) }
    for side in sides {
      switch side {
      case .revision(let revision): if let package = revision.package { return .package(package) }
      case .input(let path): if let code = Self.code(path) { return .package(code) }
      }
    }
    // If both revisions have the same single program, build that.
    var mains: Set<[String]> = []
    for (side, tree) in open {
      guard case .revision(let revision) = side, let tree else { continue }
      mains.insert(
        try await named(revision, tree) {
          try await GoBuild(options.toolbox).mains(
            packages: ["./..."], flags: options.goFlags, directory: folder(of: revision, in: tree))
        })
    }
    if mains.count == 1, let only = mains.first, only.count == 1 { return .package(only[0]) }
    if open.count < sides.count {
      let all = Set(mains.joined()).sorted()
      let problem =
        all.isEmpty ? "no program below this folder" : "\(all.count) programs are below this folder"
      let list = all.map { "\n  \($0)" }.joined()
      throw ScanError.revision(
        sides.lazy.compactMap(\.revisionName).first ?? "",
        "\(problem), and the other side is one that is built; name one with --package\(all.isEmpty ? "" : ":")\(list)"
      )
    }
    return .archives
  }

  func scan(_ side: Side, _ tree: CommitFiles?, _ plan: Plan) async throws -> ScanResult {
    switch side {
    case .input(let path): return try await Scan.scan(path, options: options)
    case .revision(let revision):
      guard let tree else { throw ScanError.noSuchFile(revision.name) }
      return try await named(revision, tree) { try await build(revision, tree, plan) }
    }
  }

  private func build(_ revision: Side.Revision, _ tree: CommitFiles, _ plan: Plan) async throws -> ScanResult
  {
    let directory = folder(of: revision, in: tree)
    let build = try GoBuild(options.toolbox)
    var result: ScanResult
    if case .package(let package) = plan.of(revision) {
      let name = Self.below(revision, package)
      options.progress?(Progress(text: "building \(package) of \(revision.name)"))
      if let program = try await build.run(
        packages: [name], flags: options.goFlags, directory: directory, output: tree.output)
      {
        let binary = try BinaryFile(path: program.path)
        let own = Own(prefixes: [program.modulePath].compactMap(\.self), from: .list)
        result = try await scanBinary(binary, package, options, own: own)
      } else {
        result = try await scanArchives(build, [name], in: directory, shown: package, options).result
      }
    } else {
      options.progress?(Progress(text: "compiling \(revision.name)"))
      result = try await scanArchives(build, ["./..."], in: directory, shown: "./...", options).result
    }
    result.program.header.input = revision.name
    return result
  }

  /// Returns the folder in the revision that corresponds to the current folder.
  private func folder(of revision: Side.Revision, in tree: CommitFiles) -> FilePath {
    tree.folder.appending(revision.repository.prefix)
  }

  /// Returns a package's name in the revision: an absolute path must be inside the repository's own folder.
  private static func below(_ revision: Side.Revision, _ package: String) -> String {
    var path = FilePath(package)
    guard path.isAbsolute, path.removePrefix(revision.repository.root) else { return package }
    let up = revision.repository.prefix.split(separator: "/").map { _ in "../" }.joined()
    return "./" + up + path.string
  }

  /// Returns Go code as the go command takes it; nil for any other input.
  private static func code(_ input: [CChar]) -> String? {
    let name = String(platformString: input)
    if name.hasSuffix("...") { return name }
    let path = unsafe input.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
    switch InputKindOnDisk(path) {
    case .folder, .goFile: return name
    default: return nil
    }
  }

  /// Runs `body`, and adds the revision's name to its errors, in place of the folder, which is removed by
  /// then.
  private func named<Result>(
    _ revision: Side.Revision, _ tree: CommitFiles, _ body: () async throws -> Result
  ) async throws -> Result {
    func failure(_ text: String) -> ScanError {
      .revision(revision.name, text.replacing(tree.folder.string, with: revision.name))
    }
    do { return try await body() } catch let error as DisassemblyError {
      throw failure(error.withoutFolder.description)
    } catch let error as BinaryError {
      throw failure(error.description)
    } catch let error as ScanError {
      guard case .disassembly(let error) = error else { throw failure(error.description) }
      throw failure(error.withoutFolder.description)
    }
  }
}

extension SideBuilder.Plan {
  /// Returns the plan for a revision, whose own package takes precedence.
  fileprivate func of(_ revision: Side.Revision) -> SideBuilder.Plan {
    revision.package.map { .package($0) } ?? self
  }
}

extension Side {
  fileprivate var isRevision: Bool { revisionName != nil }

  fileprivate var revisionName: String? {
    if case .revision(let revision) = self { revision.name } else { nil }
  }
}
