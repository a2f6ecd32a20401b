public import Findings

/// What every report of a comparison is made of.
public struct DiffReport: Sendable {
  /// What is different.
  public var diff: ProgramDiff
  /// What the user calls the two.
  public var names: (before: String, after: String)
  /// Of this fathom.
  public var version: String

  /// - Parameters:
  ///   - diff: what is different.
  ///   - names: what the user calls the two: a path, a revision with its commit.
  ///   - version: of this fathom.
  public init(_ diff: ProgramDiff, names: (before: String, after: String), version: String) {
    self.diff = diff
    self.names = names
    self.version = version
  }
}

/// The reports of a comparison.
public enum DiffFormat: String, CaseIterable, Sendable {
  case text, json, markdown
}
