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

  /// `"rules":[…]`.
  func put(_ out: inout ByteWriter) {
    out.put("\"rules\":")
    out.put(list: rules, isLong: true) { rule, out in
      out.put("{\"id\":")
      out.put(json: rule.id.rawValue)
      text("shortDescription", rule.title, &out)
      text("fullDescription", rule.rationale, &out)
      out.put(",\"help\":{\"text\":")
      out.put(json: Self.help(rule))
      out.put(",\"markdown\":")
      out.put(json: Self.markdown(rule))
      out.put("},\"defaultConfiguration\":{\"enabled\":")
      out.put(rule.severity == nil ? "false" : "true")
      out.put(",\"level\":")
      out.put(json: (rule.severity ?? .warning).rawValue)
      out.put("},\"properties\":{\"tags\":")
      out.put(list: RuleTopic(rule.id).tags) { $1.put(json: $0) }
      out.put("}}")
    }
  }

  private func text(_ key: String, _ text: String, _ out: inout ByteWriter) {
    out.put(",")
    out.put(json: key)
    out.put(":{\"text\":")
    // Titles are no sentences, and a description is one (3.49.9).
    out.put(json: text.hasSuffix(".") ? text : text + ".")
    out.put("}")
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
