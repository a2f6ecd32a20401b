import Listing
import ProgramModel

/// A function's control flow, which can be walked in both directions. A node is a range of lines that ends
/// with a call or a branch, or before the target of a branch. One value serves all functions of a worker.
struct FlowGraph {
  /// A stretch of code that is entered at its beginning alone.
  struct Node {
    /// Its instructions, as indices in `FunctionText.lines`.
    var lines: Range<Int>
    /// The node that it falls through to; -1 for none.
    var next: Int32 = -1
    /// The node to which its branch or jump goes; -1 for none.
    var target: Int32 = -1
    /// Whether nothing of the function comes after it: it ends in a return, a trap, a call that does not
    /// return, a jump out of the function, or the jump back to the entry after morestack.
    var isStop = false
    /// Whether it ends in a jump by a table.
    fileprivate var isByTable = false
    /// Whether it leaves the function for another one, if only on a condition.
    var isTail = false
    /// Whether it can be reached from another node than the one before it, or from that one by a conditional
    /// branch.
    var isLeader = false

    /// Whether a condition decides between two nodes after it.
    var isBranch: Bool { next >= 0 && target >= 0 }
  }

  /// The nodes in the order of the listing. Where the function has jump tables, a node without lines comes
  /// last: every jump by a table goes to it, and it leads to all possible targets.
  private(set) var nodes: [Node] = []
  /// The index of each line's node.
  private(set) var nodeOfLine: [Int32] = []
  /// Whether the function has jump tables.
  private(set) var hasTables = false
  /// Whether every branch goes to an address of the function's code.
  private(set) var isWhole = true
  /// Whether every branch goes to the beginning of an instruction.
  private(set) var isExact = true
  /// The possible targets of jump tables.
  private var tableNodes: [Int32] = []
  // The predecessors of all nodes in one list, and where the list of each node begins in it.
  private var sources: [Int32] = []
  private var starts: [Int] = []
  /// For each node, whether it is on a cycle.
  private var looping: [Bool] = []
  /// For each step, the line that its branch or jump goes to; -1 for none.
  private var targets: [Int32] = []

  // The marks that ``nodeOfLine`` holds while the nodes are made: the number of the step that ends a node
  // there, times two, or one of these constants. Bit 0 is set where a node begins.
  private static let plain: Int32 = -4
  private static let call: Int32 = -2

  /// Makes the graph of another function. It leads forward only, until ``findPredecessors()`` and
  /// ``findLoops()`` are called for the function as well.
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
        node.isStop = operation == .stop || operation == .returns
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

  /// Marks the lines at which nodes begin and end.
  private mutating func findEnds(_ sketch: Sketch, _ walk: StackWalk, _ code: Code) {
    let count = sketch.codeLines
    Self.clear(&nodeOfLine, Self.plain, count)
    Self.clear(&targets, -1, sketch.steps.count)
    (isWhole, isExact) = (true, true)
    // These are local variables, since each change of a property asks whether it is shared.
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
        // The target is between the step that the walk found and the step before it.
        let step = Int(walk.targets[i])
        let first = step == 0 ? 0 : Int(steps[step - 1].line) + 1
        let last = step < steps.count ? Int(steps[step].line) : count
        // Two steps may be on one line, and a step that rounds SP down is put before the step of an earlier
        // line: then the range would end before it begins.
        let low = (first..<max(first, last)).partitioningIndex { lines[$0].address >= address }
        isWhole = isWhole && low < count
        // GNU's objdump leaves out words of zero, which are NOPs on arm: the code goes on after them.
        isExact = isExact && low < count && (lines[low].address == address || code.function.elidesZeros)
        targets[i] = Int32(truncatingIfNeeded: low)
        marks[line] = Self.end(i, marks[line])
        if low < count { marks[low] |= 1 }
      case .indirectJump, .returns, .stop: if marks[line] < 0 { marks[line] = Self.end(i, marks[line]) }
      default: break
      }
    }
    for step in walk.tableTargets { marks[Self.firstLine(behind: step, sketch)] |= 1 }
  }

  /// Makes the mark of a step that ends a node.
  private static func end(_ step: Int, _ mark: Int32) -> Int32 {
    Int32(truncatingIfNeeded: step) << 1 | mark & 1
  }

  private static func clear<T>(_ list: inout [T], _ value: T, _ count: Int) {
    list.removeAll(keepingCapacity: true)
    list.append(contentsOf: repeatElement(value, count: count))
  }

  /// Returns the first line of the stretch of code that ends with a step: the line after the step before it.
  private static func firstLine(behind step: Int32, _ sketch: Sketch) -> Int {
    step == 0 ? 0 : Int(sketch.steps[Int(step) - 1].line) + 1
  }

  /// Makes the graph lead backward, too: fills ``predecessors(_:)`` and ``Node/isLeader``.
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
    // While the lists are filled, the beginning of each moves to its end; afterwards all are moved back.
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

  /// Returns the nodes that lead to a node. Needs ``findPredecessors()``.
  func predecessors(_ n: Int) -> ArraySlice<Int32> { sources[starts[n]..<starts[n + 1]] }

  @inline(__always)
  func successors(_ n: Int, _ body: (Int32) -> Void) {
    var edge = 0
    while let next = Self.successor(nodes[n], edge, tableNodes.span) {
      body(next)
      edge += 1
    }
  }

  /// Returns the successors of a node one by one: `edge` counts them from 0; nil after the last.
  @inline(__always)
  private static func successor(_ node: Node, _ edge: Int, _ tableNodes: Span<Int32>) -> Int32? {
    if node.lines.isEmpty { return edge < tableNodes.count ? tableNodes[edge] : nil }
    let first = node.next >= 0 ? node.next : node.target
    let next = edge == 0 ? first : edge == 1 && node.target != first ? node.target : -1
    return next >= 0 ? next : nil
  }

  /// Returns the lines up to a line, from the last place before it where the code does not fall through.
  func straight(to line: Int) -> Range<Int> {
    var n = Int(nodeOfLine[line])
    while n > 0, nodes[n - 1].next == n { n -= 1 }
    return nodes[n].lines.lowerBound..<line + 1
  }

  // MARK: Loops

  /// Marks the nodes on cycles: the strongly connected components, by Tarjan's algorithm without recursion.
  ///
  /// The jump from morestack back to the entry is no edge here: it is a ``Step/Operation/stop``.
  mutating func findLoops() {
    let count = nodes.count
    var looping = Array(repeating: false, count: count)
    defer { self.looping = looping }
    guard count > 0 else { return }
    // The order in which nodes were met: 0 for a node that was not, ``Int32/max`` for one whose component is
    // known.
    var orders: [Int32] = Array(repeating: 0, count: count)
    var lows = orders
    // The nodes whose component is not known yet; and the path from the entry to the current node, with the
    // number of edges already taken from each. A node is in either list at most once.
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

  /// Whether a line is on a cycle. Needs ``findLoops()``.
  func isInLoop(_ line: Int32) -> Bool { looping[Int(nodeOfLine[Int(line)])] }
}
