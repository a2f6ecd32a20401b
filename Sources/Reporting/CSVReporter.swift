import ProgramModel

/// The model as a table with one row for each function, for spreadsheets (RFC 4180). An unknown value is an
/// empty cell.
///
/// The first row has the names of the columns. Lines end with CR LF, and a cell that contains a comma or a
/// quote is quoted. Names and paths are protected against being run as formulas, see
/// ``ByteWriter/put(csv:)``.
public struct CSVReporter: Sendable {
  private let report: Report

  /// Makes the reporter of a report.
  public init(_ report: Report) { self.report = report }

  /// Writes the whole table.
  public func write(to output: Output) throws(OutputError) {
    let program = report.program
    let indices = report.selection.indices(in: program)
    var head = ByteWriter()
    head.put(
      "entry,name,package,origin,file,line,size,frameBytes,callCost,uncertain,splitCheck,deferOpen,deferStack,deferHeap,deferRange,loopingDefers,atomics,atomicsInLoops,calls,indirectCalls,goStatements,undecoded\r\n"
    )
    try head.withSpan(output.write)
    let batches = OrderedBatches(count: indices.count, jobs: report.jobs)
    try batches.write(to: output) { range, out in
      var classifier = NameClassifier(program)
      for i in range { row(program.functions[indices[i]], &classifier, &out) }
    }
  }

  /// Puts the row of a function, in the order of the columns' names.
  private func row(_ function: Function, _ classifier: inout NameClassifier, _ out: inout ByteWriter) {
    let program = report.program
    let facts = classifier.facts(of: function)
    out.put("0x")
    out.put(hex16: function.entry)
    cell(program.names.bytes(of: function.name), &out)
    cell(facts.package ?? [], &out)
    out.put(",")
    out.put(word: facts.origin)
    cell(function.file.map(program.names.bytes(of:)) ?? [], &out)
    out.put(",")
    if let line = function.line { out.put(decimal: Int(line)) }
    number(function.size, &out)
    number(function.frame.bytes, &out)
    number(program.callCost(of: function), &out)
    cell(ArraySlice((function.frame.uncertain?.rawValue ?? "").utf8), &out)
    out.put(",")
    out.put(word: function.frame.splitCheck)
    for kind in DeferSite.Kind.allCases { number(function.deferSites.count { $0.kind == kind }, &out) }
    number(function.deferSites.count { $0.looping }, &out)
    number(function.atomics.count, &out)
    number(function.atomics.count { $0.inLoop }, &out)
    number(function.calls.count, &out)
    number(function.indirectCalls.count, &out)
    number(function.goStatements.count, &out)
    number(function.undecoded, &out)
    out.put("\r\n")
  }

  private func number(_ value: Int, _ out: inout ByteWriter) {
    out.put(",")
    out.put(decimal: value)
  }

  private func cell(_ bytes: ArraySlice<UInt8>, _ out: inout ByteWriter) {
    out.put(",")
    out.put(csv: bytes)
  }
}
