import ProgramModel

/// From how many bytes on a frame has which severity.
public struct Ladder: Hashable, Sendable {
  /// nil: never a note.
  public var note: Int?
  /// nil: never a warning.
  public var warning: Int?
  /// nil: never an error.
  public var error: Int?

  /// A ladder of these steps.
  public init(note: Int? = nil, warning: Int? = nil, error: Int? = nil) {
    self.note = note
    self.warning = warning
    self.error = error
  }

  /// The step that so many bytes reach.
  public func severity(_ bytes: Int) -> Severity? {
    if let error, bytes >= error { return .error }
    if let warning, bytes >= warning { return .warning }
    if let note, bytes >= note { return .note }
    return nil
  }
}

/// A pattern of the configuration, and where it stands there.
public struct PlacedPattern: Hashable, Sendable {
  /// As it was written.
  public var text: String
  /// Where; nil for what fathom brings.
  public var place: ConfigurationPlace?
  private let pattern: NamePattern
  /// Whether it is a glob, and no whole name.
  let isGlob: Bool

  /// - Parameters:
  ///   - text: a whole name, or a glob: `*` stands for any run of characters, `?` for one.
  ///   - place: where it is written.
  public init(_ text: String, place: ConfigurationPlace? = nil) {
    self.text = text
    self.place = place
    pattern = NamePattern(text)
    isGlob = text.utf8.contains(UInt8(ascii: "*")) || text.utf8.contains(UInt8(ascii: "?"))
  }

  /// Whether it is the name, or a glob that matches all of it.
  public func matches(_ name: String) -> Bool {
    isGlob ? pattern.matches(name) : name.utf8.elementsEqual(text.utf8)
  }

  /// Whether it is the path, a folder above it, or a glob that matches all of it.
  public func matches(path: String) -> Bool {
    if isGlob { return pattern.matches(path) }
    let folder = text.utf8.last == UInt8(ascii: "/") ? text : text + "/"
    return path.utf8.elementsEqual(text.utf8) || path.utf8.starts(with: folder.utf8)
  }
}

/// How a rule judges. Each rule reads what is its own.
public struct RuleSettings: Hashable, Sendable {
  /// nil is off. For ``RuleID/largeFrame`` the ladders say it, and this only whether it is on.
  public var severity: Severity?
  /// `large-frame`: the user's own code, and all that `--origin` asks for.
  public var own = Ladder(note: 4096, warning: 8192, error: 65536)
  /// `large-frame`: other modules.
  public var dependencies = Ladder(warning: 65536)
  /// `many-defers`: from one more on. `looping-defer`: loops that count to a constant, from one turn more on.
  public var moreThan = 8
  /// `frame-growth`: at least so many percent …
  public var percent = 25
  /// … and at least so many bytes.
  public var bytes = 256
  /// `forbidden-call`: symbols.
  public var calls: [PlacedPattern] = []
  /// `atomic-outside-sync`: import paths that may lock; nil where only assembly is judged.
  public var packages: [PlacedPattern]?
  /// `deep-stack`: from how many bytes on. `deep-defer-chain`: from one pending call more on. `goroutine-regrowth`:
  /// from how many times on. nil names nothing.
  public var limit: Int?
  /// `unbounded-recursion`: of what a baseline does not know; nil is as all others.
  public var severityIfNew: Severity?

  /// What holds where nothing is configured.
  public init(of rule: RuleID) {
    severity = Rule.of(rule).severity
    // A chain that long is no leak; what it holds open may be.
    if rule == .loopingDefer { moreThan = 64 }
    if rule == .goroutineRegrowth { limit = 3 }
    if rule == .unboundedRecursion { severityIfNew = .warning }
  }
}

/// What a configuration says of a rule; what it leaves out stays as it is.
public struct RuleChange: Hashable, Sendable {
  var severity: Severity??
  /// The severity is the word `on`.
  var isByItself = false
  var own: Ladder?
  var dependencies: Ladder?
  var moreThan: Int?
  var percent: Int?
  var bytes: Int?
  var calls: [PlacedPattern]?
  var packages: [PlacedPattern]?
  var limit: Int?

  /// Nothing.
  public init() {}

  func apply(to settings: inout RuleSettings, of rule: RuleID) {
    if let severity {
      settings.severity = severity
      // Who says how much it matters means what is new, too.
      settings.severityIfNew = isByItself ? RuleSettings(of: rule).severityIfNew : nil
      // One word for a whole ladder: its lowest step, with that severity.
      if rule == .largeFrame, let severity, own == nil {
        settings.own = settings.own.flattened(severity)
        settings.dependencies = settings.dependencies.flattened(severity)
      }
    }
    if let own { settings.own = own }
    if let dependencies { settings.dependencies = dependencies }
    if let moreThan { settings.moreThan = moreThan }
    if let percent { settings.percent = percent }
    if let bytes { settings.bytes = bytes }
    if let calls {
      settings.calls = calls
      // A list switches the rule on.
      if severity == nil, settings.severity == nil { settings.severity = .warning }
    }
    if let packages { settings.packages = packages }
    if let limit {
      settings.limit = limit
      // As does a number.
      if severity == nil, settings.severity == nil { settings.severity = .warning }
    }
  }
}

extension Ladder {
  fileprivate func flattened(_ severity: Severity) -> Ladder {
    let lowest = note ?? warning ?? error
    switch severity {
    case .note: return Ladder(note: lowest)
    case .warning: return Ladder(warning: lowest)
    case .error: return Ladder(error: lowest)
    }
  }
}
