/// Where a value of the configuration stands.
public struct ConfigurationPlace: Hashable, Sendable, CustomStringConvertible {
  /// The file, as messages name it.
  public var file: String
  /// Counted from 1.
  public var line: Int
  /// Counted from 1.
  public var column: Int

  /// A place with all its parts.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `.fathom.yml:12:5`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// What is wrong with a configuration: every problem, each with its place.
public struct ConfigurationError: Error, CustomStringConvertible {
  /// One thing that is wrong.
  public struct Problem: Hashable, Sendable {
    /// Where.
    public var place: ConfigurationPlace
    /// What, and what to do.
    public var text: String
  }

  /// In the order of the file.
  public var problems: [Problem]

  private static let limit = 50

  /// A line for each, of very many for the first ones.
  public var description: String {
    let shown = problems.prefix(Self.limit).map { "\($0.place): \($0.text)" }
    let more = problems.count - shown.count
    return (shown + (more > 0 ? ["… and \(more) more"] : [])).joined(separator: "\n")
  }
}
