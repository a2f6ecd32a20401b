import Findings
import ProgramModel

/// Results of checks, made by hand: every case that the reports know.
enum CheckSample {
  /// Errors, warnings and notes; siblings; without a place; outside of the root; worse than accepted; excused; stale.
  static func full() -> CheckResult {
    result(
      findings: [
        finding(
          .largeFrame, .error, "(*Server).dispatch", package: "example.com/app", "internal/server/server.go",
          88,
          "reserves 65,544 bytes of stack", 65_544, .bytes,
          siblings: [
            .init(
              function: "example.com/app.(*Server).retry",
              place: .init(file: "internal/server/retry.go", line: 12, isRelative: true), measure: 65_544),
            .init(function: "example.com/app.F[go.shape.int]", place: nil, measure: 65_544),
          ]),
        finding(
          .frameGrowth, .error, "render", package: "example.com/app", "view.go", 31,
          "reserves 8,544 bytes of stack; the baseline has 4,128, 106 % more", 8_544, .bytes, accepted: 4_128),
        finding(
          .loopingDefer, .warning, "(*Queue).drain.func1", package: "example.com/app", "queue.go", 142,
          "defers in a loop without a bound: file.Close", 1, .count),
        finding(
          .lockWithoutUnlock, .warning, "F[go.shape.int](…)", package: "example.com/app", "a b/ü,c:d.go", 7,
          "mu is left locked on the way out at line 19, 50 % of them", 1, .count),
        finding(
          .largeFrame, .note, "Decode", package: "github.com/other/lib",
          "/root/go/pkg/mod/github.com/other/lib@v1.4.2/lib.go", 7, "reserves 4,200 bytes of stack", 4_200,
          .bytes, isRelative: false),
        finding(
          .atomicInLoop, .note, "(*Counter).Add", package: "example.com/app", nil, 0,
          "executes a locked instruction in a loop: LOCK XADDQ", 1, .count),
      ],
      accepted: 12, allowed: excused(),
      stale: [
        .init(
          key: FindingKey(rule: .largeFrame, package: "example.com/app", function: "(*Server).gone"),
          measures: [8_544, 4_200], line: 12),
        .init(
          key: FindingKey(rule: .manyDefers, package: "", function: "Sort[*]"), measures: [9], line: 0),
      ], warnings: [".fathom.yml:3:5: rules: this path matches nothing: «old/**»"])
  }

  /// Nothing is named.
  static func clean() -> CheckResult { result() }

  /// Nothing is named, with what was excused.
  static func excusedOnly() -> CheckResult { result(accepted: 12, allowed: excused()) }

  /// Names, files, messages and reasons that try to be something else.
  static func hostile() -> CheckResult {
    let findings = names.enumerated().map { i, name in
      finding(
        i % 2 == 0 ? .forbiddenCall : .largeFrame, Severity.allCases[2 - i * 3 / names.count], name,
        package: "main", i % 3 == 2 ? nil : name + ".go", Int32(i + 1), "calls \(name)", 100 - i,
        i % 2 == 0 ? .count : .bytes, isRelative: i % 3 == 0,
        siblings: i % 4 == 1
          ? [.init(function: name, place: .init(file: name, line: 1, isRelative: true), measure: 1)] : [])
    }
    return result(
      findings: findings, accepted: 0,
      allowed: names.map { .init(finding: findings[0], reason: $0, place: $0 + ".go:1") },
      stale: names.map {
        .init(key: FindingKey(rule: .largeFrame, package: $0, function: $0), measures: [1], line: 3)
      }, warnings: names, inputs: names)
  }

  /// What a symbol, a file or a comment may hold.
  static let names = [
    "main.\u{1b}[31mred\u{7}", "\n::error ::x", "%0A::error::x", "main.<script>alert(1)</script>",
    "main.\u{202e}gnp.exe", "main.\u{0}nul\u{7f}", String(decoding: [0x6d, 0xff, 0xfe], as: UTF8.self),
    "main.F[go.shape.int](https://evil.example)", "a|b`c``|d", "@octo/cat #12 :100:", "main.漢字かな😀", "",
    "##[error]x", "a,b:c=d;e%", "]]>&amp;\"'\\", "main.struct {0} {{1}}", "::add-mask::x\r\n::y", " - [ ] x ",
    "/../../etc/passwd", "C:\\x\\y.go",
  ]

  /// As many notes as asked for, behind one error.
  static func many(_ count: Int, name: (Int) -> String = { "function\($0)" }) -> CheckResult {
    result(
      findings: (0..<count).map { i in
        finding(
          i % 2 == 0 ? .largeFrame : .needlessHeapDefer, i == 0 ? .error : .note, name(i),
          package: "example.com/app",
          "internal/server/file\(i % 100).go", Int32(i + 1), "reserves 4,200 bytes of stack", 1_000_000 - i,
          .bytes)
      })
  }

  private static func excused() -> [CheckResult.Allowed] {
    [
      .init(
        finding: finding(
          .loopingDefer, .warning, "main", package: "main", "main.go", 20, "defers in a loop", 1, .count),
        reason: "ends with the program", place: "main.go:19"),
      .init(
        finding: finding(
          .atomicOutsideSync, .warning, "cas", package: "example.com/app/ring", "ring/cas_amd64.s", 4,
          "executes a locked instruction in assembly: LOCK CMPXCHGQ", 1, .count),
        reason: "reviewed | by two", place: ".fathom.yml:12:5"),
    ]
  }

  static func finding(
    _ rule: RuleID, _ severity: Severity, _ function: String, package: String, _ file: String?, _ line: Int32,
    _ message: String, _ measure: Int, _ unit: Finding.Unit, isRelative: Bool = true, accepted: Int? = nil,
    siblings: [Finding.Sibling] = []
  ) -> Finding {
    Finding(
      rule: rule, severity: severity, function: package.isEmpty ? function : package + "." + function,
      package: package.isEmpty ? nil : package, origin: .own,
      place: file.map { .init(file: $0, line: line, isRelative: isRelative) }, message: message,
      measure: measure,
      unit: unit, accepted: accepted, siblings: siblings,
      key: FindingKey(rule: rule, package: package, function: function))
  }

  private static func result(
    findings: [Finding] = [], accepted: Int? = nil, allowed: [CheckResult.Allowed] = [],
    stale: [CheckResult.Stale] = [], warnings: [String] = [], inputs: [String] = ["./..."]
  ) -> CheckResult {
    var result = CheckResult(
      inputs: inputs, goVersion: "go1.27.3", os: "linux", arch: .amd64, tags: ["netgo"], judged: 4812,
      functions: 16_170, rules: Rule.all.filter { $0.severity != nil }, findings: findings,
      accepted: accepted,
      allowed: allowed, stale: stale)
    result.warnings = warnings
    return result
  }
}
