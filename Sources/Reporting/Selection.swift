public import ProgramModel

/// The functions that a report is about, as `--filter` and `--origin` select them.
public struct Selection: Sendable {
  /// The names to keep; nil keeps all.
  public var pattern: NamePattern?
  /// The origins to keep; nil leaves the choice to the report.
  public var origins: Set<Origin>?

  /// Makes a selection; without arguments it is everything.
  public init(pattern: NamePattern? = nil, origins: Set<Origin>? = nil) {
    self.pattern = pattern
    self.origins = origins
  }

  /// Whether the user asked neither for names nor for origins.
  var isEverything: Bool { pattern == nil && origins == nil }

  /// Returns the indices of the selected functions, in address order.
  func indices(in program: Program) -> [Int] {
    guard !isEverything else { return Array(program.functions.indices) }
    var classifier = NameClassifier(program)
    return program.functions.indices.filter { i in
      let function = program.functions[i]
      if let pattern, !pattern.matches(program.names.bytes(of: function.name).span) { return false }
      guard let origins else { return true }
      return origins.contains(classifier.facts(of: function).origin)
    }
  }
}
