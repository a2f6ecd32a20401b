import TestSupport
import Testing

@testable import Reporting

@Suite("Markdown text") struct MarkdownTextTests {
  @Test(arguments: [
    ("main.F[go.shape.int](…)", "`main.F[go.shape.int](…)`"), ("main.a|b", "`main.a|b`"),
    ("a``b`c", "```a``b`c```"), ("`", "`` ` ``"), (" x ", "`  x  `"), (" x", "` x`"), ("", ""),
    ("<script>@all", "`<script>@all`"), ("a\nb\u{202e}", #"`a\x0ab\u202e`"#),
    ("`\u{301}x", "`` `\u{301}x ``"),
  ])
  func code(text: String, expected: String) { #expect(MarkdownText.code(text) == expected) }

  @Test func aPipeInATable() {
    #expect(MarkdownText.code("a|b|\u{301}", inTable: true) == "`a\\|b\\|\u{301}`")
    #expect(MarkdownText.code("a\\|b", inTable: true) == "`a\\\\|b`")
    #expect(MarkdownText.text("a|b") == "a\\|b")
  }

  @Test(arguments: [
    ("main.F[go.shape.int](x)", #"main.F\[go.shape.int\](x)"#),
    ("<script>&amp;", #"\<script\>\&amp;"#), ("ask @octo/cat", "ask @&#8203;octo/cat"),
    ("closes #12", "closes #&#8203;12"), ("# title", "\\#&#8203; title"),
    ("see https://evil.example: now", "see https:&#8203;//evil.example: now"),
    ("WWW.evil.example", "WWW.&#8203;evil.example"),
    ("go :100: times", "go :&#8203;100: times"),
    ("- one", "\\- one"), ("12. one", "12\\. one"), ("1) one", "1\\) one"), ("a-b", "a-b"),
    ("    code", "code"), ("a_b*c", #"a\_b\*c"#), ("$x$", "<span>$</span>x<span>$</span>"), ("", ""),
  ])
  func text(text: String, expected: String) { #expect(MarkdownText.text(text) == expected) }

  @Test func longTextsAreCut() {
    #expect(MarkdownText.code(String(repeating: "x", count: 999), width: 5) == "`…xxxx`")
    #expect(MarkdownText.text(String(repeating: "x", count: 999), width: 5) == "xxxx…")
  }

  /// Reads a code span as CommonMark does.
  @Test func everySpanIsReadBack() {
    var random = Seeded(state: 7)
    let signs = ["`", "``", " ", "|", "\\", "a", "[", "](", "<b>", "@me", "\u{301}", "\u{0}", "é"]
    for _ in 0..<2000 {
      let name = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        signs.randomElement(using: &random)!
      }.joined()
      let span = Array(MarkdownText.code(name).unicodeScalars)
      let fence = span.prefix { $0 == "`" }.count
      let runs = span.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count)
      #expect(runs.count { $0 == fence } == 2, "\(name)")
      var body = span.dropFirst(fence).dropLast(fence)
      if body.first == " ", body.last == " ", body.contains(where: { $0 != " " }) {
        body = body.dropFirst().dropLast()
      }
      let read = String(String.UnicodeScalarView(body))
      let expected = TerminalText.safe(name)
      #expect(read == expected || expected.allSatisfy { $0 == " " }, "\(name)")
    }
  }
}
