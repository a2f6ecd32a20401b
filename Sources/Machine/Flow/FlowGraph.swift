import Listing
import ProgramModel

/// A function's control flow, to be gone along in both directions: nodes of lines that end behind a call, at a branch, or
/// before where one goes. One value serves all functions of a worker.
struct FlowGraph {
  struct Node {
    /// Its instructions, in `FunctionText.lines`.
    var lines: Range<Int>
    /// Where it goes on of itself; -1 for nowhere.
    var next: Int32 = -1
    /// Where its branch or jump goes; -1 for none.
    var target: Int32 = -1
    /// Nothing of the function comes behind it: it ends in a return, a trap, a call that does not come back, a jump out of
    /// the function, or the one that goes back behind morestack.
    var isStop = false
    /// It goes on where a table says.
    fileprivate var isByTable = false
    /// Leaves the function for another one, if only on a condition.
    var isTail = false
    /// It can be come to from elsewhere than the node before it, or the way there was decided by a condition.
    var isLeader = false

    /// Whether a condition decides between two ways behind it.
    var isBranch: Bool { next >= 0 && target >= 0 }
  }

  /// In the order of the listing. Behind them stands one without lines where the function has jump tables: all jumps by
  /// one go there, and from there to all that a table leads to.
  private(set) var nodes: [Node] = []
  /// The node of each line.
  private(set) var nodeOfLine: [Int32] = []
  private(set) var hasTables = false
  /// Every branch goes to an instruction of the function.
  private(set) var isWhole = true
  /// And to the beginning of one.
  private(set) var isExact = true
  private var tableNodes: [Int32] = []
  // All nodes' predecessors in one list, and where each node's begin.
  private var sources: [Int32] = []
  private var starts: [Int] = []
  private var looping: [Bool] = []
  /// The line that each step goes to.
  private var targets: [Int32] = []

  // What ``nodeOfLine`` holds of a line while the nodes are made: the step that ends one there, twice, or one of these; and
  // 1 where one begins.
  private static let plain: Int32 = -4
  private static let call: Int32 = -2

  /// Takes in another function: forward, until ``findPredecessors()`` and ``findLoops()`` were called for it as well.
  mutating func reset(_ sketch: Sketch, _ walk: StackWalk, _ code: Code) {
    let count = sketch.codeLines
    hasTables = !walk.tableTargets.isEmpty
    findEnds(sketch, walk, code)
    var (nodes, places): ([Node], [Int32]) = ([], [])
    swap(&nodes, &self.nodes)
    swap(&places, &self.nodeOfLine)
    defer {
      swap(&nodes, &self.nodes)
      swap(&places, &self.nodeOfLine)
    }
    nodes.removeAll(keepingCapacity: true)
    var nodeOfLine = places.mutableSpan
    let steps = sketch.steps.span
    var first = 0
    for line in 0..<count {
      let mark = nodeOfLine[line]
      if mark & 1 == 1, line > first {
        nodes.append(Node(lines: first..<line, next: Int32(truncatingIfNeeded: nodes.count + 1)))
        first = line
      }
      nodeOfLine[line] = Int32(truncatingIfNeeded: nodes.count)
      guard mark >= Self.call || line + 1 == count else { continue }
      var node = Node(lines: first..<line + 1)
      first = line + 1
      var goesOn = first < count
      if mark >= 0 {
        let operation = steps[Int(mark >> 1)].operation
        node.target = targets[Int(mark >> 1)]
        node.isStop = operation == .stop
        node.isTail = operation == .indirectJump && !hasTables
        node.isByTable = operation == .indirectJump && hasTables
        goesOn = goesOn && operation == .branch
      }
      if goesOn { node.next = Int32(truncatingIfNeeded: nodes.count + 1) }
      nodes.append(node)
    }
    tableNodes.removeAll(keepingCapacity: true)
    for step in walk.tableTargets { tableNodes.append(nodeOfLine[Self.firstLine(behind: step, sketch)]) }
    let last = nodes.count
    for n in 0..<last {
      let target = nodes[n].target
      if target >= 0 { nodes[n].target = target < count ? nodeOfLine[Int(target)] : -1 }
      if nodes[n].isByTable { nodes[n].next = Int32(truncatingIfNeeded: last) }
    }
    if hasTables { nodes.append(Node(lines: count..<count)) }
    for call in sketch.calls where call.kind == .tail { nodes[Int(nodeOfLine[Int(call.line)])].isTail = true }
  }

  /// Finds where nodes begin and end.
  private mutating func findEnds(_ sketch: Sketch, _ walk: StackWalk, _ code: Code) {
    let count = sketch.codeLines
    Self.clear(&nodeOfLine, Self.plain, count)
    Self.clear(&targets, -1, sketch.steps.count)
    (isWhole, isExact) = (true, true)
    // Out of the way of what else is written: each change of a property asks whether it is shared.
    var (allMarks, allTargets): ([Int32], [Int32]) = ([], [])
    swap(&allMarks, &nodeOfLine)
    swap(&allTargets, &targets)
    defer {
      swap(&allMarks, &nodeOfLine)
      swap(&allTargets, &targets)
    }
    var marks = allMarks.mutableSpan
    var targets = allTargets.mutableSpan
    for call in sketch.calls { marks[Int(call.line)] = Self.call }
    for line in sketch.indirectCalls { marks[Int(line)] = Self.call }
    let steps = sketch.steps.span
    let lines = code.function.lines.span
    for i in steps.indices {
      let line = Int(steps[i].line)
      switch steps[i].operation {
      case .branch, .jump:
        let address = UInt64(bitPattern: steps[i].value)
        // It stands between the step that the walk found and the one before.
        let step = Int(walk.targets[i])
        let first = step == 0 ? 0 : Int(steps[step - 1].line) + 1
        let last = step < steps.count ? Int(steps[step].line) : count
        // Two steps may stand on one line, and one that rounds SP stands behind the one it comes before.
        let low = (first..<max(first, last)).partitioningIndex { lines[$0].address >= address }
        isWhole = isWhole && low < count
        // GNU's objdump leaves out words of zero, arm's NOPs: what comes behind them is gone on with.
        isExact = isExact && low < count && (lines[low].address == address || code.function.elidesZeros)
        targets[i] = Int32(truncatingIfNeeded: low)
        marks[line] = Self.end(i, marks[line])
        if low < count { marks[low] |= 1 }
      case .indirectJump, .stop: if marks[line] < 0 { marks[line] = Self.end(i, marks[line]) }
      default: break
      }
    }
    for step in walk.tableTargets { marks[Self.firstLine(behind: step, sketch)] |= 1 }
  }

  /// Notes the step that ends a node.
  private static func end(_ step: Int, _ mark: Int32) -> Int32 {
    Int32(truncatingIfNeeded: step) << 1 | mark & 1
  }

  private static func clear<T>(_ list: inout [T], _ value: T, _ count: Int) {
    list.removeAll(keepingCapacity: true)
    list.append(contentsOf: repeatElement(value, count: count))
  }

  /// Where the stretch of code begins that a step stands in: behind the step before it.
  private static func firstLine(behind step: Int32, _ sketch: Sketch) -> Int {
    step == 0 ? 0 : Int(sketch.steps[Int(step) - 1].line) + 1
  }

  /// Makes it one that can be gone along backward, too: ``predecessors(_:)`` and ``Node/isLeader``.
  mutating func findPredecessors() {
    Self.clear(&starts, 0, nodes.count + 1)
    for n in nodes.indices {
      let isBranch = nodes[n].isBranch
      var edge = 0
      while let next = Self.successor(nodes[n], edge, tableNodes.span).map(Int.init) {
        starts[next + 1] += 1
        if next != n + 1 || isBranch { nodes[next].isLeader = true }
        edge += 1
      }
    }
    if !nodes.isEmpty { nodes[0].isLeader = true }
    for n in nodes.indices { starts[n + 1] += starts[n] }
    Self.clear(&sources, 0, starts[nodes.count])
    // Where each node's list begins moves to its end while it is filled, and back.
    for n in nodes.indices {
      var edge = 0
      while let next = Self.successor(nodes[n], edge, tableNodes.span).map(Int.init) {
        sources[starts[next]] = Int32(truncatingIfNeeded: n)
        starts[next] += 1
        edge += 1
      }
    }
    for n in nodes.indices.reversed() { starts[n + 1] = starts[n] }
    starts[0] = 0
  }

  /// The nodes that go on at one.
  func predecessors(_ n: Int) -> ArraySlice<Int32> { sources[starts[n]..<starts[n + 1]] }

  @inline(__always)
  func successors(_ n: Int, _ body: (Int32) -> Void) {
    var edge = 0
    while let next = Self.successor(nodes[n], edge, tableNodes.span) {
      body(next)
      edge += 1
    }
  }

  /// The successors of a node, one by one; nil behind the last.
  @inline(__always)
  private static func successor(_ node: Node, _ edge: Int, _ tableNodes: Span<Int32>) -> Int32? {
    if node.lines.isEmpty { return edge < tableNodes.count ? tableNodes[edge] : nil }
    let first = node.next >= 0 ? node.next : node.target
    let next = edge == 0 ? first : edge == 1 && node.target != first ? node.target : -1
    return next >= 0 ? next : nil
  }

  /// The lines of a stretch of code that nothing is jumped over in, which ends at a line.
  func straight(to line: Int) -> Range<Int> {
    var n = Int(nodeOfLine[line])
    while n > 0, nodes[n - 1].next == n { n -= 1 }
    return nodes[n].lines.lowerBound..<line + 1
  }

  // MARK: Loops

  /// Marks the nodes that lie on a cycle: strongly connected components, by Tarjan's algorithm without recursion.
  ///
  /// The way back from morestack to the entry is no edge here: it is a ``Step/Operation/stop``.
  mutating func findLoops() {
    let count = nodes.count
    var looping = Array(repeating: false, count: count)
    defer { self.looping = looping }
    guard count > 0 else { return }
    // 0 for those that were not met, ``Int32/max`` for those whose component is known.
    var orders: [Int32] = Array(repeating: 0, count: count)
    var lows = orders
    // The nodes whose component is not known, and the way from the entry to the one that is looked at, with the edge that
    // was taken last: each node stands in either at most once.
    var opens = orders
    var ways = Array(repeating: (node: Int32(0), edge: Int32(0)), count: count)
    let (nodes, tables) = (nodes.span, tableNodes.span)
    var isLooping = looping.mutableSpan
    var order = orders.mutableSpan
    var low = lows.mutableSpan
    var open = opens.mutableSpan
    var way = ways.mutableSpan
    var (met, openCount, depth): (Int32, Int, Int) = (0, 0, 0)
    while depth >= 0 {
      let (node, edge) = way[depth]
      let n = Int(node)
      if edge == 0 {
        met += 1
        order[n] = met
        low[n] = met
        open[openCount] = node
        openCount += 1
      }
      if let next = Self.successor(nodes[n], Int(edge), tables) {
        way[depth].edge += 1
        if order[Int(next)] == 0 {
          depth += 1
          way[depth] = (next, 0)
        } else {
          low[n] = min(low[n], order[Int(next)])
          if next == node { isLooping[n] = true }
        }
        continue
      }
      depth -= 1
      if depth >= 0 {
        let parent = Int(way[depth].node)
        low[parent] = min(low[parent], low[n])
      }
      guard low[n] == order[n] else { continue }
      let isCycle = open[openCount - 1] != node
      repeat {
        openCount -= 1
        let member = Int(open[openCount])
        order[member] = .max
        if isCycle { isLooping[member] = true }
      } while open[openCount] != node
    }
  }

  /// Whether a line lies on a cycle; ``findLoops()`` was called for this function.
  func isInLoop(_ line: Int32) -> Bool { looping[Int(nodeOfLine[Int(line)])] }
}
