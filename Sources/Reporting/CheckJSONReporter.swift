public import Findings

/// A check as one document of schema `fathom.check/1`:
/// `{"schema","header","findings":[…],"allowed":[…],"stale":[…],"judged",…,"status"}`.
public struct CheckJSONReporter: Sendable {
  private let result: CheckResult
  private let version: String

  /// Makes the reporter of a check.
  ///
  /// - Parameter version: the version of this fathom.
  public init(_ result: CheckResult, version: String) {
    self.result = result
    self.version = version
  }

  /// Writes the whole document, one finding a line.
  public func write(to output: Output) throws(OutputError) {
    let records = CheckRecords(result: result)
    var out = ByteWriter()
    out.object { out in
      out.field("schema", word: "fathom.check/1")
      out.putNewLine()
      out.field("header") { records.header(version: version, into: &$0) }
      out.putNewLine()
      out.list("findings", result.findings, isLong: true, records.finding)
      out.putNewLine()
      out.list("allowed", result.allowed, isLong: true, records.allowed)
      out.putNewLine()
      out.list("stale", result.stale, isLong: true, records.stale)
      out.putNewLine()
      records.ending(into: &out)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }
}
