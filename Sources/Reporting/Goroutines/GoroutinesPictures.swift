import Evidence
import ProgramModel

/// A dump's goroutines as folded stacks, outermost function first, each with the number of goroutines on it.
public struct GoroutinesFoldedReporter: Sendable {
  private let report: GoroutinesReport

  /// Makes the reporter of some goroutines.
  public init(_ report: GoroutinesReport) { self.report = report }

  /// Writes all lines, in the order of their text.
  public func write(to output: Output) throws(OutputError) {
    var counts: [String: Int] = [:]
    for group in report.groups.groups {
      let functions = GoroutineGroups.kind(report.example(group)).reversed()
      let stack = functions.map { FoldedText.frame(report.name($0)) }.joined(separator: ";")
      counts[stack.isEmpty ? FoldedText.frame(report.title(group)) : stack, default: 0] += group.count
    }
    let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try output.write(Array(lines.joined().utf8))
  }
}

/// A graph of the functions that started goroutines, and of the functions in which these are.
public struct GoroutinesDotReporter: Sendable {
  private let report: GoroutinesReport

  /// Makes the reporter of some goroutines.
  public init(_ report: GoroutinesReport) { self.report = report }

  /// Writes the graph for Graphviz.
  public func write(to output: Output) throws(OutputError) {
    var edges: [String: Int] = [:]
    for group in report.groups.groups {
      let creator = report.example(group).creator.map { report.name($0.function) } ?? "the program"
      edges["  \(DotText.quoted(creator)) -> \(DotText.quoted(report.title(group)))", default: 0] +=
        group.count
    }
    var out = "digraph goroutines {\n  rankdir=LR\n  node [shape=box, fontname=\"sans-serif\"]\n"
    for (edge, count) in edges.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      out += "\(edge) [label=\"\(Figures.count(count))\"]\n"
    }
    try output.write(Array((out + "}\n").utf8))
  }
}
