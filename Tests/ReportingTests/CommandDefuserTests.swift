import Testing

@testable import Reporting

@Suite("A job's log gets no command") struct CommandDefuserTests {
  private func defused(_ pieces: [[UInt8]], _ form: LogForm) -> String {
    var defuser = CommandDefuser(form)
    return String(decoding: pieces.flatMap { defuser.defused($0.span) }, as: UTF8.self)
  }

  /// However a stream is cut into pieces, no line of it is a command, and text without one stays.
  @Test(arguments: [
    "::error::x\n", "a\n \t::error file=a::x\r\n::warning::y", "a\r::error::x", "a ##[error]x ###[b] # #[c]",
    "\n\n  ::x::\n::\n: :\n:", "a ::error::x\n", "plain: text\n",
  ])
  func everyCut(text: String) {
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let out = defused(
          [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])], .text)
        #expect(!out.contains("##["))
        for line in out.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
          #expect(WorkflowCommandTests.read(String(line)) == nil, "\(out) cut at \(first), \(second)")
        }
      }
    }
    let isHarmless = text.hasPrefix("a ::") || text.hasPrefix("plain")
    #expect(!isHarmless || defused([bytes], .text) == text)
  }

  @Test func dataStaysWhatItIs() {
    let json = Array(#"{"name":"::error ##[error]x"}"#.utf8)
    #expect(defused([json], .json) == #"{"name":"::error ##\u005berror]x"}"#)
    #expect(defused([Array("\"##[x\"".utf8)], .markup) == "\"##&#91;x\"")
  }

  @Test func formats() {
    #expect(LogForm(format: "sarif") == .json && LogForm(format: "dot") == .markup)
    #expect(LogForm(format: "github") == nil && LogForm(format: "pprof") == nil)
    #expect(LogForm(format: "markdown") == .text)
  }
}
