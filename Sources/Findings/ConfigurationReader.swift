import ProgramModel
import Yams

extension Configuration {
  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - text: the content of the file, YAML.
  ///   - file: the name of the file in messages.
  /// - Throws: ``ConfigurationError`` with every unknown key and every value of a wrong type, each with its
  ///   place.
  public init(_ text: String, file: String) throws(ConfigurationError) {
    self.init()
    self.file = file
    if let line = TextLines.conflict(in: text) {
      let place = ConfigurationPlace(file: file, line: line, column: 1)
      throw ConfigurationError(problems: [.init(place: place, text: "a merge conflict that is not resolved")])
    }
    // A few lines of aliases can expand to gigabytes, all of which is read when they are keys of a mapping.
    if let alias = TextLines.alias(in: text) {
      let place = ConfigurationPlace(file: file, line: alias.line, column: 1)
      let name = Spelled.text(alias.name)
      let problem = "YAML aliases are not supported: replace «*\(name)» with the value of «&\(name)»"
      throw ConfigurationError(problems: [.init(place: place, text: problem)])
    }
    var reader = ConfigurationReader(file: file)
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw ConfigurationError(problems: [reader.problem(error)])
    }
    if let root { reader.read(root, into: &self) }
    guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems) }
  }
}

/// Reads the nodes of a configuration. It continues after a problem, so that all problems are reported at
/// once.
struct ConfigurationReader {
  let file: String
  private(set) var problems: [ConfigurationError.Problem] = []

  init(file: String) { self.file = file }

  mutating func read(_ root: Node, into configuration: inout Configuration) {
    var places: [String: ConfigurationPlace] = [:]
    var result = configuration
    mapping(
      root, "the configuration",
      ["packages", "build", "tests", "module", "origin", "baseline", "rules", "overrides", "allow"]
    ) {
      reader, key, node in
      places[key] = reader.place(node)
      switch key {
      case "packages": result.packages = reader.packages(node)
      case "build": result.buildFlags = reader.build(node)
      case "tests": result.tests = reader.flag(node, key) ?? false
      case "module": result.module = reader.text(node, key)
      case "origin": result.origins = reader.origins(node)
      case "baseline": result.baseline = reader.text(node, key)
      case "rules": result.rules = reader.rules(node, &places)
      case "overrides": result.overrides = reader.overrides(node)
      default: result.allow = reader.allow(node)
      }
    }
    result.places = places
    configuration = result
    let entries =
      result.overrides.map { PatternIndex.Entry(path: $0.path, symbol: $0.symbol) }
      + result.allow.map { PatternIndex.Entry(path: $0.path, symbol: $0.symbol) }
    if let pattern = PatternIndex.excess(entries) {
      problems.append(
        .init(
          place: pattern.place ?? self.place(root),
          text:
            "more than \(PatternIndex.alikeLimit) globs of overrides and allow have the same text before their first * "
            + "or behind their last one, and each is tried on every such name: write whole names, folders, or fewer globs"
        ))
    }
    for (rule, place) in result.lackingNumbers {
      let example = rule == .deepStack ? "{bytes: 64KiB}" : "{more-than: 16}"
      problems.append(
        .init(
          place: place ?? self.place(root),
          text: "\(rule.rawValue) needs a number, and reports nothing without one: \(example)"))
    }
  }

  // MARK: Packages and build

  private mutating func packages(_ node: Node) -> [String] {
    list(node, "packages").compactMap { node in
      guard let text = text(node, "a package") else { return nil }
      guard text.utf8.first != UInt8(ascii: "-") else {
        return refuse(
          node, "a package cannot begin with -: \(quoted(text)) would be an option of the go command")
      }
      return text
    }
  }

  private mutating func build(_ node: Node) -> [String] {
    var flags: [String] = []
    mapping(node, "build", ["tags", "flags"]) { reader, key, node in
      if key == "flags" {
        for flag in reader.list(node, "build.flags") {
          guard let text = reader.text(flag, "a flag") else { continue }
          if let problem = BuildFlag.problem(text) {
            reader.say(flag, problem)
          } else {
            flags.append(text)
          }
        }
      } else {
        let tags = reader.list(node, "build.tags").compactMap { tag -> String? in
          guard let text = reader.text(tag, "a tag") else { return nil }
          guard !text.isEmpty, text.unicodeScalars.allSatisfy(BuildFlag.isInTag)
          else {
            return reader.refuse(tag, "not a build tag: \(reader.quoted(text))")
          }
          return text
        }
        if !tags.isEmpty { flags.append("-tags=" + tags.joined(separator: ",")) }
      }
    }
    return flags
  }

  private mutating func origins(_ node: Node) -> Set<Origin>? {
    var origins: Set<Origin> = []
    for element in list(node, "origin") {
      guard let text = text(element, "an origin") else { continue }
      if text == "all" {
        origins.formUnion(Origin.allCases)
      } else if let origin = Origin(rawValue: text) {
        origins.insert(origin)
      } else {
        say(
          element,
          "no such origin: \(quoted(text)); there are \(Origin.allCases.map(\.rawValue).joined(separator: ", ")), all"
        )
      }
    }
    return origins
  }

  // MARK: Rules

  private mutating func rules(_ node: Node, _ places: inout [String: ConfigurationPlace]) -> [RuleID:
    RuleChange]
  {
    var rules: [RuleID: RuleChange] = [:]
    var found: [String: ConfigurationPlace] = [:]
    mapping(node, "rules", RuleID.allCases.map(\.rawValue)) { reader, key, node in
      guard let id = RuleID(rawValue: key) else { return }
      found["rules." + key] = reader.place(node)
      rules[id] = reader.change(node, id, &found)
    }
    places.merge(found) { _, new in new }
    return rules
  }

  private mutating func change(
    _ node: Node, _ rule: RuleID, _ places: inout [String: ConfigurationPlace]
  ) -> RuleChange {
    var change = RuleChange()
    if node.mapping == nil {
      change.severity = severity(node, rule)
      return change
    }
    var found: [String: ConfigurationPlace] = [:]
    mapping(node, rule.rawValue, Self.keys(of: rule)) { reader, key, node in
      found["rules.\(rule.rawValue).\(key)"] = reader.place(node)
      switch key {
      case "severity":
        change.severity = reader.severity(node, rule)
      case "own": change.own = reader.ladder(node, "own")
      case "dependencies": change.dependencies = reader.ladder(node, "dependencies")
      case "more-than" where rule == .deepDeferChain: change.limit = reader.count(node, key, 0...100_000)
      case "more-than": change.moreThan = reader.count(node, key, 0...100_000)
      case "times": change.limit = reader.count(node, key, 1...100)
      case "bytes" where rule == .deepStack: change.limit = reader.bytes(node, key)
      case "percent": change.percent = reader.count(node, key, 0...100_000)
      case "bytes": change.bytes = reader.bytes(node, key)
      case "from": change.from = reader.bytes(node, key)
      case "calls": change.calls = reader.patterns(node, key)
      default: change.packages = reader.patterns(node, key)
      }
    }
    places.merge(found) { _, new in new }
    return change
  }

  /// Returns the keys that may be set for a rule.
  static func keys(of rule: RuleID) -> [String] {
    let own =
      switch rule {
      case .largeFrame: ["own", "dependencies"]
      case .manyDefers, .loopingDefer, .deepDeferChain: ["more-than"]
      case .deepStack: ["bytes"]
      case .goroutineRegrowth: ["times"]
      case .frameGrowth: ["percent", "bytes", "from"]
      case .forbiddenCall: ["calls"]
      case .atomicOutsideSync: ["packages"]
      default: [] as [String]
      }
    return ["severity"] + own
  }

  private mutating func severity(_ node: Node, _ rule: RuleID) -> Severity?? {
    guard let text = text(node, "a severity") else { return nil }
    // `on` means the rule's default severity, or a warning where the rule is off by default.
    if text == "on" { return .some(Rule.of(rule).severity ?? .warning) }
    if text == "off" { return .some(nil) }
    guard let severity = Severity(rawValue: text) else {
      say(node, "no such severity: \(quoted(text)); there are error, warning, note, on, off")
      return nil
    }
    return .some(severity)
  }

  private mutating func ladder(_ node: Node, _ what: String) -> Ladder {
    var ladder = Ladder()
    if node.scalar?.string == "off" { return ladder }
    mapping(node, what, Severity.allCases.map(\.rawValue)) { reader, key, node in
      let bytes = reader.bytes(node, key)
      switch Severity(rawValue: key) {
      case .note: ladder.note = bytes
      case .warning: ladder.warning = bytes
      default: ladder.error = bytes
      }
    }
    return ladder
  }

  private mutating func patterns(_ node: Node, _ what: String) -> [PlacedPattern] {
    list(node, what).compactMap { element in
      guard let text = text(element, "a name or a glob") else { return nil }
      return PlacedPattern(text, place: place(element))
    }
  }

  // MARK: Overrides and excuses

  private mutating func overrides(_ node: Node) -> [Configuration.Override] {
    list(node, "overrides").map { element in
      var override = Configuration.Override(rules: [:], place: place(element))
      mapping(element, "an override", ["path", "symbol", "rules"]) { reader, key, node in
        switch key {
        case "path": override.path = reader.pattern(node)
        case "symbol": override.symbol = reader.pattern(node)
        default:
          var places: [String: ConfigurationPlace] = [:]
          override.rules = reader.rules(node, &places)
        }
      }
      if element.mapping != nil, override.path == nil, override.symbol == nil {
        say(element, "an override wants a path or a symbol; for all of the code write it under rules")
      }
      return override
    }
  }

  private mutating func allow(_ node: Node) -> [Configuration.Allow] {
    list(node, "allow").compactMap { element in
      var (rule, reason): (RuleID?, String?) = (nil, nil)
      var (path, symbol): (PlacedPattern?, PlacedPattern?) = (nil, nil)
      mapping(element, "an entry of allow", ["rule", "path", "symbol", "reason"]) { reader, key, node in
        switch key {
        case "path": path = reader.pattern(node)
        case "symbol": symbol = reader.pattern(node)
        case "reason": reason = reader.text(node, key)
        default:
          guard let text = reader.text(node, key) else { return }
          rule = RuleID(rawValue: text)
          if rule == nil { reader.say(node, reader.unknown("rule", text, RuleID.allCases.map(\.rawValue))) }
        }
      }
      guard element.mapping != nil, let rule else {
        if element.mapping != nil { say(element, "an entry of allow wants the rule that it is about") }
        return nil
      }
      if path == nil, symbol == nil {
        say(element, "an entry of allow wants a path or a symbol; to switch a rule off, write it under rules")
      }
      guard let reason, reason.contains(where: { !$0.isWhitespace }) else {
        return refuse(element, "an entry of allow wants a reason")
      }
      return Configuration.Allow(
        rule: rule, path: path, symbol: symbol, reason: reason, place: place(element))
    }
  }

  private mutating func pattern(_ node: Node) -> PlacedPattern? {
    text(node, "a name or a glob").map { PlacedPattern($0, place: place(node)) }
  }

  // MARK: Values

  private mutating func mapping(
    _ node: Node, _ what: String, _ known: [String], _ each: (inout Self, String, Node) -> Void
  ) {
    guard let mapping = node.mapping else {
      say(node, "\(what) has to be a mapping of \(known.joined(separator: ", "))")
      return
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string, known.contains(name) else {
        say(key, unknown("key", key.scalar?.string ?? "?", known))
        continue
      }
      each(&self, name, value)
    }
  }

  /// Returns the elements of a list; a single value counts as a list of one.
  private mutating func list(_ node: Node, _ what: String) -> [Node] {
    if let sequence = node.sequence { return Array(sequence) }
    if node.scalar != nil, node.scalar?.string != "" { return [node] }
    say(node, "\(what) has to be a list")
    return []
  }

  private mutating func text(_ node: Node, _ what: String) -> String? {
    guard let scalar = node.scalar, !scalar.string.isEmpty else {
      return refuse(node, "\(what) has to be a text")
    }
    return scalar.string
  }

  private mutating func flag(_ node: Node, _ what: String) -> Bool? {
    switch node.scalar?.string {
    case "true": true
    case "false": false
    default: refuse(node, "\(what) has to be true or false")
    }
  }

  private mutating func count(_ node: Node, _ what: String, _ range: ClosedRange<Int>) -> Int? {
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      return refuse(node, "\(what) has to be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Returns a size, written as `8192` or `8KiB`, in bytes.
  private mutating func bytes(_ node: Node, _ what: String) -> Int? {
    var text = node.scalar?.string ?? ""
    var unit = 1
    for (suffix, bytes) in [("KiB", 1024), ("MiB", 1 << 20), ("B", 1)] where text.hasSuffix(suffix) {
      text.removeLast(suffix.count)
      unit = bytes
      break
    }
    while text.last == " " { text.removeLast() }
    guard let value = Int(text), (0...1 << 31).contains(value) else {
      return refuse(node, "\(what) has to be a size: 8192, or 8KiB")
    }
    return value * unit
  }

  // MARK: Problems

  private func place(_ node: Node) -> ConfigurationPlace {
    ConfigurationPlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private mutating func say(_ node: Node, _ text: String) {
    problems.append(ConfigurationError.Problem(place: place(node), text: text))
  }

  private mutating func refuse<Value>(_ node: Node, _ text: String) -> Value? {
    say(node, text)
    return nil
  }

  private func quoted(_ text: String) -> String { "«\(Spelled.text(text))»" }

  private func unknown(_ what: String, _ name: String, _ known: [String]) -> String {
    "unknown \(what) \(quoted(name)); there are \(known.joined(separator: ", "))"
  }

  /// Returns the YAML parser's error as a problem.
  func problem(_ error: any Error) -> ConfigurationError.Problem {
    func at(_ mark: Mark?, _ text: String) -> ConfigurationError.Problem {
      ConfigurationError.Problem(
        place: ConfigurationPlace(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1), text: text)
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      // libyaml's message names one of its own functions.
      return at(mark, problem.hasPrefix("Maximum nesting level") ? "nested too deep" : "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return at(context.mark, "given twice: \(keys.sorted().map(quoted).joined(separator: ", "))")
    default: return at(nil, "not YAML: \(error)")
    }
  }
}
