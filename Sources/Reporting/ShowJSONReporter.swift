import ProgramModel

/// One function in full, as a document of schema `fathom.show/1`: its record of the scan, the prologue in
/// words, its callees and its callers.
public struct ShowJSONReporter: Sendable {
  private let report: ShowReport
  private let version: String

  /// Makes the reporter of a function.
  ///
  /// - Parameter version: the version of this fathom.
  public init(_ report: ShowReport, version: String) {
    self.report = report
    self.version = version
  }

  /// Writes the whole document.
  public func write(to output: Output) throws(OutputError) {
    let records = RecordWriter(report.program)
    var classifier = NameClassifier(report.program)
    var out = ByteWriter()
    out.object { out in
      out.field("schema", word: "fathom.show/1")
      out.putNewLine()
      out.field("header") { records.header(version: version, into: &$0) }
      out.putNewLine()
      out.field("function") { records.function(report.function, &classifier, into: &$0) }
      out.putNewLine()
      prologue(records, &out)
      out.putNewLine()
      callees(records, &out)
      out.putNewLine()
      callers(records, &out)
      out.putNewLine()
      out.field("depth") { out in
        guard let depth = report.depth else { return out.put("null") }
        DepthRecords(depth).function(report.index, &classifier, isWhole: true, &out)
      }
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  private func prologue(_ records: RecordWriter, _ out: inout ByteWriter) {
    let instructions = report.prologue
    let words = Prologue(frame: report.function.frame).explanations(of: instructions)
    out.list("prologue", zip(instructions, words)) { pair, out in
      let (instruction, explanation) = pair
      out.object { out in
        out.field("address", address: instruction.address)
        out.field("text", instruction.text)
        records.location(instruction.location, &out)
        out.field("depth", instruction.depth)
        out.field("role", instruction.role?.rawValue)
        out.field("explanation", explanation.isEmpty ? nil : explanation)
      }
    }
  }

  private func callees(_ records: RecordWriter, _ out: inout ByteWriter) {
    out.list("callees", report.callees) { callee, out in
      out.object { out in
        records.name("target", callee.target, &out)
        out.field("targetEntry", address: callee.entry)
        out.field("kind", callee.kind.rawValue)
        out.field("count", callee.sites.count)
      }
    }
  }

  private func callers(_ records: RecordWriter, _ out: inout ByteWriter) {
    out.list("callers", report.callers) { caller, out in
      out.object { out in
        records.name("name", caller.function.name, &out)
        out.field("entry", address: caller.function.entry)
        out.field("kind", caller.kind.rawValue)
        out.field("address", address: caller.address)
        records.place(caller.place, &out)
      }
    }
  }
}
