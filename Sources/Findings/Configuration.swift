public import ProgramModel

/// What `.fathom.yml` says. Nothing in it names a program to run, or code to swap in.
public struct Configuration: Sendable {
  /// Rules for some of the code.
  public struct Override: Sendable {
    /// Files, relative to the root of the check; nil is every one.
    public var path: PlacedPattern?
    /// Functions; nil is every one.
    public var symbol: PlacedPattern?
    /// What changes there.
    public var rules: [RuleID: RuleChange]
    /// Where it stands.
    public var place: ConfigurationPlace
  }

  /// A finding that is excused.
  public struct Allow: Sendable {
    /// By which rule.
    public var rule: RuleID
    /// Files; nil is every one.
    public var path: PlacedPattern?
    /// Functions; nil is every one.
    public var symbol: PlacedPattern?
    /// Why.
    public var reason: String
    /// Where it stands.
    public var place: ConfigurationPlace
  }

  /// The file; nil when there is none.
  public var file: String?
  /// What is built when no input is named, relative to the file's folder.
  public var packages: [String]?
  /// For `go build`: `-tags=…` and what else is let through.
  public var buildFlags: [String] = []
  /// As `--module`.
  public var module: String?
  /// As `--origin`.
  public var origins: Set<Origin>?
  /// Relative to the file's folder.
  public var baseline: String?
  /// For all of the code.
  public var rules: [RuleID: RuleChange] = [:]
  /// For some of it, a later one over an earlier one.
  public var overrides: [Override] = []
  /// What is excused.
  public var allow: [Allow] = []
  /// Where each value that is set stands, by its keys: `rules.large-frame.own`.
  public var places: [String: ConfigurationPlace] = [:]

  /// Without a file.
  public init() {}
}
