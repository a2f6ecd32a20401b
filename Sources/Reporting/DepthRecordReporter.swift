import CallGraph
import ProgramModel

/// A program's call graph as records of schema `fathom.depth/1`: a stream of lines that an `end` record
/// closes, or one document.
public struct DepthRecordReporter: Sendable {
  private let report: Report
  private let view: DepthReport.View
  private let depth: Depth
  private let records: DepthRecords

  /// Makes the reporter of a report.
  public init(_ report: DepthReport) {
    self.report = report.report
    view = report.view
    depth = report.depth
    records = DepthRecords(report.depth)
  }

  // The parts of a view: the summary has all but paths, every other view has the one part that was asked for.

  /// The functions to list, by their place in the program.
  private var indices: [Int] {
    switch view {
    case .summary: report.selection.indices(in: report.program)
    case .function(let index): [index]
    default: []
    }
  }

  /// The cycles to list: those with a function that the selection has.
  private var cycles: [Cycle] {
    guard view == .summary || view == .cycles else { return [] }
    let listed = listed
    return depth.cycles.filter {
      $0.members.contains { depth.graph.isFunction($0) && listed.contains(Int($0)) }
    }
  }

  /// The `go` statements to list: those in functions that the selection has.
  private var goroutines: [Goroutine] {
    guard view == .summary || view == .goroutines else { return [] }
    let listed = listed
    return depth.goroutines.filter { listed.contains($0.function) }
  }

  /// The nodes of calls that are not followed.
  private var open: [CallGraph.Node] {
    guard view == .summary else { return [] }
    let listed = listed
    return (report.program.functions.count..<depth.graph.nodeCount).map { CallGraph.Node($0) }.filter {
      node in
      if depth.graph.copy(node) != nil { return false }
      if case .deferReturn = depth.graph.extra(node) { return false }
      return depth.graph.function(of: node).map(listed.contains) ?? true
    }
  }

  /// The copies of nodes. Worst cases of any function may lead into them.
  private var copies: [CallGraph.Node] {
    guard view == .summary else { return [] }
    return (0..<CallGraph.Node(depth.graph.nodeCount)).filter { depth.graph.copy($0) != nil }
  }

  /// The functions that the selection has.
  private var listed: Set<Int> { Set(report.selection.indices(in: report.program)) }

  /// The functions at the ends of the path that was asked for.
  private var path: (start: CallGraph.Node, end: CallGraph.Node)? {
    guard case .path(let start, let end) = view else { return nil }
    return (CallGraph.Node(start), CallGraph.Node(end))
  }

  private var hasNosplit: Bool { view == .summary || view == .nosplit }

  /// Whether each function comes with its whole path down.
  private var isWhole: Bool { if case .function = view { true } else { false } }

  // MARK: Writing

  /// Writes the whole stream.
  public func writeNDJSON(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    records.header(version: report.version, &out)
    out.put("\n")
    try out.withSpan(output.write)
    let (indices, cycles, goroutines, open) = (indices, cycles, goroutines, open)
    try functions(indices, separator: "", end: "\n", output)
    out.clear()
    for cycle in cycles { line(&out) { records.cycle(cycle, &$0) } }
    for goroutine in goroutines { line(&out) { records.goroutine(goroutine, &$0) } }
    for node in open { line(&out) { records.open(node, &$0) } }
    for node in copies { line(&out) { records.copy(node, &$0) } }
    if hasNosplit { line(&out, records.nosplit) }
    if let path { line(&out) { records.path(path.start, path.end, &$0) } }
    line(&out) { out in
      out.object { out in
        out.field("record", word: "end")
        counts(indices.count, cycles.count, goroutines.count, open.count, &out)
      }
    }
    try out.withSpan(output.write)
  }

  /// Writes one document.
  public func writeJSON(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    out.put("{")
    out.field("schema", word: "fathom.depth/1")
    out.putNewLine()
    out.field("header") { records.header(version: report.version, &$0) }
    out.putNewLine()
    out.field("functions") { $0.put("[") }
    try out.withSpan(output.write)
    let (indices, cycles, goroutines, open) = (indices, cycles, goroutines, open)
    try functions(indices, separator: ",", end: "", output)
    out.clear()
    out.put("]")
    out.putNewLine()
    out.list("cycles", cycles, isLong: true, records.cycle)
    out.putNewLine()
    out.list("goroutines", goroutines, isLong: true, records.goroutine)
    out.putNewLine()
    out.list("open", open, isLong: true, records.open)
    out.putNewLine()
    out.list("copies", copies, isLong: true, records.copy)
    out.putNewLine()
    out.field("nosplit") { if hasNosplit { records.nosplit(&$0) } else { $0.put("null") } }
    out.putNewLine()
    out.field("path") { out in
      if let path { records.path(path.start, path.end, &out) } else { out.put("null") }
    }
    out.putNewLine()
    counts(indices.count, cycles.count, goroutines.count, open.count, &out)
    out.put("}\n")
    try out.withSpan(output.write)
  }

  /// Writes the records of functions, each with `separator` before it and `end` after it.
  private func functions(
    _ indices: [Int], separator: StaticString, end: StaticString, _ output: Output
  ) throws(OutputError) {
    let (records, program, isWhole) = (records, report.program, isWhole)
    try OrderedBatches(count: indices.count, jobs: report.jobs).write(to: output) { range, out in
      var classifier = NameClassifier(program)
      for i in range {
        if i > 0 { out.put(separator) }
        if end.utf8CodeUnitCount == 0 { out.put("\n") }
        records.function(indices[i], &classifier, isWhole: isWhole, &out)
        out.put(end)
      }
    }
  }

  private func line(_ out: inout ByteWriter, _ put: (inout ByteWriter) -> Void) {
    put(&out)
    out.put("\n")
  }

  /// Puts the members that end a stream or a document.
  private func counts(
    _ functions: Int, _ cycles: Int, _ goroutines: Int, _ open: Int, _ out: inout ByteWriter
  ) {
    out.field("functionCount", functions)
    out.field("cycleCount", cycles)
    out.field("goroutineCount", goroutines)
    out.field("openCount", open)
    out.field("status", word: report.program.isPartial ? "partial" : "complete")
  }
}
