import ProgramModel

/// The model as one document with the records of the stream:
/// `{"schema","header","functions":[…],"status","diagnostics"}`.
public struct JSONReporter: Sendable {
  private let report: Report

  /// Makes the reporter of a report.
  public init(_ report: Report) { self.report = report }

  /// Writes the whole document, one function a line.
  public func write(to output: Output) throws(OutputError) {
    let records = RecordWriter(report.program)
    let indices = report.selection.indices(in: report.program)
    var head = ByteWriter()
    head.put("{")
    head.field("schema", word: "fathom.scan/1")
    head.putNewLine()
    head.field("header") { records.header(version: report.version, into: &$0) }
    head.putNewLine()
    head.field("functions") { $0.put("[") }
    try head.withSpan(output.write)

    let batches = OrderedBatches(count: indices.count, jobs: report.jobs)
    try batches.write(to: output) { range, out in
      var classifier = NameClassifier(records.program)
      // Through a span, since copying an element counts references.
      let functions = records.program.functions
      let all = functions.span
      for i in range {
        out.put(i == 0 ? "\n" : ",\n")
        records.function(all[indices[i]], &classifier, into: &out)
      }
    }

    var end = ByteWriter()
    end.put("],\n")
    records.ending(into: &end)
    end.put("}\n")
    try end.withSpan(output.write)
  }
}
