import Listing
import ProgramModel

/// Follows SP along a function's steps: how deep it goes.
///
/// Every function is asked that, so it is steps that are followed, not the nodes of ``FlowGraph``: nothing between two
/// of them steers control, so a branch to an address goes to the first step from there on. One value serves all
/// functions of a worker.
struct StackWalk {
  /// The step that a branch or jump goes to, their count for behind the last; -1 for those that go nowhere else.
  private(set) var targets: [Int32] = []
  /// Where each step stands.
  private var addresses: [UInt64] = []
  /// SP's depth before each step; -1 where no path leads.
  private(set) var depths: [Int32] = []
  private var pending: [(step: Int32, state: State)] = []
  /// From the first line that a way leads back to, to the last one that such a way comes from.
  private var loops: (start: Int32, end: Int32) = (.max, -1)
  /// The jumps through a register or memory that leave the function, and those that go where a table of it says.
  private(set) var indirectJumpsOut: [Int32] = []
  private(set) var tableJumps: [Int32] = []
  /// The first steps of what a table leads to.
  private(set) var tableTargets: [Int32] = []

  /// What is known of SP on a path.
  private struct State {
    var depth: Int64 = 0
    /// SP was written in a way that the walk does not model.
    var isTainted = false
    /// A register that holds an earlier SP, and its depth.
    var copy = noRegister
    var copyDepth: Int64 = 0
    var copyLine: Int32 = 0
  }

  /// What a walk finds.
  struct Result {
    /// The deepest SP, in bytes below the SP at entry.
    var deepest: Int64 = 0
    /// SP goes deeper behind a write that is not modelled.
    var isUncertain = false
    /// SP moves down by an amount that the text does not give.
    var hasUnknownAmount = false
    /// A path that is deeper than the one that was gone joins it.
    var meetsDeeper = false

    /// Notes a depth.
    mutating func reach(_ depth: Int64, _ isTainted: Bool) {
      guard depth > deepest else { return }
      deepest = depth
      if isTainted { isUncertain = true }
    }
  }

  /// Walks along the code from the entry.
  mutating func walk(_ sketch: Sketch, _ function: FunctionText) -> Result {
    var walk = Result()
    let steps = sketch.steps
    let count = steps.count
    depths.removeAll(keepingCapacity: true)
    depths.append(contentsOf: repeatElement(-1, count: count))
    tableTargets.removeAll(keepingCapacity: true)
    tableJumps.removeAll(keepingCapacity: true)
    indirectJumpsOut.removeAll(keepingCapacity: true)
    resolveTargets(steps, function)
    guard count > 0 else { return walk }
    pending.removeAll(keepingCapacity: true)
    pending.append((0, State()))
    // Out of the way of what else is written meanwhile.
    var depths: [Int32] = []
    swap(&depths, &self.depths)
    defer { swap(&depths, &self.depths) }
    var tableState: State?
    var leader = 0
    while true {
      while !pending.isEmpty {
        let (step, state) = pending.removeLast()
        follow(step, state, steps, &depths, &walk, &tableState)
      }
      // An indirect jump may reach every block that nothing else reaches.
      guard let state = tableState else { break }
      while leader < count, depths[leader] >= 0 || !isLeader(leader, steps) { leader += 1 }
      guard leader < count else { break }
      tableTargets.append(Int32(leader))
      pending.append((Int32(leader), state))
    }
    if tableTargets.isEmpty {
      indirectJumpsOut.append(contentsOf: tableJumps)
      tableJumps.removeAll(keepingCapacity: true)
    } else {
      loops = (0, .max)
    }
    return walk
  }

  /// Whether a line may lie on a cycle: whatever leads back to it comes from it, or from behind it.
  func mayLoop(_ line: Int32) -> Bool { line >= loops.start && line <= loops.end }

  /// Whether the step before goes on nowhere of itself.
  private func isLeader(_ step: Int, _ steps: [Step]) -> Bool {
    guard step > 0 else { return true }
    switch steps[step - 1].operation {
    case .jump, .stop, .indirectJump: return true
    default: return false
    }
  }

  private mutating func resolveTargets(_ steps: [Step], _ function: FunctionText) {
    targets.removeAll(keepingCapacity: true)
    targets.append(contentsOf: repeatElement(-1, count: steps.count))
    addresses.removeAll(keepingCapacity: true)
    addresses.append(contentsOf: repeatElement(0, count: steps.count))
    Self.locate(steps.span, function.lines.span, &addresses)
    loops = Self.aim(steps.span, addresses, &targets)
  }

  private static func locate(
    _ steps: Span<Step>, _ lines: Span<InstructionLine>, _ addresses: inout [UInt64]
  ) {
    var addresses = addresses.mutableSpan
    for i in steps.indices { addresses[i] = lines[Int(steps[i].line)].address }
  }

  /// - Returns: the loops.
  private static func aim(_ steps: Span<Step>, _ addresses: [UInt64], _ targets: inout [Int32])
    -> (start: Int32, end: Int32)
  {
    var loops: (start: Int32, end: Int32) = (.max, -1)
    let addresses = addresses.span
    var targets = targets.mutableSpan
    for i in steps.indices {
      switch steps[i].operation {
      case .branch, .jump:
        let target = firstStep(from: UInt64(bitPattern: steps[i].value), near: i, addresses)
        if target <= i { loops = (min(loops.start, steps[target].line), steps[i].line) }
        targets[i] = Int32(truncatingIfNeeded: target)
      default: break
      }
    }
    return loops
  }

  /// The first step that stands at an address or behind it. Most branches are short, so it is looked for from
  /// the branch on, in strides that double.
  @inline(__always)
  private static func firstStep(from address: UInt64, near step: Int, _ addresses: Span<UInt64>) -> Int {
    var low = 0
    var count = addresses.count
    var stride = 8
    if addresses[step] < address {
      low = step &+ 1
      while low &+ stride < addresses.count, addresses[low &+ stride] < address {
        low &+= stride &+ 1
        stride &*= 2
      }
      count = min(stride, addresses.count &- low)
    } else {
      var high = step
      while high &- stride >= 0, addresses[high &- stride] >= address {
        high &-= stride
        stride &*= 2
      }
      low = max(0, high &- stride)
      count = high &- low
    }
    while count > 0 {
      let half = count &>> 1
      let isBefore = addresses[low &+ half] < address
      low = isBefore ? low &+ half &+ 1 : low
      count = isBefore ? count &- half &- 1 : half
    }
    return low
  }

  /// Goes along one path until it ends or meets one that was gone.
  private mutating func follow(
    _ start: Int32, _ startState: State, _ steps: [Step], _ depths: inout [Int32], _ walk: inout Result,
    _ tableState: inout State?
  ) {
    var i = Int(start)
    var state = startState
    let steps = steps.span
    var depths = depths.mutableSpan
    while i < steps.count, depths[i] < 0 {
      // SP above the entry (a POP of the caller's) counts as none: a negative depth means «not yet seen».
      depths[i] = Int32(clamping: max(0, state.depth))
      let step = steps[i]
      switch step.operation {
      case .moveSP:
        state.depth = Self.depth(state.depth, below: step.value)
        walk.reach(state.depth, state.isTainted)
      case .moveSPUnknown:
        if step.value < 0 { walk.hasUnknownAmount = true }
      case .setSP:
        // A prologue moves its copy back at once; later the register may hold something else.
        if step.register == state.copy, step.line &- state.copyLine <= 4 {
          state.depth = state.copyDepth
          walk.reach(state.depth, state.isTainted)
        } else {
          state.isTainted = true
        }
      case .opaqueSP: state.isTainted = true
      case .copySP:
        state.copy = step.register
        state.copyDepth = Self.depth(state.depth, below: step.value)
        state.copyLine = step.line
      case .branch:
        guard targets[i] < steps.count else { break }
        if depths[Int(targets[i])] < 0 {
          pending.append((targets[i], state))
        } else if state.depth > depths[Int(targets[i])] {
          walk.meetsDeeper = true
        }
      case .jump:
        guard targets[i] < steps.count else { return }
        i = Int(targets[i])
        continue
      case .indirectJump:
        if tableState == nil { tableState = state }
        tableJumps.append(Int32(i))
        return
      case .stop: return
      case .site: break
      }
      i += 1
    }
    if i < steps.count, state.depth > depths[i] { walk.meetsDeeper = true }
  }

  /// SP's depth once it was moved. What is too large for a number is deeper than any frame.
  @inline(__always)
  private static func depth(_ depth: Int64, below amount: Int64) -> Int64 {
    let (moved, overflows) = depth.subtractingReportingOverflow(amount)
    return overflows ? .max : moved
  }
}
