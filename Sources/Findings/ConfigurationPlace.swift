/// The place of a value in the configuration.
public struct ConfigurationPlace: Hashable, Sendable, CustomStringConvertible {
  /// The file, as messages name it.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column, from 1.
  public var column: Int

  /// Creates a place.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place as text: `.fathom.yml:12:5`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// An invalid configuration: all its problems, each with its place.
public struct ConfigurationError: Error, CustomStringConvertible {
  /// One problem of a configuration.
  public struct Problem: Hashable, Sendable {
    /// The place of the problem.
    public var place: ConfigurationPlace
    /// The problem, and its remedy.
    public var text: String
  }

  /// The problems, in the order of the file.
  public var problems: [Problem]

  private static let limit = 50

  /// One line for each problem; where there are very many, only for the first ones.
  public var description: String {
    let shown = problems.prefix(Self.limit).map { "\($0.place): \($0.text)" }
    let more = problems.count - shown.count
    return (shown + (more > 0 ? ["… and \(more) more"] : [])).joined(separator: "\n")
  }
}
