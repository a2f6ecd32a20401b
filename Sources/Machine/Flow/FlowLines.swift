import Listing

/// A function's control flow over its lines, as one goes back along it: where ways join, and where none goes on.
struct FlowLines {
  /// How many lines are code.
  private(set) var count = 0
  /// Every way is known: no jump table, no branch to the middle of an instruction, no lost step.
  private(set) var isKnown = false
  /// The prologue's way out, which saves arguments below the frame that is not there yet.
  private(set) var morestack = 0..<0
  /// Of each line, whether a branch leads to it, and whether nothing goes on behind it.
  private var marks: [UInt8] = []
  /// By rising target.
  private var branches: [(target: Int32, source: Int32)] = []

  private static let joined: UInt8 = 1
  private static let ending: UInt8 = 2

  /// Takes in another function.
  mutating func reset(_ sketch: Sketch, _ graph: FlowGraph, _ function: borrowing FunctionText) {
    count = sketch.codeLines
    marks.removeAll(keepingCapacity: true)
    marks.append(contentsOf: repeatElement(0, count: count))
    branches.removeAll(keepingCapacity: true)
    isKnown = !graph.hasTables && sketch.lostStep < 0
    let steps = sketch.steps.span
    let lines = function.lines.span
    for s in steps.indices where Int(steps[s].line) < count {
      let step = steps[s]
      switch step.operation {
      case .branch, .jump:
        let address = UInt64(bitPattern: step.value)
        let target = Self.line(from: address, near: Int(step.line), lines)
        // GNU's objdump leaves out words of zero, arm's NOPs: what comes behind them is gone on with.
        if target < count, lines[target].address == address || function.elidesZeros {
          branches.append((Int32(truncatingIfNeeded: target), step.line))
          marks[target] |= Self.joined
        } else {
          isKnown = false
        }
        if step.operation == .jump { marks[Int(step.line)] |= Self.ending }
      case .indirectJump, .stop: marks[Int(step.line)] |= Self.ending
      case .moveSP, .moveSPUnknown, .setSP, .opaqueSP, .copySP, .site: break
      }
    }
    branches.sort { $0 < $1 }
    var first = Int(sketch.morestackLine)
    while first > 0, first <= count, marks[first - 1] & Self.ending == 0 { first -= 1 }
    morestack = max(first, 0)..<max(Int(sketch.morestackLine) + 1, 0)
  }

  /// Whether a branch leads to a line.
  func isJoined(_ line: Int) -> Bool { line < count && marks[line] & Self.joined != 0 }

  /// Whether nothing goes on from a line to the next.
  func ends(_ line: Int) -> Bool { marks[line] & Self.ending != 0 }

  /// The branches that lead to a line.
  func sources(of line: Int) -> some Sequence<Int> {
    var low = 0
    var high = branches.count
    while low < high {
      let middle = (low + high) / 2
      if Int(branches[middle].target) < line { low = middle + 1 } else { high = middle }
    }
    return branches[low...].prefix { Int($0.target) == line }.map { Int($0.source) }
  }

  /// The first line at an address or behind it. Most branches are short, so it is looked for from the branch on, in
  /// strides that double.
  private static func line(
    from address: UInt64, near branch: Int, _ lines: borrowing Span<InstructionLine>
  ) -> Int {
    var (low, high, stride) = (branch, branch, 8)
    while low > 0, lines[low].address > address {
      high = low
      low = max(0, low - stride)
      stride *= 2
    }
    while high < lines.count, lines[high].address < address {
      low = high
      high = min(lines.count, high + stride)
      stride *= 2
    }
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].address < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
