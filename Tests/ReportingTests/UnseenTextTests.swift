import Foundation
import ProgramModel
import Testing

@testable import Reporting

@Suite("What is not seen is shown") struct UnseenTextTests {
  @Test(arguments: [
    ("a\u{200b}b", "a\\u200bb"), ("a\u{e0041}b", "a\\U000e0041b"), ("a\u{fe0f}", "a\\ufe0f"),
    ("a\u{e0100}", "a\\U000e0100"), ("\u{3164}", "\\u3164"),
    ("\u{115f}\u{1160}\u{ffa0}", "\\u115f\\u1160\\uffa0"),
    ("a\u{ad}b", "a\\u00adb"), ("a\u{34f}b", "a\\u034fb"), ("a\u{2060}b\u{2064}", "a\\u2060b\\u2064"),
    ("a\u{a0}b\u{3000}c\u{2800}", "a\\u00a0b\\u3000c\\u2800"), ("a\u{180e}", "a\\u180e"),
    ("a\u{1d173}", "a\\U0001d173"), ("a\u{9b}31m", "a\\u009b31m"), ("a\u{1b}[31m", "a\\x1b[31m"),
    ("é e\u{301} 漢 ü …", "é e\u{301} 漢 ü …"),
  ])
  func onATerminal(text: String, expected: String) {
    #expect(TerminalText.safe(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  /// Two names that differ are two names on the page.
  @Test func allThatUnicodeIgnores() {
    for value in UInt32(0)...0x10_ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let properties = scalar.properties
      let isBlank = properties.generalCategory == .spaceSeparator && scalar != " "
      if properties.isDefaultIgnorableCodePoint || isBlank {
        #expect(UnsafeScalars.contains(scalar), "U+\(String(value, radix: 16))")
      }
    }
  }

  @Test func jsonHasPairsAboveTheFirstPlane() throws {
    let text = "a\u{e0041}b\u{200b}c\u{1d173}"
    let quoted = JSONText.quoted(text.utf8)
    #expect(quoted.allSatisfy { 0x20..<0x7f ~= $0 })
    let read = try JSONSerialization.jsonObject(with: Data(quoted), options: .fragmentsAllowed) as? String
    #expect(read.map { $0.unicodeScalars.elementsEqual(text.unicodeScalars) } == true)
  }

  @Test func aQuoteWithAMarkIsStillAQuote() {
    let quoted = ShellWord.quoted("a'\u{301};rm -rf b")
    #expect(quoted.unicodeScalars.elementsEqual("'a'\\''\u{301};rm -rf b'".unicodeScalars))
  }
}
