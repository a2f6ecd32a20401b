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
    /// It ends where the function does: at a return, a trap, a call that does not come back.
    var isStop = false
    /// Leaves the function for another one, if only on a condition.
    var isTail = false
    /// It can be come to from elsewhere than the node before it, or the way there was decided by a condition.
    var isLeader = false
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
  // Of each line, while the nodes are made: the step that ends a node, or that one begins.
  private var ending: [Int32] = []
  private var begins: [Bool] = []
  /// The line that each step goes to.
  private var targets: [Int32] = []

  /// Takes in another function.
  mutating func reset(_ sketch: Sketch, _ walk: StackWalk, _ code: Code) {
    let count = sketch.codeLines
    hasTables = !walk.tableTargets.isEmpty
    looping.removeAll(keepingCapacity: true)
    findEnds(sketch, walk, code)
    nodes.removeAll(keepingCapacity: true)
    nodeOfLine.removeAll(keepingCapacity: true)
    var first = 0
    for line in 0..<count {
      nodeOfLine.append(Int32(truncatingIfNeeded: nodes.count))
      guard ending[line] >= -1 || begins[line + 1] || line + 1 == count else { continue }
      nodes.append(Node(lines: first..<line + 1))
      first = line + 1
    }
    tableNodes.removeAll(keepingCapacity: true)
    for step in walk.tableTargets { tableNodes.append(nodeOfLine[Self.firstLine(behind: step, sketch)]) }
    let last = nodes.count
    if hasTables { nodes.append(Node(lines: count..<count)) }
    for n in 0..<last {
      let following = n + 1 < last ? Int32(truncatingIfNeeded: n + 1) : -1
      let step = Int(ending[nodes[n].lines.upperBound - 1])
      guard step >= 0 else {
        nodes[n].next = following
        continue
      }
      switch sketch.steps[step].operation {
      case .indirectJump:
        nodes[n].next = hasTables ? Int32(truncatingIfNeeded: last) : -1
        nodes[n].isTail = !hasTables
      case .stop: nodes[n].isStop = true
      default:
        if targets[step] < count { nodes[n].target = nodeOfLine[Int(targets[step])] }
        if sketch.steps[step].operation == .branch { nodes[n].next = following }
      }
    }
    for call in sketch.calls where call.kind == .tail { nodes[Int(nodeOfLine[Int(call.line)])].isTail = true }
    findPredecessors()
  }

  /// Finds where nodes begin and end.
  private mutating func findEnds(_ sketch: Sketch, _ walk: StackWalk, _ code: Code) {
    let count = sketch.codeLines
    Self.clear(&ending, -2, count)
    Self.clear(&begins, false, count + 1)
    Self.clear(&targets, -1, sketch.steps.count)
    (isWhole, isExact) = (true, true)
    for call in sketch.calls { ending[Int(call.line)] = -1 }
    for line in sketch.indirectCalls { ending[Int(line)] = -1 }
    let steps = sketch.steps.span
    let lines = code.function.lines.span
    for i in steps.indices {
      let line = Int(steps[i].line)
      switch steps[i].operation {
      case .branch, .jump:
        let address = UInt64(bitPattern: steps[i].value)
        // It stands between the step that the walk found and the one before.
        let step = Int(walk.targets[i])
        var low = step == 0 ? 0 : Int(steps[step - 1].line) + 1
        var high = step < steps.count ? Int(steps[step].line) : count
        while low < high {
          let middle = (low + high) / 2
          if lines[middle].address < address { low = middle + 1 } else { high = middle }
        }
        isWhole = isWhole && low < count
        // GNU's objdump leaves out words of zero, arm's NOPs: what comes behind them is gone on with.
        isExact = isExact && low < count && (lines[low].address == address || code.function.elidesZeros)
        begins[low] = true
        targets[i] = Int32(truncatingIfNeeded: low)
        ending[line] = Int32(truncatingIfNeeded: i)
      case .indirectJump, .stop: if ending[line] < 0 { ending[line] = Int32(truncatingIfNeeded: i) }
      default: break
      }
    }
    for step in walk.tableTargets { begins[Self.firstLine(behind: step, sketch)] = true }
  }

  private static func clear<T>(_ list: inout [T], _ value: T, _ count: Int) {
    list.removeAll(keepingCapacity: true)
    list.append(contentsOf: repeatElement(value, count: count))
  }

  /// Where the stretch of code begins that a step stands in: behind the step before it.
  private static func firstLine(behind step: Int32, _ sketch: Sketch) -> Int {
    step == 0 ? 0 : Int(sketch.steps[Int(step) - 1].line) + 1
  }

  private mutating func findPredecessors() {
    Self.clear(&starts, 0, nodes.count + 1)
    for n in nodes.indices {
      var edge = 0
      while let next = successor(n, edge).map(Int.init) {
        starts[next + 1] += 1
        if next != n + 1 || isBranch(n) { nodes[next].isLeader = true }
        edge += 1
      }
    }
    if !nodes.isEmpty { nodes[0].isLeader = true }
    for n in nodes.indices { starts[n + 1] += starts[n] }
    Self.clear(&sources, 0, starts[nodes.count])
    // Where each node's list begins moves to its end while it is filled, and back.
    for n in nodes.indices {
      var edge = 0
      while let next = successor(n, edge).map(Int.init) {
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
    while let next = successor(n, edge) {
      body(next)
      edge += 1
    }
  }

  /// The successors of a node, one by one; nil behind the last.
  private func successor(_ n: Int, _ edge: Int) -> Int32? {
    let node = nodes[n]
    if node.lines.isEmpty { return edge < tableNodes.count ? tableNodes[edge] : nil }
    if edge == 0 { return node.next >= 0 ? node.next : node.target >= 0 ? node.target : nil }
    return edge == 1 && isBranch(n) && node.target != node.next ? node.target : nil
  }

  /// Whether a condition decides between two ways behind it.
  func isBranch(_ n: Int) -> Bool { nodes[n].next >= 0 && nodes[n].target >= 0 }

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
    Self.clear(&looping, false, nodes.count)
    guard !nodes.isEmpty else { return }
    var order = Array(repeating: 0, count: nodes.count)
    var low = order
    var isOpen = looping
    var open: [Int] = []
    var way: [(node: Int, edge: Int)] = [(0, 0)]
    var count = 0
    while let (n, edge) = way.last {
      if edge == 0 {
        count += 1
        (order[n], low[n], isOpen[n]) = (count, count, true)
        open.append(n)
      }
      if let next = successor(n, edge).map(Int.init) {
        way[way.count - 1].edge += 1
        if order[next] == 0 {
          way.append((next, 0))
        } else if isOpen[next] {
          low[n] = min(low[n], order[next])
          if next == n { looping[n] = true }
        }
        continue
      }
      way.removeLast()
      if let parent = way.last { low[parent.node] = min(low[parent.node], low[n]) }
      guard low[n] == order[n] else { continue }
      let isCycle = open.last != n
      while let member = open.popLast() {
        isOpen[member] = false
        if isCycle { looping[member] = true }
        if member == n { break }
      }
    }
  }

  /// Whether a line lies on a cycle; no function has one before ``findLoops()`` was called.
  func isInLoop(_ line: Int32) -> Bool { !looping.isEmpty && looping[Int(nodeOfLine[Int(line)])] }
}
