import ProgramModel
import Testing

@testable import Findings

/// A program that a test draws: functions with their frames, and who calls whom. Those that are called come first.
private struct Drawing {
  var program: Program

  init() {
    program = Program(
      header: Program.Header(
        input: "app", inputKind: .binary, goVersion: "go1.27.3", os: "linux", arch: .amd64, ownFrom: .mod,
        ownPrefixes: ["a"], disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
  }

  /// Adds a function at a line of its own, the first one at 1.
  mutating func add(_ name: String, _ frame: Int = 24, file: String = "/src/a.go", calls: [String] = []) {
    let place = program.functions.count
    var function = Function(
      entry: UInt64(0x1000 + place * 64), name: program.names.intern(name), size: 32,
      frame: StackFrame(bytes: frame, splitCheck: .small))
    function.file = program.names.intern(file)
    function.line = Int32(place + 1)
    program.functions.append(function)
    for callee in calls { call(name, callee) }
  }

  private func index(_ name: String) -> Int? {
    program.functions.lastIndex { program.names.string($0.name) == name }
  }

  mutating func call(_ caller: String, _ callee: String) {
    let entry = index(callee).map { program.functions[$0].entry }
    let site = CallSite(
      address: 0x20, target: program.names.intern(callee), targetEntry: entry, kind: .call,
      place: SitePlace(line: 7))
    program.functions[index(caller)!].calls.append(site)
  }

  mutating func go(_ caller: String, _ callee: String) {
    let site = GoStatement(
      address: 0, place: SitePlace(line: 8),
      callee: Callee(
        target: program.names.intern(callee), entry: index(callee).map { program.functions[$0].entry }))
    program.functions[index(caller)!].goStatements.append(site)
  }

  mutating func deferring(_ name: String, at address: UInt64, _ count: Int = 1) {
    let site = DeferSite(kind: .stack, address: address, location: nil)
    program.functions[index(name)!].deferSites += Array(repeating: site, count: count)
  }
}

@Suite("Rules of the call graph") struct GraphRuleTests {
  private func check(
    _ text: String = "", baseline: Baseline? = nil, changes: [String: [ClosedRange<Int>]]? = nil
  ) throws -> Check {
    var check = Check(
      configuration: try Configuration(text, file: "f.yml"), baseline: baseline, baselineName: "b",
      sources: SourceTree(root: "/src") { _ in nil })
    check.changes = changes
    return check
  }

  private func lines(_ result: CheckResult) -> [String] {
    result.findings.map { "\($0.severity) \($0.function) \($0.message)" }
  }

  private var ring: Drawing {
    var drawing = Drawing()
    drawing.add("a.out")
    drawing.add("a.z", 40)
    drawing.add("a.m", 24)
    drawing.call("a.out", "a.m")
    drawing.call("a.m", "a.z")
    drawing.call("a.z", "a.m")
    return drawing
  }

  @Test func aRecursionIsNamedOnceWhereItIsEntered() throws {
    var drawing = ring
    drawing.add("a.self", 72, calls: ["a.self"])
    #expect(
      lines(try check().run([drawing.program])) == [
        "note a.m calls itself through z: 80 bytes per iteration, overflows at iteration 6,710,886",
        "note a.self calls itself at line 7: 80 bytes per iteration, overflows at iteration 6,710,886",
      ])
  }

  @Test func otherCodeRecursesAsItLikes() throws {
    var drawing = Drawing()
    drawing.add("fmt.F", calls: ["fmt.F"])
    drawing.add("a.f", calls: ["fmt.F"])
    #expect(try check().run([drawing.program]).findings.isEmpty)
  }

  /// Also where a baseline does not have it: a bounded walk of a tree is no reason to stop a commit.
  @Test func aNewRecursionStaysANote() throws {
    var drawing = ring
    let old = try check().baseline(of: [drawing.program])
    #expect(try check(baseline: old).run([drawing.program]).findings.isEmpty)
    drawing.add("a.self", calls: ["a.self"])
    let new = try check(baseline: old).run([drawing.program])
    #expect(new.findings.map(\.function) == ["a.self"] && !new.fails)
    let raised = try check("rules: {unbounded-recursion: warning}", baseline: old).run([drawing.program])
    #expect(raised.findings.map(\.severity) == [.warning])
    // A turn's bytes are the compiler's: the baseline, which holds for every build, has the recursion alone.
    drawing.program.functions[1].frame.bytes = 1000
    #expect(try check(baseline: old).run([drawing.program]).findings.map(\.function) == ["a.self"])
  }

  @Test func aChangeOfAnyMemberCounts() throws {
    let program = ring.program
    #expect(try check(changes: ["a.go": [2...2]]).run([program]).findings.map(\.function) == ["a.m"])
    #expect(try check(changes: ["a.go": [1...1]]).run([program]).findings.isEmpty)
  }

  @Test func stacksAreJudgedWhereTheyBegin() throws {
    let rules = "rules: {deep-stack: {bytes: 1000}, deep-defer-chain: {more-than: 2}}"
    var drawing = Drawing()
    drawing.add("a.deep", 2000)
    drawing.add("a.Middle", 100, calls: ["a.deep"])
    drawing.add("a.Exported", 50, calls: ["a.Middle"])
    drawing.deferring("a.Exported", at: 0)
    drawing.deferring("a.deep", at: 0, 2)
    let library = try check(rules).run([drawing.program])
    #expect(
      lines(library) == [
        "warning a.Exported can take at least 2,190 bytes of stack: 2,008 in deep, 108 in Middle, 58 in Exported",
        "warning a.Exported can have at least 3 deferred calls pending at once: 2 in deep, 1 in Exported",
      ])
    // A program begins in main, and in its goroutines; those with one dearest frame stand together.
    drawing.add("a.worker", 10, calls: ["a.deep"])
    drawing.add("main.main", 20, calls: ["a.Middle"])
    drawing.go("main.main", "a.worker")
    let program = try check("rules: {deep-stack: {bytes: 1000}}").run([drawing.program])
    #expect(program.findings.map(\.function) == ["main.main"])
    #expect(program.findings[0].siblings.map(\.function) == ["a.worker"])
    #expect(try check("rules: {deep-stack: {bytes: 3000}}").run([drawing.program]).findings.isEmpty)
  }

  @Test func wrappersCallNobody() throws {
    var drawing = Drawing()
    drawing.add("a.T.M", 2000)
    drawing.add("a.(*T).M", 16, file: "<autogenerated>", calls: ["a.T.M"])
    let result = try check("rules: {deep-stack: {bytes: 1000}}").run([drawing.program])
    #expect(result.findings.map(\.function) == ["a.T.M"])
  }

  @Test func goroutinesThatGrowAgain() throws {
    var drawing = Drawing()
    drawing.add("a.third", 6000)
    drawing.add("a.second", 3000, calls: ["a.third"])
    drawing.add("a.first", 1500, calls: ["a.second"])
    drawing.add("a.starts")
    drawing.go("a.starts", "a.first")
    let result = try check("rules: {goroutine-regrowth: on, large-frame: off}").run([drawing.program])
    #expect(
      lines(result) == [
        "warning a.starts starts first, whose stack grows 3 times, to 16,384 bytes in the worst case; "
          + "the dearest frames: 6,008 in third, 3,008 in second, 1,508 in first"
      ])
    #expect(result.findings[0].place?.line == 8)
    #expect(
      try check("rules: {goroutine-regrowth: {times: 4}, large-frame: off}").run([drawing.program]).findings
        .isEmpty)
  }

  @Test(arguments: [(UInt64(0x10), 2), (0x30, 0)]) func defersOnTheWayRound(address: UInt64, count: Int)
    throws
  {
    var drawing = ring
    drawing.deferring("a.z", at: address, 2)
    drawing.deferring("a.out", at: 0)
    let result = try check("rules: {defer-on-recursion: on, unbounded-recursion: off}").run([drawing.program])
    #expect(result.findings.map(\.measure) == (count > 0 ? [count] : []))
  }

  @Test func everyProgramHasItsOwnMain() throws {
    var (one, other) = (Drawing(), Drawing())
    one.add("main.main", 9000, file: "/src/one/main.go")
    other.add("main.main", 9000, file: "/src/other/main.go")
    let findings = try check().run([one.program, other.program]).findings
    #expect(findings.flatMap(\.siblings).map(\.place?.file) == ["other/main.go"])
  }

  @Test(arguments: [
    ("rules: {deep-stack: warning}", "f.yml:1:21: deep-stack needs a number"),
    ("rules:\n  deep-defer-chain: {severity: note}", "f.yml:2:21: deep-defer-chain needs a number"),
    ("overrides: [{path: a, rules: {deep-stack: on}}]", "f.yml:1:13: deep-stack needs a number"),
    ("rules: {deep-stack: {bytes: deep}}", "f.yml:1:29: bytes has to be a size"),
    ("rules: {goroutine-regrowth: {times: 0}}", "f.yml:1:37: times has to be a number from 1 to 100"),
    ("rules: {deep-stack: {more-than: 3}}", "f.yml:1:22: unknown key «more-than»"),
  ]) func settingsAreNamed(text: String, problem: String) {
    #expect {
      try Configuration(text, file: "f.yml")
    } throws: {
      String(describing: $0).hasPrefix(problem)
    }
  }

  @Test func whatIsInForce() throws {
    let text = "rules: {deep-stack: {bytes: 8KiB}, deep-defer-chain: {more-than: 3, severity: error}}"
    let rows = try Configuration(text, file: "f.yml").rows(flags: [:])
    func row(_ key: String) -> String? { rows.first { $0.key == "rules." + key }?.value }
    #expect(row("deep-stack") == "warning" && row("deep-stack.bytes") == "8192")
    #expect(row("deep-defer-chain") == "error" && row("deep-defer-chain.more-than") == "3")
    #expect(row("unbounded-recursion") == "note")
    #expect(row("goroutine-regrowth") == "off" && row("goroutine-regrowth.times") == nil)
  }
}
