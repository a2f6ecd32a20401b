import Findings
import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: differences") struct DiffGoldenTests {
  private struct Part {
    var name: String
    var bytes: Int
    var check = SplitCheck.small
    var defers: [(DeferSite.Kind, Bool)] = []
    var atomics = 0
    var uncertain = false
  }

  private static func program(_ parts: [Part], go: String, os: String = "linux") -> Program {
    var names = NameTable()
    let xadd = names.intern("LOCK XADDL")
    let functions = parts.enumerated().map { i, part in
      var function = Function(
        entry: UInt64(i + 1) * 64, name: names.intern(part.name), size: 8,
        frame: StackFrame(
          bytes: part.bytes, uncertain: part.uncertain ? .stackSwitch : nil, splitCheck: part.check))
      function.file = names.intern("/src/app/server|\(i).go")
      function.line = Int32(i + 10)
      function.deferSites = part.defers.map {
        DeferSite(kind: $0.0, address: function.entry, location: nil, looping: $0.1)
      }
      function.atomics = (0..<part.atomics).map {
        AtomicSite(address: function.entry + UInt64($0), instruction: xadd, implicit: false, location: nil)
      }
      return function
    }
    return Program(
      header: Program.Header(
        input: "app", inputKind: .binary, goVersion: go, os: os, arch: .amd64, ownFrom: .mod,
        ownPrefixes: ["example.com/app"], disassembler: .gnu),
      names: names, functions: functions, diagnostics: Diagnostics(), isPartial: false)
  }

  private static func report(
    _ old: [Part], _ new: [Part], names: (before: String, after: String) = ("v1.2.0 (641b92c8)", "./app")
  ) throws -> DiffReport {
    DiffReport(
      try ProgramDiff(program(old, go: "go1.24.11"), program(new, go: "go1.27.3")), names: names,
      version: "test")
  }

  /// With all that can be said, and with names that would do harm.
  private static func full() throws -> DiffReport {
    let hostile =
      "main.F[go.shape.struct { A int \"json:\\\"`a|b`\\\"\" }](<script>alert(1)</script>@all)\u{1b}[31m\u{202e}"
    return try report(
      [
        Part(name: "main.(*Server).dispatch", bytes: 376, check: .big),
        Part(name: "main.render", bytes: 4104, check: .huge),
        Part(name: "main.drain", bytes: 64, defers: [(.open, false)]),
        Part(name: "main.gone", bytes: 200, check: .big),
        Part(name: "main.run.func1", bytes: 1000), Part(name: "main.same", bytes: 24),
        Part(name: "main.asm", bytes: 16, uncertain: true), Part(name: "fmt.Println", bytes: 80),
      ],
      [
        Part(name: "main.(*Server).dispatch", bytes: 8544, check: .huge),
        Part(name: "main.render", bytes: 4000, check: .big),
        Part(name: "main.drain", bytes: 64, defers: [(.heap, true)]),
        Part(name: hostile, bytes: 48, atomics: 2),
        Part(name: "main.run.func2", bytes: 1008), Part(name: "main.run.func1", bytes: 24),
        Part(name: "main.same", bytes: 24), Part(name: "main.asm", bytes: 32, uncertain: true),
        Part(name: "fmt.Println", bytes: 96),
      ])
  }

  @Test func text() throws {
    let report = try Self.full()
    let text = DiffTextReporter(report, options: TextOptions()).text
    try Golden.check(text, "diff.txt")
    for line in text.split(separator: "\n") { #expect(TerminalText.width(String(line)) <= 80, "\(line)") }
    for width in [40, 60, 120] {
      let text = DiffTextReporter(report, options: TextOptions(width: width)).text
      #expect(!text.unicodeScalars.contains { $0 != "\n" && UnsafeScalars.contains($0) })
    }
    try Golden.check(
      DiffTextReporter(report, options: TextOptions(isColored: true, top: 2)).text, "diff-colour.txt")
  }

  @Test func nothing() throws {
    let all = [Part(name: "main.a", bytes: 8)]
    try Golden.check(
      DiffTextReporter(try Self.report(all, all), options: TextOptions()).text
        + DiffMarkdownReporter(try Self.report(all, all), top: 5).text, "diff-nothing.txt")
  }

  @Test func json() throws {
    let output = Output()
    try DiffJSONReporter(try Self.full()).write(to: output)
    try Golden.check(String(decoding: output.contents, as: UTF8.self), "diff.json")
  }

  @Test func markdown() throws {
    let text = DiffMarkdownReporter(try Self.full(), top: 3).text
    try Golden.check(text, "diff.md")
    #expect(!text.replacing("`", with: "").contains("\u{1b}"))
    // Outside of code spans no HTML but the folds, and no mention.
    #expect(!text.contains("\n@all") && !text.contains("\u{202e}"))
  }

  /// GitHub refuses a longer comment.
  @Test func aCommentFits() throws {
    let new = (0..<5000).map { i in
      Part(name: "main.f\(i).(*T).aRatherLongName\(i)", bytes: 8 * i, defers: [(.heap, true)], atomics: 1)
    }
    for (old, new) in [([], new), (new, [])] {
      let text = DiffMarkdownReporter(
        try Self.report([Part(name: "main.a", bytes: 8)] + old, [Part(name: "main.a", bytes: 8)] + new),
        top: 5
      ).text
      #expect(text.utf8.count <= 65_536)
      #expect(text.utf8.count > 50_000)
      #expect(text.contains("more: a comment has no room for them"))
      #expect(text.split(separator: "<details>").count == text.split(separator: "</details>").count)
    }
    let long = DiffMarkdownReporter(try Self.report(new, []), top: 5000).text
    #expect(long.utf8.count <= 65_536)
  }
}
