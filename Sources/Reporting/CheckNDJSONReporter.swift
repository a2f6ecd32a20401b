public import Findings

/// A check as a stream of schema `fathom.check/1`: a `header`, a line each `finding`, `allowed` and `stale`
/// entry, and an `end` record without which the stream was cut.
///
/// The same records are members of the document that ``CheckJSONReporter`` writes.
public struct CheckNDJSONReporter: Sendable {
  private let result: CheckResult
  private let version: String

  /// Makes the reporter of a check.
  ///
  /// - Parameter version: the version of this fathom.
  public init(_ result: CheckResult, version: String) {
    self.result = result
    self.version = version
  }

  /// Writes the whole stream.
  public func write(to output: Output) throws(OutputError) {
    let records = CheckRecords(result: result)
    var out = ByteWriter()
    records.header(version: version, into: &out)
    out.put("\n")
    for finding in result.findings {
      records.finding(finding, &out)
      out.put("\n")
    }
    for allowed in result.allowed {
      records.allowed(allowed, &out)
      out.put("\n")
    }
    for stale in result.stale {
      records.stale(stale, &out)
      out.put("\n")
    }
    out.object { out in
      out.field("record", word: "end")
      records.ending(into: &out)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }
}
