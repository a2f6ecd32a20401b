public import Findings
import ProgramModel

/// A check as SARIF 2.1.0 (OASIS standard, errata 01), for code scanning.
///
/// Written so that GitHub takes it: it refuses a file with more results, a larger one, and one with a result that has no
/// physical location. What is left out is the least severe, and a notification says how much.
public struct CheckSARIFReporter: Sendable {
  /// What a file may hold.
  struct Limits {
    var results = 25_000
    var bytes = 10_000_000
    /// Of a single result: a name as large as a file pushes no others out.
    var bytesOfResult = 64 << 10
    var related = 100
    var notifications = 100
  }

  private let result: CheckResult
  private let version: String
  private let limits: Limits
  private let rules: SARIFRules

  /// - Parameters:
  ///   - result: what the check found.
  ///   - version: of this fathom.
  public init(_ result: CheckResult, version: String) {
    self.init(result, version: version, limits: Limits())
  }

  init(_ result: CheckResult, version: String, limits: Limits) {
    self.result = result
    self.version = version
    self.limits = limits
    rules = SARIFRules(result)
  }

  /// Writes the whole file.
  public func write(to output: Output) throws(OutputError) {
    var configuration = ByteWriter()
    notifications(&configuration)
    var out = ByteWriter(capacity: 1 << 16)
    out.put(
      "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n"
    )
    out.put("\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"fathom\",\"version\":")
    out.put(json: version)
    out.put(",")
    rules.put(&out)
    out.put("}},\n\"columnKind\":\"utf16CodeUnits\",\"originalUriBaseIds\":{")
    out.put(json: SARIFLocation.root)
    out.put(":{\"description\":{\"text\":\"The repository's folder, else the module's.\"}}},\n")
    properties(&out)
    out.put(",\n\"results\":[")
    // Behind the results comes what says how many had no room.
    let leftOut = results(&out, room: limits.bytes - configuration.count - 1024)
    out.put("],\n\"invocations\":[{\"executionSuccessful\":true,\"toolConfigurationNotifications\":")
    configuration.withSpan { out.put($0) }
    out.put(",\"toolExecutionNotifications\":[")
    if leftOut > 0 {
      let limit =
        "a file holds \(Figures.count(limits.results)) results in \(Figures.count(limits.bytes)) bytes at most"
      notification(
        "\(Figures.count(leftOut)) of \(Figures.count(leftOut + shown(leftOut))) results, the least severe, were left out: "
          + "\(limit). fathom check --format json lists all.", "warning", &out)
    }
    out.put("]}]}]}\n")
    try out.withSpan(output.write)
  }

  /// What was checked: results alone do not say that something was.
  private func properties(_ out: inout ByteWriter) {
    out.put("\"properties\":{\"judged\":")
    out.put(decimal: result.judged)
    out.put(",\"functions\":")
    out.put(decimal: result.functions)
    out.put(",\"goVersion\":")
    out.put(json: result.goVersion)
    out.put(",\"os\":")
    out.put(json: result.os)
    out.put(",\"arch\":")
    out.put(json: result.arch.rawValue)
    out.put("}")
  }

  private func shown(_ leftOut: Int) -> Int { result.findings.count + result.allowed.count - leftOut }

  // MARK: Results

  /// - Returns: how many had no room.
  private func results(_ out: inout ByteWriter, room: Int) -> Int {
    let all = result.findings.count + result.allowed.count
    var shown = 0
    for i in 0..<all {
      guard shown < limits.results else { break }
      let start = out.count
      out.put(shown == 0 ? "\n" : ",\n")
      if i < result.findings.count {
        one(result.findings[i], allowed: nil, &out)
      } else {
        let allowed = result.allowed[i - result.findings.count]
        one(allowed.finding, allowed: allowed, &out)
      }
      if out.count - start > limits.bytesOfResult {
        out.truncate(to: start)
      } else if out.count > room {
        out.truncate(to: start)
        break
      } else {
        shown += 1
      }
    }
    return all - shown
  }

  private func one(_ finding: Finding, allowed: CheckResult.Allowed?, _ out: inout ByteWriter) {
    out.put("{\"ruleId\":")
    out.put(json: finding.rule.rawValue)
    out.put(",\"ruleIndex\":")
    out.put(decimal: rules.index(of: finding.rule))
    out.put(",\"level\":")
    out.put(json: finding.severity.rawValue)
    out.put(",")
    message(finding.sentence() + (finding.place == nil ? " (no source line)" : ""), &out)
    out.put(",\"locations\":[{")
    SARIFLocation.put(finding.place, &out)
    out.put(",")
    SARIFLocation.put(function: finding.function, &out)
    out.put("}]")
    related(finding, &out)
    out.put(",\"partialFingerprints\":{\"symbol/v1\":")
    out.put(json: finding.key.fingerprint())
    out.put("}")
    if let allowed {
      suppression(allowed, &out)
    } else if result.accepted != nil || finding.accepted != nil {
      out.put(finding.accepted == nil ? ",\"baselineState\":\"new\"" : ",\"baselineState\":\"updated\"")
    }
    out.put("}")
  }

  private func related(_ finding: Finding, _ out: inout ByteWriter) {
    let siblings = finding.siblings.filter { $0.place != nil }.prefix(limits.related)
    guard !siblings.isEmpty else { return }
    out.put(",\"relatedLocations\":")
    out.put(list: siblings.enumerated()) { sibling, out in
      out.put("{\"id\":")
      out.put(decimal: sibling.offset)
      out.put(",")
      message(
        "\(TerminalText.safe(sibling.element.function)): \(finding.figure(sibling.element.measure))", &out)
      out.put(",")
      SARIFLocation.put(sibling.element.place, &out)
      out.put(",")
      SARIFLocation.put(function: sibling.element.function, &out)
      out.put("}")
    }
  }

  private func suppression(_ allowed: CheckResult.Allowed, _ out: inout ByteWriter) {
    // A comment stands in the file of what it excuses; all else is the configuration's.
    let isInSource =
      allowed.finding.place.map { allowed.place.utf8.starts(with: ($0.file + ":").utf8) } ?? false
    out.put(
      isInSource ? ",\"suppressions\":[{\"kind\":\"inSource\"" : ",\"suppressions\":[{\"kind\":\"external\"")
    out.put(",\"justification\":")
    out.put(json: TerminalText.safe("\(allowed.reason) (\(allowed.place))"))
    out.put("}]")
  }

  // MARK: Messages

  /// What of the configuration and of comments had no effect.
  private func notifications(_ out: inout ByteWriter) {
    out.put(list: result.warnings.prefix(limits.notifications)) { notification($0, "warning", &$1) }
  }

  private func notification(_ text: String, _ level: String, _ out: inout ByteWriter) {
    out.put("{\"level\":")
    out.put(json: level)
    out.put(",")
    message(TerminalText.keepingStart(of: TerminalText.safe(text), width: 2000), &out)
    out.put("}")
  }

  /// Text that is shown as it is: braces are doubled (SARIF, 3.11.5), since `{0}` stands for an argument, and where
  /// `](` would make a link brackets get a backslash (3.11.6).
  private func message(_ text: String, _ out: inout ByteWriter) {
    let hasLink = zip(text.utf8, text.utf8.dropFirst()).contains {
      $0 == UInt8(ascii: "]") && $1 == UInt8(ascii: "(")
    }
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "{", "}": escaped.append(scalar)
      case "[", "]", "\\": if hasLink { escaped.append("\\") }
      default: break
      }
      escaped.append(scalar)
    }
    out.put("\"message\":{\"text\":")
    out.put(json: String(escaped))
    out.put("}")
  }
}
