public import Findings

/// The common parts of every report of a comparison.
public struct DiffReport: Sendable {
  /// The comparison.
  public var diff: ProgramDiff
  /// The names of the two sides, as the user gave them.
  public var names: (before: String, after: String)
  /// The version of this fathom.
  public var version: String

  /// Makes a report with all its parts.
  ///
  /// - Parameter names: the names of the two sides: a path, or a revision with its commit.
  public init(_ diff: ProgramDiff, names: (before: String, after: String), version: String) {
    self.diff = diff
    self.names = names
    self.version = version
  }
}

/// The formats in which a comparison can be reported.
public enum DiffFormat: String, CaseIterable, Sendable {
  case text, json, markdown
}
