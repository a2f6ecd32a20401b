import Foundation
import ProgramModel
import Testing

@testable import CallGraph

/// What a goroutine's stack ordinarily comes to be, and what is left out of the worst case.
@Suite("Ordinary stacks") struct OrdinaryStackTests {
  private func drawn(_ functions: [(String, Int)], _ calls: [(String, String)]) -> Drawn {
    var drawn = Drawn()
    for (name, frame) in functions { drawn.add(name, frame, check: frame > 128 ? .big : .small) }
    for (caller, callee) in calls { drawn.call(caller, callee) }
    return drawn
  }

  private func size(_ drawn: Drawn) -> OrdinaryStacks.Size? {
    let depth = Depth(drawn.program)
    return depth.ordinarySize(of: depth.node("main.w"))
  }

  /// Where nothing depends on data, it is what the worst case says.
  @Test func oneSize() throws {
    let found = try #require(size(drawn([("main.w", 40), ("main.b", 1500)], [("main.w", "main.b")])))
    #expect(found == OrdinaryStacks.Size(low: 4096, high: 4096))
  }

  @Test func slowWaysAreLeftOut() throws {
    let drawn = drawn(
      [("main.w", 40), ("runtime.mallocgc", 80), ("runtime.gcStart", 3000)],
      [("main.w", "runtime.mallocgc"), ("runtime.mallocgc", "runtime.gcStart")])
    #expect(size(drawn) == OrdinaryStacks.Size(low: 2048, high: 2048))
    let depth = Depth(drawn.program)
    #expect(depth.growth(of: depth.node("main.w")).settled == 8192)
  }

  /// The runtime's own tables grow seldom; a program's slices grow as it appends.
  @Test(arguments: [("runtime.releaseSudog", 2048), ("runtime.appendIntStr", 4096), ("main.f", 4096)])
  func growingSlices(caller: String, size expected: Int) throws {
    let drawn = drawn(
      [("main.w", 40), (caller, 80), ("runtime.growslice", 1500)],
      [("main.w", caller), (caller, "runtime.growslice")])
    #expect(size(drawn) == OrdinaryStacks.Size(low: expected, high: expected))
  }

  @Test func recursionMakesARange() throws {
    let drawn = drawn(
      [("main.w", 40), ("main.r", 1500), ("main.b", 1500)],
      [("main.w", "main.r"), ("main.r", "main.r"), ("main.w", "main.b")])
    let found = try #require(size(drawn))
    #expect(found.low == 2048 && found.high == 8 * 2048)
    #expect(found.recursion.map(Depth(drawn.program).name) == "main.r" && found.openCall == nil)
    #expect(Depth(drawn.program).certainty(of: 0) == .bounded)
  }

  /// The nearest one is named.
  @Test func callsThroughPointersMakeARange() throws {
    var drawn = drawn(
      [("main.w", 40), ("main.far", 40), ("main.near", 1500)],
      [("main.w", "main.far"), ("main.w", "main.near"), ("main.far", "main.near")])
    drawn.pointer("main.near")
    let found = try #require(size(drawn))
    #expect(found.low == 2048 && found.high == 2 * 4096)
    #expect(found.openCall.map(Depth(drawn.program).name) == "main.near" && found.recursion == nil)
    #expect(Depth(drawn.program).certainty(of: 0) == .atLeast)
  }

  @Test func unknownCodeHasNone() {
    #expect(size(drawn([("main.w", 40)], [("main.w", "elsewhere.F")])) == nil)
    #expect(size(drawn([("main.w", 768 << 20)], [])) == nil)
    var uncertain = Drawn()
    uncertain.add("main.w", 40, uncertain: .undecoded)
    #expect(size(uncertain) == nil)
  }

  /// Panics and diagnostics that the user puts into the worst case are no ordinary ones.
  @Test func optionsChangeNothing() throws {
    let drawn = drawn(
      [("main.w", 40), ("runtime.gopanic", 3000), ("runtime.f", 8), ("runtime.schedtrace", 3000)],
      [("main.w", "runtime.gopanic"), ("main.w", "runtime.f"), ("runtime.f", "runtime.schedtrace")])
    let depth = Depth(drawn.program, options: .init(throughPanics: true, throughDiagnostics: true))
    #expect(depth.growth(of: 0).settled > 2048)
    #expect(depth.ordinarySize(of: 0) == OrdinaryStacks.Size(low: 2048, high: 2048))
  }

  /// Within a cycle of several functions the path need not be the dearest.
  @Test func aRingIsNotBounded() {
    let ring = drawn(
      [("main.w", 40), ("main.a", 40), ("main.b", 40)],
      [("main.w", "main.a"), ("main.a", "main.b"), ("main.b", "main.a")])
    #expect(Depth(ring.program).certainty(of: 0) == .atLeast)
    #expect(Depth(ring.program).causes("main.w") == .cycle)
  }

  /// The runtime prints under GODEBUG or as it dies; a program's println is a call like others.
  @Test func diagnosticsAreLeftOut() {
    let drawn = drawn(
      [
        ("main.a", 0), ("main.prints", 0), ("runtime.f", 0), ("runtime.printint", 92),
        ("runtime.printstring", 192), ("runtime.dumpScanStats", 2888), ("runtime.traceLocker.GoPark", 500),
      ],
      [
        ("main.a", "runtime.f"), ("runtime.f", "runtime.printint"), ("runtime.f", "runtime.dumpScanStats"),
        ("runtime.f", "runtime.traceLocker.GoPark"), ("main.prints", "runtime.printint"),
        ("runtime.printint", "runtime.printstring"),
      ])
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 16)
    #expect(depth.bytes("main.prints") == 8 + 100 + 200)
    let all = Depth(drawn.program, options: .init(throughDiagnostics: true))
    #expect(all.bytes("main.a") == 16 + 2896)
  }

  /// Where all defers are open-coded, the function calls them itself, and deferreturn after a panic alone.
  @Test func deferreturnAfterAPanic() {
    var drawn = drawn([("main.a", 0), ("main.b", 0), ("main.c", 8), ("runtime.deferreturn", 192)], [])
    for caller in ["main.a", "main.b"] { drawn.call(caller, "runtime.deferreturn") }
    drawn.deferring("main.a", .open, to: "main.c")
    drawn.deferring("main.b", .heap, to: "main.c")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 8 + 16)
    #expect(depth.bytes("main.b") == 8 + 200 + 16)
    #expect(Depth(drawn.program, options: .init(throughPanics: true)).bytes("main.a") == 8 + 200)
  }

  // MARK: Against Go

  /// Functions that run only under GODEBUG are known, by the runtime's own source: those of a real program
  /// have a role.
  @Test func rolesAreThoseOfTheSource() async throws {
    let folder = RealProgram.project.appendingPathComponent("scripts/oracles/diagnostics")
    let root = try RealProgram.go(["env", "GOROOT"], in: folder).trimmingCharacters(
      in: .whitespacesAndNewlines)
    let names = Set(
      try RealProgram.go(["run", ".", root], in: folder).split(separator: "\n").map(String.init))
    #expect(names.count > 50)
    // They do not print or check anything: what they belong to is not there without a debugger, or never returns.
    let others: Set = ["exit1", "fpTracebackPartialExpand", "makeProfStackFP", "raiseproc"]
    let program = try await RealProgram.depths().depth.program
    let own = program.functions.map { program.names.string($0.name) }.filter { $0.hasPrefix("runtime.") }
    let missed = own.filter { name in
      let plain = String(name.dropFirst(8))
      return names.contains(plain) && !others.contains(plain) && RuntimeRole(Array(name.utf8)[...]) == .none
    }
    #expect(missed == [])
    // And the other way round: what has the role stands behind a test, but for what prints or writes a trace.
    let extra = own.filter { name in
      let plain = String(name.dropFirst(8))
      return RuntimeRole(Array(name.utf8)[...]) == .diagnostic && !names.contains(plain)
        && !["print", "hexdump", "traceLocker.", "traceWriter.", "traceEventWriter."].contains {
          plain.hasPrefix($0)
        }
    }
    #expect(
      Set(extra).isSubset(of: [
        "runtime.traceStack", "runtime.tracebackHexdump", "runtime.tracebackothers", "runtime.dumpregs",
        "runtime.saveblockevent",
      ]), "\(extra)")
  }

  /// Goroutines that run: see scripts/oracles/stacks, of which these are some bodies.
  @Test func runningGoroutines() async throws {
    let real = try await RealProgram.oracle("stacks")
    let depth = real.depth
    let bodies = try real.lines([]).map { $0.split(separator: "\t").map(String.init) }
    #expect(bodies.count > 60)
    var compared = 0
    for name in [
      "sprintfInt", "sprintfStruct", "strconvFloat", "marshal5", "waitOnly", "selectTwo", "sleep", "onceDo",
      "mapSmall", "makeLarge", "deferLoop", "readFile", "ownLarge", "ownDeep", "gzipWrite",
    ] {
      let lines = try real.lines([name, "50"]).dropFirst().map {
        $0.split(separator: " ").compactMap { Int($0) }
      }
      let measured = try #require(lines.max { $0[1] < $1[1] })[0]
      let goroutine = try #require(
        depth.goroutines.first { $0.entry.map { depth.name($0) } == "main.\(name)" })
      let ordinary = try #require(goroutine.ordinary)
      #expect(ordinary.low / 2 <= measured && measured <= 2 * ordinary.high, "\(name): \(measured)")
      #expect(
        ordinary.low == ordinary.high || ordinary.low <= measured && measured <= ordinary.high, "\(name)")
      if depth.certainty(of: try #require(goroutine.entry)) == .exact {
        #expect(measured <= goroutine.growth?.settled ?? 0)
      }
      compared += 1
    }
    #expect(compared == 15)
  }

  /// No function of a real program's own leads through what prints, dumps or traces.
  @Test func noPathThroughDiagnostics() async throws {
    let depth = try await RealProgram.depths().depth
    var own = 0
    for i in depth.program.functions.indices {
      let name = depth.program.names.string(depth.program.functions[i].name)
      guard name.hasPrefix("main.") else { continue }
      own += 1
      let met = depth.path(of: CallGraph.Node(i)).steps.filter { step in
        let node = depth.graph.original(step.node)
        return depth.graph.isFunction(node) && depth.graph.roles[Int(node)] == .diagnostic
      }
      #expect(met.isEmpty, "\(name): \(met.map { depth.name($0.node) })")
    }
    #expect(own > 10)
  }
}
