import Findings
import ProgramModel

/// The records of schema `fathom.check/1`. New keys may be added; none is removed or changes its meaning.
struct CheckRecords {
  let result: CheckResult

  /// Puts the header: what was checked, and by which rules.
  func header(version: String, into out: inout ByteWriter) {
    out.object { out in
      out.header(of: "fathom.check/1", version: version)
      out.field("inputs", result.inputs)
      out.field("goVersion", result.goVersion)
      out.field("os", result.os)
      out.field("arch", result.arch.rawValue)
      out.field("tags", result.tags)
      out.list("rules", result.rules) { rule, out in
        out.object { out in
          out.field("id", rule.id.rawValue)
          out.field("title", rule.title)
          out.field("rationale", rule.rationale)
          out.field("advice", rule.advice)
        }
      }
    }
  }

  /// Puts a finding that is reported.
  func finding(_ finding: Finding, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "finding")
      fields(finding, &out)
    }
  }

  /// Puts a finding that is excused, with the reason and the place of the excuse.
  func allowed(_ allowed: CheckResult.Allowed, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "allowed")
      fields(allowed.finding, &out)
      out.field("reason", allowed.reason)
      out.field("allowedAt", allowed.place)
    }
  }

  /// Puts an entry of the baseline that no longer matches anything.
  func stale(_ stale: CheckResult.Stale, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "stale")
      key(stale.key, &out)
      out.list("measures", stale.measures) { $1.put(decimal: $0) }
      out.field("baselineLine", stale.line > 0 ? stale.line : nil)
    }
  }

  /// Puts the members from `judged` to `status`, which the end record and the document share.
  func ending(into out: inout ByteWriter) {
    let counts = CheckSummary(result).counts
    out.field("judged", result.judged)
    out.field("functions", result.functions)
    out.field("uncertainFrames", result.uncertain)
    out.field("errors", counts[.error] ?? 0)
    out.field("warnings", counts[.warning] ?? 0)
    out.field("notes", counts[.note] ?? 0)
    out.field("acceptedCount", result.accepted)
    out.field("allowedCount", result.allowed.count)
    out.field("staleCount", result.stale.count)
    out.field("unchangedCount", result.unchanged?.count)
    out.field("messages", result.warnings)
    out.field("fails", result.fails)
    // A check of half an input throws, so there is no other status.
    out.field("status", word: "complete")
  }

  /// Puts the members that findings and allowed findings share, from `rule` to `key`.
  private func fields(_ finding: Finding, _ out: inout ByteWriter) {
    out.field("rule", finding.rule.rawValue)
    out.field("severity", finding.severity.rawValue)
    out.field("function", finding.function)
    out.field("package", finding.package)
    out.field("origin", finding.origin.rawValue)
    place(finding.place, &out)
    out.field("message", finding.message)
    out.field("measure", finding.measure)
    out.field("unit", finding.unit.rawValue)
    out.field("accepted", finding.accepted)
    out.list("siblings", finding.siblings) { sibling, out in
      out.object { out in
        out.field("function", sibling.function)
        place(sibling.place, &out)
        out.field("measure", sibling.measure)
      }
    }
    key(finding.key, &out)
  }

  /// Puts the members `file`, `line` and `relative`; they are null where a finding has no source line.
  private func place(_ place: Finding.Place?, _ out: inout ByteWriter) {
    out.field("file", place?.file)
    out.field("line", place?.line)
    out.field("relative", place?.isRelative)
  }

  /// Puts the member `key`, by which a baseline recognizes a finding although lines have moved.
  private func key(_ key: FindingKey, _ out: inout ByteWriter) {
    out.object("key") { out in
      out.field("rule", key.rule.rawValue)
      out.field("package", key.package)
      out.field("function", key.function)
    }
  }
}
