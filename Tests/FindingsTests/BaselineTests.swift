import TestSupport
import Testing

@testable import Findings

@Suite("Baselines: what is accepted, what is worse, what is gone") struct BaselineTests {
  private let build = Baseline.Build(os: "linux", arch: "amd64", go: "go1.27.3", tags: ["b", "a"])

  private func key(_ rule: RuleID, _ function: String) -> FindingKey {
    FindingKey(rule: rule, package: "example.com/app", function: function)
  }

  @Test func roundTrip() throws {
    let rows: [FindingKey: [Int]] = [
      key(.largeFrame, "(*Server).dispatch"): [8544, 12000], key(.loopingDefer, "drain"): [1, 1],
      key(.frameGrowth, "a"): [200], key(.largeFrame, "odd\tname\nwith\\all"): [5000],
    ]
    let written = Baseline(build: build, rows: rows)
    let read = try Baseline(written.text, file: "b")
    #expect(read.build == build && read.rows == written.rows)
    #expect(read.rows[key(.largeFrame, "(*Server).dispatch")] == [12000, 8544])
    #expect(read.text == written.text)
    // Findings stand before frames, and are sorted.
    let lines = written.text.split(separator: "\n")
    #expect(lines.last == "frame-growth\texample.com/app\ta\t200")
    #expect(lines[1...4] == ["os\tlinux", "arch\tamd64", "go\tgo1.27.3", "tags\ta b"])
  }

  /// The file is read on terminals, and by reviewers.
  @Test func whatNoTerminalShouldGetIsSpelledOut() throws {
    let names = [
      "a\u{1b}[31m", "b\u{9b}31m", "c\u{200b}\u{e0041}\u{202e}", "\\u0041\\U00000041",
      "d\u{7f}\u{85}\u{2028}",
    ]
    var rows: [FindingKey: [Int]] = [:]
    for name in names { rows[key(.largeFrame, name)] = [5000] }
    let odd = Baseline.Build(os: "linux\u{1b}[2J", arch: "amd64", go: "go\u{9b}1", tags: ["t\u{e0041}"])
    let written = Baseline(build: odd, rows: rows)
    #expect(written.text.utf8.allSatisfy { 0x20..<0x7f ~= $0 || $0 == 0x0a || $0 == 0x09 })
    let read = try Baseline(written.text, file: "b")
    #expect(read.build == odd && read.rows == written.rows && read.text == written.text)
    // An escape that is none is the letter, as it always was.
    let damaged = written.text + "large-frame\ta\t\\u12\\uzzzz\\Uffffffff\t1\n"
    #expect(try Baseline(damaged, file: "b").rows.keys.contains { $0.function == "u12uzzzzUffffffff" })
  }

  /// What Unicode holds for the same name is of two functions: what is accepted of one is not of the other.
  @Test func namesAreBytes() throws {
    let (one, two) = (key(.largeFrame, "caf\u{e9}"), key(.largeFrame, "cafe\u{301}"))
    let (three, four) = (key(.largeFrame, "K"), key(.largeFrame, "\u{212a}"))
    #expect(one != two && three != four && Set([one, two, three, four]).count == 4)
    #expect((one < two) != (two < one) && !(one < one))
    let written = Baseline(build: build, rows: [one: [1], two: [2], three: [3], four: [4]])
    let read = try Baseline(written.text, file: "b")
    #expect(
      read.rows[one] == [1] && read.rows[two] == [2] && read.rows[three] == [3] && read.rows[four] == [4])
  }

  @Test(arguments: [
    ("", "b: not a baseline"), ("hello\n", "b: not a baseline"),
    ("# fathom baseline 1\nos\tlinux\n", "b: its header does not name the arch"),
    ("# fathom baseline 1\nlarge-frame\ta\tb\n", "b:2: not a row"),
    ("# fathom baseline 1\nlarge-frame\ta\tb\tx\n", "b:2: not a row"),
    ("# fathom baseline 1\nno-such-rule\ta\tb\t1\n", "b:2: not a row"),
    ("# fathom baseline 1\nlarge-frame\ta\tb\t-1\n", "b:2: not a row"),
    ("# fathom baseline 1\nlarge-frame\ta\tb\t1\nlarge-frame\ta\tb\t2\n", "b:3: duplicate row"),
  ])
  func refused(text: String, message: String) {
    #expect { try Baseline(text, file: "b") } throws: { "\($0)".hasPrefix(message) }
  }

  private let tolerance = Tolerance(percent: 25, bytes: 256)

  @Test(arguments: [
    (1000, 1000, false), (1255, 1000, false), (1256, 1000, true), (1249, 1000, false), (2000, 1800, false),
    (4000, 3300, false), (4125, 3300, true), (300, 0, true), (200, 0, false),
  ])
  func bothLimits(measure: Int, accepted: Int, isWorse: Bool) {
    #expect(tolerance.isWorse(measure, than: accepted, .bytes) == isWorse)
  }

  @Test func aCountIsWorseByOne() {
    #expect(tolerance.isWorse(10, than: 9, .count) && !tolerance.isWorse(9, than: 9, .count))
  }

  /// A closure that came moves no verdict of the others.
  @Test func aClosureMoreChangesNone() {
    #expect(
      tolerance.match([1000, 900, 400], [1000, 400], .bytes).verdicts == [.accepted, .new, .accepted])
    #expect(
      tolerance.match([5000, 1000, 400], [1000, 400], .bytes).verdicts == [.new, .accepted, .accepted])
    #expect(tolerance.match([1000, 900], [1000, 400], .bytes).verdicts == [.accepted, .worse(than: 400)])
    let gone = tolerance.match([400], [1000, 400], .bytes)
    #expect(gone.verdicts == [.accepted] && gone.gone == [400])
    #expect(tolerance.match([1, 1, 1], [1, 1], .count).verdicts == [.accepted, .accepted, .new])
    #expect(tolerance.match([], [3], .count).gone == [3])
  }

  /// As many are accepted as can be: no other pairing accepts more.
  @Test func thePairingIsTheBest() {
    var random = Seeded(state: 7)
    for _ in 0..<2000 {
      let measures = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Int.random(in: 0...3000, using: &random)
      }
      let rows = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Int.random(in: 0...3000, using: &random)
      }
      let found = tolerance.match(measures.sorted(by: >), rows.sorted(by: >), .bytes)
      #expect(found.verdicts.count { $0 == .accepted } == best(measures[...], rows))
      // Nothing is lost on either side.
      let worse = found.verdicts.count { if case .worse = $0 { true } else { false } }
      #expect(found.verdicts.count { $0 == .accepted } + worse + found.gone.count == rows.count)
    }
  }

  private func best(_ measures: ArraySlice<Int>, _ rows: [Int]) -> Int {
    guard let first = measures.first else { return 0 }
    var most = best(measures.dropFirst(), rows)
    for i in rows.indices where !tolerance.isWorse(first, than: rows[i], .bytes) {
      var rest = rows
      rest.remove(at: i)
      most = max(most, 1 + best(measures.dropFirst(), rest))
    }
    return most
  }
}
