import ProgramModel
import TestSupport
import Testing

@testable import Findings

/// A program that a test makes, function by function.
private struct Maker {
  var program: Program
  private var next: UInt64 = 0x1000

  init(own: [String] = ["example.com/app"], os: String = "linux", tags: [String] = []) {
    program = Program(
      header: Program.Header(
        input: "app", inputKind: .binary, goVersion: "go1.27.3", os: os, arch: .amd64, tags: tags,
        ownFrom: own.isEmpty ? nil : .mod, ownPrefixes: own, disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
  }

  mutating func add(
    _ name: String, frame: Int = 0, file: String = "/src/app/a.go", line: Int32 = 10,
    _ change: (inout Function, inout NameTable) -> Void = { _, _ in }
  ) {
    var function = Function(
      entry: next, name: program.names.intern(name), size: 16, frame: StackFrame(bytes: frame))
    next += 16
    function.file = program.names.intern(file)
    function.line = line
    change(&function, &program.names)
    program.functions.append(function)
  }

  mutating func addDefers(_ name: String, _ kinds: [(line: Int32, looping: Bool)]) {
    add(name) { function, names in
      function.deferSites = kinds.map { line, looping in
        DeferSite(
          kind: .heap, address: function.entry,
          location: SourceLocation(file: names.intern("a.go"), line: line),
          looping: looping)
      }
    }
  }
}

@Suite("A check: what is named, excused, accepted") struct CheckTests {
  private let sources = SourceTree(root: "/src/app") { _ in nil }

  private func check(_ text: String = "", baseline: Baseline? = nil, sources: SourceTree? = nil) throws
    -> Check
  {
    Check(
      configuration: try Configuration(text, file: "f.yml"), baseline: baseline, baselineName: "b",
      sources: sources ?? self.sources)
  }

  private func lines(_ result: CheckResult) -> [String] {
    result.findings.map {
      "\($0.severity) \($0.rule.rawValue) \($0.place.map { "\($0.file):\($0.line)" } ?? "-") \($0.function)"
    }
  }

  @Test func framesByOrigin() throws {
    var maker = Maker()
    maker.add("example.com/app.a", frame: 4096)
    maker.add("example.com/app.b", frame: 8192, line: 11)
    maker.add("example.com/app.c", frame: 65536, line: 12)
    maker.add("example.com/app.d", frame: 4095)
    maker.add("example.com/app.init.0", frame: 65536)
    maker.add("example.com/app.init", frame: 65536)
    maker.add("type:.eq.example.com/app.T", frame: 65536)
    maker.add("example.com/app.T.M-fm", frame: 65536)
    maker.add("github.com/other/lib.a", frame: 65535, file: "/mod/a.go")
    maker.add("github.com/other/lib.b", frame: 65536, file: "/mod/a.go")
    maker.add("fmt.a", frame: 65536, file: "/go/src/fmt/a.go")
    maker.add("runtime.call65536", frame: 65536, file: "/go/src/runtime/a.s")
    let result = try check().run([maker.program])
    #expect(
      lines(result) == [
        "error large-frame a.go:12 example.com/app.c",
        "warning large-frame /mod/a.go:10 github.com/other/lib.b",
        "warning large-frame a.go:11 example.com/app.b", "note large-frame a.go:10 example.com/app.a",
      ])
    #expect(result.fails && result.functions == 12)
    // Own ones, and the two of another module, of which frames alone are judged.
    #expect(result.judged == 9)
  }

  /// A frame of which only a part is known may be larger than any limit: how many there are is counted.
  @Test func framesKnownInPartAreCounted() throws {
    var maker = Maker()
    maker.add("example.com/app.a", frame: 100) { function, _ in function.frame.uncertain = .undecoded }
    maker.add("example.com/app.b", frame: 100)
    #expect(try check().run([maker.program]).uncertain == 1)
    #expect(try check("rules: {large-frame: off}").run([maker.program]).uncertain == 0)
  }

  @Test func onlyNotesDoNotFail() throws {
    var maker = Maker()
    maker.add("example.com/app.a", frame: 5000)
    #expect(try !check().run([maker.program]).fails)
  }

  @Test func aSharedCauseIsNamedOnce() throws {
    var maker = Maker()
    maker.add("example.com/app.F[go.shape.int]", frame: 9000)
    maker.add("example.com/app.F[go.shape.string]", frame: 9500)
    maker.add("example.com/app.other", frame: 9000, line: 40)
    maker.add("example.com/app.else", frame: 9100, file: "/src/app/b.go", line: 40)
    let findings = try check().run([maker.program]).findings
    #expect(findings.map(\.function) == ["example.com/app.F[go.shape.string]", "example.com/app.else"])
    #expect(findings[0].siblings.map(\.function) == ["example.com/app.other"])
  }

  /// The instances of a generic function have one source: they are one finding a line, and one more is nothing new.
  @Test func aNewInstanceIsNotNew() throws {
    func program(_ shapes: [String]) -> Program {
      var maker = Maker()
      for shape in shapes {
        maker.addDefers("example.com/app.F[go.shape.\(shape)]", [(12, true), (14, true)])
        maker.add("example.com/app.G[go.shape.\(shape)]", frame: 5000)
      }
      return maker.program
    }
    let before = program(["int", "string"])
    let plain = try check().run([before])
    #expect(
      lines(plain) == [
        "warning looping-defer a.go:12 example.com/app.F[go.shape.int]",
        "warning looping-defer a.go:14 example.com/app.F[go.shape.int]",
        "note large-frame a.go:10 example.com/app.G[go.shape.int]",
      ])
    let accepted = try check().baseline(of: [before])
    #expect(accepted.counts == (3, 1))
    for shapes in [["int"], ["int", "string", "*uint8"], ["bool"]] {
      let result = try check(baseline: accepted).run([program(shapes)])
      #expect(result.findings.isEmpty && result.accepted == 3 && result.stale.isEmpty)
    }
  }

  @Test func aSmallConstantBoundIsNone() throws {
    var maker = Maker()
    maker.addDefers("example.com/app.a", [(12, true), (13, true), (14, true)])
    for (i, bound) in [64, 65, nil as Int32?].enumerated() {
      maker.program.functions[0].deferSites[i].bound = bound
    }
    #expect(try check().run([maker.program]).findings.map(\.place?.line) == [13, 14])
    #expect(
      try check("rules: {looping-defer: {more-than: 100}}").run([maker.program]).findings.map(\.place?.line)
        == [14])
  }

  @Test func overridesAndLists() throws {
    var maker = Maker()
    maker.addDefers("example.com/app.drain", [(12, true), (14, true), (15, false)])
    maker.addDefers("example.com/app.legacy", [(12, true)])
    let text = """
      rules: {looping-defer: error}
      overrides:
        - symbol: "*.legacy"
          rules: {looping-defer: note}
        - path: nowhere
          rules: {looping-defer: off}
      allow:
        - {rule: looping-defer, path: b.go, reason: no such file}
      """
    let result = try check(text).run([maker.program])
    #expect(
      lines(result) == [
        "error looping-defer a.go:12 example.com/app.drain",
        "error looping-defer a.go:14 example.com/app.drain",
        "note looping-defer a.go:12 example.com/app.legacy",
      ])
    #expect(
      result.warnings == [
        "f.yml:5:5: this override matches no function that was judged",
        "f.yml:8:5: this allow entry matches no finding",
      ])
    let allowed = try check("allow: [{rule: looping-defer, symbol: \"*\", reason: because}]").run([
      maker.program
    ])
    #expect(allowed.findings.isEmpty && allowed.allowed.count == 3 && allowed.warnings.isEmpty)
    #expect(allowed.allowed[0].reason == "because" && allowed.allowed[0].place == "f.yml:1:9")
  }

  @Test func comments() throws {
    var maker = Maker()
    maker.addDefers("example.com/app.drain", [(2, true), (3, true), (4, true)])
    let text = """
      func drain() {
      \tdefer a() //fathom:allow looping-defer few
      \tdefer a() //fathom:allow looping-defer
      \tdefer a() //fathom:allow looping-defers x
      """
    let sources = SourceTree(root: "/src/app") { $0 == "/src/app/a.go" ? text : nil }
    let result = try check(sources: sources).run([maker.program])
    #expect(
      lines(result) == [
        "warning looping-defer a.go:3 example.com/app.drain",
        "warning looping-defer a.go:4 example.com/app.drain",
      ])
    #expect(result.allowed.map(\.place) == ["a.go:2"])
    #expect(
      result.warnings == [
        "a.go:3: //fathom:allow looping-defer needs a reason after the rule; ignored",
        "a.go:4: //fathom:allow names an unknown rule: «looping-defers»",
      ])
  }

  /// Comments that excuse nothing are said, wherever they are in a file that was judged.
  @Test func idleComments() throws {
    var maker = Maker()
    maker.addDefers("example.com/app.drain", [(3, true)])
    let text = """
      // fathom:allow looping-defer few
      func drain() {
      \tdefer a() //fathom:allow looping-defer few
      }
      //fathom:allow many-defers they are few
      var a = 1 // see fathom:allow
      //fathom:allow frame-growth a larger buffer
      //fathom:allow deep-stack which is off
      """
    let sources = SourceTree(root: "/src/app") { $0 == "/src/app/a.go" ? text : nil }
    let result = try check(sources: sources).run([maker.program])
    #expect(result.findings.isEmpty && result.allowed.map(\.place) == ["a.go:3"])
    #expect(
      result.warnings == [
        "a.go:1: a blank after // makes it no directive: write //fathom:allow",
        "a.go:5: //fathom:allow many-defers excuses nothing: take it away",
      ])
  }

  /// Moving functions, renaming closures and editing comments change no verdict.
  @Test func aBaselineGoesByKeys() throws {
    var before = Maker()
    before.add("example.com/app.serve", frame: 9000)
    before.add("example.com/app.serve.func1", frame: 5000)
    before.add("example.com/app.G[go.shape.int]", frame: 4400)
    before.addDefers("example.com/app.drain.func1", [(12, true)])
    let accepted = try check().baseline(of: [before.program])
    let read = try Baseline(accepted.text, file: "b")

    var moved = Maker()
    moved.addDefers("example.com/app.drain.func2.1", [(90, true)])
    moved.add("example.com/app.serve.func1", frame: 100, line: 50)
    moved.add("example.com/app.serve.func2", frame: 5000, line: 60)
    moved.add("example.com/app.G[go.shape.string]", frame: 4410, line: 5)
    moved.add("example.com/app.serve", frame: 9100, line: 70)
    let same = try check(baseline: read).run([moved.program])
    #expect(same.findings.isEmpty && same.accepted == 4 && same.stale.isEmpty && !same.fails)

    var grown = Maker()
    grown.add("example.com/app.serve", frame: 12000)
    grown.add("example.com/app.G[go.shape.int]", frame: 6000)
    grown.addDefers("example.com/app.drain.func1", [(12, true), (13, true)])
    let worse = try check(baseline: read).run([grown.program])
    #expect(
      Set(lines(worse)) == [
        "warning large-frame a.go:10 example.com/app.serve",
        "warning frame-growth a.go:10 example.com/app.serve",
        "warning frame-growth a.go:10 example.com/app.G[go.shape.int]",
        "note large-frame a.go:10 example.com/app.G[go.shape.int]",
        "warning looping-defer a.go:13 example.com/app.drain.func1",
      ])
    #expect(worse.findings.first { $0.rule == .largeFrame }?.accepted == 9000)
    #expect(worse.stale.map(\.measures) == [[5000]] && worse.stale[0].line == 5)
  }

  /// Also what only the baseline knows of.
  @Test func growthIsAllowedByAComment() throws {
    var before = Maker()
    before.add("example.com/app.a", frame: 300)
    var after = Maker()
    after.add("example.com/app.a", frame: 900, line: 2)
    // Only frames of the size of which note is taken are compared, unless the configuration says otherwise.
    #expect(try check().baseline(of: [before.program]).counts == (0, 0))
    let rules = "rules: {frame-growth: {from: 256}}"
    let accepted = try check(rules).baseline(of: [before.program])
    #expect(accepted.counts == (0, 1))
    let text = "//fathom:allow frame-growth a larger buffer\nfunc a() {\n"
    let sources = SourceTree(root: "/src/app") { $0 == "/src/app/a.go" ? text : nil }
    let result = try check(rules, baseline: accepted, sources: sources).run([after.program])
    #expect(result.findings.isEmpty && result.allowed.map(\.reason) == ["a larger buffer"])
  }

  @Test func nothingIsStaleOfWhatWasNotLookedAt() throws {
    var maker = Maker()
    maker.add("example.com/app/lib.a", frame: 200)
    let key = FindingKey(rule: .largeFrame, package: "example.com/app", function: "gone")
    let baseline = Baseline(
      build: .init(os: "linux", arch: "amd64", go: "go1.27.3", tags: []), rows: [key: [5000]])
    #expect(try check(baseline: baseline).run([maker.program]).stale.isEmpty)
    maker.add("example.com/app.b")
    #expect(try check(baseline: baseline).run([maker.program]).stale.map(\.key) == [key])
  }

  /// What the source decides is judged; of frames, which cannot be compared, that is said.
  @Test func anotherBuildsFramesAreNotJudged() throws {
    func program(os: String, tags: [String] = []) -> Program {
      var maker = Maker(os: os, tags: tags)
      maker.add("example.com/app.a", frame: 9000)
      maker.addDefers("example.com/app.drain", [(12, true)])
      return maker.program
    }
    let baseline = try check().baseline(of: [program(os: "darwin"), program(os: "darwin")])
    let here = program(os: "linux", tags: ["netgo"])
    let result = try check(baseline: baseline).run([here])
    #expect(result.findings.isEmpty && result.accepted == 1 && result.stale.isEmpty)
    #expect(
      result.warnings == [
        "b: has the frames of darwin/amd64 go1.27, not those of linux/amd64 go1.27 -tags=netgo: large-frame, "
          + "frame-growth not judged, which leaves out 1 finding; fathom baseline adds this build's frames, and keeps "
          + "the others'"
      ])
    let both = try check().baseline(of: [here], replacing: baseline)
    for program in [here, program(os: "darwin")] {
      let result = try check(baseline: both).run([program])
      #expect(result.findings.isEmpty && result.accepted == 2 && result.warnings.isEmpty)
    }
    // A defer that came is found without any frames.
    var grown = Maker(os: "windows")
    grown.addDefers("example.com/app.drain", [(12, true), (13, true)])
    #expect(try check(baseline: both).run([grown.program]).findings.map(\.place?.line) == [13])
    #expect(
      try check("rules: {large-frame: off, frame-growth: off}", baseline: both).run([grown.program]).warnings
        .isEmpty)
  }

  /// With several builds, a function that is missing here may be another build's.
  @Test func nothingIsStaleOfAnotherBuild() throws {
    var mac = Maker(os: "darwin")
    mac.addDefers("example.com/app.macOnly", [(12, true)])
    var linux = Maker()
    linux.add("example.com/app.drain")
    let one = try check().baseline(of: [mac.program])
    #expect(try check(baseline: one).run([linux.program]).stale.isEmpty)
    let both = try check().baseline(of: [linux.program], replacing: one)
    #expect(try check(baseline: both).run([linux.program]).stale.isEmpty)
    #expect(try check(baseline: both).run([mac.program]).findings.isEmpty)
    // The function is here, and its defer is gone.
    linux.add("example.com/app.macOnly")
    #expect(try check(baseline: both).run([linux.program]).stale.map(\.key.function) == ["macOnly"])
  }

  @Test func oneFunctionOfSeveralProgramsIsJudgedOnce() throws {
    var one = Maker()
    one.add("example.com/app/lib.a", frame: 9000)
    one.add("example.com/app/lib.b")
    #expect(try check().run([one.program, one.program]).judged == 2)
    #expect(try check().run([one.program, one.program]).findings.count == 1)
  }

  @Test func nothingSaysWhoseCodeItIs() throws {
    var maker = Maker(own: [])
    maker.add("undotted/app.a", frame: 9000)
    maker.add("fmt.a", frame: 9000, file: "/go/src/fmt/a.go")
    #expect(try check().run([maker.program]).findings.map(\.function) == ["undotted/app.a"])
  }

  @Test func theSameInTheSameOrder() throws {
    var random = Seeded(state: 3)
    var maker = Maker()
    for i in 0..<200 {
      maker.add(
        "example.com/app.f\(i % 50)", frame: Int.random(in: 0...20000, using: &random), line: Int32(i + 1))
    }
    let first = try check().run([maker.program])
    for _ in 0..<5 { #expect(try check().run([maker.program]).findings == first.findings) }
    #expect(first.findings.map(\.severity) == first.findings.map(\.severity).sorted(by: >))
  }
}
