import ProgramModel
import Testing

@testable import CallGraph

/// Sizes at which recursion of our own would overflow, and the square of anything would take minutes.
@Suite("Stress", .serialized) struct StressTests {
  /// Functions of 8 bytes, and the calls of each.
  private func program(_ count: Int, goFrom: Int = 0, _ calls: (Int) -> [Int]) -> Program {
    var names = NameTable()
    let ids = (0..<count).map { names.intern("main.f\($0)") }
    let functions = (0..<count).map { i in
      var function = Function(
        entry: UInt64(i) * 16, name: ids[i], size: 16, frame: StackFrame(bytes: 8, splitCheck: .small))
      function.calls = calls(i).map {
        CallSite(
          address: 0, target: ids[$0], targetEntry: UInt64($0) * 16, kind: .call, place: SitePlace(line: 1))
      }
      if i < goFrom {
        function.goStatements = [
          GoStatement(
            address: 0, place: SitePlace(line: 1), callee: Callee(target: ids[i], entry: UInt64(i) * 16))
        ]
      }
      return function
    }
    return Program(
      header: Program.Header(input: "-", inputKind: .text, os: "linux", arch: .amd64, disassembler: .gnu),
      names: names, functions: functions, diagnostics: Diagnostics(), isPartial: false)
  }

  /// With a `go` statement in every function, whose goroutine goes down all that is left of it.
  @Test(.timeLimit(.minutes(1))) func chainOfAHundredThousand() {
    let count = 100_000
    let depth = Depth(program(count, goFrom: count) { $0 + 1 < count ? [$0 + 1] : [] })
    #expect(depth.worst.bytes[0] == count * 16)
    #expect(depth.path(of: 0).steps.count == count)
    #expect(depth.goroutines.count == count)
    #expect(depth.goroutines[0].growth?.settled == 2 << 20)
    #expect(depth.cycles.isEmpty)
  }

  @Test(.timeLimit(.minutes(1))) func nosplitChainOfAHundredThousand() {
    let count = 100_000
    var program = program(count) { $0 + 1 < count ? [$0 + 1] : [] }
    for i in program.functions.indices { program.functions[i].frame.splitCheck = .none }
    #expect(Depth(program).nosplit.longest == count * 16 - 8)
  }

  @Test(.timeLimit(.minutes(1))) func ringOfTenThousand() throws {
    let count = 10_000
    let depth = Depth(program(count) { [($0 + 1) % count] })
    let cycle = try #require(depth.cycles.first)
    #expect(cycle.members.count == count && cycle.isCheapestProved)
    #expect(cycle.cheapest.bytes == count * 16 && cycle.dearest.bytes == count * 16)
    // Round to the first, whose way out is as good as any.
    #expect(depth.worst.bytes[5] == (count - 4) * 16)
    #expect(depth.worst.causes[5] == .cycle)
  }

  /// Three thousand that all reach each other: the search for the cheapest lap is given up, and says so or proves it.
  @Test(.timeLimit(.minutes(1))) func knotOfThreeThousand() throws {
    let count = 3_000
    let depth = Depth(program(count) { i in (1...20).map { (i + $0 * $0 * 7 + 1) % count } })
    let cycle = try #require(depth.cycles.first)
    #expect(cycle.members.count == count)
    #expect(cycle.dearest.bytes >= cycle.cheapest.bytes)
  }

  @Test(.timeLimit(.minutes(1))) func millionEdges() {
    let count = 50_000
    let depth = Depth(program(count) { i in (1...20).map { i + $0 * 3 }.filter { $0 < count } })
    #expect(depth.graph.targets.count > 999_000)
    #expect(depth.worst.bytes[0] > 16 * 16_000)
  }
}
