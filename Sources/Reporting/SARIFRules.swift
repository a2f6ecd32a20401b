import Findings

/// The rules of a run, in which `ruleIndex` is an index.
struct SARIFRules {
  /// The rules in force, and every other rule that has a finding.
  let rules: [Rule]
  private let places: [RuleID: Int]

  init(_ result: CheckResult) {
    let named = Set(
      result.rules.map(\.id) + result.findings.map(\.rule) + result.allowed.map(\.finding.rule))
    rules = Rule.all.filter { named.contains($0.id) }
    places = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.id, $0) })
  }

  /// Returns the index of a rule, which has to be one of ``rules``.
  func index(of rule: RuleID) -> Int { places[rule]! }

  /// Puts the member `rules`.
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

  /// Puts a text as a sentence: titles are none, but a description has to be one (3.49.9).
  private func sentence(_ key: StaticString, _ text: String, _ out: inout ByteWriter) {
    out.object(key) { $0.field("text", text.hasSuffix(".") ? text : text + ".") }
  }

  /// Returns the help of a rule as plain text.
  private static func help(_ rule: Rule) -> String {
    let text = "\(rule.rationale)\n\(rule.advice)"
    guard isAllowed(rule) else { return text }
    return text
      + "\nAn exception is written in the source, as //fathom:allow \(rule.id.rawValue) with a reason behind it."
  }

  /// Returns the help of a rule in Markdown.
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

  /// Whether a comment can allow a finding of the rule. A finding that is relative to the baseline is
  /// accepted by writing the baseline anew instead.
  private static func isAllowed(_ rule: Rule) -> Bool { rule.id != .frameGrowth }
}
