import Listing

/// A function's control flow from line to line.
struct LineGraph {
  /// Where a branch or jump goes, inside the function.
  private(set) var targets: [Int?]
  /// A branch's target stands first.
  private(set) var successors: [[Int]]
  private(set) var predecessors: [[Int]]
  /// A line that other lines than the one before lead to.
  private(set) var isLeader: [Bool]

  init(_ sketch: Sketch, _ graph: FlowGraph, _ function: FunctionText) {
    let count = sketch.codeLines
    targets = Array(repeating: nil, count: count)
    successors = (0..<count).map { $0 + 1 < count ? [$0 + 1] : [] }
    predecessors = Array(repeating: [], count: count)
    isLeader = Array(repeating: false, count: count)
    let table = graph.tableTargets.map { Int(sketch.steps[Int($0)].line) }
    for step in sketch.steps {
      let line = Int(step.line)
      switch step.operation {
      case .stop: successors[line] = []
      case .indirectJump: successors[line] = table
      case .branch, .jump:
        targets[line] = Self.line(at: UInt64(bitPattern: step.value), function, count)
        let next = step.operation == .branch && line + 1 < count ? [line + 1] : []
        successors[line] = (targets[line].map { [$0] } ?? []) + next
      default: break
      }
    }
    if count > 0 { isLeader[0] = true }
    for (line, next) in successors.enumerated() {
      for to in next {
        predecessors[to].append(line)
        if to != line + 1 || next.count > 1 { isLeader[to] = true }
      }
    }
  }

  private static func line(at address: UInt64, _ function: FunctionText, _ count: Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if function.lines[middle].address < address { low = middle + 1 } else { high = middle }
    }
    return low < count ? low : nil
  }

  /// The lines that a line can come back through to itself; empty where it cannot.
  func cycle(through line: Int, in region: Set<Int>) -> Set<Int> {
    let ahead = reach(from: successors[line], successors, region)
    guard ahead.contains(line) else { return [] }
    return ahead.intersection(reach(from: predecessors[line], predecessors, region))
  }

  func reach(from start: [Int], _ edges: [[Int]], _ region: Set<Int>) -> Set<Int> {
    var seen: Set<Int> = []
    var pending = start.filter(region.contains)
    while let line = pending.popLast() {
      guard seen.insert(line).inserted else { continue }
      for next in edges[line] where region.contains(next) && !seen.contains(next) { pending.append(next) }
    }
    return seen
  }
}
