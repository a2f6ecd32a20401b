import Listing
import ProgramModel
import Testing

@testable import Machine

/// Control flow over hand-made steps, one instruction of four bytes each from address 0x1000 on.
@Suite("Flow over steps and nodes") struct FlowGraphTests {
  private static func address(_ line: Int) -> Int64 { 0x1000 + Int64(line) * 4 }

  private struct Found {
    /// The lines that lie in a loop.
    var looping: [Int]
    var walk: StackWalk.Result
    var out: [Int32]
    var graph: FlowGraph
  }

  private func graph(_ operations: [(Step.Operation, Int64)]) -> Found {
    var sketch = Sketch()
    var function = FunctionText()
    for (i, (operation, value)) in operations.enumerated() {
      let isBranch = operation == .branch || operation == .jump
      sketch.add(operation, line: i, register: 5, value: isBranch ? Self.address(Int(value)) : value)
      function.lines.append(
        InstructionLine(
          address: UInt64(Self.address(i)), source: -1, raw: -1, mnemonic: 0, end: 0, length: 4))
    }
    function.entry = UInt64(Self.address(0))
    sketch.codeLines = operations.count
    var stack = StackWalk()
    let walk = stack.walk(sketch, function)
    let text: [UInt8] = []
    var graph = FlowGraph()
    graph.reset(
      sketch, stack,
      Code(text.span, function, Dialect(disassembler: .go, architecture: .amd64, syntax: .go)))
    graph.findPredecessors()
    graph.findLoops()
    let looping = operations.indices.filter { graph.isInLoop(Int32($0)) }
    return Found(looping: looping, walk: walk, out: stack.indirectJumpsOut, graph: graph)
  }

  /// Where assembly rounds SP two steps change places; in a text whose addresses do not rise, a jump between the two finds
  /// the later line before the earlier one.
  @Test func addressesThatDoNotRise() {
    let addresses: [UInt64] = [0x10, 0x40, 0x18, 0x48, 0x50]
    var function = FunctionText()
    for address in addresses {
      function.lines.append(
        InstructionLine(address: address, source: -1, raw: -1, mnemonic: 0, end: 0, length: 2))
    }
    function.entry = 0x10
    let text: [UInt8] = []
    let code = Code(text.span, function, Dialect(disassembler: .go, architecture: .i386, syntax: .go))
    var sketch = Sketch()
    sketch.codeLines = addresses.count
    sketch.add(.copySP, line: 0, register: 6)
    sketch.add(.moveSP, line: 1, value: -32)
    sketch.realignSP(line: 2)
    sketch.call(nil, line: 3, text: text.span)
    sketch.add(.jump, line: 4, value: 0x30)
    #expect(sketch.steps.map(\.line) == [0, 2, 1, 3, 4])
    var stack = StackWalk()
    _ = stack.walk(sketch, function)
    #expect(stack.targets[4] == 2)
    var graph = FlowGraph()
    graph.reset(sketch, stack, code)
    graph.findPredecessors()
    graph.findLoops()
    #expect(graph.isInLoop(3))
    #expect(!graph.isExact)
  }

  @Test func straightCodeHasNoLoop() {
    let found = graph([(.moveSP, -8), (.moveSP, -64), (.site, 0), (.moveSP, 64), (.moveSP, 8), (.stop, 0)])
    #expect(found.looping.isEmpty)
    #expect(found.walk.deepest == 72)
    #expect(!found.walk.isUncertain)
  }

  @Test func aLoopIsItsCycleOnly() {
    // 0: before; 1..3: the loop; 4: behind it.
    let found = graph([(.site, 0), (.site, 0), (.branch, 4), (.jump, 1), (.site, 0), (.stop, 0)])
    #expect(found.looping == [1, 2, 3])
  }

  @Test func aBackwardJumpThatIsNoCycle() {
    // 0 → 3 → 1 → 2: the code runs backward once.
    let found = graph([(.jump, 3), (.site, 0), (.stop, 0), (.jump, 1)])
    #expect(found.looping.isEmpty)
  }

  @Test func nestedLoops() {
    let found = graph([(.site, 0), (.site, 0), (.branch, 1), (.branch, 0), (.stop, 0)])
    #expect(found.looping == [0, 1, 2, 3])
  }

  @Test func aJumpToItself() {
    #expect(graph([(.site, 0), (.jump, 1)]).looping == [1])
  }

  /// What an indirect jump reaches is what nothing else does: here two cases of a switch in a loop.
  @Test func aJumpTableInALoop() {
    let found = graph([
      (.branch, 6), (.indirectJump, 0), (.site, 0), (.jump, 0), (.site, 0), (.jump, 0), (.stop, 0),
    ])
    #expect(found.looping == [0, 1, 2, 3, 4, 5])
    #expect(found.out.isEmpty)
  }

  /// One that has nowhere to go in its function is a tail call.
  @Test func anIndirectTailCall() {
    #expect(graph([(.site, 0), (.indirectJump, 0)]).out == [1])
  }

  @Test func deeperBehindASwitchOfStacks() {
    #expect(graph([(.opaqueSP, 0), (.moveSP, -16), (.stop, 0)]).walk.isUncertain)
    #expect(!graph([(.moveSP, -16), (.opaqueSP, 0), (.moveSP, 16), (.stop, 0)]).walk.isUncertain)
  }

  /// A prologue may move a copy of SP back at once; later the register may hold anything.
  @Test func copiesOfSP() {
    #expect(graph([(.copySP, -1152), (.setSP, 0), (.stop, 0)]).walk.deepest == 1152)
    let late = graph(
      [(.copySP, -1152)] + Array(repeating: (.site, 0), count: 9) + [(.setSP, 0), (.moveSP, -16), (.stop, 0)])
    #expect(late.walk.deepest == 16)
    #expect(late.walk.isUncertain)
  }

  /// SP above the entry (assembly that pops its caller's) neither hangs the walk nor counts.
  @Test func aboveTheEntry() {
    let found = graph([(.moveSP, 8), (.jump, 1)])
    #expect(found.walk.deepest == 0)
  }

  @Test func aChainOfAHundredThousandJumps() {
    let count = 100_000
    let chain: [(Step.Operation, Int64)] = (0..<count).map { (.jump, Int64(($0 + 1) % count)) }
    #expect(graph(chain).looping.count == count)
  }

  /// Both directions, and what a node is come to by.
  @Test func nodes() {
    // 0, 1: a branch; 2: a jump over 3, which nothing leads to; 4: where both meet.
    let graph = graph([(.site, 0), (.branch, 4), (.jump, 4), (.site, 0), (.stop, 0)]).graph
    #expect(graph.nodes.map(\.lines) == [0..<2, 2..<3, 3..<4, 4..<5])
    #expect(graph.nodes.map(\.next) == [1, -1, 3, -1])
    #expect(graph.nodes.map(\.target) == [3, 3, -1, -1])
    #expect(graph.nodes.map(\.isLeader) == [true, true, false, true])
    #expect(graph.nodes.map(\.isStop) == [false, false, false, true])
    #expect(Array(graph.predecessors(3)) == [0, 1, 2])
    #expect(graph.nodes[0].isBranch && !graph.nodes[1].isBranch)
    #expect(graph.straight(to: 4) == 3..<5)
    #expect(graph.isExact && graph.isWhole && !graph.hasTables)
  }

  /// All jumps by a table go through one node without lines.
  @Test func tables() {
    let graph = graph([
      (.branch, 2), (.indirectJump, 0), (.indirectJump, 0), (.site, 0), (.stop, 0), (.site, 0), (.stop, 0),
    ]).graph
    #expect(graph.nodes.last?.lines == 7..<7)
    #expect(Array(graph.predecessors(graph.nodes.count - 1)) == [1, 2])
    var targets: [Range<Int>] = []
    graph.successors(graph.nodes.count - 1) { targets.append(graph.nodes[Int($0)].lines) }
    #expect(targets == [3..<5, 5..<7])
  }
}
