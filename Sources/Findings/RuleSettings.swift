import ProgramModel

/// The sizes in bytes from which a frame has each severity.
public struct Ladder: Hashable, Sendable {
  /// The size from which a frame is a note; nil for never.
  public var note: Int?
  /// The size from which a frame is a warning; nil for never.
  public var warning: Int?
  /// The size from which a frame is an error; nil for never.
  public var error: Int?

  /// Creates a ladder.
  public init(note: Int? = nil, warning: Int? = nil, error: Int? = nil) {
    self.note = note
    self.warning = warning
    self.error = error
  }

  /// Returns the severity of a frame of this size; nil below all steps.
  public func severity(_ bytes: Int) -> Severity? {
    if let error, bytes >= error { return .error }
    if let warning, bytes >= warning { return .warning }
    if let note, bytes >= note { return .note }
    return nil
  }
}

/// A pattern of the configuration, and its place there.
public struct PlacedPattern: Hashable, Sendable {
  /// The pattern, as written.
  public var text: String
  /// The place; nil for a pattern that is built in.
  public var place: ConfigurationPlace?
  private let pattern: NamePattern
  /// Whether it is a glob rather than a whole name.
  let isGlob: Bool

  /// Creates a pattern.
  ///
  /// - Parameters:
  ///   - text: a whole name, or a glob: `*` matches any run of characters, `?` matches one.
  ///   - place: the place where it is written.
  public init(_ text: String, place: ConfigurationPlace? = nil) {
    self.text = text
    self.place = place
    pattern = NamePattern(text)
    isGlob = text.utf8.contains(UInt8(ascii: "*")) || text.utf8.contains(UInt8(ascii: "?"))
  }

  /// Whether the pattern is this name, or a glob that matches all of it.
  public func matches(_ name: String) -> Bool {
    isGlob ? pattern.matches(name) : name.utf8.elementsEqual(text.utf8)
  }

  /// Whether the pattern is this path, a folder above it, or a glob that matches all of it.
  public func matches(path: String) -> Bool {
    if isGlob { return pattern.matches(path) }
    let folder = text.utf8.last == UInt8(ascii: "/") ? text : text + "/"
    return path.utf8.elementsEqual(text.utf8) || path.utf8.starts(with: folder.utf8)
  }
}

/// The settings of a rule. Each rule reads only those that concern it.
public struct RuleSettings: Hashable, Sendable {
  /// The severity; nil means off. For ``RuleID/largeFrame`` the ladders give the severity, and this only
  /// tells whether the rule is on.
  public var severity: Severity?
  /// `large-frame`: the ladder for the user's own code, and for any code that `--origin` selects.
  public var own = Ladder(note: 4096, warning: 8192, error: 65536)
  /// `large-frame`: the ladder for other modules.
  public var dependencies = Ladder(warning: 65536)
  /// `many-defers`: the most defers that are not reported. `looping-defer`: the most iterations that are not
  /// reported, for a loop with a constant bound.
  public var moreThan = 8
  /// `frame-growth`: the least growth that is reported, in percent …
  public var percent = 25
  /// … and in bytes; both must be reached.
  public var bytes = 256
  /// `frame-growth`: the smallest frame that is compared, in bytes: the size from which `large-frame` takes note.
  public var from = 4096
  /// `forbidden-call`: the symbols that must not be called.
  public var calls: [PlacedPattern] = []
  /// `atomic-outside-sync`: the import paths that may have locked instructions; nil where only assembly is
  /// judged.
  public var packages: [PlacedPattern]?
  /// `deep-stack`: the least bytes that are reported. `deep-defer-chain`: the most pending calls that are not
  /// reported. `goroutine-regrowth`: the least number of times that is reported. With nil, nothing is
  /// reported.
  public var limit: Int?

  /// Creates the settings of a rule where nothing is configured.
  public init(of rule: RuleID) {
    severity = Rule.of(rule).severity
    // A chain of up to 64 records is no leak, although what it holds open may be one.
    if rule == .loopingDefer { moreThan = 64 }
    if rule == .goroutineRegrowth { limit = 3 }
  }
}

/// The configured changes to a rule's settings; nil leaves a setting as it is.
public struct RuleChange: Hashable, Sendable {
  var severity: Severity??
  var own: Ladder?
  var dependencies: Ladder?
  var moreThan: Int?
  var percent: Int?
  var bytes: Int?
  var from: Int?
  var calls: [PlacedPattern]?
  var packages: [PlacedPattern]?
  var limit: Int?

  /// Creates a change of nothing.
  public init() {}

  func apply(to settings: inout RuleSettings, of rule: RuleID) {
    if let severity {
      settings.severity = severity
      // A single word replaces the whole ladder: its lowest step gets this severity.
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
    if let from { settings.from = from }
    if let calls {
      settings.calls = calls
      // A list switches the rule on.
      if severity == nil, settings.severity == nil { settings.severity = .warning }
    }
    if let packages { settings.packages = packages }
    if let limit {
      settings.limit = limit
      // A number switches the rule on, too.
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
