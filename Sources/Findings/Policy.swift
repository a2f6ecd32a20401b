import ProgramModel

/// The rules' settings for each function, and a record of which parts of the configuration were used.
struct Policy {
  private let configuration: Configuration
  private let base: [RuleID: RuleSettings]
  private let overrides: PatternIndex
  private let allows: PatternIndex
  /// The settings for each combination of overrides that has occurred, by their positions.
  private var known: [[Int]: [RuleID: RuleSettings]] = [:]
  /// The number of positions in `known`, and its limit.
  private var knownPlaces = 0
  private static let knownLimit = 1 << 22
  private var usedOverrides: Set<Int> = []
  private var usedAllows: Set<Int> = []

  init(_ configuration: Configuration) {
    self.configuration = configuration
    var base: [RuleID: RuleSettings] = [:]
    for rule in RuleID.allCases { base[rule] = configuration.settings(of: rule) }
    self.base = base
    overrides = PatternIndex(configuration.overrides.map { .init(path: $0.path, symbol: $0.symbol) })
    allows = PatternIndex(configuration.allow.map { .init(path: $0.path, symbol: $0.symbol) })
  }

  /// Returns the settings of the rules that are on for a function.
  mutating func settings(for subject: Subject) -> [RuleID: RuleSettings] {
    let places = overrides.matches(symbol: subject.name, path: path(of: subject))
    if let known = known[places] { return known }
    var settings = base
    for place in places {
      usedOverrides.insert(place)
      for (rule, change) in configuration.overrides[place].rules {
        var changed = settings[rule] ?? RuleSettings(of: rule)
        change.apply(to: &changed, of: rule)
        settings[rule] = changed
      }
    }
    settings = settings.filter { $0.value.severity != nil }
    knownPlaces += places.count
    if knownPlaces <= Self.knownLimit { known[places] = settings }
    return settings
  }

  /// Returns the entry that excuses a rule's findings about a function; nil where there is none.
  mutating func allow(_ rule: RuleID, _ subject: Subject) -> Configuration.Allow? {
    let places = allows.matches(symbol: subject.name, path: path(of: subject))
    guard let place = places.first(where: { configuration.allow[$0].rule == rule }) else { return nil }
    usedAllows.insert(place)
    return configuration.allow[place]
  }

  /// The entries that matched nothing.
  var unused: [(place: ConfigurationPlace, text: String)] {
    let overrides = configuration.overrides.enumerated().filter { !usedOverrides.contains($0.offset) }.map {
      ($0.element.place, "this override matches no function that was judged")
    }
    let allows = configuration.allow.enumerated().filter { !usedAllows.contains($0.offset) }.map {
      ($0.element.place, "this allow entry matches no finding")
    }
    return (overrides + allows).sorted { ($0.0.line, $0.0.column) < ($1.0.line, $1.0.column) }
  }

  /// The tolerance for frames compared with accepted ones.
  var tolerance: Tolerance {
    let settings = base[.frameGrowth] ?? RuleSettings(of: .frameGrowth)
    return Tolerance(percent: settings.percent, bytes: settings.bytes)
  }

  /// The rules that are on somewhere, with their default severities.
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

  private func path(of subject: Subject) -> String? {
    let isAsked = !configuration.overrides.isEmpty || !configuration.allow.isEmpty
    return isAsked ? subject.file.map(subject.sources.path) : nil
  }
}

extension Configuration {
  /// Returns the settings of a rule where no override applies.
  public func settings(of rule: RuleID) -> RuleSettings {
    var settings = RuleSettings(of: rule)
    rules[rule]?.apply(to: &settings, of: rule)
    return settings
  }
}
