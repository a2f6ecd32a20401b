import ProgramModel

/// One function in full, schema `fathom.show/1`: its record of the scan, the prologue in words, what it
/// calls and what calls it.
public struct ShowJSONReporter: Sendable {
  private let report: ShowReport
  private let version: String

  /// - Parameters:
  ///   - report: the function.
  ///   - version: of this fathom.
  public init(_ report: ShowReport, version: String) {
    self.report = report
    self.version = version
  }

  /// Writes the whole document.
  public func write(to output: Output) throws(OutputError) {
    let records = RecordWriter(report.program)
    var classifier = NameClassifier(report.program)
    var out = ByteWriter()
    out.put("{\"schema\":\"fathom.show/1\",\n\"header\":")
    records.header(version: version, into: &out)
    out.put(",\n\"function\":")
    records.function(report.function, &classifier, into: &out)
    out.put(",\n\"prologue\":")
    prologue(records, &out)
    out.put(",\n\"callees\":")
    callees(records, &out)
    out.put(",\n\"callers\":")
    callers(records, &out)
    out.put(",\n\"depth\":")
    if let depth = report.depth {
      DepthRecords(depth).function(report.index, &classifier, isWhole: true, &out)
    } else {
      out.put("null")
    }
    out.put("}\n")
    try out.withSpan(output.write)
  }

  private func prologue(_ records: RecordWriter, _ out: inout ByteWriter) {
    let instructions = report.prologue
    let words = Prologue(frame: report.function.frame)
      .explanations(of: instructions)
    let lines = Array(zip(instructions, words))
    records.list(lines.span, &out) { pair, out in
      let (instruction, explanation) = pair
      out.put("{\"address\":")
      records.address(instruction.address, &out)
      out.put(",\"text\":")
      records.text(instruction.text, &out)
      out.put(",\"file\":")
      records.name(instruction.location?.file, &out)
      out.put(",\"line\":")
      records.number(instruction.location?.line, &out)
      out.put(",\"depth\":")
      records.number(instruction.depth.map(Int32.init(clamping:)), &out)
      out.put(",\"role\":")
      records.text(instruction.role?.rawValue, &out)
      out.put(",\"explanation\":")
      records.text(explanation.isEmpty ? nil : explanation, &out)
      out.put("}")
    }
  }

  private func callees(_ records: RecordWriter, _ out: inout ByteWriter) {
    records.list(report.callees.span, &out) { callee, out in
      out.put("{\"target\":")
      records.name(callee.target, &out)
      out.put(",\"targetEntry\":")
      if let entry = callee.entry { records.address(entry, &out) } else { out.put("null") }
      out.put(",\"kind\":")
      records.text(callee.kind.rawValue, &out)
      out.put(",\"count\":")
      out.put(decimal: callee.sites.count)
      out.put("}")
    }
  }

  private func callers(_ records: RecordWriter, _ out: inout ByteWriter) {
    records.list(report.callers.span, &out) { caller, out in
      out.put("{\"name\":")
      records.name(caller.function.name, &out)
      out.put(",\"entry\":")
      records.address(caller.function.entry, &out)
      out.put(",\"kind\":")
      records.text(caller.kind.rawValue, &out)
      out.put(",\"address\":")
      records.address(caller.address, &out)
      out.put(",\"line\":")
      records.number(caller.line, &out)
      out.put("}")
    }
  }
}
