public import CallGraph

/// What `fathom depth` prints.
public struct DepthReport: Sendable {
  /// Which question is answered.
  public enum View: Hashable, Sendable {
    /// The most important of each.
    case summary
    /// One function's way down in full, by its place in the program.
    case function(Int)
    case goroutines
    case cycles
    case nosplit
    /// The way from one function down to another.
    case path(from: Int, to: Int)
  }

  /// The model, and which of its functions.
  public var report: Report
  /// What is known of its call graph.
  public var depth: Depth
  /// Which question is answered.
  public var view: View

  /// - Parameters:
  ///   - report: the model, and which of its functions.
  ///   - depth: what is known of its call graph.
  ///   - view: which question is answered.
  public init(_ report: Report, depth: Depth, view: View = .summary) {
    self.report = report
    self.depth = depth
    self.view = view
  }
}
