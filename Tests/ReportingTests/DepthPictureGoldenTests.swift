import CallGraph
import ProgramModel
import SwiftProtobuf
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: depth as pictures") struct DepthPictureGoldenTests {
  static let views: [(name: String, view: DepthReport.View)] = [
    ("summary", .summary), ("function", .function(3)), ("goroutines", .goroutines),
    ("path", .path(from: 3, to: 6)),
  ]

  private func folded(_ report: DepthReport) throws -> String {
    let output = Output()
    try DepthFoldedReporter(try DepthWays(report)).write(to: output)
    return String(decoding: output.contents, as: UTF8.self)
  }

  private func bytes(_ report: DepthReport) throws -> [UInt8] {
    let output = Output()
    try DepthPprofReporter(try DepthWays(report)).write(to: output)
    return output.contents
  }

  private func profile(_ report: DepthReport) throws -> PprofProfile {
    try PprofProfile(serializedBytes: try bytes(report))
  }

  private func dot(_ program: Program, _ function: Int, levels: Int = 2, width: Int = 8) -> String {
    DepthDotReporter(Depth(program), function: function, levels: levels, width: width).text
  }

  // MARK: Goldens

  @Test(arguments: views.indices) func flameGraphs(i: Int) throws {
    let (name, view) = Self.views[i]
    let report = DepthSample.report(view)
    try Golden.check(try folded(report), "depth-\(name).folded")
    try Golden.check(try profile(report).textFormatString(), "depth-\(name).pprof.txt")
  }

  @Test func graphs() throws {
    try Golden.check(dot(DepthSample.program(), 3), "depth-function.dot")
    try Golden.check(dot(DepthSample.program(), 3, levels: 1, width: 1), "depth-narrow.dot")
  }

  /// What runs on another stack, and takes nothing of this one.
  @Test func otherStacks() {
    var program = Sample.named(["runtime.mcall", "main.f"].map { Array($0.utf8) })
    let callee = program.functions[1]
    program.functions[0].calls = [
      CallSite(
        address: 0, target: callee.name, targetEntry: callee.entry, kind: .call, place: SitePlace(line: 5))
    ]
    #expect(
      dot(program, 0).contains("  n0 -> n1 [style=dotted, arrowhead=odiamond, label=\"other stack :5\"];\n"))
  }

  // MARK: What holds of every one

  /// The samples of a profile as folded stacks.
  private func stacks(_ profile: PprofProfile) throws -> [String] {
    var functions: [UInt64: String] = [:]
    for function in profile.function {
      functions[function.id] = FoldedText.frame(profile.stringTable[Int(function.name)])
    }
    var locations: [UInt64: String] = [:]
    for location in profile.location {
      #expect(location.mappingID == 1 && location.line.count == 1)
      let name: String = try #require(functions[location.line[0].functionID])
      locations[location.id] = name
    }
    #expect(functions.count == profile.function.count && locations.count == profile.location.count)
    return try profile.sample.map { sample in
      let names = try sample.locationID.reversed().map { try #require(locations[$0]) }
      return names.joined(separator: ";") + " \(sample.value[0])"
    }
  }

  /// All samples together are the worst cases, and both formats hold the same.
  @Test(arguments: views.indices) func totals(i: Int) throws {
    let report = DepthSample.report(Self.views[i].view)
    let ways = try DepthWays(report)
    let profile = try profile(report)
    let total = profile.sample.reduce(0) { $0 + Int($1.value[0]) }
    #expect(total == ways.ways.reduce(0) { $0 + $1.path.bytes })
    if case .function(let index) = report.view { #expect(total == report.depth.worst.bytes[index]) }
    #expect(try folded(report) == (try stacks(profile)).map { $0 + "\n" }.joined())
    #expect(profile.stringTable[0].isEmpty)
    #expect(Set(profile.stringTable).count == profile.stringTable.count)
    #expect(profile.mapping.map(\.id) == [1])
  }

  /// `main.main` stands for the stack that `runtime.main` begins; a goroutine that is started twice is one root.
  @Test func roots() throws {
    var program = Sample.named(["runtime.main", "main.main", "main.a", "main.b"].map { Array($0.utf8) })
    func start(_ callee: Int?, from caller: Int) {
      let function = callee.map { program.functions[$0] }
      let callee = function.map { Callee(target: $0.name, entry: $0.entry) } ?? .open
      program.functions[caller].goStatements.append(
        GoStatement(address: 0, place: SitePlace(), callee: callee))
    }
    start(0, from: 3)
    start(3, from: 1)
    start(3, from: 2)
    start(2, from: 3)
    start(nil, from: 3)
    func ways(_ view: DepthReport.View, _ pattern: String? = nil) throws -> DepthWays {
      let selection = Selection(pattern: pattern.map { NamePattern($0) })
      return try DepthWays(DepthSample.report(view, selection, program: program))
    }
    func roots(_ ways: DepthWays) -> [Int32] { ways.ways.map { $0.path.steps[0].node } }
    #expect(roots(try ways(.summary)) == [1, 2, 3])
    #expect(roots(try ways(.goroutines)) == [0, 2, 3])
    #expect(roots(try ways(.summary, "main.a")) == [3])
    #expect(try ways(.summary).caveats == ["1 go statement left out: nothing says what they start"])
    #expect(try ways(.function(1)).caveats.isEmpty)
    #expect(throws: DepthWays.Problem.self) { try ways(.summary, "nowhere") }
    #expect(throws: DepthWays.Problem.self) { try ways(.path(from: 0, to: 1)) }
    #expect(throws: DepthWays.Problem.self) { try ways(.nosplit) }
  }

  /// A chain of so many calls would be billions of frames.
  @Test func tooDeepIsAnError() throws {
    func chain(_ count: Int) -> DepthReport {
      var program = Sample.named((0..<count).map { Array("main.f\($0)".utf8) })
      for i in 0..<count - 1 {
        let next = program.functions[i + 1]
        program.functions[i].calls = [
          CallSite(address: 0, target: next.name, targetEntry: next.entry, kind: .call, place: SitePlace())
        ]
      }
      return DepthSample.report(.function(0), program: program)
    }
    #expect(throws: DepthWays.Problem.self) { try DepthWays(chain(20_000)) }
    let profile = try profile(chain(300))
    #expect(profile.sample.count == 300 && profile.sample.last?.locationID.count == 300)
  }

  /// The same bytes on any number of cores, and from run to run.
  @Test func sameBytes() throws {
    let first = try bytes(DepthSample.report())
    let graph = dot(DepthSample.program(), 3)
    for jobs in [1, 2, 7] {
      for _ in 0..<7 {
        var report = DepthSample.report()
        report.report.jobs = jobs
        #expect(try bytes(report) == first)
        #expect(dot(DepthSample.program(), 3) == graph)
      }
    }
  }

  // MARK: Names that try to be something else

  @Test func hostileNames() throws {
    let names =
      Sample.hostileNames + [
        Array("main.a;b 12".utf8), Array("main.&lt;\\n".utf8), Array("main.x\n;y 3".utf8),
      ]
    var program = Sample.named(names)
    for i in program.functions.indices {
      let next = program.functions[(i + 1) % program.functions.count]
      program.functions[i].file = next.name
      program.functions[i].line = 3
      program.functions[i].calls = [
        CallSite(address: 0, target: next.name, targetEntry: next.entry, kind: .call, place: SitePlace())
      ]
    }
    let report = DepthSample.report(.function(0), program: program)
    let lines = try folded(report).split(separator: "\n")
    #expect(lines.count == names.count)
    for (i, line) in lines.enumerated() {
      #expect(line.unicodeScalars.allSatisfy { !UnsafeScalars.contains($0) })
      // One blank, and a frame for each level.
      #expect(line.split(separator: " ", omittingEmptySubsequences: false).count == 2)
      #expect(line.split(separator: ";", omittingEmptySubsequences: false).count == i + 1)
    }
    for text in try profile(report).stringTable {
      #expect(text.unicodeScalars.allSatisfy { !UnsafeScalars.contains($0) })
    }
    let graph = dot(program, 0, levels: 20)
    #expect(graph.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
    try Golden.check(graph, "depth-hostile.dot")
    try Golden.check(try folded(report), "depth-hostile.folded")
  }

  @Test(arguments: [
    ("a\"b", #""a\"b""#), (#"a\nb\"#, #""a\\nb\\""#), ("a\nb", #""a\nb""#), ("&lt;<b>", #""&amp;lt;<b>""#),
    ("a\"\u{301}]", #""a\""# + "\u{301}]\""), ("a\\\u{301}", #""a\\"# + "\u{301}\""),
    ("&\u{301}", "\"&amp;\u{301}\""),
  ])
  func stringsOfDot(text: String, quoted: String) {
    #expect(DotText.quoted(text) == quoted)
  }

  @Test func framesOfFoldedStacks() {
    #expect(FoldedText.frame("main.a;b c") == "main.a:b_c")
    let marked = FoldedText.frame("main.a;\u{301}b \u{301}c\u{301}")
    #expect(marked.unicodeScalars.elementsEqual("main.a:\u{301}b_\u{301}c\u{301}".unicodeScalars))
  }
}
