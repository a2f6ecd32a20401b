import ByteText
import Listing
import ProgramModel

/// How often a line can run before its function returns, where loops count to constants.
///
/// A loop is bounded by a branch that leaves it, that compares a counter with a constant, and that every way
/// from the line back to itself passes. The counter must come back to it changed by one constant, whichever
/// way it takes, and must come into the loop as a constant:
///
///     XORL AX, AX; JMP 2f
///     1: MOVQ 0x10(SP), AX; INCQ AX
///     2: CMPQ AX, $0xa; JGE out; MOVQ AX, 0x10(SP); …; CALL runtime.deferproc(SB); JMP 1b
///
/// What is left of the loop without that branch may hold loops again; their bounds multiply. Where anything
/// is not plain there is no bound.
struct CountedLoops {
  /// A function with more lines, and a loop with more branches to try, gets no bound: a hostile listing must
  /// not decide how long this takes. With 6,000 lines (`ssa.writebarrier`) it took as long as all the rest of cmd/compile.
  private static let lineLimit = 2_000
  private static let walkLimit = 200

  private let instructions: [Instruction]
  private let graph: FlowGraph
  private var flow: NumberFlow
  /// What is known in the whole function.
  private var walked: Settled<Numbers>
  private var walksLeft = Self.walkLimit

  /// Reads a function in full; nil where it is no plain one.
  init?(_ code: Code, _ sketch: Sketch, _ graph: FlowGraph) {
    let text = code.text
    let machine = code.dialect.architecture.code
    guard sketch.codeLines <= Self.lineLimit, sketch.lostStep < 0, !code.function.isTooLarge,
      !code.function.isFiltered,
      sketch.passing != .unknown
    else {
      return nil
    }
    instructions = (0..<sketch.codeLines).map { machine.instruction(code, $0) }
    self.graph = graph
    let movesSP = sketch.steps.filter {
      switch $0.operation {
      case .moveSP, .moveSPUnknown, .setSP, .opaqueSP: true
      default: false
      }
    }
    let keepsNothing = sketch.calls.filter { Self.keepsNothing($0, code) }
    flow = NumberFlow(
      instructions, graph, machine.facts(sketch), text, movesSP: Set(movesSP.map { Int($0.line) }),
      keepsNothing: Set(keepsNothing.map { Int($0.line) }))
    let entry = [(node: 0, state: flow.entry)]
    walked = graph.settle(&flow, from: entry)
    // The first walk finds which addresses are passed on; the second knows it from the beginning.
    var known = Int64.max
    for _ in 0..<7 where known != flow.escaped {
      known = flow.escaped
      walked = graph.settle(&flow, from: entry)
    }
    guard known == flow.escaped, !flow.isExhausted else { return nil }
  }

  /// `duffzero` and `duffcopy` write to the frame and keep nothing; nor does the runtime with a record of a
  /// defer. The others here take no address: morestack, the way out, what does not come back.
  private static func keepsNothing(_ call: Sketch.Call, _ code: Code)
    -> Bool
  {
    // Go's objdump names no middle of a function, where duffzero and duffcopy are called.
    if call.symbol.isEmpty { return code.isGo }
    switch RuntimeCall(code.text, call.symbol) {
    case .morestack, .noReturn, .deferred(.stack), .deferred(.exit): return true
    default: return code.text.has("runtime.duff", at: call.symbol.lowerBound)
    }
  }

  /// The most times that a line runs; nil where no constant is proved.
  mutating func bound(of line: Int) -> Int32? {
    let all = Set(graph.nodes.indices)
    guard let turns = turns(of: Int(graph.nodeOfLine[line]), in: all), !flow.isExhausted else { return nil }
    return Int32(exactly: turns)
  }

  private mutating func turns(of node: Int, in region: Set<Int>) -> Int64? {
    flow.spend(16 * region.count)
    guard !flow.isExhausted else { return nil }
    let loop = cycle(through: node, in: region)
    if loop.isEmpty { return 1 }
    let entries = entries(to: loop)
    var best: Int64?
    for exit in loop.sorted() {
      guard let test = test(at: exit, in: loop), let passes = passes(test, in: loop, entries) else {
        continue
      }
      let rest = loop.subtracting([exit])
      // The line may run once more before the first test.
      let isFirst = reach(from: entries.map(\.node), in: rest, graph.successors).contains(node)
      guard let inner = turns(of: node, in: rest) else { continue }
      let (product, overflows) = (passes + (isFirst ? 1 : 0)).multipliedReportingOverflow(by: inner)
      if !overflows, product <= best ?? .max { best = product }
    }
    return best
  }

  /// The nodes that a node can come back through to itself; empty where it cannot.
  private func cycle(through node: Int, in region: Set<Int>) -> Set<Int> {
    var next: [Int] = []
    graph.successors(node) { next.append(Int($0)) }
    let ahead = reach(from: next, in: region, graph.successors)
    guard ahead.contains(node) else { return [] }
    return ahead.intersection(reach(from: [node], in: region) { graph.predecessors($0).forEach($1) })
  }

  private func reach(
    from start: [Int], in region: Set<Int>, _ edges: (Int, (Int32) -> Void) -> Void
  ) -> Set<Int> {
    var seen: Set<Int> = []
    var pending = start.filter(region.contains)
    while let node = pending.popLast() {
      guard seen.insert(node).inserted else { continue }
      edges(node) { if region.contains(Int($0)), !seen.contains(Int($0)) { pending.append(Int($0)) } }
    }
    return seen
  }

  /// What is known on each way from elsewhere into a loop.
  private func entries(to loop: Set<Int>) -> [(node: Int, state: Numbers)] {
    var entries = loop.contains(0) ? [(node: 0, state: flow.entry)] : []
    for n in graph.nodes.indices where !loop.contains(n) {
      guard let state = walked.behind[n] else { continue }
      graph.successors(n) { next in
        if loop.contains(Int(next)), flow.mayGo(from: n, to: Int(next), state) {
          entries.append((Int(next), state))
        }
      }
    }
    return entries
  }

  // MARK: One test

  /// A comparison and the branch behind it that leaves a loop; nothing leads in between.
  private struct Test {
    /// That the branch ends.
    var node: Int
    /// The line of the comparison.
    var line: Int
    var counter: Operand
    var limit: Operand
    var width: UInt8
    /// What holds as long as the loop goes on.
    var stays: Condition

    init(_ node: Int, _ line: Int, _ compare: Instruction, _ stays: Condition) {
      (self.node, self.line) = (node, line)
      (counter, limit, width) = (compare.source, compare.second, compare.width)
      self.stays = compare.isUnsigned ? stays.unsigned : stays
    }

    /// The same, where the constant stands first.
    mutating func turnRound() -> Bool {
      guard let mirrored = stays.mirrored else { return false }
      swap(&counter, &limit)
      stays = mirrored
      return true
    }
  }

  private func test(at node: Int, in loop: Set<Int>) -> Test? {
    let (target, next) = (Int(graph.nodes[node].target), Int(graph.nodes[node].next))
    let branch = graph.nodes[node].lines.upperBound - 1
    let jump = instructions[branch]
    guard jump.kind == .branch, let condition = jump.condition, graph.nodes[node].isBranch,
      loop.contains(target) != loop.contains(next)
    else { return nil }
    let stays = loop.contains(target) ? condition : condition.negated
    let isZeroTest =
      jump.second.isNumber && jump.second.value == 0 && (condition == .equal || condition == .notEqual)
    let own = Test(node, branch, jump, stays)
    if jump.source.kind != .none, !isZeroTest { return own }
    var line = branch
    while line > graph.nodes[node].lines.lowerBound, branch - line < 4 {
      line -= 1
      let compare = instructions[line]
      if compare.kind == .call { break }
      switch compare.kind {
      case .nothing where !compare.setsFlags: continue
      // A branch by what another instruction made of a comparison: `SLTI $10, X5, X6; BNEZ X6`.
      case .setIf where jump.source.kind == .register && compare.target.register == jump.source.register:
        guard let condition = compare.condition else { return nil }
        return Test(node, line, compare, stays == .notEqual ? condition : condition.negated)
      // Or of a difference: `ADDI $-10, X9, X13; BEQZ X13`.
      case .add where isZeroTest && compare.target.register == jump.source.register,
        .subtract where isZeroTest && compare.target.register == jump.source.register:
        guard compare.width == jump.width, let sum = compare.sum, sum.amount.kind == .immediate else {
          return own
        }
        var test = compare
        (test.source, test.second) = (.register(sum.base), .constant(0 &- sum.sign &* sum.amount.value))
        return Test(node, line, test, stays)
      case .xor
      where isZeroTest && compare.target.register == jump.source.register && compare.source.isNumber:
        var test = compare
        (test.source, test.second) = (compare.second, compare.source)
        return Test(node, line, test, stays)
      case _ where jump.source.kind != .none && compare.target.register == jump.source.register:
        return own
      case _ where jump.source.kind != .none: continue
      case .compare: return Test(node, line, compare, stays)
      case .test
      where compare.source.kind == .register && compare.second.kind == .register
        && compare.source.register == compare.second.register:
        // Without a carry there is none of numbers without a sign.
        guard stays.isSigned else { return nil }
        var test = compare
        test.second = .constant(0)
        return Test(node, line, test, stays)
      default: return nil
      }
    }
    return jump.source.kind != .none ? own : nil
  }

  /// How often a test lets the loop go on.
  private mutating func passes(
    _ test: Test, in loop: Set<Int>, _ entries: [(node: Int, state: Numbers)]
  ) -> Int64? {
    var test = test
    guard test.width >= 32, walksLeft > 0, let known = numbers(at: test, walked) else { return nil }
    if known.read(test.limit, test.width).constant == nil, !test.turnRound() { return nil }
    guard let limit = known.read(test.limit, test.width).constant else { return nil }
    // A number that is extended from fewer bits compares as those do.
    let signWidth = known.read(test.counter, test.width).signWidth
    if signWidth < test.width, signWidth >= 32, test.stays.isSigned,
      limit == Int64(Int32(truncatingIfNeeded: limit))
    {
      test.width = signWidth
    }
    walksLeft -= 1
    let arriving = graph.settle(&flow, from: entries, in: loop, until: test.node)
    guard let first = numbers(at: test, arriving) else { return nil }
    let begin = first.read(test.counter, test.width)
    guard let start = begin.constant, begin.width >= test.width,
      let turn = turn(test, in: loop, first)
    else { return nil }
    switch turn {
    case .counter(let step):
      return test.stays.turns(from: start, by: step, against: limit, width: test.width)
    case .constant(let value):
      // It is the same whenever it comes back: the loop ends then, or never.
      return test.stays.holds(value, limit, width: test.width) == false ? 1 : nil
    default: return nil
    }
  }

  /// What a turn of the loop makes of the counter, on all ways from the test back to it.
  ///
  /// It may lie in a register and in a slot at once. Those that hold it at the first test do so at each
  /// later one if a turn changes them alike; others are left out, until all do. So it is with all else that
  /// was known at the first test.
  private mutating func turn(_ test: Test, in loop: Set<Int>, _ first: Numbers) -> Number.Known? {
    var places = CounterPlaces(of: test.counter, width: test.width, in: first)
    var invariant = first
    while walksLeft > 0 {
      walksLeft -= 1
      places.mark(in: &invariant)
      var values = invariant
      flow.follow(test.line..<graph.nodes[test.node].lines.upperBound, &values)
      var seeds: [(node: Int, state: Numbers)] = []
      graph.successors(test.node) { next in
        if loop.contains(Int(next)), flow.mayGo(from: test.node, to: Int(next), values) {
          seeds.append((Int(next), values))
        }
      }
      let turned = graph.settle(&flow, from: seeds, in: loop, until: test.node)
      guard var back = numbers(at: test, turned) else { return nil }
      let value = back.read(test.counter, test.width)
      guard value.known != .nothing, value.width >= test.width else {
        // Another register that begins with the same constant may be what a way depends on.
        guard places.keepOnly(test.counter, in: first) else { return nil }
        invariant = first
        continue
      }
      guard places.keep(whereEqual: value, in: back) else {
        invariant = first
        continue
      }
      // Measured by the counter as it was a turn ago, nothing is known any more.
      back.forgetCounter()
      places.mark(in: &back)
      if !invariant.join(back) { return value.known }
    }
    return nil
  }

  /// What is known before a test's comparison.
  private mutating func numbers(at test: Test, _ settled: Settled<Numbers>) -> Numbers? {
    guard var numbers = settled.before[test.node] else { return nil }
    flow.follow(graph.nodes[test.node].lines.lowerBound..<test.line, &numbers)
    return numbers
  }
}
