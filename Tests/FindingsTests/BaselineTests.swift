import TestSupport
import Testing

@testable import Findings

@Suite("Baselines: what is accepted, what is worse, what is gone") struct BaselineTests {
  private let build = Baseline.Build(os: "linux", arch: "amd64", go: "go1.27.3", tags: ["b", "a"])

  private func key(_ rule: RuleID, _ function: String) -> FindingKey {
    FindingKey(rule: rule, package: "example.com/app", function: function)
  }

  private func isSame(_ a: Baseline, _ b: Baseline) -> Bool {
    a.common.rows == b.common.rows && a.builds.mapValues(\.rows) == b.builds.mapValues(\.rows)
  }

  @Test func roundTrip() throws {
    let rows: [FindingKey: [Int]] = [
      key(.largeFrame, "(*Server).dispatch"): [8544, 12000], key(.loopingDefer, "drain"): [1, 1],
      key(.frameGrowth, "a"): [200], key(.largeFrame, "odd\tname\nwith\\all"): [5000],
      key(.unboundedRecursion, "walk"): [96, 80],
    ]
    let written = Baseline(build: build, rows: rows)
    let read = try Baseline(written.text, file: "b")
    #expect(isSame(read, written) && Array(read.builds.keys) == [build])
    #expect(read.builds[build]?.rows[key(.largeFrame, "(*Server).dispatch")] == [12000, 8544])
    #expect(read.text == written.text && read.counts == (7, 1))
    // What holds for every build comes first; then each build's findings before its frames, and all is sorted.
    #expect(
      written.text.split(separator: "\n").dropFirst() == [
        "looping-defer\texample.com/app\tdrain\t1 1", "unbounded-recursion\texample.com/app\twalk\t1 1",
        "build\tlinux\tamd64\tgo1.27\ta b", "large-frame\texample.com/app\t(*Server).dispatch\t12000 8544",
        "large-frame\texample.com/app\todd\\tname\\nwith\\\\all\t5000",
        "frame-growth\texample.com/app\ta\t200",
      ])
  }

  @Test(arguments: [
    ("go1.27.3", "go1.27"), ("go1.27", "go1.27"), ("go1.27rc1", "go1.27rc1"), ("", ""),
    ("go1.27.3 X:jsonv2", "go1.27 X:jsonv2"),
    ("devel go1.28-0a1b2c", "devel go1.28-0a1b2c"),
  ]) func aPatchReleaseChangesNoFrame(version: String, build: String) {
    #expect(Baseline.Build(os: "", arch: "", go: version, tags: []).go == build)
  }

  /// What an older fathom wrote is read, and written anew as what this one writes.
  @Test func versionOneIsRead() throws {
    let old = """
      # fathom baseline 1: what is accepted.
      os\tlinux
      arch\tamd64
      go\tgo1.27.3
      tags\ta b
      large-frame\texample.com/app\tserve\t8544
      looping-defer\texample.com/app\tdrain\t1
      unbounded-recursion\texample.com/app\twalk\t96
      frame-growth\texample.com/app\tserve\t8544

      """
    let read = try Baseline(old, file: "b")
    #expect(
      read.common.rows == [key(.loopingDefer, "drain"): [1], key(.unboundedRecursion, "walk"): [1]])
    #expect(
      read.builds.mapValues(\.rows) == [
        build: [key(.largeFrame, "serve"): [8544], key(.frameGrowth, "serve"): [8544]]
      ])
    #expect(read.common.lines[key(.loopingDefer, "drain")] == 7)
    #expect(isSame(try Baseline(read.text, file: "b"), read))
  }

  /// Findings in a function that only another build has, and that build's frames, stay; all else is written anew.
  @Test func whatOtherBuildsHaveStays() {
    let mac = Baseline.Build(os: "darwin", arch: "arm64", go: "go1.27.3", tags: [])
    var old = Baseline(
      build: mac, rows: [key(.loopingDefer, "both"): [1], key(.loopingDefer, "macOnly"): [1]])
    old.add(key(.largeFrame, "both"), [5000], mac)
    old.add(key(.largeFrame, "both"), [6000], build)
    let fresh = Baseline(build: build, rows: [key(.largeFrame, "both"): [7000]])
    var kept = fresh
    kept.keep(from: old) { $0.function == "both" }
    #expect(kept.common.rows == [key(.loopingDefer, "macOnly"): [1]])
    #expect(
      kept.builds.mapValues(\.rows) == [
        mac: [key(.largeFrame, "both"): [5000]], build: [key(.largeFrame, "both"): [7000]],
      ])
    // Of one build alone everything is known.
    kept = fresh
    kept.keep(from: Baseline(build: build, rows: [key(.loopingDefer, "gone"): [1]])) { _ in false }
    #expect(isSame(kept, fresh))
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
    #expect(isSame(read, written) && read.text == written.text)
    // An escape that is none is the letter, as it always was.
    let damaged = written.text + "large-frame\ta\t\\u12\\uzzzz\\Uffffffff\t1\n"
    let damagedRows = try Baseline(damaged, file: "b").builds[odd]?.rows
    #expect(damagedRows?.keys.contains { $0.function == "u12uzzzzUffffffff" } == true)
  }

  /// What Unicode holds for the same name is of two functions: what is accepted of one is not of the other.
  @Test func namesAreBytes() throws {
    let (one, two) = (key(.largeFrame, "caf\u{e9}"), key(.largeFrame, "cafe\u{301}"))
    let (three, four) = (key(.largeFrame, "K"), key(.largeFrame, "\u{212a}"))
    #expect(one != two && three != four && Set([one, two, three, four]).count == 4)
    #expect((one < two) != (two < one) && !(one < one))
    let written = Baseline(build: build, rows: [one: [1], two: [2], three: [3], four: [4]])
    let rows = try #require(try Baseline(written.text, file: "b").builds[build]?.rows)
    #expect(rows[one] == [1] && rows[two] == [2] && rows[three] == [3] && rows[four] == [4])
  }

  @Test(arguments: [
    ("", "b: not a baseline"), ("hello\n", "b: not a baseline"),
    ("# fathom baseline 3\n", "b: not a baseline"),
    ("# fathom baseline 12\n", "b: not a baseline"), ("# fathom baseline\n", "b: not a baseline"),
    ("# fathom baseline 1\nos\tlinux\n", "b: its header does not name the arch"),
    ("# fathom baseline 1\nlarge-frame\ta\tb\n", "b:2: not a row"),
    ("# fathom baseline 2\nlarge-frame\ta\tb\t1\n", "b:2: not a row"),
    ("# fathom baseline 2\nbuild\ta\tb\tc\n", "b:2: not a row"),
    ("# fathom baseline 2\nbuild\ta\tb\tc\td\nbuild\ta\tb\tc\td\n", "b:3: duplicate row"),
    ("# fathom baseline 2\nlooping-defer\ta\tb\tx\n", "b:2: not a row"),
    ("# fathom baseline 2\nno-such-rule\ta\tb\t1\n", "b:2: not a row"),
    ("# fathom baseline 2\nlooping-defer\ta\tb\t-1\n", "b:2: not a row"),
    ("# fathom baseline 2\nlooping-defer\ta\tb\t1\nlooping-defer\ta\tb\t2\n", "b:3: duplicate row"),
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
