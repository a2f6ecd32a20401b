import ArgumentParser
import Disassembly
import Findings
import ProgramModel
import Reporting
import Scan
import SystemPackage

/// The options that `check` and `baseline` share: what is judged, and by which rules.
struct CheckOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "What to judge: what scan takes, and any number of packages; the configuration's packages by default.",
      valueName: "input"))
  var inputs: [String] = []

  @Option(help: ArgumentHelp("The configuration; .fathom.yml from here up by default.", valueName: "file"))
  var config: String?

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp(
      "How much a rule matters: error, warning, note, on, off. May be given again.", valueName: "id=severity")
  )
  var rules: [RuleRequest] = []

  @Option(help: ArgumentHelp("Whose code is judged; own by default.", valueName: "origins"))
  var origin: OriginChoice?

  @Flag(help: "Link the programs among the packages and judge these: for CI, and before a push.")
  var program = false

  @Flag(
    name: .customLong("no-cgo"),
    help: "Compile without C (CGO_ENABLED=0), so that nothing that a module's cgo lines name is run.")
  var noCgo = false

  @Flag(help: "Judge the test files of the packages, too.")
  var tests = false

  @OptionGroup var common: CommonOptions

  @OptionGroup var goFlags: GoFlags

  func validate() throws {
    if tests, program {
      throw ValidationError("--tests and --program exclude each other: no program has its tests in it")
    }
  }

  /// A rule and its severity, as `--rule looping-defer=error` gives them.
  struct RuleRequest: ExpressibleByArgument {
    var rule: RuleID
    /// The severity; nil is off.
    var severity: Severity?

    /// Reads `RULE=SEVERITY`; nil for an unknown rule and for an unknown word. `on` is the rule's own
    /// severity, or `warning` where it has none.
    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let rule = RuleID(rawValue: parts[0]) else { return nil }
      self.rule = rule
      switch parts[1] {
      case "off": severity = nil
      case "on": severity = Rule.of(rule).severity ?? .warning
      default:
        guard let word = Severity(rawValue: parts[1]) else { return nil }
        severity = word
      }
    }

    /// The values for help and completion: each rule with `=off`.
    static var allValueStrings: [String] { RuleID.allCases.map { $0.rawValue + "=off" } }
  }

  /// The settings in force: those of the configuration, replaced by those of the command line.
  struct Settings {
    var configuration: Configuration
    /// The folder to which the configuration's paths are relative.
    var folder: FilePath
    /// The configuration file; nil without one.
    var file: FilePath?
    /// The settings of the command line, by the configuration's keys.
    var flags: [String: (value: String, flag: String)] = [:]
  }

  /// Returns the settings in force at a place. Throws where a rule lacks the number without which it finds
  /// nothing.
  func settings(_ place: CheckPlace) throws -> Settings {
    let found = try place.configuration(config)
    var settings = Settings(configuration: found.configuration, folder: found.folder, file: found.file)
    for request in rules {
      settings.configuration.set(request.rule, severity: request.severity)
      settings.flags["rules." + request.rule.rawValue] = (request.severity?.rawValue ?? "off", "--rule")
    }
    if let rule = settings.configuration.lackingNumbers.first?.rule {
      let number = rule == .deepStack ? "bytes: 64KiB" : "more-than: 16"
      throw FathomError(
        "\(rule.rawValue) needs a number, and reports nothing without one: "
          + "«rules: {\(rule.rawValue): {\(number)}}» in \(CheckPlace.configurationName)")
    }
    if !inputs.isEmpty { settings.flags["packages"] = (inputs.joined(separator: " "), "the command line") }
    if tests {
      settings.configuration.tests = true
      settings.flags["tests"] = ("true", "--tests")
    }
    if !goFlags.list.isEmpty {
      settings.configuration.buildFlags = goFlags.list
      settings.flags["build"] = (Configuration.shown(goFlags.list), "behind --")
    }
    if let module = common.modulePrefix {
      settings.configuration.module = module
      settings.flags["module"] = (module, "--module")
    }
    if let origin {
      settings.configuration.origins = origin.origins
      settings.flags["origin"] = (origin.origins.map(\.rawValue).sorted().joined(separator: " "), "--origin")
    }
    return settings
  }

  /// The programs that may be run, without cgo where `--no-cgo` asks for it.
  var toolbox: Toolbox { toolbox(isOutsideWorkspace: false) }

  /// Returns the programs that may be run, for a module that the workspace in force may leave out.
  func toolbox(isOutsideWorkspace: Bool) -> Toolbox {
    guard noCgo || isOutsideWorkspace else { return Toolbox() }
    var environment = ChildEnvironment.current
    if noCgo { environment["CGO_ENABLED"] = "0" }
    if isOutsideWorkspace { environment["GOWORK"] = "off" }
    return Toolbox(environment: environment)
  }

  /// Returns the build tags of `-tags=a,b`, sorted.
  static func tags(_ flags: [String]) -> [String] {
    guard let flag = flags.last(where: { $0.hasPrefix("-tags=") || $0.hasPrefix("--tags=") }) else {
      return []
    }
    return flag.drop { $0 != "=" }.dropFirst().split(whereSeparator: { $0 == "," || $0 == " " }).map(
      String.init
    )
    .sorted()
  }
}
