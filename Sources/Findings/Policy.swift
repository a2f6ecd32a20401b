import ProgramModel

/// The rules as they are in force for each function, and what of the configuration was used.
struct Policy {
  private let configuration: Configuration
  private let base: [RuleID: RuleSettings]
  private var usedOverrides: Set<Int> = []
  private var usedAllows: Set<Int> = []

  init(_ configuration: Configuration) {
    self.configuration = configuration
    var base: [RuleID: RuleSettings] = [:]
    for rule in RuleID.allCases { base[rule] = configuration.settings(of: rule) }
    self.base = base
  }

  /// How the rules judge a function: those that are on.
  mutating func settings(for subject: Subject) -> [RuleID: RuleSettings] {
    var settings = base
    for (i, override) in configuration.overrides.enumerated()
    where matches(override.path, override.symbol, subject) {
      usedOverrides.insert(i)
      for (rule, change) in override.rules {
        var changed = settings[rule] ?? RuleSettings(of: rule)
        change.apply(to: &changed, of: rule)
        settings[rule] = changed
      }
    }
    return settings.filter { $0.value.severity != nil }
  }

  /// The entry that excuses what a rule says of a function.
  mutating func allow(_ rule: RuleID, _ subject: Subject) -> Configuration.Allow? {
    for (i, allow) in configuration.allow.enumerated()
    where allow.rule == rule && matches(allow.path, allow.symbol, subject) {
      usedAllows.insert(i)
      return allow
    }
    return nil
  }

  /// The entries that nothing answered to.
  var unused: [(place: ConfigurationPlace, text: String)] {
    let overrides = configuration.overrides.enumerated().filter { !usedOverrides.contains($0.offset) }.map {
      ($0.element.place, "this override matches no function that was judged")
    }
    let allows = configuration.allow.enumerated().filter { !usedAllows.contains($0.offset) }.map {
      ($0.element.place, "this entry of allow excuses nothing")
    }
    return (overrides + allows).sorted { ($0.0.line, $0.0.column) < ($1.0.line, $1.0.column) }
  }

  /// The tolerance of accepted measures of frames.
  var tolerance: Tolerance {
    let settings = base[.frameGrowth] ?? RuleSettings(of: .frameGrowth)
    return Tolerance(percent: settings.percent, bytes: settings.bytes)
  }

  /// The rules that are on somewhere, with the severity that they have by themselves.
  var rules: [Rule] {
    Rule.all.filter { rule in
      base[rule.id]?.severity != nil
        || configuration.overrides.contains { override in
          guard let change = override.rules[rule.id] else { return false }
          var settings = RuleSettings(of: rule.id)
          change.apply(to: &settings, of: rule.id)
          return settings.severity != nil
        }
    }
  }

  private func matches(_ path: PlacedPattern?, _ symbol: PlacedPattern?, _ subject: Subject) -> Bool {
    if let symbol, !symbol.matches(subject.name) { return false }
    guard let path else { return true }
    guard let file = subject.file else { return false }
    return path.matches(path: subject.sources.path(of: file))
  }
}

extension Configuration {
  /// How a rule judges where no override says otherwise.
  public func settings(of rule: RuleID) -> RuleSettings {
    var settings = RuleSettings(of: rule)
    rules[rule]?.apply(to: &settings, of: rule)
    return settings
  }
}
