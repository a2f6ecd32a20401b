public import ProgramModel

/// The content of `.fathom.yml`. Nothing in it names a program to run, or code to swap in.
public struct Configuration: Sendable {
  /// Rule settings for a part of the code.
  public struct Override: Sendable {
    /// The files, relative to the root of the check; nil for all.
    public var path: PlacedPattern?
    /// The functions; nil for all.
    public var symbol: PlacedPattern?
    /// The changes to the rules' settings.
    public var rules: [RuleID: RuleChange]
    /// The place in the file.
    public var place: ConfigurationPlace
  }

  /// An excuse for findings.
  public struct Allow: Sendable {
    /// The rule whose findings are excused.
    public var rule: RuleID
    /// The files; nil for all.
    public var path: PlacedPattern?
    /// The functions; nil for all.
    public var symbol: PlacedPattern?
    /// The reason.
    public var reason: String
    /// The place in the file.
    public var place: ConfigurationPlace
  }

  /// The name of the file; nil when there is none.
  public var file: String?
  /// The packages to build when no input is named, relative to the file's folder.
  public var packages: [String]?
  /// The flags for `go build`: `-tags=…` and others that are allowed.
  public var buildFlags: [String] = []
  /// Whether test files are judged, too.
  public var tests = false
  /// The value of `--module`.
  public var module: String?
  /// The value of `--origin`.
  public var origins: Set<Origin>?
  /// The path of the baseline, relative to the file's folder.
  public var baseline: String?
  /// The changes to the rules' settings for all code.
  public var rules: [RuleID: RuleChange] = [:]
  /// The settings for parts of the code; a later one overrides an earlier one.
  public var overrides: [Override] = []
  /// The excuses for findings.
  public var allow: [Allow] = []
  /// The place of each value that is set, by its key: `rules.large-frame.own`.
  public var places: [String: ConfigurationPlace] = [:]

  /// Creates the configuration that applies without a file.
  public init() {}
}
