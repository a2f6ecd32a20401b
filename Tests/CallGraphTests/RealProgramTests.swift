import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import CallGraph

/// What is foretold is held against what the runtime and the linker say.
@Suite("Real programs", .serialized) struct RealProgramTests {
  /// A thousand goroutines at the bottom of a known way down: what each holds, to the nearest power of two.
  @Test func stacksSettleAsForetold() async throws {
    let program = try await RealProgram.depths()
    let depth = program.depth
    for (word, size) in [("small", 2048), ("middle", 4096), ("large", 8192), ("huge", 65536)] {
      let wanted = depth.node("main.\(word)")
      let goroutine = try #require(
        depth.goroutines.first { goroutine in
          goroutine.entry.map { entry in
            depth.graph.stackEdges(of: entry).contains { depth.graph.targets[$0] == wanted }
          }
            ?? false
        }, "\(word)")
      #expect(goroutine.growth?.settled == size)
      #expect(depth.causes("main.\(word)") == [])
      let text = try program.output(word)
      let bytes = try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(1 << Int((log2(bytes)).rounded()) == size, "\(word): \(bytes)")
    }
  }

  /// A recursion with an inlined function on its way round, until the stack overflows.
  @Test func lapsAreAsTheTracebackHasThem() async throws {
    let program = try await RealProgram.depths()
    let depth = program.depth
    let traceback = try program.output("lap")
    let frames = TracedFrame.all(in: traceback)
    let cycle = try #require(depth.cycles.first { $0.members.contains(depth.node("main.lap")) })
    let lap = frames.dropFirst(2).prefix(2)
    #expect(lap.reduce(0) { $0 + $1.bytes } == cycle.cheapest.bytes)
    let elided = try #require(traceback.firstMatch(of: /\.\.\.(\d+) frames elided/)?.1)
    // Two functions, and one that is inlined.
    let foretold = try #require(cycle.cheapest.overflowTurn) * 3
    #expect(abs(foretold - (Int(elided) ?? 0)) * 100 < foretold, "\(foretold) foretold, \(elided) elided")
    // But for the innermost, whose frame is not there yet.
    for frame in frames.dropFirst() where frame.name.hasPrefix("main.") {
      guard
        let index = depth.program.functions.firstIndex(where: {
          depth.program.names.string($0.name) == frame.name
        })
      else { continue }  // The inlined one has no frame of its own.
      #expect(frame.bytes == depth.graph.costs[index] || frame.bytes == 0, "\(frame)")
    }
  }

  /// A function that defers a closure that calls it again: two functions a level, none pending.
  @Test func recursionThroughADefer() async throws {
    let program = try await RealProgram.depths()
    let depth = program.depth
    let frames = TracedFrame.all(in: try program.output("deferAgain"))
    let cycle = try #require(depth.cycles.first { $0.members.contains(depth.node("main.deferAgain")) })
    #expect(cycle.cheapest.bytes == 88 && cycle.dearest.bytes == 88)
    #expect(cycle.cheapest.pendingDefers == 0)
    #expect(frames.dropFirst(2).prefix(2).reduce(0) { $0 + $1.bytes } == 88)
  }

  /// Every frame of every goroutine of three programs: of two that wait for input, and of one whose stack is full,
  /// the innermost frame of which is not there yet.
  @Test(arguments: ["gofmt", "asm", "depths"]) func framesAreAsTracebacksHaveThem(name: String) async throws {
    let isOverflow = name == "depths"
    let program = try await isOverflow ? RealProgram.depths() : RealProgram.command(name)
    let arguments = name == "asm" ? ["-p", "x", "-o", "/dev/null", "/dev/stdin"] : []
    let traceback = try isOverflow ? program.output("lap") : program.tracebackOnQuit(arguments)
    let functions = program.depth.program.functions
    var count = 0
    for (i, frames) in TracedFrame.goroutines(in: traceback).enumerated() {
      for frame in frames.dropFirst(isOverflow && i == 0 ? 1 : 0) {
        // A return address may stand behind the last instruction.
        let index = try #require(
          functions.firstIndex { $0.entry < frame.pc && frame.pc <= $0.entry + UInt64($0.size) }, "\(frame)")
        #expect(frame.bytes == program.depth.graph.costs[index], "\(frame)")
        count += 1
      }
    }
    #expect(count >= 40, "\(traceback.prefix(2000))")
  }

  /// The longest nosplit chain is the one of the edges that the linker itself prints.
  @Test(arguments: liveMachines) func linkerAgrees(arch: Architecture) async throws {
    let depth = try await RealProgram.corpus("link-1.27.3-\(arch)").depth
    let output = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-link-\(UUID().uuidString)"
    ).path
    let edges = try RealProgram.go(
      ["build", "-ldflags=-debugnosplit", "-o", output, "cmd/link"],
      in: RealProgram.project.deletingLastPathComponent(),
      settings: ["GOOS=linux", "GOARCH=\(arch)"])
    let longest = try #require(depth.nosplit.longest)
    // s390x's asmcgocall takes room on the stack that it switches to, which the linker adds to that of the first one;
    // the model says that its frame is uncertain.
    let switching = arch == .s390x ? "runtime.asmcgocall" : nil
    let switched = depth.program.functions.filter { depth.program.names.string($0.name) == switching }
    #expect(switched.isEmpty == (switching == nil))
    #expect(switching == nil || switched.contains { $0.frame.uncertain == .stackSwitch })
    #expect(longest == LinkerEdges(edges, lessOwnRoomOf: switching).longest)
    #expect(longest <= depth.nosplit.limit)
    #expect(depth.nosplit.limit == [.i386: 796, .amd64: 792, .arm64: 792][arch] ?? 800)
  }

  /// Twice the graph takes about twice as long, and not four times. (`scripts/bench --only depth` measures it alone, as
  /// people build it; here other tests run beside it.)
  @Test func linear() async throws {
    let once = try await RealProgram.corpus("link-1.27.3-amd64").depth.program
    var twice = once
    twice.join(once, at: 1 << 40)
    let clock = ContinuousClock()
    var best: [Duration] = [.seconds(100), .seconds(100)]
    for _ in 0..<5 {
      for (i, program) in [once, twice].enumerated() {
        best[i] = min(best[i], clock.measure { _ = Depth(program) })
      }
    }
    #expect(best[1] / best[0] < 3)
  }
}

/// The edges that `-ldflags=-debugnosplit` prints: `nosplit: f<1> +24 -> g<1>`.
struct LinkerEdges {
  private var edges: [Substring: [(growth: Int, target: Substring?)]] = [:]

  /// - Parameter function: of which only what it calls is counted.
  init(_ text: String, lessOwnRoomOf function: String? = nil) {
    for line in text.split(separator: "\n") where line.hasPrefix("nosplit: ") {
      let parts = line.dropFirst(9).components(separatedBy: " -> ")
      guard let plus = parts[0].range(of: " +", options: .backwards),
        let growth = Int(parts[0][plus.upperBound...])
      else { continue }
      if parts.count == 1, let function, parts[0].hasPrefix("\(function)<") { continue }
      edges[Substring(parts[0][..<plus.lowerBound]), default: []].append(
        (growth, parts.count > 1 ? Substring(parts[1]) : nil))
    }
  }

  /// What the longest chain takes.
  var longest: Int {
    var heights: [Substring: Int] = [:]
    func height(_ name: Substring) -> Int {
      if let known = heights[name] { return known }
      let height = (edges[name] ?? []).map { $0.growth + ($0.target.map(height) ?? 0) }.max() ?? 0
      heights[name] = height
      return height
    }
    return edges.keys.map(height).max() ?? 0
  }
}
