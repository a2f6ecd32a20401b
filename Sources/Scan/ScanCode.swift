import Disassembly
import GoBinary
import ProgramModel
public import SystemPackage

/// Scans Go code. A program is built first, in the user's cache folder; packages without a main are compiled.
func scanCode(_ name: String, _ options: ScanOptions) async throws(ScanError) -> ScanResult {
  do {
    options.progress?(Progress(text: "building \(name)"))
    let build = try GoBuild(options.toolbox)
    guard let program = try await build.run(packages: [name], flags: options.goFlags) else {
      return try await scanPackages(build, name, options)
    }
    let binary: BinaryFile
    do { binary = try BinaryFile(path: program.path) } catch { throw ScanError.binary(error) }
    // Outside of any module, only package main is the user's.
    let own = Own(prefixes: [program.modulePath].compactMap(\.self), from: .list)
    var result = try await scanBinary(binary, name, options, own: own)
    let seconds = Int((program.seconds * 10).rounded())
    result.warnings.insert(
      "built \(program.package ?? name) with \(program.goVersion) in \(seconds / 10).\(seconds % 10) s", at: 0
    )
    return result
  } catch let error as DisassemblyError {
    throw .disassembly(error.naming(name))
  } catch let error as ScanError {
    throw error
  } catch {
    throw .unreadable(name, reason: "\(error)")
  }
}

/// Scans packages without a main.
private func scanPackages(
  _ build: GoBuild, _ name: String, _ options: ScanOptions
) async throws -> ScanResult {
  var result = try await scanArchives(build, [name], shown: name, options).result
  guard !result.program.functions.isEmpty else { throw ScanError.noInstructions(name) }
  result.warnings[0] = "no package main: " + result.warnings[0]
  return result
}

/// The result of a scan of compiled packages, which may include programs that are not linked.
public struct PackageScan: Sendable {
  /// The functions of all packages; each package has its own range of addresses.
  public var result: ScanResult
  /// The modules of the packages, with their folders.
  public var modules: [(path: String, folder: String)]
  /// The Go tree that the packages were compiled with.
  public var goroot: FilePath?
  /// The absolute paths of the files that were read.
  public var files: Set<String>
  /// The import paths of the packages that were not read, since the time was up, and their files.
  public var left: (packages: [String], files: Set<String>)
}

/// Compiles packages and models all their functions.
///
/// - Parameters:
///   - packages: the packages, as the go command takes them: `./...`, `./cmd/app`, `example.com/app/lib`.
///   - directory: the folder that relative packages start from; nil means the current one.
///   - options: the choices for the scan.
/// - Returns: the scan; its program is empty where the packages have no code (types and constants alone).
/// - Throws: ``ScanError`` when the go command fails, or when there is no package.
public func scan(
  packages: [String], in directory: FilePath? = nil, options: ScanOptions
) async throws(ScanError) -> PackageScan {
  let name = packages.joined(separator: " ")
  do {
    options.progress?(Progress(text: "compiling \(name)"))
    return try await scanArchives(GoBuild(options.toolbox), packages, in: directory, shown: name, options)
  } catch let error as DisassemblyError {
    throw .disassembly(error.naming(name))
  } catch let error as ScanError {
    throw error
  } catch {
    throw .unreadable(name, reason: "\(error)")
  }
}

/// Links every program among the packages, and models each.
///
/// - Parameters: as in ``scan(packages:in:options:)``.
/// - Throws: ``ScanError`` when the go command fails, or when no package is a program.
public func scan(
  programsOf packages: [String], in directory: FilePath? = nil, options: ScanOptions
) async throws(ScanError) -> [ScanResult] {
  let name = packages.joined(separator: " ")
  do {
    let build = try GoBuild(options.toolbox)
    let mains = try await build.mains(packages: packages, flags: options.goFlags, directory: directory)
    guard !mains.isEmpty else { throw DisassemblyError.noProgram(packages) }
    var results: [ScanResult] = []
    for main in mains {
      options.progress?(Progress(text: "building \(main)"))
      // A program made from single files has no import path of its own.
      let target = main == "command-line-arguments" ? packages : [main]
      let (built, spare) = try await link(build, target, directory, options)
      guard let built else { continue }
      let binary = try BinaryFile(path: built.path)
      let own = Own(prefixes: [built.modulePath].compactMap(\.self), from: .list)
      results.append(try await scanBinary(binary, main, options, own: own))
      withExtendedLifetime(spare) {}
    }
    return results
  } catch let error as DisassemblyError {
    throw .disassembly(error.naming(name))
  } catch let error as BinaryError {
    throw .binary(error)
  } catch let error as ScanError {
    throw error
  } catch {
    throw .unreadable(name, reason: "\(error)")
  }
}

/// Links a program in the user's cache, or in a temporary folder where the cache cannot be used.
private func link(
  _ build: GoBuild, _ packages: [String], _ directory: FilePath?, _ options: ScanOptions
) async throws -> (GoBuild.Program?, TemporaryFolder?) {
  do {
    return (try await build.run(packages: packages, flags: options.goFlags, directory: directory), nil)
  } catch {
    guard case .noCache = error else { throw error }
    let spare = try TemporaryFolder()
    return (
      try await build.run(
        packages: packages, flags: options.goFlags, directory: directory, output: spare.path), spare
    )
  }
}

/// Scans the archive of each package, and joins the results.
func scanArchives(
  _ build: GoBuild, _ patterns: [String], in directory: FilePath? = nil, shown name: String,
  _ options: ScanOptions
) async throws -> PackageScan {
  let packages = try await build.archives(
    packages: patterns, flags: options.goFlags, directory: directory, tests: options.tests)
  guard let first = packages.first else { throw DisassemblyError.noMain(patterns) }
  // The tests of a module's topmost package may be in `example.com/app_test`.
  let paths = packages.flatMap { package -> [String] in
    let isBeside = package.importPath.hasSuffix("_test")
    return [package.modulePath ?? package.importPath] + (isBeside ? [package.importPath] : [])
  }
  let own = Own(prefixes: Set(paths).sorted(), from: .list)
  var options = options
  options.toolbox = options.toolbox.with(goroot: first.goroot)
  var whole: ScanResult?
  var left: [GoBuild.Package] = []
  for (i, part) in try await scanEach(packages, name, own, options).enumerated() {
    guard let part else {
      left.append(packages[i])
      continue
    }
    // A package of only types and constants has no code.
    guard let part else { continue }
    // The distance is large enough, since an archive has less than 4 GB of code.
    if whole == nil { whole = part } else { whole?.add(part, at: UInt64(i) << 32) }
  }
  guard var whole = whole ?? empty(first, own) else { throw ScanError.noInstructions(name) }
  whole.program.header.input = name
  whole.program.header.inputKind = .archive
  whole.program.header.contentHash = nil
  whole.program.header.modulePath = first.modulePath
  Resolution.resolveCalls(&whole.program, jobs: options.jobs)
  whole.warnings.insert(
    "compiled \(packages.count) \(packages.count == 1 ? "package" : "packages") of \(name)", at: 0)
  var folders: [String: String] = [:]
  for package in packages {
    if let path = package.modulePath, let folder = package.moduleFolder { folders[path] = folder.string }
  }
  let unread = Set(left.flatMap(\.files))
  return PackageScan(
    result: whole, modules: folders.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
    goroot: first.goroot, files: Set(packages.flatMap(\.files)).subtracting(unread),
    left: (left.map(\.name), unread))
}

/// Returns the scan of packages without code; nil for a machine that is not supported.
private func empty(_ package: GoBuild.Package, _ own: Own) -> ScanResult? {
  guard let arch = Architecture(rawValue: package.arch) else { return nil }
  let header = Program.Header(
    input: "", inputKind: .archive, os: package.os, arch: arch, ownFrom: own.from, ownPrefixes: own.prefixes,
    disassembler: .go)
  let program = Program(
    header: header, names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
  return ScanResult(program: program, listings: [:], warnings: [])
}

/// Scans as many archives at a time as there are jobs: most archives are small.
///
/// - Returns: for each package its scan, which is nil for one without code; and nil where the time was up.
private func scanEach(
  _ packages: [GoBuild.Package], _ name: String, _ own: Own, _ options: ScanOptions
) async throws -> [ScanResult??] {
  var parts: [ScanResult??] = Array(repeating: nil, count: packages.count)
  var each = options
  if packages.count > 1 { each.jobs = 1 }
  try await withThrowingTaskGroup(of: (Int, ScanResult?).self) { group in
    for (i, package) in packages.enumerated() {
      if i >= options.jobs, let (done, part) = try await group.next() { parts[done] = .some(part) }
      if let deadline = options.deadline, ContinuousClock.now >= deadline { break }
      let options = each
      group.addTask {
        options.progress?(Progress(text: "reading \(package.importPath)"))
        return (i, try await scanArchive(package.archive, name, options, own))
      }
    }
    for try await (done, part) in group { parts[done] = .some(part) }
  }
  return parts
}

extension ScanResult {
  /// Adds the scan of another object, moved to its own addresses.
  mutating func add(_ other: ScanResult, at base: UInt64) {
    program.join(other.program, at: base)
    warnings += other.warnings
    for (entry, list) in other.listings { listings[entry &+ base] = list }
  }
}

/// Scans an archive in the go command's build cache; nil when it has no code.
private func scanArchive(
  _ path: FilePath, _ name: String, _ options: ScanOptions, _ own: Own
) async throws(ScanError) -> ScanResult? {
  let binary: BinaryFile
  do { binary = try BinaryFile(path: path) } catch { throw .binary(error) }
  do { return try await scanBinary(binary, name, options, own: own) } catch {
    if case .noInstructions = error { return nil }
    if case .noListing = error { return nil }
    throw error
  }
}
