public import CallGraph

/// The facts that `fathom depth` prints.
public struct DepthReport: Sendable {
  /// A question to answer.
  public enum View: Hashable, Sendable {
    /// The most important of each kind.
    case summary
    /// The whole path down from one function, by the function's place in the program.
    case function(Int)
    case goroutines
    case cycles
    case nosplit
    /// The path from one function down to another.
    case path(from: Int, to: Int)
  }

  /// The model, and the selection of its functions.
  public var report: Report
  /// The worst cases of its call graph.
  public var depth: Depth
  /// The question to answer.
  public var view: View

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - report: the model, and the selection of its functions.
  ///   - depth: the worst cases of its call graph.
  ///   - view: the question to answer.
  public init(_ report: Report, depth: Depth, view: View = .summary) {
    self.report = report
    self.depth = depth
    self.view = view
  }
}
