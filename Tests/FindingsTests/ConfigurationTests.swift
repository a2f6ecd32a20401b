import ProgramModel
import Testing

@testable import Findings

@Suite("The configuration: what it takes, and what it refuses by name") struct ConfigurationTests {
  private func problems(_ text: String) -> [String] {
    do {
      _ = try Configuration(text, file: "f.yml")
      return []
    } catch {
      return error.problems.map { "\($0.place): \($0.text)" }
    }
  }

  @Test func everyKey() throws {
    let configuration = try Configuration(
      """
      packages: [./..., ./cmd/app]
      build:
        tags: [netgo, osusergo]
        flags: [-race, -trimpath, -mod=vendor, -pgo=auto, "-ldflags=-s -w -X main.v=1"]
      module: example.com/app
      origin: [own, dependency]
      baseline: .fathom-baseline
      rules:
        large-frame:
          own: {note: 2KiB, warning: 16 KiB, error: 65536}
          dependencies: off
        looping-defer: error
        atomic-in-loop: off
        many-defers: {more-than: 4, severity: warning}
        forbidden-call: {calls: ["*.LOCK_*", example.com/app.old]}
        atomic-outside-sync: {packages: [example.com/app/atomics]}
        frame-growth: {percent: 10, bytes: 1KiB}
      overrides:
        - path: internal/legacy
          rules: {large-frame: off}
        - symbol: "*.(*Parser).*"
          rules: {large-frame: {own: {warning: 32KiB}}}
      allow:
        - rule: looping-defer
          symbol: example.com/app.drain
          reason: one for each shard, of which there are four
      """, file: "f.yml")
    #expect(configuration.packages == ["./...", "./cmd/app"])
    #expect(
      configuration.buildFlags == [
        "-tags=netgo,osusergo", "-race", "-trimpath", "-mod=vendor", "-pgo=auto",
        "-ldflags=-s -w -X main.v=1",
      ])
    #expect(configuration.origins == [.own, .dependency])
    #expect(configuration.baseline == ".fathom-baseline")
    let frames = configuration.settings(of: .largeFrame)
    #expect(frames.own == Ladder(note: 2048, warning: 16384, error: 65536))
    #expect(frames.dependencies == Ladder())
    #expect(configuration.settings(of: .loopingDefer).severity == .error)
    #expect(configuration.settings(of: .atomicInLoop).severity == nil)
    #expect(configuration.settings(of: .manyDefers).moreThan == 4)
    // A list of calls switches the rule on.
    #expect(configuration.settings(of: .forbiddenCall).severity == .warning)
    #expect(configuration.settings(of: .frameGrowth).bytes == 1024)
    #expect(configuration.overrides.count == 2)
    #expect(configuration.allow[0].place == ConfigurationPlace(file: "f.yml", line: 24, column: 5))
    #expect(configuration.places["rules.looping-defer"]?.line == 12)
  }

  @Test func anEmptyFileIsNone() throws {
    for text in ["", "\n", "# nothing\n"] {
      #expect(try Configuration(text, file: "f.yml").settings(of: .largeFrame).own.warning == 8192)
    }
  }

  @Test(arguments: [
    ("packges: []\n", "f.yml:1:1: unknown key «packges»"),
    ("rules:\n  looping-defers: off\n", "f.yml:2:3: unknown key «looping-defers»"),
    ("rules:\n  large-frame: {own: {warning: big}}\n", "f.yml:2:32: warning has to be a size"),
    ("rules:\n  many-defers: {more-than: -1}\n", "f.yml:2:28: more-than has to be a number"),
    ("rules:\n  atomic-in-loop: {more-than: 3}\n", "f.yml:2:20: unknown key «more-than»"),
    ("rules:\n  looping-defer: fatal\n", "f.yml:2:18: no such severity: «fatal»"),
    ("rules: [large-frame]\n", "f.yml:1:8: rules has to be a mapping"),
    ("origin: [mine]\n", "f.yml:1:10: no such origin: «mine»"),
    ("allow:\n  - {rule: looping-defer, symbol: a.b}\n", "f.yml:2:5: an entry of allow wants a reason"),
    (
      "allow:\n  - {rule: looping-defer, symbol: a.b, reason: \" \"}\n",
      "f.yml:2:5: an entry of allow wants a reason"
    ),
    (
      "allow:\n  - {rule: looping-defer, reason: it is fine}\n",
      "f.yml:2:5: an entry of allow wants a path or a symbol"
    ),
    ("allow:\n  - {symbol: a.b, reason: it is fine}\n", "f.yml:2:5: an entry of allow wants the rule"),
    ("overrides:\n  - rules: {looping-defer: off}\n", "f.yml:2:5: an override wants a path or a symbol"),
    ("packages: [a, b\n", "f.yml:2:1: not YAML"),
    ("module: a\nmodule: b\n", "f.yml:1:1: given twice: «module»"),
    ("- a\n", "f.yml:1:1: the configuration has to be a mapping"),
    ("module: [a]\n", "f.yml:1:9: module has to be a text"),
  ])
  func namedWithItsPlace(text: String, problem: String) {
    let found = problems(text)
    #expect(found.count == 1 && found[0].hasPrefix(problem), "\(found)")
  }

  @Test func allProblemsAtOnce() {
    #expect(problems("a: 1\nb: 2\nrules: {c: off}\n").count == 3)
  }

  /// Nothing in it runs a program or swaps code.
  @Test(arguments: [
    "-toolexec=/bin/evil", "--toolexec=/bin/evil", "-overlay=o.json", "-ldflags=-extld=/bin/evil",
    "-ldflags=-s -extldflags=-fuse-ld=/bin/evil", "-ldflags=all=-s", "-ldflags=-X", "-ldflags='-X a.b=c'",
    "-exec=x",
    "-gcflags=-N", "-asmflags=x", "-compiler=gccgo", "-gccgoflags=x", "-modfile=x", "-C=/tmp", "-o=x",
    "-pkgdir=x",
    "-vet=off", "GOFLAGS=-toolexec=x", "-tags", "-installsuffix=x", "-linkshared", "-buildmode=plugin",
    "-work", "./evil", "",
    "-ldflags=-X=-extld", "-ldflags=-X -extld=/bin/evil", "-X", "-", "--",
    // A blank and an equals sign with a combining mark are each one Character, and two to the go command.
    "-ldflags=-s \u{301}-extld=/bin/evil", "-ldflags=-s -X a.b=c \u{301} -extld=/bin/evil", "-tags\u{301}=x",
    "-ldflags=\u{301}-extld=/bin/evil", "-race=\u{301}true",
  ])
  func refusedByName(flag: String) {
    let found = problems("build:\n  flags: [\"\(flag)\"]\n")
    #expect(found.count == 1 && found[0].hasPrefix("f.yml:2:11: "), "\(found)")
    #expect(flag.isEmpty || BuildFlag.problem(flag) != nil)
  }

  @Test func noEnvironment() {
    #expect(problems("environment: {CC: /bin/evil}\n")[0].hasPrefix("f.yml:1:1: unknown key «environment»"))
    #expect(problems("build: {env: {CC: /bin/evil}}\n")[0].hasPrefix("f.yml:1:9: unknown key «env»"))
    #expect(problems("packages: [\"-toolexec=/bin/evil\"]\n")[0].contains("cannot begin with -"))
    #expect(problems("build: {tags: [\"a -toolexec=x\"]}\n")[0].contains("not a build tag"))
  }

  @Test(arguments: [
    ("-ldflags=-s -X main.a=secret -w", "-ldflags=-s -X main.a=… -w"),
    ("-ldflags=-X=main.a=secret", "-ldflags=-X=main.a=…"),
    ("-ldflags=-X 'main.a=secret -w secret' -s", "-ldflags=-X main.a=… -s"),
    ("-ldflags=-X main.a='secret secret' -X \"main.b=secret", "-ldflags=-X main.a=… -X main.b=…"),
    ("-ldflags=\"-X main.a=secret -X main.b=secret\"", "-ldflags=\"-X main.a=… -X main.b=…"),
    ("-X main.a=secret=secret", "-X main.a=…"), ("-tags=netgo", "-tags=netgo"),
  ]) func secretsStaySecret(flag: String, shown: String) {
    #expect(BuildFlag.shown(flag) == shown)
  }

  /// Aliases of aliases stand for ten times as much with every line; as a key all of it would be hashed.
  @Test(
    .timeLimit(.minutes(1)), arguments: ["? *j\n: 1\n", "allow: [*j]\n", "packages: *j\n", "x: {*j : 1}\n"])
  func aliasBombs(use: String) {
    let names = Array("abcdefghij")
    var text = "x: &a [lol, lol]\n"
    for (inner, outer) in zip(names, names.dropFirst()) {
      text +=
        "\(outer): &\(outer) [" + Array(repeating: "*\(inner)", count: 10).joined(separator: ", ") + "]\n"
    }
    let start = ContinuousClock.now
    let problems = problems(text + use)
    #expect(
      problems == ["f.yml:2:1: YAML aliases are not supported: replace «*a» with the value of «&a»"])
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func globsAreNoAliases() throws {
    let text = "# a & b\nrules: {forbidden-call: {calls: [\"*.LOCK_*\", \"*lock\", a&b.f]}}\n"
    #expect(try Configuration(text, file: "f.yml").settings(of: .forbiddenCall).calls.count == 3)
  }

  @Test func veryManyProblems() {
    let text = "packages: [" + Array(repeating: "[]", count: 1000).joined(separator: ", ") + "]"
    #expect {
      try Configuration(text, file: "f.yml")
    } throws: { error in
      let lines = "\(error)".split(separator: "\n")
      return lines.count == 51 && lines[50] == "… and 950 more"
    }
  }

  @Test func whereEachValueCameFrom() throws {
    let configuration = try Configuration("rules:\n  looping-defer: error\n", file: "f.yml")
    let rows = configuration.rows(flags: ["baseline": ("b", "--baseline")])
    func row(_ key: String) -> Configuration.Row? { rows.first { $0.key == key } }
    #expect(
      row("rules.looping-defer") == .init(key: "rules.looping-defer", value: "error", source: "f.yml:2:18"))
    #expect(row("rules.many-defers")?.source == "default")
    #expect(row("baseline") == .init(key: "baseline", value: "b", source: "--baseline"))
    #expect(Set(rows.map(\.key)).isSuperset(of: RuleID.allCases.map { "rules.\($0.rawValue)" }))
  }

  @Test func patternsOfPaths() {
    #expect(PlacedPattern("internal/legacy").matches(path: "internal/legacy/a/b.go"))
    #expect(PlacedPattern("internal/legacy/").matches(path: "internal/legacy/b.go"))
    #expect(!PlacedPattern("internal/leg").matches(path: "internal/legacy/b.go"))
    #expect(PlacedPattern("**/legacy/*").matches(path: "internal/legacy/a/b.go"))
    #expect(PlacedPattern("a.go").matches(path: "a.go") && !PlacedPattern("a.go").matches(path: "b/a.go"))
  }
}
