import Listing

/// Follows numbers along a function's code: constants, addresses in the frame, and the counter of a loop.
///
/// Go keeps a variable whose address nobody takes in a register, and across a call in a slot of its own,
/// which nothing else writes (Go `ssa/regalloc.go`). A slot whose address is taken may be written by any
/// callee that received it: after a call, no slot from the lowest such address upward is trusted.
struct NumberFlow: FlowDomain {
  let instructions: [Instruction]
  let graph: FlowGraph
  private let facts: MachineFacts
  /// The lines at which SP moves.
  private let movesSP: Set<Int>
  /// The lines of calls whose callee keeps no address that is passed to it.
  private let keepsNothing: Set<Int>
  /// The outgoing arguments and results: a call may write everything below their end.
  private let outgoing: OutgoingArguments
  /// The offsets from SP that the function itself loads from: it keeps what it stores there, rather than
  /// passing it.
  private let loaded: Set<Int64>
  /// The budget that is left. A walk ends when it is spent, and its result is then worthless.
  private(set) var left: Int
  /// The lowest offset from SP whose address was passed on; `Int64.max` for none.
  private(set) var escaped = Int64.max

  /// The budget in lines and slots: `effort`, and `effortOfLine` more for each line. Where paths join in a
  /// graph without plain loops, each may be followed again and again.
  private static let effort = 200_000
  private static let effortOfLine = 4_000

  /// Whether the budget is spent.
  var isExhausted: Bool { left <= 0 }

  /// Charges the budget for work that is done elsewhere.
  mutating func spend(_ effort: Int) { left -= effort }

  init(
    _ instructions: [Instruction], _ graph: FlowGraph, _ facts: MachineFacts, _ text: borrowing Span<UInt8>,
    movesSP: Set<Int>, keepsNothing: Set<Int>
  ) {
    (self.instructions, self.graph, self.facts) = (instructions, graph, facts)
    (self.movesSP, self.keepsNothing) = (movesSP, keepsNothing)
    left = Self.effort + Self.effortOfLine * instructions.count
    outgoing = OutgoingArguments(instructions, graph, facts, text)
    loaded = Set(
      instructions.compactMap { $0.isLoad && $0.source.register == stackPointer ? $0.source.value : nil })
  }

  /// The state at the function's entry, where nothing is known.
  var entry: Numbers {
    var entry = Numbers()
    entry.isBigEndian = facts.isBigEndian
    return entry
  }

  // MARK: Ways

  static let accumulates = true

  mutating func merge(_ node: Int, _ ways: [Numbers], known: Numbers?) -> Numbers? {
    left -= ways.reduce(0) { $0 + 32 + $1.slots.count }
    guard let first = ways.first else { return nil }
    // A node with one predecessor has the state that its predecessor was just given.
    guard graph.nodes[node].isLeader else { return first }
    var merged = known ?? first
    var isNew = known == nil
    for way in ways where merged.join(way) { isNew = true }
    return isNew ? merged : nil
  }

  mutating func follow(_ node: Int, _ numbers: inout Numbers, isAgain: Bool) {
    follow(graph.nodes[node].lines, &numbers)
  }

  /// Changes what is known before some consecutive lines into what is known after them.
  mutating func follow(_ lines: Range<Int>, _ numbers: inout Numbers) {
    for line in lines {
      left -= 1 + (instructions[line].looksThroughSlots ? numbers.slots.count : 0)
      apply(line, &numbers)
    }
  }

  func mayGo(from node: Int, to next: Int, _ numbers: Numbers) -> Bool {
    let from = graph.nodes[node]
    guard graph.nodes[node].isBranch, from.target != from.next,
      let isTaken = isTaken(instructions[from.lines.upperBound - 1], numbers)
    else { return true }
    return isTaken == (next == from.target)
  }

  /// Whether a branch is taken; nil where that is not known.
  private func isTaken(_ branch: Instruction, _ numbers: Numbers) -> Bool? {
    guard let condition = branch.condition else { return nil }
    var flags = numbers.flags
    if branch.kind == .branchOnBit {
      let value = numbers.read(branch.source, branch.width)
      guard let known = value.constant, Int64(value.width) > branch.second.value else { return nil }
      let bit = Number(known: .constant(known >> branch.second.value & 1))
      flags = .init(left: bit, right: Number(known: .constant(0)), width: 64)
    } else if branch.source.kind != .none {
      flags = self.flags(branch, numbers)
    }
    return flags?.decide(condition)
  }

  /// Returns what is known of the two sides of a comparison.
  private func flags(_ instruction: Instruction, _ values: Numbers) -> Numbers.Flags {
    let width = instruction.width
    return Numbers.Flags(
      left: values.read(instruction.source, width), right: values.read(instruction.second, width),
      width: width,
      isUnsigned: instruction.isUnsigned)
  }

  // MARK: One instruction

  /// Changes what is known by the effect of one line.
  private mutating func apply(_ line: Int, _ values: inout Numbers) {
    let instruction = instructions[line]
    if movesSP.contains(line) {
      values = entry
      return
    }
    let (source, target, width) = (instruction.source, instruction.target, instruction.width)
    let moves = source.writeback != .none || target.writeback != .none
    switch instruction.kind {
    case .nothing where moves, .overwrite where moves, .clobberTwo where moves: clobber(instruction, &values)
    case .nothing, .branch, .branchOnBit, .jump, .returns, .traps: break
    case .atomicStore:
      forgetTarget(target, instruction.reach, &values)
      if instruction.second.kind == .register { values.set(instruction.second, .unknown) }
    case .clobber where target.kind == .other || target.kind == .none: clobber(instruction, &values)
    case .overwrite: forgetTarget(target, instruction.reach, &values)
    case .call: call(line, &values)
    case .other, .atomic, .clobberRegisters, .clobberAll: clobber(instruction, &values)
    // The base is written as well.
    case .move where moves, .loadPair where moves, .storePair where moves: clobber(instruction, &values)
    case .clobberTwo:
      values.set(target, .unknown)
      values.set(instruction.second, .unknown)
    case .clobber:
      // The result may still be an address in the frame.
      let address = [source, instruction.second, target].map {
        $0.kind == .register ? values.address(in: $0.register) : .max
      }.min()
      if target.kind == .register { values.set(target, Number(address: address ?? .max)) }
      forgetTarget(target, instruction.reach, &values)
    case .compare:
      values.flags = flags(instruction, values)
      return
    case .test:
      values.flags = test(instruction, values)
      return
    case .storePair:
      store(values.read(source, width), target, width, &values)
      var second = target
      second.value &+= facts.word
      store(values.read(instruction.second, width), second, width, &values)
    case .storeMultiple:
      for i in 0..<UInt8(clamping: instruction.reach / facts.word) {
        escaped = min(escaped, values.address(in: source.register &+ i))
      }
      forgetTarget(target, instruction.reach, &values)
    case .loadPair:
      let first = values.read(source, width)
      var next = source
      next.value &+= facts.word
      let second = values.read(next, width)
      values.set(target, first)
      values.set(instruction.second, second)
    case .move: write(values.read(source, width).extended(by: instruction), instruction, &values)
    case .address: write(address(source, values).low(width), instruction, &values)
    case .increment:
      var value = values.read(instruction.second, width)
      switch values.flags?.decide(instruction.condition) {
      case true: value = value.plus(1)
      case false: break
      case nil: value = Number(address: value.address)
      }
      write(value.low(width), instruction, &values)
    case .moveIf:
      let (moved, kept) = (values.read(source, width), values.read(instruction.second, width))
      let value =
        switch values.flags?.decide(instruction.condition) {
        case true: moved
        case false: kept
        case nil: Number(address: min(moved.address, kept.address))
        }
      write(value.low(width), instruction, &values)
    case .setIf:
      let holds = flags(instruction, values).decide(instruction.condition)
      write(holds.map { Number(known: .constant($0 ? 1 : 0)) } ?? .unknown, instruction, &values)
    case .insert:
      let known = values.read(instruction.second, width)
      let value = known.width >= width ? known.constant.flatMap(instruction.inserted(into:)) : nil
      write(value.map { Number(known: .constant($0)).low(width) } ?? .unknown, instruction, &values)
    case .add, .subtract, .and, .or, .xor:
      let written = arithmetic(instruction, values).extended(by: instruction)
      write(written, instruction, &values)
      guard instruction.kind == .and, instruction.setsFlags else { break }
      values.flags = Numbers.Flags(
        left: written, right: Number(known: .constant(0)), width: width, isEquality: true)
      return
    }
    if instruction.setsFlags { values.flags = nil }
  }

  /// Returns the result of an addition, a subtraction or a bit operation.
  private func arithmetic(_ operation: Instruction, _ values: Numbers) -> Number {
    let (a, b) = (
      values.read(operation.second, operation.width), values.read(operation.source, operation.width)
    )
    var result = Number(width: min(a.width, b.width), address: min(a.address, b.address))
    if operation.kind == .xor, operation.source.kind == .register, operation.second.kind == .register,
      operation.source.register == operation.second.register
    {
      return Number(known: .constant(0))
    }
    switch (operation.kind, a.constant, b.constant) {
    case (.add, _, let amount?): result.known = a.plus(amount).known
    case (.add, let amount?, _): result.known = b.plus(amount).known
    case (.subtract, _, let amount?): result.known = a.plus(0 &- amount).known
    case (.and, let x?, let y?): result.known = .constant(x & y)
    case (.or, let x?, let y?): result.known = .constant(x | y)
    case (.xor, let x?, let y?): result.known = .constant(x ^ y)
    default: break
    }
    if result.known == .nothing { result.width = 64 }
    return result
  }

  /// Returns the flags after a test for common bits; nil where they are not followed.
  private func test(_ operation: Instruction, _ values: Numbers) -> Numbers.Flags? {
    let (a, b) = (
      values.read(operation.source, operation.width), values.read(operation.second, operation.width)
    )
    let zero = Number(known: .constant(0))
    if operation.source.kind == .register, operation.second.kind == .register,
      operation.source.register == operation.second.register
    {
      return .init(left: a, right: zero, width: operation.width, isTest: true)
    }
    guard let x = a.constant, let y = b.constant else { return nil }
    let both = Number(known: .constant(x & y), width: min(a.width, b.width))
    return .init(left: both, right: zero, width: operation.width, isTest: true)
  }

  /// Returns the address that a memory operand stands for.
  private func address(_ source: Operand, _ values: Numbers) -> Number {
    guard source.kind == .memory || source.kind == .indirect else { return .unknown }
    var value = Number.unknown
    if source.register == stackPointer {
      // Nothing is below SP: this is the prologue's split check.
      guard source.value >= 0 else { return .unknown }
      value = Number(known: .frame(source.value), address: source.value)
    } else if source.register < 32 {
      value = values.registers[Int(source.register)].plus(source.value)
    }
    if source.index != noRegister {
      value.address = min(value.address, values.address(in: source.index))
      value.known = .nothing
      value.width = 64
    }
    return value
  }

  /// Writes the result of an instruction to its target.
  private mutating func write(_ value: Number, _ operation: Instruction, _ values: inout Numbers) {
    let target = operation.target
    guard target.kind == .register else { return store(value, target, operation.width, &values) }
    guard target.register < 32 else { return }
    var value = value
    if case .frame(let offset) = value.known {
      // arm64 takes an address in the frame by an ADD to RSP.
      if value.address == 0 { value.address = offset }
      if offset < 0 { value = .unknown }
    }
    // The neighbours of a byte register stay as they are.
    if operation.width < 32, operation.kind != .move { value = .unknown }
    values.registers[Int(target.register)] = value
  }

  private mutating func store(_ value: Number, _ target: Operand, _ width: UInt8, _ values: inout Numbers) {
    if let offset = values.slot(target) {
      let size = Int64(width) / 8
      values.forget(at: offset, size)
      if value != .unknown { values.slots[offset] = .init(value: value, size: size) }
      // A value that is stored among the outgoing arguments is passed, even where the function loads a call's
      // result from the same place.
      if value.address != .max, offset < outgoing.end || !loaded.contains(offset) {
        escaped = min(escaped, value.address)
      }
      return
    }
    forgetTarget(target, Int64(width) / 8, &values)
    escaped = min(escaped, value.address)
  }

  /// Forgets what a store to an unknown place may overwrite.
  private func forgetTarget(_ target: Operand, _ reach: Int64, _ values: inout Numbers) {
    guard target.kind == .memory || target.kind == .indirect || target.kind == .other else { return }
    if let offset = values.slot(target) { return values.forget(at: offset, reach) }
    // Either of the two registers may hold the address.
    let base = min(values.address(in: target.register), values.address(in: target.index))
    if target.register == stackPointer || base != .max
      || target.kind == .other && target.register == noRegister
    {
      values.slots.removeAll()
    }
  }

  private mutating func call(_ line: Int, _ values: inout Numbers) {
    if !keepsNothing.contains(line) {
      let words = outgoing.words[line]
      for (i, register) in values.registers.enumerated() where facts.isPassed(UInt8(i), words: words) {
        escaped = min(escaped, register.address)
      }
      if escaped != .max { values.forget(from: escaped, to: .max) }
    } else if values.registers.contains(where: { $0.address != .max }) {
      values.slots.removeAll()
    }
    if outgoing.end > 0 { values.forget(from: 0, to: outgoing.end) }
    values.forgetRegisters()
  }

  private mutating func clobber(_ operation: Instruction, _ values: inout Numbers) {
    for operand in [operation.source, operation.second, operation.target] {
      if operand.kind == .register { escaped = min(escaped, values.address(in: operand.register)) }
      forgetTarget(operand, operation.reach, &values)
    }
    // An instruction that is not understood may store through any address that a register holds.
    if values.registers.enumerated().contains(where: {
      !facts.reserved.contains(UInt8($0.offset)) && $0.element.address != .max
    }) {
      values.slots.removeAll()
    }
    values.forgetRegisters()
  }
}

extension Instruction {
  /// Whether its effect depends on all slots that are known, which costs more.
  fileprivate var looksThroughSlots: Bool {
    switch kind {
    case .call, .other, .clobber, .atomic, .atomicStore, .overwrite, .storePair, .storeMultiple,
      .clobberRegisters,
      .clobberAll:
      true
    case .nothing, .compare, .test, .branch, .branchOnBit, .jump, .returns, .traps, .loadPair, .clobberTwo:
      false
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .moveIf, .setIf:
      target.kind != .register
    }
  }
}
