import Listing
import ProgramModel

/// Follows SP along a function's steps, to find how deep it goes.
///
/// This is asked for every function, so the walk follows steps, not the nodes of ``FlowGraph``: between two
/// steps nothing steers control, so a branch to an address goes to the first step at that address or after
/// it. One value serves all functions of a worker.
struct StackWalk {
  /// For each step, the step that its branch or jump goes to; the number of steps where the target is after
  /// the last one, -1 for a step that is no branch.
  private(set) var targets: [Int32] = []
  /// The address of each step.
  private var addresses: [UInt64] = []
  /// The depth of SP before each step, in bytes below the SP at entry; -1 where no path leads.
  private(set) var depths: [Int32] = []
  private var pending: [(step: Int32, state: State)] = []
  /// The first line that a branch leads back to, and the last line from which a branch leads back.
  private var loops: (start: Int32, end: Int32) = (.max, -1)
  /// The steps that jump through a register or memory and leave the function; and those that jump by a table
  /// of the function.
  private(set) var indirectJumpsOut: [Int32] = []
  private(set) var tableJumps: [Int32] = []
  /// The first steps of the code that a jump table leads to.
  private(set) var tableTargets: [Int32] = []

  /// The state of SP on a path, as far as it is known.
  private struct State {
    /// Bytes below the SP at entry.
    var depth: Int64 = 0
    /// Whether SP was written in a way that the walk does not follow.
    var isTainted = false
    /// A register that holds an earlier SP, the depth of that SP, and the line that copied it.
    var copy = noRegister
    var copyDepth: Int64 = 0
    var copyLine: Int32 = 0
  }

  /// The result of a walk.
  struct Result {
    /// The deepest SP, in bytes below the SP at entry.
    var deepest: Int64 = 0
    /// Whether SP goes deeper after a write that the walk does not follow.
    var isUncertain = false
    /// Whether SP moves down by an amount that the text does not give.
    var hasUnknownAmount = false
    /// Whether a path returns while SP is not where it was at entry.
    var isUnbalanced: Bool { returnsElsewhere && !losesTrack }
    /// Whether a path seems to, and whether SP moves by an amount that the text does not give, so that it cannot be said.
    fileprivate var returnsElsewhere = false
    fileprivate var losesTrack = false
    /// Whether a path joins one that was followed before, at a greater depth.
    var meetsDeeper = false

    /// Notes that SP reaches a depth.
    mutating func reach(_ depth: Int64, _ isTainted: Bool) {
      guard depth > deepest else { return }
      deepest = depth
      if isTainted { isUncertain = true }
    }
  }

  /// Walks along the code from the entry, and fills all properties.
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
    // A local variable is changed, not the property, since the walk changes other properties meanwhile.
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

  /// Whether a line may be on a cycle: it is between the first target of a backward branch and the last
  /// backward branch.
  func mayLoop(_ line: Int32) -> Bool { line >= loops.start && line <= loops.end }

  /// Whether the step before does not fall through.
  private func isLeader(_ step: Int, _ steps: [Step]) -> Bool {
    guard step > 0 else { return true }
    switch steps[step - 1].operation {
    case .jump, .returns, .stop, .indirectJump: return true
    default: return false
    }
  }

  /// Finds the target of each branch and jump.
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

  /// Finds the step that each branch goes to. Returns the range of lines in which loops can be.
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

  /// Returns the first step at an address or after it. Most branches are short, so the search begins at the
  /// branch and takes strides that double.
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

  /// Follows one path until it ends or meets one that was followed before.
  private mutating func follow(
    _ start: Int32, _ startState: State, _ steps: [Step], _ depths: inout [Int32], _ walk: inout Result,
    _ tableState: inout State?
  ) {
    var i = Int(start)
    var state = startState
    let steps = steps.span
    var depths = depths.mutableSpan
    while i < steps.count, depths[i] < 0 {
      // An SP above the entry's (a POP of the caller's data) counts as depth 0: a negative depth means «not
      // yet seen».
      depths[i] = Int32(clamping: max(0, state.depth))
      let step = steps[i]
      switch step.operation {
      case .moveSP:
        state.depth = Self.depth(state.depth, below: step.value)
        walk.reach(state.depth, state.isTainted)
      case .moveSPUnknown:
        if step.value < 0 { walk.hasUnknownAmount = true }
        walk.losesTrack = true
      case .setSP:
        // A prologue moves its copy back at once; later, the register may hold something else.
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
      case .returns:
        if state.depth != 0, !state.isTainted { walk.returnsElsewhere = true }
        return
      case .stop: return
      case .site: break
      }
      i += 1
    }
    if i < steps.count, state.depth > depths[i] { walk.meetsDeeper = true }
  }

  /// Returns the depth of SP after a move. An amount that overflows is deeper than any frame.
  @inline(__always)
  private static func depth(_ depth: Int64, below amount: Int64) -> Int64 {
    let (moved, overflows) = depth.subtractingReportingOverflow(amount)
    return overflows ? .max : moved
  }
}
