import ByteText
import Listing
import ProgramModel

/// Proves how often a line can run before its function returns, where loops count to constants.
///
/// A loop is bounded by a branch that leaves it, that compares a counter with a constant, and that lies on
/// every path from the line back to itself. The counter has to come back to the branch changed by one
/// constant, whichever path is taken, and it has to enter the loop as a constant:
///
///     XORL AX, AX; JMP 2f
///     1: MOVQ 0x10(SP), AX; INCQ AX
///     2: CMPQ AX, $0xa; JGE out; MOVQ AX, 0x10(SP); …; CALL runtime.deferproc(SB); JMP 1b
///
/// Without that branch, the rest of the loop may contain loops again; their bounds multiply. Where anything
/// is not plain there is no bound.
struct CountedLoops {
  /// A function with more lines gets no bound, nor does a loop with more branches to try: a hostile listing
  /// must not decide how long this takes. With 6,000 lines (`ssa.writebarrier`) it took as long as all the
  /// rest of cmd/compile.
  private static let lineLimit = 2_000
  private static let walkLimit = 200

  private let instructions: [Instruction]
  private let graph: FlowGraph
  private var flow: NumberFlow
  /// The states before and after each node of the whole function.
  private var walked: Settled<Numbers>
  /// How many more times a loop may be followed.
  private var walksLeft = Self.walkLimit

  /// Reads a whole function; nil where it is too long, was not read in full, or has no settled calling
  /// convention.
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
    // The first walk finds which addresses are passed to calls; the next ones know them from the beginning.
    var known = Int64.max
    for _ in 0..<7 where known != flow.escaped {
      known = flow.escaped
      walked = graph.settle(&flow, from: entry)
    }
    guard known == flow.escaped, !flow.isExhausted else { return nil }
  }

  /// Whether a callee keeps no address of the frame that is passed to it. `duffzero` and `duffcopy` write to
  /// the frame and keep nothing, and the runtime does the same with a defer record. Morestack, deferreturn
  /// and functions that do not return receive no address.
  private static func keepsNothing(_ call: Sketch.Call, _ code: Code) -> Bool {
    switch RuntimeCall(to: call.symbol, code.text) {
    case .duff: code.isGo || !call.symbol.isEmpty
    case .morestack, .noReturn, .deferred(.stack), .deferred(.exit): true
    default: false
    }
  }

  /// Returns the most times that a line runs in one call of its function; nil where no constant is proved.
  mutating func bound(of line: Int) -> Int32? {
    let all = Set(graph.nodes.indices)
    guard let turns = turns(of: Int(graph.nodeOfLine[line]), in: all), !flow.isExhausted else { return nil }
    return Int32(exactly: turns)
  }

  /// Returns the most times that a node runs within a region of nodes; 1 where no cycle in it leads back to
  /// the node.
  private mutating func turns(of node: Int, in region: Set<Int>) -> Int64? {
    flow.spend(16 * region.count)
    guard !flow.isExhausted else { return nil }
    let loop = cycle(through: node, in: region)
    if loop.isEmpty || isOnce(node, in: loop) { return 1 }
    let entries = entries(to: loop)
    var best: Int64?
    for exit in loop.sorted() {
      let rest = loop.subtracting([exit])
      guard let test = test(at: exit, in: loop) ?? guardTest(at: exit, of: node, in: rest),
        let passes = passes(test, in: loop, entries)
      else { continue }
      // The line may run once more, before the first test.
      let isFirst = reach(from: entries.map(\.node), in: rest, graph.successors).contains(node)
      guard let inner = turns(of: node, in: rest) else { continue }
      let (product, overflows) = (passes + (isFirst ? 1 : 0)).multipliedReportingOverflow(by: inner)
      if !overflows, product <= best ?? .max { best = product }
    }
    return best
  }

  /// Whether a node cannot run again within a loop after it ran: what is known then, a flag that is set behind it,
  /// closes every way back.
  ///
  ///     if !isSet { defer f(); isSet = true }
  private mutating func isOnce(_ node: Int, in loop: Set<Int>) -> Bool {
    guard walksLeft > 0, let state = walked.behind[node] else { return false }
    walksLeft -= 1
    var seeds: [(node: Int, state: Numbers)] = []
    graph.successors(node) { next in
      if loop.contains(Int(next)), flow.mayGo(from: node, to: Int(next), state) {
        seeds.append((Int(next), state))
      }
    }
    guard !seeds.contains(where: { $0.node == node }) else { return false }
    let again = graph.settle(&flow, from: seeds, in: loop, until: node)
    return !flow.isExhausted && again.before[node] == nil
  }

  /// Returns the nodes on cycles through a node, the node included; empty where nothing leads back to it.
  private func cycle(through node: Int, in region: Set<Int>) -> Set<Int> {
    var next: [Int] = []
    graph.successors(node) { next.append(Int($0)) }
    let ahead = reach(from: next, in: region, graph.successors)
    guard ahead.contains(node) else { return [] }
    return ahead.intersection(reach(from: [node], in: region) { graph.predecessors($0).forEach($1) })
  }

  /// Returns the nodes of a region that can be reached along edges from some nodes, these included.
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

  /// Returns what is known on each edge from outside into a loop.
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

  /// A comparison, and the branch after it that leaves a loop. No other path leads to a place between the
  /// two.
  private struct Test {
    /// The node that the branch ends.
    var node: Int
    /// The line of the comparison.
    var line: Int
    var counter: Operand
    var limit: Operand
    var width: UInt8
    /// The condition on which the loop goes on: of `counter` and `limit`.
    var stays: Condition
    /// Whether the loop goes on whatever the comparison says, and `stays` is the condition on which it comes to the
    /// line in question.
    var isGuard = false

    init(_ node: Int, _ line: Int, _ compare: Instruction, _ stays: Condition) {
      (self.node, self.line) = (node, line)
      (counter, limit, width) = (compare.source, compare.second, compare.width)
      self.stays = compare.isUnsigned ? stays.unsigned : stays
    }

    /// Exchanges counter and limit, for a comparison that has the constant first. Returns false where the
    /// condition cannot be mirrored.
    mutating func turnRound() -> Bool {
      guard let mirrored = stays.mirrored else { return false }
      swap(&counter, &limit)
      stays = mirrored
      return true
    }
  }

  /// Returns the test that ends a node, where one side of the branch leaves the loop and the other does not.
  private func test(at node: Int, in loop: Set<Int>) -> Test? {
    let (target, next) = (Int(graph.nodes[node].target), Int(graph.nodes[node].next))
    guard loop.contains(target) != loop.contains(next) else { return nil }
    return test(at: node, goesToTarget: loop.contains(target))
  }

  /// Returns the test that ends a node, where a line can be reached on one side of the branch alone without coming by
  /// again: `if i == 0 { defer f() }`.
  ///
  /// - Parameter rest: the loop without the test's node.
  private func guardTest(at node: Int, of line: Int, in rest: Set<Int>) -> Test? {
    guard node != line, graph.nodes[node].isBranch else { return nil }
    let sides = [Int(graph.nodes[node].target), Int(graph.nodes[node].next)].map { side in
      reach(from: [side], in: rest, graph.successors).contains(line)
    }
    guard sides[0] != sides[1], var test = test(at: node, goesToTarget: sides[0]), test.stays == .equal
    else { return nil }
    test.isGuard = true
    return test
  }

  private func test(at node: Int, goesToTarget: Bool) -> Test? {
    let branch = graph.nodes[node].lines.upperBound - 1
    let jump = instructions[branch]
    guard jump.kind == .branch, let condition = jump.condition, graph.nodes[node].isBranch else { return nil }
    let stays = goesToTarget ? condition : condition.negated
    if jump.source.kind != .none {
      let own = Test(node, branch, jump, stays)
      let isOfZero = jump.second.isNumber && jump.second.value == 0
      return isOfZero && [.equal, .notEqual].contains(stays)
        ? test(behind: jump, at: node, stays) ?? own : own
    }
    for line in graph.nodes[node].lines.dropLast().suffix(4).reversed() {
      var compare = instructions[line]
      switch compare.kind {
      case .nothing where !compare.setsFlags: continue
      case .compare: return Test(node, line, compare, stays)
      case .test
      where compare.source.kind == .register && compare.second.kind == .register
        && compare.source.register == compare.second.register:
        // This comparison sets no carry, so it settles no condition on numbers without a sign.
        guard stays.isSigned else { return nil }
        compare.second = .constant(0)
        return Test(node, line, compare, stays)
      default: return nil
      }
    }
    return nil
  }

  /// Returns the comparison whose result or difference a branch compares with zero; nil where none is found.
  private func test(behind jump: Instruction, at node: Int, _ stays: Condition) -> Test? {
    let register = jump.source.register
    /// Whether only a comparison's result, 0 or 1, makes what follows the test; and whether it is turned round.
    var (isResult, isTurned) = (false, false)
    for line in graph.nodes[node].lines.dropLast().suffix(4).reversed() {
      var compare = instructions[line]
      if compare.keeps(register) { continue }
      guard compare.result == register else { return nil }
      let (source, isOwn) = (compare.source, compare.second.register == register)
      switch compare.kind {
      // `SLTI $10, X5, X6; BNEZ X6`
      case .setIf:
        guard let condition = compare.condition else { return nil }
        return Test(node, line, compare, (stays == .notEqual) != isTurned ? condition : condition.negated)
      // `SGT R0, R4, R5; XOR $1, R5; MOVBU R5; BEQ R5`: the result is turned round, and cut to a byte.
      case .move where compare.width == 8 && source.kind == .register && source.register == register,
        .and where source.isNumber && source.value == 0xff && isOwn:
        isResult = true
      case .xor
      where source.isNumber && source.value == 1 && isOwn && line > 0 && instructions[line - 1].kind == .setIf:
        (isResult, isTurned) = (true, true)
      // A difference: `ADDI $-10, X9, X13; BEQZ X13`.
      case .add where !isResult, .subtract where !isResult:
        guard compare.width == jump.width, let sum = compare.sum, sum.amount.kind == .immediate else {
          return nil
        }
        (compare.source, compare.second) = (.register(sum.base), .constant(0 &- sum.sign &* sum.amount.value))
        return Test(node, line, compare, stays)
      case .xor where !isResult && source.isNumber:
        (compare.source, compare.second) = (compare.second, source)
        return Test(node, line, compare, stays)
      default: return nil
      }
    }
    return nil
  }

  /// Returns how often a test lets the loop go on; nil where that is not proved.
  private mutating func passes(
    _ test: Test, in loop: Set<Int>, _ entries: [(node: Int, state: Numbers)]
  ) -> Int64? {
    var test = test
    guard test.width >= 32, walksLeft > 0, let known = numbers(at: test, walked) else { return nil }
    if known.read(test.limit, test.width).constant == nil, !test.turnRound() { return nil }
    guard let limit = known.read(test.limit, test.width).constant else { return nil }
    // A number that is extended from fewer bits compares as these do.
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
    // A counter that only climbs, or only falls, meets a number once.
    case .counter(let step) where test.isGuard: return step == 0 ? nil : 1
    case .counter(let step):
      return test.stays.turns(from: start, by: step, against: limit, width: test.width)
    case .constant(let value) where !test.isGuard:
      // The counter is the same each time it comes back: the loop ends then, or never.
      return test.stays.holds(value, limit, width: test.width) == false ? 1 : nil
    default: return nil
    }
  }

  /// Returns what one iteration of the loop makes of the counter, on all paths from the test back to it.
  ///
  /// The counter may be in a register and in a slot at once. The places that hold it at the first test also
  /// do at every later one if an iteration changes all of them alike; others are dropped until that is so.
  /// The same goes for everything else that was known at the first test.
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
        // The path may depend on another register that begins with the same constant.
        guard places.keepOnly(test.counter, in: first) else { return nil }
        invariant = first
        continue
      }
      guard places.keep(whereEqual: value, in: back) else {
        invariant = first
        continue
      }
      // What was measured by the counter of the last iteration is no longer known.
      back.forgetCounter()
      places.mark(in: &back)
      if !invariant.join(back) { return value.known }
    }
    return nil
  }

  /// Returns what is known before a test's comparison.
  private mutating func numbers(at test: Test, _ settled: Settled<Numbers>) -> Numbers? {
    guard var numbers = settled.before[test.node] else { return nil }
    flow.follow(graph.nodes[test.node].lines.lowerBound..<test.line, &numbers)
    return numbers
  }
}

extension Instruction {
  /// Whether it surely leaves a register as it is.
  fileprivate func keeps(_ register: UInt8) -> Bool {
    switch kind {
    case .nothing, .compare, .test, .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment,
      .moveIf, .setIf, .clobber, .overwrite, .storePair:
      result != register && source.writeback == .none && target.writeback == .none
    default: false
    }
  }
}
