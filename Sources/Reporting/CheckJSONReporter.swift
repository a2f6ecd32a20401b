public import Findings

/// A check as one document of schema `fathom.check/1`:
/// `{"schema","header","findings":[…],"allowed":[…],"stale":[…],"judged",…,"status"}`.
public struct CheckJSONReporter: Sendable {
  private let result: CheckResult
  private let version: String

  /// - Parameters:
  ///   - result: what the check found.
  ///   - version: of this fathom.
  public init(_ result: CheckResult, version: String) {
    self.result = result
    self.version = version
  }

  /// Writes the whole document, a finding a line.
  public func write(to output: Output) throws(OutputError) {
    let records = CheckRecords(result: result)
    var out = ByteWriter()
    out.put("{\"schema\":\"fathom.check/1\",\n\"header\":")
    records.header(version: version, into: &out)
    out.put(",\n\"findings\":")
    out.put(list: result.findings, isLong: true, records.finding)
    out.put(",\n\"allowed\":")
    out.put(list: result.allowed, isLong: true, records.allowed)
    out.put(",\n\"stale\":")
    out.put(list: result.stale, isLong: true, records.stale)
    out.put(",\n")
    records.ending(into: &out)
    out.put("}\n")
    try out.withSpan(output.write)
  }
}
