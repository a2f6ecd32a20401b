import ProgramModel

/// The model as a stream of schema `fathom.scan/1`: a header, one line for each function in address order,
/// and an end record without which the stream was cut.
public struct NDJSONReporter: Sendable {
  private let report: Report

  /// Makes the reporter of a report.
  public init(_ report: Report) { self.report = report }

  /// Writes the whole stream.
  public func write(to output: Output) throws(OutputError) {
    let records = RecordWriter(report.program)
    let indices = report.selection.indices(in: report.program)
    var head = ByteWriter()
    records.header(version: report.version, into: &head)
    head.put("\n")
    try head.withSpan(output.write)

    let batches = OrderedBatches(count: indices.count, jobs: report.jobs)
    try batches.write(to: output) { range, out in
      var classifier = NameClassifier(records.program)
      // Through a span, since copying an element counts references.
      let functions = records.program.functions
      let all = functions.span
      for i in range {
        records.function(all[indices[i]], &classifier, into: &out)
        out.put("\n")
      }
    }

    var end = ByteWriter()
    end.object { end in
      end.field("record", word: "end")
      end.field("functions", indices.count)
      records.ending(into: &end)
    }
    end.put("\n")
    try end.withSpan(output.write)
  }
}
