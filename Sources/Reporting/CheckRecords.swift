import Findings
import ProgramModel

/// Puts the records of schema `fathom.check/1`. New keys may come; none go or change.
struct CheckRecords {
  let result: CheckResult

  /// What was checked, and by which rules.
  func header(version: String, into out: inout ByteWriter) {
    out.put("{\"record\":\"header\",\"schema\":\"fathom.check/1\",\"fathomVersion\":")
    out.put(json: version)
    out.put(",\"inputs\":")
    out.put(list: result.inputs) { $1.put(json: $0) }
    out.put(",\"goVersion\":")
    out.put(json: result.goVersion)
    out.put(",\"os\":")
    out.put(json: result.os)
    out.put(",\"arch\":")
    out.put(json: result.arch.rawValue)
    out.put(",\"tags\":")
    out.put(list: result.tags) { $1.put(json: $0) }
    out.put(",\"rules\":")
    out.put(list: result.rules, rule)
    out.put("}")
  }

  private func rule(_ rule: Rule, _ out: inout ByteWriter) {
    out.put("{\"id\":")
    out.put(json: rule.id.rawValue)
    out.put(",\"title\":")
    out.put(json: rule.title)
    out.put(",\"rationale\":")
    out.put(json: rule.rationale)
    out.put(",\"advice\":")
    out.put(json: rule.advice)
    out.put("}")
  }

  /// What is named.
  func finding(_ finding: Finding, _ out: inout ByteWriter) {
    out.put("{\"record\":\"finding\"")
    fields(finding, &out)
    out.put("}")
  }

  /// What is excused.
  func allowed(_ allowed: CheckResult.Allowed, _ out: inout ByteWriter) {
    out.put("{\"record\":\"allowed\"")
    fields(allowed.finding, &out)
    out.put(",\"reason\":")
    out.put(json: allowed.reason)
    out.put(",\"allowedAt\":")
    out.put(json: allowed.place)
    out.put("}")
  }

  /// What the baseline has and is gone.
  func stale(_ stale: CheckResult.Stale, _ out: inout ByteWriter) {
    out.put("{\"record\":\"stale\",\"key\":")
    key(stale.key, &out)
    out.put(",\"measures\":")
    out.put(list: stale.measures) { $1.put(decimal: $0) }
    out.put(",\"baselineLine\":")
    out.put(json: stale.line > 0 ? stale.line : nil)
    out.put("}")
  }

  /// `"judged":…,"status":"complete"`, which the end record and the document share.
  func ending(into out: inout ByteWriter) {
    let counts = CheckSummary(result).counts
    out.put("\"judged\":")
    out.put(decimal: result.judged)
    out.put(",\"functions\":")
    out.put(decimal: result.functions)
    out.put(",\"errors\":")
    out.put(decimal: counts[.error] ?? 0)
    out.put(",\"warnings\":")
    out.put(decimal: counts[.warning] ?? 0)
    out.put(",\"notes\":")
    out.put(decimal: counts[.note] ?? 0)
    out.put(",\"acceptedCount\":")
    out.put(json: result.accepted)
    out.put(",\"allowedCount\":")
    out.put(decimal: result.allowed.count)
    out.put(",\"staleCount\":")
    out.put(decimal: result.stale.count)
    out.put(",\"messages\":")
    out.put(list: result.warnings) { $1.put(json: $0) }
    out.put(result.fails ? ",\"fails\":true" : ",\"fails\":false")
    // A check of half an input throws, so that there is no other.
    out.put(",\"status\":\"complete\"")
  }

  private func fields(_ finding: Finding, _ out: inout ByteWriter) {
    out.put(",\"rule\":")
    out.put(json: finding.rule.rawValue)
    out.put(",\"severity\":")
    out.put(json: finding.severity.rawValue)
    out.put(",\"function\":")
    out.put(json: finding.function)
    out.put(",\"package\":")
    out.put(json: finding.package)
    out.put(",\"origin\":")
    out.put(json: finding.origin.rawValue)
    place(finding.place, &out)
    out.put(",\"message\":")
    out.put(json: finding.message)
    out.put(",\"measure\":")
    out.put(decimal: finding.measure)
    out.put(",\"unit\":")
    out.put(json: finding.unit.rawValue)
    out.put(",\"accepted\":")
    out.put(json: finding.accepted)
    out.put(",\"siblings\":")
    out.put(list: finding.siblings) { sibling, out in
      out.put("{\"function\":")
      out.put(json: sibling.function)
      place(sibling.place, &out)
      out.put(",\"measure\":")
      out.put(decimal: sibling.measure)
      out.put("}")
    }
    out.put(",\"key\":")
    key(finding.key, &out)
  }

  private func place(_ place: Finding.Place?, _ out: inout ByteWriter) {
    guard let place else { return out.put(",\"file\":null,\"line\":null,\"relative\":null") }
    out.put(",\"file\":")
    out.put(json: place.file)
    out.put(",\"line\":")
    out.put(decimal: Int(place.line))
    out.put(place.isRelative ? ",\"relative\":true" : ",\"relative\":false")
  }

  private func key(_ key: FindingKey, _ out: inout ByteWriter) {
    out.put("{\"rule\":")
    out.put(json: key.rule.rawValue)
    out.put(",\"package\":")
    out.put(json: key.package)
    out.put(",\"function\":")
    out.put(json: key.function)
    out.put("}")
  }
}
