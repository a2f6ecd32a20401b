import Disassembly
import GoBinary
import ProgramModel
import SystemPackage

/// Go code: built first, to a place in the user's cache folder; packages without a main are compiled.
func scanCode(_ name: String, _ options: ScanOptions) async throws(ScanError) -> ScanResult {
  do {
    options.progress?(Progress(text: "building \(name)"))
    let build = try GoBuild(Toolbox())
    guard let program = try await build.run(packages: [name], flags: options.goFlags) else {
      return try await scanPackages(build, name, options)
    }
    let binary: BinaryFile
    do { binary = try BinaryFile(path: program.path) } catch { throw ScanError.binary(error) }
    // Outside of any module package main alone is the user's.
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

/// Packages without a main: the archive of each, one behind the other.
private func scanPackages(
  _ build: GoBuild, _ name: String, _ options: ScanOptions
) async throws -> ScanResult {
  let packages = try await build.archives(packages: [name], flags: options.goFlags)
  guard !packages.isEmpty else { throw DisassemblyError.noMain([name]) }
  let prefixes = Set(packages.map { $0.modulePath ?? $0.importPath }).sorted()
  var whole: ScanResult?
  for (i, package) in packages.enumerated() {
    options.progress?(Progress(text: "reading \(package.importPath)"))
    let own = Own(prefixes: prefixes, from: .list)
    // A package of types and constants has no code.
    guard let result = try await scanArchive(package.archive, name, options, own) else { continue }
    if whole == nil {
      whole = result
      continue
    }
    // Far apart: an archive has less than 4 GB of code.
    whole?.add(result, at: UInt64(i) << 32)
  }
  guard var whole else { throw ScanError.noInstructions(name) }
  whole.program.header.inputKind = .archive
  whole.program.header.contentHash = nil
  whole.program.header.modulePath = packages.first?.modulePath
  Resolution.resolveCalls(&whole.program, jobs: options.jobs)
  let noun = packages.count == 1 ? "package" : "packages"
  whole.warnings.insert("no package main: compiled \(packages.count) \(noun) of \(name)", at: 0)
  return whole
}

extension ScanResult {
  /// Adds what another object holds, at addresses of its own.
  mutating func add(_ other: ScanResult, at base: UInt64) {
    program.join(other.program, at: base)
    warnings += other.warnings
    for (entry, list) in other.listings { listings[entry &+ base] = list }
  }
}

/// An archive of the go command's build cache; nil when it has no code.
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
