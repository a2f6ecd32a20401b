import ProgramModel
import Testing

@testable import CallGraph

/// Graphs drawn by hand, whose answers can be worked out on paper.
@Suite("Known answers") struct KnownAnswerTests {
  @Test func chainAndTail() {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 100), ("main.b", 40), ("main.c", 16), ("main.leaf", 0)] {
      drawn.add(name, frame)
    }
    drawn.call("main.a", "main.b", line: 7)
    drawn.call("main.b", "main.c", kind: .tail)
    drawn.call("main.c", "main.leaf")
    let depth = Depth(drawn.program)
    // b's frame is gone when c runs in its place: 16 + 8 + 8, less than its own 48.
    #expect(depth.bytes("main.c") == 32)
    #expect(depth.bytes("main.b") == 48)
    #expect(depth.bytes("main.a") == 108 + 48)
    #expect(depth.causes("main.a") == [])
    #expect(depth.names(depth.path(of: depth.node("main.a"))) == "main.a main.b")
    #expect(depth.path(of: depth.node("main.a")).bytes == 156)
    #expect(depth.path(of: depth.node("main.a")).steps[0].place.line == 7)
    #expect(depth.path(from: depth.node("main.a"), to: depth.node("main.leaf"))?.bytes == 108 + 24 + 8)
    #expect(depth.path(from: depth.node("main.leaf"), to: depth.node("main.a")) == nil)
    #expect(depth.cycles.isEmpty)
  }

  @Test func tailWins() {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 8), ("main.b", 200)] { drawn.add(name, frame) }
    drawn.call("main.a", "main.b", kind: .tail)
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 208)
    #expect(depth.path(of: depth.node("main.a")).steps.map(\.bytes) == [0, 208])
  }

  /// A ring of three, with a ring of two and one that calls itself within it.
  @Test func cyclesInCycles() throws {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.in", 0), ("main.a", 92), ("main.b", 42), ("main.c", 12), ("main.d", 22), ("main.out", 1000),
    ] { drawn.add(name, frame) }
    drawn.call("main.in", "main.a", line: 3)
    drawn.call("main.a", "main.b")
    drawn.call("main.b", "main.c")
    drawn.call("main.c", "main.a")
    drawn.call("main.b", "main.d")
    drawn.call("main.d", "main.b")
    drawn.call("main.d", "main.d")
    drawn.call("main.c", "main.out")
    let depth = Depth(drawn.program)
    let cycle = try #require(depth.cycles.first)
    #expect(depth.cycles.count == 1)
    #expect(cycle.members.map(depth.name) == ["main.a", "main.b", "main.c", "main.d"])
    #expect(cycle.cheapest.bytes == 30 && cycle.isCheapestProved)
    #expect(cycle.cheapest.steps.map { depth.name($0.node) } == ["main.d"])
    #expect(cycle.dearest.bytes == 100 + 50 + 20)
    #expect(cycle.dearest.overflowTurn == (512 << 20) / 170)
    #expect(cycle.direct.map(\.bytes) == [30])
    #expect(cycle.entries.map { depth.name($0.member) } == ["main.a"])
    #expect(cycle.entries[0].callers == 1 && cycle.entries[0].place.line == 3)
    // From a to c, the member with the way out, and out: each once.
    #expect(depth.bytes("main.a") == 100 + 50 + 20 + 1008)
    #expect(depth.bytes("main.d") == 30 + 50 + 20 + 1008)
    #expect(depth.causes("main.in") == .cycle)
    #expect(depth.causes("main.out") == [])
    #expect(depth.causes(of: depth.node("main.in")).found.map(\.distance) == [1])
  }

  /// A loop of jumps takes nothing of the stack, and is exact.
  @Test func jumpsInACircle() {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 8), ("main.b", 40), ("main.c", 100)] { drawn.add(name, frame) }
    drawn.call("main.a", "main.b", kind: .tail)
    drawn.call("main.b", "main.a", kind: .tail)
    drawn.call("main.a", "main.c")
    let depth = Depth(drawn.program)
    #expect(depth.cycles.isEmpty)
    #expect(depth.bytes("main.b") == 16 + 108)
    #expect(depth.causes("main.b") == [])
  }

  @Test func stackSwitch() {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 32), ("runtime.systemstack.abi0", 8), ("main.deep", 5000)] {
      drawn.add(name, frame)
    }
    drawn.add("runtime.mcall", 8, uncertain: .stackSwitch)
    drawn.call("main.a", "runtime.systemstack.abi0")
    drawn.pointer("runtime.systemstack.abi0")
    drawn.call("runtime.systemstack.abi0", "main.deep")
    drawn.call("main.a", "runtime.mcall")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 40 + 16)
    #expect(depth.causes("main.a") == [])
    // The call through a pointer is a node, though nothing of this stack leads there.
    #expect(depth.graph.extras == [.indirectCall(of: 1, site: 0)])
    #expect(depth.graph.edges(of: 1).map { depth.graph.kinds[$0] } == [.switched, .switched])
  }

  @Test func indirectCalls() {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 32), ("main.b", 8), ("main.known", 92)] { drawn.add(name, frame) }
    drawn.call("main.a", "main.b")
    drawn.pointer("main.b", line: 9)
    drawn.pointer("main.b", line: 10, to: "main.known")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 40 + 16 + 100)
    #expect(depth.causes("main.a") == .indirectCall)
    #expect(depth.causes("main.known") == [])
    let causes = depth.causes(of: depth.node("main.a"))
    #expect(causes.total == 1 && causes.found[0].distance == 2)
    #expect(depth.graph.extra(causes.found[0].node) == .indirectCall(of: 1, site: 0))
  }

  @Test func uncertainAndMissing() {
    var drawn = Drawn()
    drawn.add("main.a", 32)
    drawn.add("main.asm", 8, uncertain: .stackSwitch)
    drawn.add("crypt", 8, uncertain: .foreign)
    drawn.call("main.a", "main.asm")
    drawn.call("main.a", "crypt")
    drawn.call("main.a", "elsewhere.F")
    let depth = Depth(drawn.program)
    #expect(depth.causes("main.a") == [.uncertainFrame, .foreign, .missing])
    #expect(depth.bytes("main.a") == 40 + 16)
    #expect(depth.causes(of: 0).found.count == 3)
    #expect(depth.causes(of: 0, limit: 1).found.count == 1)
    #expect(depth.causes(of: 0, limit: 1).total == 3)
  }

  @Test func fatalPathsAndStubs() {
    var drawn = Drawn()
    for name in [
      "main.a", "runtime.gopanic", "runtime.goPanicIndex", "runtime.panicIndex.abi0", "runtime.throw",
      "sync.fatal",
      "runtime.morestack_noctxt.abi0", "runtime.call1024", "runtime.panicCheck1",
    ] { drawn.add(name, name == "main.a" ? 0 : 92) }
    for name in [
      "runtime.gopanic", "runtime.goPanicIndex", "runtime.panicIndex.abi0", "runtime.throw", "sync.fatal",
      "runtime.morestack_noctxt.abi0", "runtime.call1024",
    ] { drawn.call("main.a", name) }
    #expect(Depth(drawn.program).bytes("main.a") == 8)
    #expect(Depth(drawn.program, options: .init(throughPanics: true)).bytes("main.a") == 108)
    drawn.call("main.a", "runtime.panicCheck1")
    #expect(Depth(drawn.program).bytes("main.a") == 108)
  }

  /// A `go` statement starts a stack of its own: neither depth nor a cycle.
  @Test func goStatements() throws {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 40), ("main.worker", 3000), ("main.b", 40)] {
      drawn.add(name, frame, check: frame > 128 ? .big : .small)
    }
    drawn.go("main.a", "main.worker", line: 5)
    drawn.go("main.a", nil, line: 6)
    drawn.call("main.worker", "main.b")
    drawn.go("main.worker", "main.a")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 48)
    #expect(depth.cycles.isEmpty)
    #expect(depth.goroutines.map(\.function) == [0, 0, 1])
    #expect(depth.goroutines[1].entry == nil && depth.goroutines[1].growth == nil)
    let growth = try #require(depth.goroutines[0].growth)
    // 40 + 3000 − 128 ≥ 2048 − 928, and 4096 − 40 ≥ 3000 + 928; b finds room at 40 + 3008 < 4096 − 928.
    #expect(growth.steps.map { depth.name($0.node) } == ["main.worker"])
    #expect(growth.settled == 4096)
    #expect(growth.largest.map(\.frame) == [3000, 40])
    #expect(growth.largest.map(\.settled) == [2048, 4096])
  }

  /// By `deferreturn`, whose frame lies between; open-coded ones without.
  @Test func deferredCalls() {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.a", 56), ("main.a.func1", 92), ("main.b", 56), ("main.b.func1", 92),
      ("runtime.deferreturn", 112),
    ] { drawn.add(name, frame) }
    drawn.deferring("main.a", .open, to: "main.a.func1")
    drawn.deferring("main.b", .heap, to: "main.b.func1")
    drawn.call("main.b", "runtime.deferreturn")
    drawn.pointer("runtime.deferreturn")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 64 + 100)
    #expect(depth.bytes("main.b") == 64 + 120 + 100)
    #expect(depth.names(depth.path(of: depth.node("main.b"))) == "main.b deferreturn main.b.func1")
    #expect(depth.causes("main.b") == [])
  }

  @Test func openDefersAndRangeDefers() {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.a", 56), ("main.a-range1", 20), ("main.x", 92), ("runtime.deferreturn", 112),
    ] {
      drawn.add(name, frame)
    }
    drawn.deferring("main.a-range1", .range, looping: true, to: "main.x")
    drawn.deferring("main.x", .stack)
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.a") == 64 + 120 + 100 + 120 + 8)
    #expect(depth.bytes("main.a-range1") == 28)
    #expect(depth.causes("main.x") == .indirectCall)
  }

  /// A function defers a closure that calls it again: a recursion, and no defer stays pending.
  @Test func recursionThroughADefer() throws {
    var drawn = Drawn()
    drawn.add("main.f", 56)
    drawn.add("main.f.func1", 16)
    drawn.deferring("main.f", .open, to: "main.f.func1")
    drawn.pointer("main.f", to: "main.f.func1")
    drawn.call("main.f.func1", "main.f")
    let cycle = try #require(Depth(drawn.program).cycles.first)
    #expect(cycle.cheapest.bytes == 88 && cycle.dearest.bytes == 88)
    #expect(cycle.cheapest.pendingDefers == 0 && !cycle.cheapest.isLowerBound)
    drawn.deferring("main.f.func1", .heap, to: "main.f")
    #expect(try #require(Depth(drawn.program).cycles.first).cheapest.pendingDefers == 1)
  }

  /// A record is run by `runtime.deferreturn`, whose frame an archive does not hold.
  @Test func aLapThroughWhatIsNotThere() throws {
    var drawn = Drawn()
    drawn.add("main.f", 56)
    drawn.deferring("main.f", .stack, to: "main.f")
    let lap = try #require(Depth(drawn.program).cycles.first).cheapest
    #expect(lap.bytes == 72 && lap.isLowerBound)
    drawn.add("runtime.deferreturn", 112)
    let whole = try #require(Depth(drawn.program).cycles.first).cheapest
    #expect(whole.bytes == 64 + 120 && !whole.isLowerBound)
  }

  /// What an open-coded defer of a function's runs is called at the exits by its name: it is the deferred call.
  @Test func callsAtTheExits() {
    var drawn = Drawn()
    for name in ["main.a", "main.b"] { drawn.add(name, 8) }
    drawn.deferring("main.a", .open, to: "main.b")
    drawn.deferring("main.a", .open)
    drawn.deferring("main.b", .open)
    drawn.call("main.a", "main.b")
    #expect(Depth(drawn.program).defers.depths[0] == 2)
  }

  @Test func deferChains() {
    var drawn = Drawn()
    for name in ["main.a", "main.b", "main.c", "main.d"] { drawn.add(name, 8) }
    drawn.deferring("main.a", .open, to: "main.d")
    drawn.deferring("main.a", .open, to: "main.d")
    drawn.deferring("main.b", .stack, to: "main.d")
    drawn.call("main.a", "main.b")
    drawn.call("main.b", "main.c", kind: .tail)
    for _ in 0..<3 { drawn.deferring("main.d", .open, to: "main.c") }
    let depth = Depth(drawn.program)
    // a's two, none of b's while it runs d, and d's three; while a itself runs d, four.
    #expect(depth.defers.depths[0] == 5)
    #expect(!depth.defers.isLowerBound[0])
    #expect(depth.names(depth.defers.path(of: 0, in: depth.graph)) == "main.a main.b deferreturn main.d")
    drawn.deferring("main.c", .heap, looping: true, to: "main.d")
    #expect(Depth(drawn.program).defers.isLowerBound[0])
  }

  @Test func nosplitChains() {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.a", 300), ("main.split", 500), ("main.n1", 100), ("main.n2", 50), ("main.jumps", 10), ("C", 700),
    ] {
      let check: SplitCheck = name == "main.split" ? .small : .none
      drawn.add(name, frame, check: check, uncertain: name == "C" ? .foreign : nil)
    }
    drawn.call("main.split", "runtime.morestack_noctxt")
    drawn.call("main.a", "main.n1")
    drawn.call("main.n1", "main.jumps")
    drawn.call("main.jumps", "main.n2", kind: .tail)
    drawn.call("main.n2", "main.split")
    drawn.call("main.n2", "C")
    let depth = Depth(drawn.program)
    // a and n1 with their calls, the jump as a call, n2 with its call, and the call of morestack.
    #expect(depth.nosplit.longest == 308 + 108 + 8 + 58 + 8)
    #expect(depth.nosplit.limit == 792)
    #expect(
      depth.nosplit.chain.map { depth.name(Int32($0.function)) } == [
        "main.a", "main.n1", "main.jumps", "main.n2", "main.split",
      ])
    #expect(depth.nosplit.chain.map(\.used) == [308, 416, 424, 482, 490])
    #expect(depth.nosplit.end == .splittable)
    drawn.call("main.n2", "main.a")
    // No linker lets that pass: it is no call.
    #expect(Depth(drawn.program).nosplit.longest == depth.nosplit.longest)
    #expect(Depth(drawn.program).nosplit.circles == 1)
  }

  @Test func lockedInstructionsInLoops() {
    var drawn = Drawn()
    drawn.add("main.a", 8)
    drawn.add("main.b", 8)
    var program = drawn.program
    let site = AtomicSite(address: 0, instruction: program.functions[0].name, implicit: false, location: nil)
    program.functions[0].atomics = [site]
    program.functions[1].atomics = [site]
    program.functions[1].atomics[0].inLoop = true
    #expect(Depth(program).lockedLoops == [1])
  }

  @Test func edgesOfTheUser() throws {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.a", 32), ("main.x", 92), ("main.y", 192), ("main.F[a,b]", 292), ("main.z", 0),
    ] {
      drawn.add(name, frame)
    }
    drawn.pointer("main.a")
    let program = drawn.program
    func rules(_ text: String) throws -> EdgeRules {
      try EdgeRules(Array(text.utf8), file: "edges", program: program)
    }
    let rule = try rules("# what a calls\n\n main.a -> main.x , main.y\r\n")
    let depth = Depth(program, options: .init(edges: rule))
    #expect(depth.bytes("main.a") == 40 + 200)
    #expect(depth.causes("main.a") == [])
    #expect(depth.graph.extras.isEmpty)
    #expect(Depth(program, options: .init(edges: try rules("main.? -> main.F[a,b]"))).bytes("main.a") == 340)
    #expect(Depth(program, options: .init(edges: try rules("m*a -> *.y, *.x"))).bytes("main.a") == 240)
    #expect(try rules("main.x -> main.y").idle == [1])
    for (text, reason) in [
      ("main.a\n", "edges:1: no «->»: a rule is «caller -> callee, callee»"),
      ("\n# c\nmain.a -> main.x,", "edges:3: a callee's name is empty"),
      (" -> main.x", "edges:1: nothing stands before «->»"),
      ("main.a -> main.x\nmain.q -> main.x", "edges:2: no function is named «main.q»"),
      ("main.a -> q\u{1b}[2J*", "edges:1: no function is named «q?[2J*»"),
    ] {
      let error = #expect(throws: EdgeRules.Problem.self) { try rules(text) }
      #expect(error?.description == reason)
    }
  }
}
