import Testing

@testable import Evidence

@Suite("The words that a log is searched for, against a naive search") struct WordSearchTests {
  private static let words = [
    "goroutine ", "panic: ", "fatal error: ", "DATA RACE", "\"MESSAGE\":[", "stacktrace\"", "stackTrace\"",
    "\"stack\":",
    "\"lineno\":", "Goroutine ", "goroutine\u{a0}", "panic recovered", "#0  0x", "#1  0x", "#0: 0x",
  ]

  /// Every word at every place of a text that is made of their letters, whole and cut by its end.
  @Test func findsEachAtEveryPlace() {
    let search = WordSearch()
    let letters = Array(
      "goroutine panic: fatal error: DATA RACE MESSAGE stack lineno k u l n # 0x\u{a0}".utf8)
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    func naive(_ text: [UInt8], _ range: Range<Int>) -> Int? {
      range.first { i in
        Self.words.contains { i + $0.utf8.count <= range.upperBound && text[i...].starts(with: $0.utf8) }
      }
    }
    var wrong: [String] = []
    for _ in 0..<400 {
      for word in Self.words {
        var text = (0..<random(90)).map { _ in letters[random(letters.count)] }
        text.insert(contentsOf: word.utf8, at: random(text.count + 1))
        let low = random(4)
        for range in [low..<text.count, low..<max(low, text.count - random(12))] {
          let found = unsafe text.withUnsafeBytes { unsafe search.first($0, in: range) }
          if found != naive(text, range) { wrong.append(String(decoding: text, as: UTF8.self)) }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }
}
