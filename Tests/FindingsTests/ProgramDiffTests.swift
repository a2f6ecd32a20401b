import Findings
import ProgramModel
import TestSupport
import Testing

@Suite("Differences") struct ProgramDiffTests {
  /// A program of these functions, by name and frame.
  private func program(
    _ functions: [(String, Int)], arch: Architecture = .amd64, own: [String] = [], from: OwnFrom? = .mod
  ) -> Program {
    var names = NameTable()
    let all = functions.enumerated().map { i, function in
      Function(
        entry: UInt64(i + 1) * 64, name: names.intern(function.0), size: 8,
        frame: StackFrame(bytes: function.1, splitCheck: function.1 > 128 ? .big : .small))
    }
    return Program(
      header: Program.Header(
        input: "app", inputKind: .binary, arch: arch, ownFrom: from, ownPrefixes: own, disassembler: .go),
      names: names, functions: all, diagnostics: Diagnostics(), isPartial: false)
  }

  private func changes(_ old: [(String, Int)], _ new: [(String, Int)]) throws -> [String] {
    try ProgramDiff(program(old), program(new)).shown.map { pair in
      "\(pair.change.rawValue) \(pair.growth) \(pair.function.name)"
        + (pair.formerName.map { " was \($0)" } ?? "")
    }
  }

  @Test func grewShrankCameAndWent() throws {
    let found = try changes(
      [("main.a", 100), ("main.b", 200), ("main.c", 24), ("main.d", 8)],
      [("main.a", 120), ("main.b", 136), ("main.d", 8), ("main.e", 4000)])
    #expect(found == ["came 4000 main.e", "shrank -64 main.b", "went -24 main.c", "grew 20 main.a"])
  }

  @Test func nothing() throws {
    let all = [("main.a", 100), ("main.F.func1", 24), ("main.F.func1.1", 24), ("main.init.0", 8)]
    #expect(try changes(all, all).isEmpty)
    #expect(try changes(all, all.reversed()).isEmpty)
  }

  /// One closure more before the others: these are renamed, and only the new one is new.
  @Test func aClosureMore() throws {
    let found = try changes(
      [("main.F", 80), ("main.F.func1", 1000), ("main.F.func2", 24), ("main.F.gowrap1", 32)],
      [
        ("main.F", 80), ("main.F.func1", 48), ("main.F.func2", 1000), ("main.F.func3", 24),
        ("main.F.gowrap1", 32),
      ])
    #expect(found == ["came 48 main.F.func1"])
  }

  @Test func aClosureMoreAndOneThatGrew() throws {
    let found = try changes(
      [("main.F.func1", 1000), ("main.F.func2", 24)],
      [("main.F.func1", 48), ("main.F.func2", 1100), ("main.F.func3", 24)])
    #expect(found == ["grew 100 main.F.func2 was main.F.func1", "came 48 main.F.func1"])
  }

  /// The same closures: their names are right, whatever their frames.
  @Test func closuresThatSwapFrames() throws {
    let found = try changes(
      [("main.F.func1", 100), ("main.F.func2", 24)], [("main.F.func1", 24), ("main.F.func2", 100)])
    #expect(found == ["shrank -76 main.F.func1", "grew 76 main.F.func2"])
  }

  @Test func initsAndInstances() throws {
    #expect(
      try changes(
        [("main.init.0", 100), ("main.init.1", 200)],
        [("main.init.0", 40), ("main.init.1", 100), ("main.init.2", 200)])
        == ["came 40 main.init.0"])
    #expect(
      try changes([("main.Sort[go.shape.int]", 64)], [("main.Sort[go.shape.string]", 72)])
        == ["grew 8 main.Sort[go.shape.string] was main.Sort[go.shape.int]"])
    // A method value is not its method.
    #expect(
      try changes([("main.(*T).M", 64)], [("main.(*T).M-fm", 24)])
        == ["went -64 main.(*T).M", "came 24 main.(*T).M-fm"])
  }

  @Test func symbolsOfOneName() throws {
    #expect(try changes([("setg", 8), ("setg", 24)], [("setg", 24), ("setg", 8)]).isEmpty)
  }

  @Test func stubsAreLeftOut() throws {
    #expect(try changes([("runtime.call16", 24)], [("runtime.call1073741824", 1 << 30)]).isEmpty)
  }

  @Test func whoseCodeIsShown() throws {
    let old = program([("main.a", 8), ("fmt.Println", 80), ("example.com/x.F", 8)])
    let new = program([("main.a", 16), ("fmt.Println", 88), ("example.com/x.F", 24)])
    let own = try ProgramDiff(old, new)
    #expect(own.origins == [.own])
    #expect(own.shown.map(\.function.name) == ["main.a"])
    #expect(own.pairs.count == 3)
    #expect(own.tallies[.std]?.changes == [.grew: 1])
    #expect(own.sum { _ in true }.before.shared == 96)
    let all = try ProgramDiff(old, new, pattern: NamePattern("*F"), origins: Set(Origin.allCases))
    #expect(all.shown.map(\.function.name) == ["example.com/x.F"])
    // Text does not say whose code is whose; the other side does, for both.
    let text = program([("example.com/app.a", 8)], from: nil)
    let binary = program([("example.com/app.a", 16)], own: ["example.com/app"])
    for (old, new) in [(text, binary), (binary, text)] {
      #expect(try ProgramDiff(old, new).shown.map(\.origin) == [.own])
    }
  }

  @Test func deferAndAtomicsCount() throws {
    var old = program([("main.a", 8)])
    var new = old
    new.functions[0].deferSites = [
      DeferSite(kind: .heap, address: 64, location: nil, looping: true),
      DeferSite(kind: .open, address: 66, location: nil),
    ]
    let xadd = new.names.intern("LOCK XADDL")
    old.functions[0].atomics = []
    new.functions[0].atomics = [AtomicSite(address: 68, instruction: xadd, implicit: false, location: nil)]
    let pair = try #require(try ProgramDiff(old, new).shown.first)
    #expect(pair.change == .same)
    #expect(pair.after?.cost.defers == [.heap: 1, .open: 1])
    #expect(pair.after?.cost.loopingDefers == 1)
    #expect(pair.after?.cost.atomics == ["LOCK XADDL": 1])
  }

  @Test func machinesMustBeTheSame() {
    #expect(throws: DiffError.self) {
      try ProgramDiff(program([("main.a", 8)]), program([("main.a", 8)], arch: .arm64))
    }
  }

  /// Every function of both sides is in one pair, and growth adds up to the difference of the sums.
  @Test func nothingIsLost() throws {
    var random = Seeded(state: 11)
    let forms = [
      "main.f", "main.F.func", "main.F.func1.", "main.init.", "main.G[int].func", "main.(*T).M-range",
    ]
    for _ in 0..<200 {
      func side() -> [(String, Int)] {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in
          (
            forms.randomElement(using: &random)! + "\(Int.random(in: 1...3, using: &random))",
            8 * Int.random(in: 0...4, using: &random)
          )
        }
      }
      let (old, new) = (side(), side())
      let diff = try ProgramDiff(program(old), program(new))
      let sum = diff.sum { _ in true }
      #expect(sum.before.functions == old.count && sum.after.functions == new.count)
      let growth = diff.pairs.reduce(0) { $0 + $1.growth }
      #expect(growth == new.reduce(0) { $0 + $1.1 } - old.reduce(0) { $0 + $1.1 })
    }
  }
}
