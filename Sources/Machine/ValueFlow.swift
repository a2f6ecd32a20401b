import Listing

/// What registers and slots hold before each node of a function: an identity for each, not a number.
///
/// The slots that the compiler spills registers to are written by nobody else. A slot whose address was taken, and
/// all that stand above it, are forgotten at each call.
struct ValueFlow {
  struct State {
    fileprivate(set) var registers: [Value]
    fileprivate(set) var slots: [Int64: Value] = [:]
    /// The lowest slot below the entry's SP, and the lowest above it, whose address was taken.
    fileprivate var taken: (own: Int64, caller: Int64) = (0, .max)

    fileprivate func slot(_ offset: Int64) -> Value? {
      // What the caller left above the return address; below it, nothing.
      slots[offset] ?? (offset >= 0 ? .entrySlot(offset) : nil)
    }

    func register(_ number: UInt8) -> Value {
      switch number {
      case stackPointer: registers[31]
      case zeroRegister: .constant(0)
      case ..<31: registers[Int(number)]
      default: .unknown
      }
    }

    fileprivate mutating func set(_ number: UInt8, _ value: Value) {
      if number == stackPointer {
        registers[31] = value
      } else if number < 31 {
        registers[Int(number)] = value
      }
    }
  }

  /// A function that takes longer to settle is given up.
  private static let limit = 4_000_000
  /// How many registers and slots may be held against each other, or be looked through for what a store wrote over:
  /// so many in all, or so many a node. Where ways come together again and again it would be the square of them.
  private static let joinLimit = 8_000_000
  private static let joinLimitOfNode = 2_000
  private var joinsLeft = 0

  let graph: CodeGraph
  private let operations: [ValueOperation]
  /// Of each node, in ``operations``.
  private var ranges: [Range<Int>] = []
  /// Registers that a call leaves as they are: SP, the frame pointer, the goroutine.
  private let kept: [Int]
  /// Registers that a prologue's test for room and its frame pointer go through: amd64's BP and R12, arm64's R16, R17, R20
  /// and R29.
  private let frameSetup: [UInt8]
  /// Where the first results are returned (Go ABIInternal).
  let resultRegisters: [UInt8]
  private(set) var before: [State?]

  /// Nil where it does not settle.
  init?(_ graph: CodeGraph, _ operations: ValueOperations, isARM: Bool) {
    self.graph = graph
    self.operations = operations.all
    kept = isARM ? [28, 29, 31] : [5, 14, 31]
    frameSetup = isARM ? [16, 17, 20, 29] : [5, 12]
    resultRegisters = isARM ? [0, 1, 2, 3] : [0, 3, 1, 7]
    before = []
    var i = 0
    for node in graph.nodes {
      let start = i
      while i < self.operations.count, self.operations[i].line < node.lines.upperBound { i += 1 }
      ranges.append(start..<i)
    }
    guard settle() else { return nil }
  }

  private mutating func settle() -> Bool {
    before = Array(repeating: nil, count: graph.nodes.count)
    var entry = State(registers: (0..<32).map { .entry(UInt8($0)) })
    entry.registers[31] = .stack(0)
    before[0] = entry
    var behind: [State?] = Array(repeating: nil, count: graph.nodes.count)
    var isPending = Array(repeating: false, count: graph.nodes.count)
    var pending: [Int] = [0]
    var work = 0
    joinsLeft = max(Self.joinLimit, Self.joinLimitOfNode * graph.nodes.count)
    while let n = pending.popLast() {
      isPending[n] = false
      guard let merged = merge(n, entry, behind) else { continue }
      guard joinsLeft > 0 else { return false }
      let isAgain = behind[n] != nil
      if isAgain, let old = before[n], Self.areSame(old, merged) { continue }
      before[n] = merged
      work += ranges[n].count + merged.slots.count + 32
      guard work < Self.limit else { return false }
      var state = merged
      for i in ranges[n] {
        if operations[i].looksThroughSlots(isAgain: isAgain) { joinsLeft -= state.slots.count }
        guard joinsLeft > 0 else { return false }
        apply(operations[i], &state, isAgain: isAgain)
      }
      behind[n] = state
      graph.successors(n) { next in
        if !isPending[Int(next)] {
          isPending[Int(next)] = true
          pending.append(Int(next))
        }
      }
    }
    return true
  }

  private static func areSame(_ a: State, _ b: State) -> Bool {
    func same(_ a: Value, _ b: Value) -> Bool { a.root == b.root && a.offset == b.offset }
    guard a.slots.count == b.slots.count, a.taken == b.taken else { return false }
    for r in 0..<32 where !same(a.registers[r], b.registers[r]) { return false }
    for (offset, value) in a.slots {
      guard let other = b.slots[offset], same(value, other) else { return false }
    }
    return true
  }

  /// What holds where the ways into a node come together.
  private mutating func merge(_ n: Int, _ entry: State, _ behind: [State?]) -> State? {
    var states = graph.predecessors(n).compactMap { behind[Int($0)] }
    if n == 0 { states.append(entry) }
    guard var merged = states.first else { return nil }
    guard states.count > 1 || graph.predecessors(n).count > 1 else { return merged }
    let old = before[n]
    joinsLeft -= states.reduce(0) { $0 + 32 + $1.slots.count }
    guard joinsLeft > 0 else { return merged }
    /// Once a place was given an identity of its own here, it keeps it: so it settles.
    func join(_ values: [Value?], _ place: Int64, _ old: Value?) -> Value {
      let own = Value.joined(n, place)
      if old?.root == own.root { return own }
      guard let first = values[0] else { return own }
      for value in values.dropFirst() {
        guard let value, value.root == first.root, value.offset == first.offset else { return own }
      }
      return first
    }
    for r in 0..<32 {
      merged.registers[r] = join(states.map { $0.registers[r] }, Int64(r), old?.registers[r])
    }
    var offsets: Set<Int64> = []
    for state in states { offsets.formUnion(state.slots.keys) }
    for offset in offsets {
      merged.slots[offset] = join(
        states.map { $0.slot(offset) }, 1 << 31 | offset & 0x7fff_ffff, old?.slots[offset])
    }
    for state in states {
      merged.taken.own = min(merged.taken.own, state.taken.own)
      merged.taken.caller = min(merged.taken.caller, state.taken.caller)
    }
    return merged
  }

  /// What holds behind a node's operations, those of its last line left out if asked for.
  func state(in n: Int, beforeLastLine: Bool) -> State? {
    guard var state = before[n] else { return nil }
    let last = graph.nodes[n].lines.upperBound - 1
    for i in ranges[n] where !beforeLastLine || operations[i].line < last {
      apply(operations[i], &state, isAgain: false)
    }
    return state
  }

  private func apply(_ operation: ValueOperation, _ state: inout State, isAgain: Bool) {
    let line = Int(operation.line)
    let place = state.register(operation.base).plus(operation.amount)
    switch operation.kind {
    case .copy: state.set(operation.register, state.register(operation.base))
    case .constant: state.set(operation.register, .constant(operation.amount))
    case .address:
      let target = operation.register
      if place.isStack, target != stackPointer, target != operation.base, !isFrameSetup(operation) {
        take(place.offset, &state)
      }
      state.set(target, place)
    case .sum:
      let other = state.register(operation.other)
      let base = state.register(operation.base)
      if let amount = other.number {
        state.set(operation.register, base.plus(amount &* operation.amount))
      } else {
        state.set(operation.register, .unknown)
      }
    case .globalAddress: state.set(operation.register, .global(UInt64(bitPattern: operation.amount)))
    case .globalSymbol: state.set(operation.register, .global(symbol: Int(operation.amount)))
    case .load:
      if place.isStack, place.offset & 7 == 0, let value = state.slot(place.offset) {
        state.set(operation.register, value)
      } else {
        define(operation.register, line, &state, isAgain)
      }
    case .store:
      guard place.isStack else { break }
      if place.offset & 7 == 0 {
        state.slots[place.offset] = state.register(operation.register)
      } else {
        overwrite(place.offset, 8, &state)
      }
    case .overwrite, .atomic:
      guard place.isStack else { break }
      overwrite(place.offset, operation.other == 255 ? nil : Int64(operation.other), &state)
    case .clobber: define(operation.register, line, &state, isAgain)
    case .call:
      for r in 0..<32 where !kept.contains(r) { define(UInt8(r), line, &state, isAgain) }
      for offset in state.slots.keys
      where offset < 0 && offset >= state.taken.own || offset >= 0 && offset >= state.taken.caller {
        state.slots[offset] = .unknown
      }
    }
  }

  /// What an instruction gives a register; what held its last such value is nothing that can be told any more.
  private func define(_ register: UInt8, _ line: Int, _ state: inout State, _ isAgain: Bool) {
    let value = Value.defined(line, register)
    if isAgain {
      for r in 0..<32 where state.registers[r].root == value.root { state.registers[r] = .unknown }
      for (offset, held) in state.slots where held.root == value.root { state.slots[offset] = .unknown }
    }
    state.set(register, value)
  }

  private func overwrite(_ offset: Int64, _ bytes: Int64?, _ state: inout State) {
    // Of unknown length: up to the end of the frame. An offset is whatever the text prints.
    let end = bytes.map { Self.sum(offset, $0) } ?? (offset < 0 ? 0 : Int64.max)
    let start = Self.sum(offset, -8)
    for held in state.slots.keys where held > start && held < end { state.slots[held] = .unknown }
    if offset >= 0, bytes != nil, end < .max - 8 {
      for held in stride(from: offset & ~7, to: end, by: 8) { state.slots[held] = .unknown }
    }
  }

  /// A sum that stops at the ends of what a number can be.
  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? (b < 0 ? .min : .max) : sum
  }

  private func take(_ offset: Int64, _ state: inout State) {
    if offset < 0 {
      state.taken.own = min(state.taken.own, offset)
    } else {
      state.taken.caller = min(state.taken.caller, offset)
    }
  }

  /// The prologue's test for room and its frame pointer take no address.
  private func isFrameSetup(_ operation: ValueOperation) -> Bool {
    operation.line < 16 && frameSetup.contains(operation.register)
  }

  /// What came together in a value of ``Value/joined(_:_:)``: one value for each way into its node.
  func parts(of value: Value) -> [Value] {
    guard let node = value.joiningNode, value.offset == 0 else { return [] }
    return graph.predecessors(node).compactMap { before in
      guard let state = state(in: Int(before), beforeLastLine: false) else { return nil }
      let place = value.joinedPlace
      if place < 32 { return state.registers[Int(place)] }
      return state.slot(Int64(Int32(truncatingIfNeeded: place << 1) >> 1)) ?? .unknown
    }
  }

  /// What each node does to memory that is not the frame's.
  struct Memory {
    /// By node: whether it writes some.
    fileprivate(set) var isWritten: [Bool]
    /// What is given to it anywhere.
    fileprivate(set) var stored: Set<Value> = []
  }

  /// What the nodes do to memory that is not the frame's, found in one pass over all of them.
  func memory() -> Memory {
    var memory = Memory(isWritten: Array(repeating: false, count: graph.nodes.count))
    for n in graph.nodes.indices {
      guard var state = before[n] else { continue }
      for i in ranges[n] {
        let operation = operations[i]
        if operation.kind == .store || operation.kind == .overwrite,
          !state.register(operation.base).plus(operation.amount).isStack
        {
          memory.isWritten[n] = true
          let value = state.register(operation.register)
          if operation.kind == .store, value.isSame(as: value) { memory.stored.insert(value) }
        }
        apply(operation, &state, isAgain: false)
      }
    }
    return memory
  }
}

extension ValueOperation {
  /// Whether it is held against all slots that are known.
  fileprivate func looksThroughSlots(isAgain: Bool) -> Bool {
    switch kind {
    case .overwrite, .atomic, .call, .store: true
    case .load, .clobber: isAgain
    case .copy, .constant, .address, .sum, .globalAddress, .globalSymbol: false
    }
  }
}
