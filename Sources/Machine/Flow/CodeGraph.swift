import Listing
import ProgramModel

/// A function's control flow in nodes that end behind a call, at a branch, or before where one goes.
struct CodeGraph {
  struct Node {
    /// Its instructions, in `FunctionText.lines`.
    var lines: Range<Int>
    /// Where it goes on of itself; -1 for nowhere.
    var next: Int32 = -1
    /// Where its branch or jump goes; -1 for none.
    var target: Int32 = -1
    var isReturn = false
    /// Goes on where the function's only jump table says.
    var isTable = false
    /// Leaves the function for another one.
    var isTail = false
  }

  private(set) var nodes: [Node] = []
  private(set) var tableNodes: [Int32] = []
  /// The node of each line.
  private(set) var nodeOfLine: [Int32] = []
  // All nodes' predecessors in one list, and where each node's begin.
  private var sources: [Int32] = []
  private var starts: [Int] = []

  /// Nil where the text does not settle the flow.
  init?(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ sketch: Sketch,
    _ flow: FlowGraph
  ) {
    guard sketch.lostStep < 0, !function.isTooLarge, flow.tableJumps.count < 2, sketch.codeLines > 0 else {
      return nil
    }
    let machine = dialect.architecture.code
    var ends = Array(repeating: false, count: sketch.codeLines)
    var begins = Array(repeating: false, count: sketch.codeLines + 1)
    /// The step that ends a node, by its line.
    var ending = Array(repeating: Int32(-1), count: sketch.codeLines)
    for (i, step) in sketch.steps.enumerated() {
      let line = Int(step.line)
      switch step.operation {
      case .branch, .jump:
        ends[line] = true
        ending[line] = Int32(i)
        begins[Self.line(of: UInt64(bitPattern: step.value), function, sketch.codeLines)] = true
      case .indirectJump, .stop:
        ends[line] = true
        if ending[line] < 0 { ending[line] = Int32(i) }
      default: break
      }
    }
    for call in sketch.calls { ends[Int(call.line)] = true }
    for call in sketch.indirectCalls { ends[Int(call.line)] = true }
    for step in flow.tableTargets { begins[Self.firstLine(behind: step, sketch)] = true }
    var first = 0
    nodeOfLine.reserveCapacity(sketch.codeLines)
    for line in 0..<sketch.codeLines {
      nodeOfLine.append(Int32(nodes.count))
      guard ends[line] || begins[line + 1] || line + 1 == sketch.codeLines else { continue }
      nodes.append(Node(lines: first..<line + 1))
      first = line + 1
    }
    tableNodes = flow.tableTargets.map { nodeOfLine[Self.firstLine(behind: $0, sketch)] }
    var tails: Set<Int32> = []
    for call in sketch.calls where call.kind == .tail { tails.insert(call.line) }
    for n in nodes.indices {
      let last = nodes[n].lines.upperBound - 1
      let following = n + 1 < nodes.count ? Int32(n + 1) : -1
      guard ending[last] >= 0 else {
        // A branch out of the function is no step.
        if tails.contains(Int32(last)) { return nil }
        nodes[n].next = following
        continue
      }
      let step = sketch.steps[Int(ending[last])]
      switch step.operation {
      case .branch, .jump:
        let line = Self.line(of: UInt64(bitPattern: step.value), function, sketch.codeLines)
        guard line < sketch.codeLines else { return nil }
        nodes[n].target = nodeOfLine[line]
        if step.operation == .branch { nodes[n].next = following }
      case .indirectJump:
        nodes[n].isTable = !tableNodes.isEmpty
        nodes[n].isTail = tableNodes.isEmpty
      default:
        nodes[n].isReturn = machine.instruction(text, function, last, dialect).kind == .returns
        nodes[n].isTail = tails.contains(Int32(last))
      }
    }
    findPredecessors()
  }

  private mutating func findPredecessors() {
    var counts = Array(repeating: 0, count: nodes.count + 1)
    for n in nodes.indices { successors(n) { counts[Int($0) + 1] += 1 } }
    for n in nodes.indices { counts[n + 1] += counts[n] }
    starts = counts
    var list = Array(repeating: Int32(0), count: counts[nodes.count])
    for n in nodes.indices {
      successors(n) {
        list[counts[Int($0)]] = Int32(n)
        counts[Int($0)] += 1
      }
    }
    sources = list
  }

  /// The nodes that go on at one.
  func predecessors(_ n: Int) -> ArraySlice<Int32> { sources[starts[n]..<starts[n + 1]] }

  /// The first line that stands at an address or behind it.
  private static func line(of address: UInt64, _ function: borrowing FunctionText, _ count: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if function.lines[middle].address < address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where the stretch of code begins that a step stands in: behind the step before it.
  private static func firstLine(behind step: Int32, _ sketch: Sketch) -> Int {
    step == 0 ? 0 : Int(sketch.steps[Int(step) - 1].line) + 1
  }

  func successors(_ n: Int, _ body: (Int32) -> Void) {
    let node = nodes[n]
    if node.next >= 0 { body(node.next) }
    if node.target >= 0, node.target != node.next { body(node.target) }
    if node.isTable { for target in tableNodes { body(target) } }
  }

  /// Whether a condition decides between two ways behind it.
  func isBranch(_ n: Int) -> Bool { nodes[n].next >= 0 && nodes[n].target >= 0 }
}
