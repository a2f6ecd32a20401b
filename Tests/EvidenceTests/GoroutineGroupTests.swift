import Foundation
import ProgramModel
import Testing

@testable import Evidence

@Suite("Groups of goroutines") struct GoroutineGroupTests {
  private static let program = Program(
    header: .init(input: "log", inputKind: .text, arch: .amd64, disassembler: .go), names: NameTable(),
    functions: [],
    diagnostics: Diagnostics(), isPartial: false)

  private static func groups(_ text: String) throws -> (traces: Traces, groups: GoroutineGroups) {
    let traces = try Logs.read(Array(text.utf8))
    return (traces, GoroutineGroups(traces, in: program, index: TracedNames(program)))
  }

  @Test func thoseThatWaitForOneLock() throws {
    let (traces, all) = try Self.groups(String(decoding: try Logs.bytes("lockhang-1.27"), as: UTF8.self))
    let group = try #require(all.groups.first)
    #expect(group.count == 30 && group.variants == 1 && group.waitsFor?.count == 30)
    #expect(group.states.map { $0.state.map { traces.names.string($0) } } == ["sync.Mutex.Lock"])
    #expect(
      traces.goroutines[group.example].creator.map { traces.names.string($0.function) } == "main.lockHang")
    #expect(all.count == 35)
  }

  /// The same goroutines counted and listed, a recursion's depths in one group.
  @Test func countedAndListed() throws {
    let counted = """
      goroutine profile: total 5
      3 @ 0x48132a 0x41512e 0x4e31d3 0x4871c1
      #\t0x4e31d2\tmain.worker+0x132\t/src/many.go:18

      2 @ 0x48132a 0x41512e 0x4e31d3 0x4e3145 0x4871c1
      # labels: {"a":"b"}
      #\t0x4e31d2\tmain.worker+0x132\t\t/src/many.go:18
      #\t0x4e3144\tmain.worker+0xa4\t\t/src/many.go:22

      """
    var listed = ""
    for i in 0..<5 {
      listed +=
        "goroutine \(i + 1) [chan receive, \(i) minutes]:\nmain.worker(0x0?)\n\t/src/many.go:18 +0x133\n"
      if i >= 3 { listed += "main.worker(0x1)\n\t/src/many.go:22 +0xa5\n" }
      listed += "\n"
    }
    for text in [counted, listed] {
      let (traces, all) = try Self.groups(text)
      #expect(all.count == 5 && all.groups.count == 1, "\(text)")
      #expect(all.groups.first?.variants == 2 && all.groups.first?.depth == 2)
      #expect(GoroutineGroups.kind(traces.goroutines[1]).count == 1)
      // Nothing says what the frames take: a first stack each.
      #expect(all.weight == 5 * 2048)
    }
    let (_, all) = try Self.groups(listed)
    #expect(all.groups.first?.shortest == 0 && all.groups.first?.longest == 4)
  }

  @Test func aRecursionIsWeighedByItsEnds() throws {
    let (traces, all) = try Self.groups(String(decoding: try Logs.bytes("three-1.27"), as: UTF8.self))
    let group = try #require(all.groups.first)
    #expect(group.repeated.map { traces.names.string($0.function) } == "main.one")
    #expect(group.repeated.map { $0.times > 200_000 } == true && group.depth > 700_000)
    #expect(group.pathBytes.map { $0 > 67_000_000 && $0 < 64 << 20 } == true)
  }

  /// delve's `goroutines -t` of a program, and what the program says itself of the same goroutines.
  @Test func delvesDumpIsTheRuntimes() throws {
    let folder = Logs.folder.appendingPathComponent("../dumps").standardized
    func chains(_ name: String) throws -> [String: Int] {
      let traces = try Logs.read(Array(try Data(contentsOf: folder.appendingPathComponent(name))))
      #expect(traces.crashes.count == 1 && traces.diagnostics.cutGoroutines == 0)
      var chains: [String: Int] = [:]
      for goroutine in traces.goroutines where goroutine.id != 1 {
        let frames = goroutine.frames.map {
          "\(traces.names.string($0.function)) \($0.file.map { traces.names.string($0) } ?? ""):\($0.line) \($0.isInlined)"
        }
        let state = goroutine.state.map { traces.names.string($0) } ?? "running"
        chains["\(state) \(frames)", default: 0] += 1
      }
      return chains
    }
    let (delves, runtimes) = (try chains("lockhang.delve.txt"), try chains("lockhang.txt"))
    // Where a frame's call ends its line, delve is one further: the lines of gopark alone differ.
    func told(_ chains: [String: Int]) -> [String: Int] {
      Dictionary(chains.map { ($0.replacing("proc.go:364", with: "proc.go:363"), $1) }, uniquingKeysWith: +)
    }
    #expect(told(delves) == told(runtimes))
    #expect(delves.values.max() == 30)
  }
}
