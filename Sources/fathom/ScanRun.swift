import LibC
import ProgramModel
import Scan
import Synchronization

/// Runs a scan for a command: with its options, with progress on the terminal, and with warnings on standard
/// error.
enum ScanRun {
  /// Scans one input. Warnings go to standard error, unless the run is quiet.
  ///
  /// - Parameter capture: the functions whose instructions are kept; nil keeps none.
  static func run(
    _ input: String, _ common: CommonOptions, goFlags: [String],
    capture: (@Sendable (Function, NameTable) -> Bool)? = nil
  ) async throws -> ScanResult {
    if input == "-", Terminal.process.isTerminal(0), !common.quiet {
      Errors.say("reading a listing from the terminal: Ctrl-D ends it")
    }
    let result = try await withProgress(common) { options in
      var options = options
      options.goFlags = goFlags
      options.capture = capture
      if !common.noCache { options.cache = { cache() } }
      return try await scan(ArgumentBytes.path(input), options: options)
    }
    if !common.quiet { for warning in result.warnings { Errors.say(warning) } }
    return result
  }

  /// Whether the message about the cache folder was printed.
  private static let hasWarned = Mutex(false)

  /// Returns the cache of models. Where nothing can be written, it prints that once, and returns nil.
  static func cache() -> ModelCache? {
    if let cache = ModelCache(version: Version.text) { return cache }
    let isFirst = hasWarned.withLock { warned in
      defer { warned = true }
      return !warned
    }
    if isFirst {
      Errors.say(
        "the cache folder cannot be written, so that everything is read anew; XDG_CACHE_HOME names another one"
      )
    }
    return nil
  }

  /// Runs something long with the options that all commands share, and shows its progress.
  ///
  /// The line of progress is erased before it returns or throws.
  static func withProgress<Result>(
    _ common: CommonOptions, _ body: (ScanOptions) async throws -> Result
  ) async throws -> Result {
    var options = ScanOptions()
    options.disassembler = common.disassembler.disassembler
    options.jobs = common.cores
    options.modulePrefix = common.modulePrefix
    let line = ProgressLine()
    if Terminal.process.wantsProgress, !common.quiet { options.progress = { line.show($0.text) } }
    defer { line.clear() }
    return try await body(options)
  }
}

extension CommonOptions {
  /// The number of cores to use: `--jobs`, or all.
  var cores: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
