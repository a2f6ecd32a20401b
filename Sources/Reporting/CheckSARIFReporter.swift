public import Findings
import ProgramModel

/// A check as SARIF 2.1.0 (OASIS standard, errata 01), for code scanning.
///
/// The file is written so that GitHub accepts it: GitHub refuses a file that is too large or has too many
/// results, and one with a result without a physical location. The least severe results are left out first,
/// and a notification says how many.
public struct CheckSARIFReporter: Sendable {
  /// The limits of a file.
  struct Limits {
    var results = 25_000
    var bytes = 10_000_000
    /// The most bytes of a single result, so that a name as large as a file cannot push all other results
    /// out.
    var bytesOfResult = 64 << 10
    /// The most related locations of a result.
    var related = 100
    var notifications = 100
  }

  private let result: CheckResult
  private let version: String
  private let limits: Limits
  private let rules: SARIFRules

  /// Makes the reporter of a check.
  ///
  /// - Parameter version: the version of this fathom.
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
    out.object { out in
      out.field("$schema", word: Self.schema)
      out.putNewLine()
      out.field("version", word: "2.1.0")
      // There is one run; its bracket is closed after the brace.
      out.field("runs") { $0.put("[{") }
      out.object("tool") { out in
        out.object("driver") { out in
          out.field("name", word: "fathom")
          out.field("version", version)
          rules.put(&out)
        }
      }
      out.putNewLine()
      out.field("columnKind", word: "utf16CodeUnits")
      out.object("originalUriBaseIds") { out in
        out.field(named: SARIFLocation.root) { out in
          out.object { out in
            out.object("description") { $0.field("text", "The repository's folder, else the module's.") }
          }
        }
      }
      out.putNewLine()
      properties(&out)
      out.putNewLine()
      out.field("results") { $0.put("[") }
      // After the results comes the notification of how many had no room.
      let leftOut = results(&out, room: limits.bytes - configuration.count - 1024)
      out.put("]")
      out.putNewLine()
      invocation(configuration, leftOut: leftOut, &out)
      out.put("}]")
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  private static let schema: StaticString =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  /// Puts the member `invocations`: the warnings about the configuration, and how many results were left out.
  private func invocation(_ configuration: borrowing ByteWriter, leftOut: Int, _ out: inout ByteWriter) {
    out.list("invocations", [()]) { _, out in
      out.object { out in
        out.field("executionSuccessful", true)
        out.field("toolConfigurationNotifications") { out in configuration.withSpan { out.put($0) } }
        out.list("toolExecutionNotifications", leftOut > 0 ? [leftOut] : []) { leftOut, out in
          let limit =
            "a file holds \(Figures.count(limits.results)) results in \(Figures.count(limits.bytes)) bytes at most"
          notification(
            "\(Figures.count(leftOut)) of \(Figures.count(leftOut + shown(leftOut))) results, the least severe, were left out: "
              + "\(limit). fathom check --format json lists all.", "warning", &out)
        }
      }
    }
  }

  /// Puts what was checked, which the results alone do not show.
  private func properties(_ out: inout ByteWriter) {
    out.object("properties") { out in
      out.field("judged", result.judged)
      out.field("functions", result.functions)
      out.field("goVersion", result.goVersion)
      out.field("os", result.os)
      out.field("arch", result.arch.rawValue)
    }
  }

  /// How many results were written.
  private func shown(_ leftOut: Int) -> Int { result.findings.count + result.allowed.count - leftOut }

  // MARK: Results

  /// Puts the results that have room. Returns how many had none.
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

  /// Puts a result; one that is allowed is suppressed.
  private func one(_ finding: Finding, allowed: CheckResult.Allowed?, _ out: inout ByteWriter) {
    out.object { out in
      out.field("ruleId", finding.rule.rawValue)
      out.field("ruleIndex", rules.index(of: finding.rule))
      out.field("level", finding.severity.rawValue)
      message(finding.sentence() + (finding.place == nil ? " (no source line)" : ""), &out)
      out.list("locations", [finding]) { finding, out in
        out.object { out in
          SARIFLocation.put(finding.place, &out)
          SARIFLocation.put(function: finding.function, &out)
        }
      }
      related(finding, &out)
      out.object("partialFingerprints") { $0.field("symbol/v1", finding.key.fingerprint()) }
      if let allowed {
        suppression(allowed, &out)
      } else if result.accepted != nil || finding.accepted != nil {
        out.field("baselineState", word: finding.accepted == nil ? "new" : "updated")
      }
    }
  }

  /// Puts the siblings of a finding, which have the same cause, as related locations.
  private func related(_ finding: Finding, _ out: inout ByteWriter) {
    let siblings = finding.siblings.filter { $0.place != nil }.prefix(limits.related)
    guard !siblings.isEmpty else { return }
    out.list("relatedLocations", siblings.enumerated()) { sibling, out in
      out.object { out in
        out.field("id", sibling.offset)
        message(
          "\(Finding.safe(sibling.element.function)): \(finding.figure(sibling.element.measure))", &out)
        SARIFLocation.put(sibling.element.place, &out)
        SARIFLocation.put(function: sibling.element.function, &out)
      }
    }
  }

  /// Puts the suppression of an allowed finding, with its reason and its place.
  private func suppression(_ allowed: CheckResult.Allowed, _ out: inout ByteWriter) {
    // A comment is in the file of the finding that it excuses; every other excuse is in the configuration.
    let isInSource =
      allowed.finding.place.map { allowed.place.utf8.starts(with: ($0.file + ":").utf8) } ?? false
    out.list("suppressions", [allowed]) { allowed, out in
      out.object { out in
        out.field("kind", word: isInSource ? "inSource" : "external")
        out.field("justification", TerminalText.safe("\(allowed.reason) (\(allowed.place))"))
      }
    }
  }

  // MARK: Messages

  /// Puts the parts of the configuration and the comments that had no effect.
  private func notifications(_ out: inout ByteWriter) {
    out.list(result.warnings.prefix(limits.notifications)) { notification($0, "warning", &$1) }
  }

  /// Puts a notification, which code scanning shows beside the results. Texts are cut at 2,000 columns.
  private func notification(_ text: String, _ level: String, _ out: inout ByteWriter) {
    out.object { out in
      out.field("level", level)
      message(TerminalText.keepingStart(of: TerminalText.safe(text), width: 2000), &out)
    }
  }

  /// Puts a text that is shown as it is: braces are doubled (SARIF, 3.11.5), since `{0}` stands for an
  /// argument, and brackets get a backslash where `](` would make a link (3.11.6).
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
    out.object("message") { $0.field("text", String(escaped)) }
  }
}
