import Findings

/// The rules of a run: what `ruleIndex` counts in.
struct SARIFRules {
  /// Those in force, and any other that something was found by.
  let rules: [Rule]
  private let places: [RuleID: Int]

  init(_ result: CheckResult) {
    let named = Set(
      result.rules.map(\.id) + result.findings.map(\.rule) + result.allowed.map(\.finding.rule))
    rules = Rule.all.filter { named.contains($0.id) }
    places = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.id, $0) })
  }

  /// Where a rule stands.
  func index(of rule: RuleID) -> Int { places[rule]! }

  /// The member `rules`.
  func put(_ out: inout ByteWriter) {
    out.list("rules", rules, isLong: true) { rule, out in
      out.object { out in
        out.field("id", rule.id.rawValue)
        sentence("shortDescription", rule.title, &out)
        sentence("fullDescription", rule.rationale, &out)
        out.object("help") { out in
          out.field("text", Self.help(rule))
          out.field("markdown", Self.markdown(rule))
        }
        out.object("defaultConfiguration") { out in
          out.field("enabled", rule.severity != nil)
          out.field("level", (rule.severity ?? .warning).rawValue)
        }
        out.object("properties") { $0.field("tags", RuleTopic(rule.id).tags) }
      }
    }
  }

  /// Titles are no sentences, and a description is one (3.49.9).
  private func sentence(_ key: StaticString, _ text: String, _ out: inout ByteWriter) {
    out.object(key) { $0.field("text", text.hasSuffix(".") ? text : text + ".") }
  }

  private static func help(_ rule: Rule) -> String {
    let text = "\(rule.rationale)\n\(rule.advice)"
    guard isAllowed(rule) else { return text }
    return text
      + "\nAn exception is written in the source, as //fathom:allow \(rule.id.rawValue) with a reason behind it."
  }

  private static func markdown(_ rule: Rule) -> String {
    let text = "\(MarkdownText.text(rule.rationale))\n\n**What to do**: \(MarkdownText.text(rule.advice))\n"
    guard isAllowed(rule) else { return text }
    return text + """

      An exception is written in the source, on the line, above it or above its function:

      ```go
      //fathom:allow \(rule.id.rawValue) the reason
      ```
      """
  }

  /// What the baseline alone speaks of is accepted by writing that anew.
  private static func isAllowed(_ rule: Rule) -> Bool { rule.id != .frameGrowth }
}
