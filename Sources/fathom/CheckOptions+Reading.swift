import Disassembly
import Findings
import ProgramModel
import Scan
import SystemPackage

extension CheckOptions {
  /// What was read, to be judged.
  struct Subjects {
    var programs: [Program] = []
    /// The modules that the go command compiled, by import path, and their folders.
    var modules: [(path: String, folder: String)] = []
    /// The Go tree that compiled them; nil where nothing was compiled.
    var goroot: FilePath?
    /// The absolute paths of the files that were compiled.
    var files: Set<String> = []
    /// The absolute paths of the files that were compiled, and not read within the time limit.
    var late: Set<String> = []
    /// Whether packages were compiled, which may have no function to judge.
    var hasPackages = false
    /// What was not read, in sentences.
    var notes: [String] = []
  }

  /// Reads everything that is to be judged: packages are compiled, other inputs are scanned. Throws for a
  /// listing that was cut.
  ///
  /// With `--program`, the programs among the packages are linked and judged, and ``Subjects/modules`` stays
  /// empty; otherwise the packages are compiled without linking.
  ///
  /// - Parameters:
  ///   - modules: the folders of the modules to judge where no package is named; nil means what is in the current
  ///     folder, or the configuration's.
  ///   - timeLimit: the seconds after which no further package is read; nil for no limit.
  func read(
    _ settings: Settings, modules: [FilePath]? = nil, timeLimit: Int? = nil
  ) async throws -> Subjects {
    var subjects = Subjects()
    // Packages of the configuration are relative to its folder, those of the command line to the current folder.
    let folder = inputs.isEmpty ? settings.folder : nil
    var others: [String] = []
    var packages: [String] = []
    if inputs.isEmpty {
      packages = settings.configuration.packages ?? modules?.map { $0.string + "/..." } ?? ["./..."]
    } else {
      for input in inputs {
        if await isCode(input) { packages.append(input) } else { others.append(input) }
      }
    }
    if !packages.isEmpty {
      subjects.hasPackages = true
      try await compile(
        packages, in: folder, settings.configuration, &subjects, saysLeftOut: modules == nil,
        timeLimit)
    }
    for input in others {
      var common = common
      common.modulePrefix = settings.configuration.module
      let result = try await ScanRun.run(input, common, goFlags: settings.configuration.buildFlags)
      guard !result.program.isPartial else {
        throw FathomError(
          "\(CommonOptions.shown(input)): the listing was cut, so that not all of it can be judged; make it again"
        )
      }
      subjects.programs.append(result.program)
    }
    return subjects
  }

  /// Compiles packages, those of each module in its own folder, and adds what they hold.
  private func compile(
    _ packages: [String], in folder: FilePath?, _ configuration: Configuration, _ subjects: inout Subjects,
    saysLeftOut: Bool, _ timeLimit: Int?
  ) async throws {
    let found: PackageGroups
    do { found = try await GoBuild(toolbox).groups(packages, in: folder) } catch {
      throw ScanError.disassembly(error)
    }
    if saysLeftOut, !found.leftOut.isEmpty {
      let names = Self.list(found.leftOut.map { $0.string })
      subjects.notes.append(
        "not judged, as each has a go.mod of its own: \(names); name their packages, as ./tools/...")
    }
    if !program, configuration.buildFlags.contains(where: { $0.hasPrefix("-pgo") || $0.hasPrefix("--pgo") }) {
      Errors.say(
        "with -pgo a linked program inlines more than its packages' archives show; --program judges that one")
    }
    let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
    var late: [String] = []
    for group in found.groups {
      try await ScanRun.withProgress(common) { options in
        var options = options
        options.toolbox = toolbox(isOutsideWorkspace: group.isOutsideWorkspace)
        options.modulePrefix = configuration.module
        options.goFlags = configuration.buildFlags
        options.tests = configuration.tests
        options.deadline = deadline
        options.ownOnly = !program && configuration.origins.map { $0 == [.own] } ?? true
        if !common.noCache { options.cache = { ScanRun.cache() } }
        if program {
          do {
            let linked = try await Scan.scan(programsOf: group.packages, in: group.folder, options: options)
            subjects.programs += linked.map(\.program)
          } catch ScanError.disassembly(.noProgram(_)) where found.groups.count > 1 {}
          return
        }
        let scan = try await Scan.scan(packages: group.packages, in: group.folder, options: options)
        var program = scan.result.program
        program.header.tags = Self.tags(configuration.buildFlags)
        subjects.programs.append(program)
        subjects.modules += scan.modules
        subjects.goroot = scan.goroot
        subjects.files.formUnion(scan.files)
        subjects.late.formUnion(scan.left.files)
        late += scan.left.packages
        if common.verbose { for warning in scan.result.warnings { Errors.say(warning) } }
      }
    }
    if !late.isEmpty, let timeLimit {
      subjects.notes.append(
        "not judged within the time limit of \(timeLimit) s: \(Self.list(late)); what was read is kept, so that the "
          + "next run comes further")
    }
    guard !subjects.programs.isEmpty else { throw ScanError.disassembly(.noProgram(packages)) }
  }

  /// Whether an input is Go code, which is compiled; every other input is read as it is.
  private func isCode(_ input: String) async -> Bool {
    if input.hasSuffix("...") || input.hasSuffix(".go") { return true }
    let path = FilePath(platformString: ArgumentBytes.path(input))
    if let type = try? Stat(path).type { return type == .directory }
    guard !path.isAbsolute, !["-", "."].contains(input.prefix(1)), let build = try? GoBuild(toolbox) else {
      return false
    }
    return await build.knows(input)
  }

  /// Returns names, five at most, and how many more there are.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(5).map(CommonOptions.shown).joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
