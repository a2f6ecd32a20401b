import ProgramModel

extension Configuration {
  /// A value that is in force, and its source.
  public struct Row: Hashable, Sendable {
    /// The key: `rules.large-frame.own`.
    public var key: String
    /// The value, as it would be written.
    public var value: String
    /// The source of the value: `.fathom.yml:12:5`, `--baseline`, `default`.
    public var source: String
  }

  /// Returns every value that is in force, with its source.
  ///
  /// - Parameter flags: the values that the command line set, by their keys; they override the file's.
  public func rows(flags: [String: (value: String, flag: String)]) -> [Row] {
    var rows: [Row] = []
    func add(_ key: String, _ value: String, by place: String? = nil) {
      let place = places[place ?? key] ?? places[key]
      rows.append(
        flags[key].map { Row(key: key, value: $0.value, source: $0.flag) }
          ?? Row(key: key, value: value, source: place?.description ?? "default"))
    }
    add("packages", (packages ?? ["./..."]).joined(separator: " "))
    add("build", buildFlags.isEmpty ? "none" : buildFlags.map(BuildFlag.shown).joined(separator: " "))
    add("tests", "\(tests)")
    add("module", module ?? "what the build says")
    add("origin", origins.map { $0.map(\.rawValue).sorted().joined(separator: " ") } ?? "own")
    add("baseline", baseline ?? "none")
    for rule in RuleID.allCases {
      let settings = settings(of: rule)
      let key = "rules.\(rule.rawValue)"
      add(key, flags[key]?.value ?? word(settings, rule), by: key + ".severity")
      guard settings.severity != nil else { continue }
      switch rule {
      case .largeFrame:
        add(key + ".own", settings.own.words)
        add(key + ".dependencies", settings.dependencies.words)
      case .manyDefers, .loopingDefer: add(key + ".more-than", "\(settings.moreThan)")
      case .frameGrowth:
        add(key + ".percent", "\(settings.percent)")
        add(key + ".bytes", "\(settings.bytes)")
        add(key + ".from", "\(settings.from)")
      case .forbiddenCall: add(key + ".calls", list(settings.calls))
      case .atomicOutsideSync:
        add(key + ".packages", settings.packages.map(list) ?? "assembly alone is judged")
      case .deepStack: add(key + ".bytes", settings.limit.map(String.init) ?? "none")
      case .deepDeferChain: add(key + ".more-than", settings.limit.map(String.init) ?? "none")
      case .goroutineRegrowth: add(key + ".times", settings.limit.map(String.init) ?? "none")
      default: break
      }
    }
    for override in overrides {
      let of = [override.path.map { "path \($0.text)" }, override.symbol.map { "symbol \($0.text)" }]
      rows.append(
        Row(
          key: "override",
          value: of.compactMap(\.self).joined(separator: ", ") + ": "
            + override.rules.keys.map(\.rawValue).sorted().joined(separator: " "),
          source: override.place.description))
    }
    for allow in allow {
      let of = [allow.path.map { "path \($0.text)" }, allow.symbol.map { "symbol \($0.text)" }]
      rows.append(
        Row(
          key: "allow", value: "\(allow.rule.rawValue) in " + of.compactMap(\.self).joined(separator: ", "),
          source: allow.place.description))
    }
    return rows
  }

  /// Returns flags for `go build` in a form that is safe to show: values of `-X` are often secrets.
  public static func shown(_ flags: [String]) -> String { flags.map(BuildFlag.shown).joined(separator: " ") }

  /// Overrides the file's severity of a rule.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - severity: its severity; nil means off.
  public mutating func set(_ rule: RuleID, severity: Severity?) {
    var change = rules[rule] ?? RuleChange()
    change.severity = .some(severity)
    rules[rule] = change
  }

  /// The rules that are on somewhere but lack the number without which they report nothing, each with the
  /// place where it was switched on; the place is nil where the file did not switch it on.
  public var lackingNumbers: [(rule: RuleID, place: ConfigurationPlace?)] {
    [RuleID.deepStack, .deepDeferChain].flatMap { rule -> [(rule: RuleID, place: ConfigurationPlace?)] in
      let base = settings(of: rule)
      var lacking: [(rule: RuleID, place: ConfigurationPlace?)] = []
      if base.severity != nil, base.limit == nil { lacking.append((rule, places["rules.\(rule.rawValue)"])) }
      for override in overrides {
        guard let change = override.rules[rule] else { continue }
        var settings = base
        change.apply(to: &settings, of: rule)
        if settings.severity != nil, settings.limit == nil, base.severity == nil {
          lacking.append((rule, override.place))
        }
      }
      return lacking
    }
  }

  private func word(_ settings: RuleSettings, _ rule: RuleID) -> String {
    guard let severity = settings.severity else { return "off" }
    return rule == .largeFrame ? "on" : severity.rawValue
  }

  private func list(_ patterns: [PlacedPattern]) -> String {
    patterns.isEmpty ? "none" : patterns.map(\.text).joined(separator: " ")
  }
}

extension Ladder {
  fileprivate var words: String {
    let steps = [("note", note), ("warning", warning), ("error", error)].compactMap { name, bytes in
      bytes.map { "\(name) \($0)" }
    }
    return steps.isEmpty ? "off" : steps.joined(separator: ", ")
  }
}
