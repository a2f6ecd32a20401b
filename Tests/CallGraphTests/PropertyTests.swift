import ProgramModel
import TestSupport
import Testing

@testable import CallGraph

@Suite("Properties") struct PropertyTests {
  /// A graph of so many functions with random frames and calls.
  private func random(_ seed: UInt64, functions: Int, calls: Int, forward: Bool = false) -> Program {
    var random = Seeded(state: seed)
    var drawn = Drawn()
    for i in 0..<functions {
      let frame =
        Int.random(in: 0..<60, using: &random) * 8 * (Int.random(in: 0..<8, using: &random) == 0 ? 20 : 1)
      let check: SplitCheck = frame > 4096 ? .huge : frame > 128 ? .big : .small
      drawn.add("main.f\(i)", frame, check: Int.random(in: 0..<4, using: &random) == 0 ? .none : check)
    }
    for _ in 0..<calls {
      var caller = Int.random(in: 0..<functions, using: &random)
      var callee = Int.random(in: 0..<functions, using: &random)
      if forward, caller == callee { continue }
      if forward, caller > callee { swap(&caller, &callee) }
      let kind: CallSite.Kind = Int.random(in: 0..<5, using: &random) == 0 ? .tail : .call
      drawn.call("main.f\(caller)", "main.f\(callee)", kind: kind)
    }
    return drawn.program
  }

  /// What holds of every path: its edges are there, its bytes are theirs, no function stands twice.
  private func check(_ path: Path, from node: CallGraph.Node, bytes: Int, _ graph: CallGraph) {
    #expect(path.steps.first?.node == node)
    #expect(path.bytes == bytes)
    #expect(Set(path.steps.map(\.node)).count == path.steps.count)
    for (step, after) in zip(path.steps, path.steps.dropFirst()) {
      #expect(
        graph.stackEdges(of: step.node).contains {
          graph.targets[$0] == after.node && graph.kinds[$0] == step.kind
        })
    }
  }

  @Test(arguments: 0..<150) func worstCases(seed: Int) throws {
    let functions = 2 + seed % 6
    let program = random(UInt64(seed), functions: functions, calls: functions + seed % 7)
    let depth = Depth(program)
    let brute = BruteForce(graph: depth.graph)
    for node in 0..<Int32(functions) {
      let best = try #require(brute.dearest(from: node))
      let bytes = depth.worst.bytes[Int(node)]
      let path = depth.path(of: node)
      if depth.worst.causes[Int(node)] == [] { #expect(bytes == best) } else { #expect(bytes <= best) }
      check(path, from: node, bytes: bytes, depth.graph)
      for target in 0..<Int32(functions) where target != node {
        let dearest = brute.dearest(from: node, to: target)
        let found = depth.path(from: node, to: target)
        #expect((dearest == nil) == (found == nil))
        guard let dearest, let found else { continue }
        check(found, from: node, bytes: found.bytes, depth.graph)
        if depth.worst.causes[Int(node)] == [] {
          #expect(found.bytes == dearest)
        } else {
          #expect(found.bytes <= dearest)
        }
      }
    }
  }

  @Test(arguments: 0..<150) func cycles(seed: Int) throws {
    let functions = 2 + seed % 6
    let program = random(UInt64(1000 + seed), functions: functions, calls: functions + seed % 9)
    let depth = Depth(program)
    let brute = BruteForce(graph: depth.graph)
    var inCycles: Set<CallGraph.Node> = []
    for cycle in depth.cycles {
      inCycles.formUnion(cycle.members)
      let laps = cycle.members.flatMap(brute.laps(through:))
      #expect(cycle.isCheapestProved)
      #expect(cycle.cheapest.bytes == laps.min())
      #expect(cycle.dearest.bytes <= laps.max()!)
      #expect(cycle.dearest.bytes >= cycle.cheapest.bytes)
      for lap in [cycle.cheapest, cycle.dearest] {
        #expect(lap.bytes == lap.steps.reduce(0) { $0 + $1.bytes })
        #expect(Set(lap.steps.map(\.node)).count == lap.steps.count)
        for (step, after) in zip(lap.steps, lap.steps.dropFirst() + [lap.steps[0]]) {
          #expect(depth.graph.stackEdges(of: step.node).contains { depth.graph.targets[$0] == after.node })
        }
      }
    }
    for node in 0..<Int32(functions) {
      #expect(inCycles.contains(node) || brute.laps(through: node).isEmpty)
    }
  }

  /// The rule of `newstack`, step by step along the path.
  @Test(arguments: 0..<60) func growth(seed: Int) throws {
    let program = random(UInt64(2000 + seed), functions: 40, calls: 70, forward: seed % 3 != 0)
    let depth = Depth(program)
    for node in 0..<Int32(40) {
      let outcome = depth.growth(of: node)
      guard let path = depth.growthPath(of: node) else {
        #expect(outcome.settled == 2048 && outcome.steps.isEmpty)
        continue
      }
      check(path, from: node, bytes: path.bytes, depth.graph)
      var (size, used, steps): (Int, Int, [StackGrowth.Step]) = (2048, 40, [])
      for step in path.steps {
        let frame = program.functions[Int(step.node)].frame
        while frame.splitCheck != .none, used + max(0, frame.bytes - 128) >= size - 928 {
          size *= 2
          while size - used < frame.bytes + 928 { size *= 2 }
          steps.append(.init(node: step.node, used: used, size: size))
        }
        used += step.bytes
      }
      #expect(outcome.settled == size)
      #expect(outcome.steps == steps)
      let frames = path.steps.filter { $0.kind != .tail }.map { program.functions[Int($0.node)].frame.bytes }
      #expect(outcome.largest.map(\.frame) == Array(frames.sorted(by: >).prefix(3)))
    }
  }

  @Test(arguments: 0..<40) func nosplit(seed: Int) throws {
    var program = random(UInt64(3000 + seed), functions: 30, calls: 50, forward: true)
    for i in program.functions.indices { program.functions[i].frame.splitCheck = .none }
    var heights = [Int](repeating: 0, count: 30)
    for i in heights.indices.reversed() {
      let function = program.functions[i]
      heights[i] = function.frame.bytes
      for call in function.calls {
        let target = try #require(call.targetEntry.flatMap { program.index(ofEntry: $0) })
        heights[i] = max(heights[i], (call.kind == .tail ? 0 : function.frame.bytes) + 8 + heights[target])
      }
    }
    let found = Depth(program).nosplit
    #expect(found.longest == heights.max())
    #expect(found.chain.last?.used == found.longest)
  }

  /// The same answers, down to the order, from run to run.
  @Test func deterministic() {
    let program = random(7, functions: 120, calls: 360)
    let first = Depth(program)
    for _ in 0..<20 {
      let again = Depth(program)
      #expect(again.worst.bytes == first.worst.bytes)
      #expect(again.worst.causes == first.worst.causes)
      #expect(again.cycles == first.cycles)
      #expect(again.goroutines == first.goroutines)
      #expect((0..<120).map { again.path(of: $0) } == (0..<120).map { first.path(of: $0) })
      #expect((0..<120).map { again.causes(of: $0).found } == (0..<120).map { first.causes(of: $0).found })
    }
  }
}
