public import ProgramModel

/// Which functions a report is about: what `--filter` and `--origin` say.
public struct Selection: Sendable {
  /// Names that do not match are left out.
  public var pattern: NamePattern?
  /// Other origins are left out; nil leaves it to the report.
  public var origins: Set<Origin>?

  /// - Parameters:
  ///   - pattern: names that do not match are left out.
  ///   - origins: other origins are left out; nil leaves it to the report.
  public init(pattern: NamePattern? = nil, origins: Set<Origin>? = nil) {
    self.pattern = pattern
    self.origins = origins
  }

  /// Whether the user asked for anything less than everything.
  var isEverything: Bool { pattern == nil && origins == nil }

  /// The places of the functions that it takes in, in address order.
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
