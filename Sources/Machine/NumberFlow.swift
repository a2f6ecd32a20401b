import Listing

/// Follows numbers along a function's code: constants, addresses in the frame, and a counter.
///
/// Go keeps a variable whose address nobody takes in a register, and across a call in a slot of its own, which
/// nothing else writes (Go `ssa/regalloc.go`). A slot whose address is taken may be written by whoever got it:
/// from the lowest such address on no slot is believed behind a call.
struct NumberFlow {
  let operations: [NumberOperation]
  let graph: LineGraph
  /// The lines where SP moves.
  let movesSP: Set<Int>
  /// Registers that hold no argument: the frame pointer, and arm64's R27, the assembler's own.
  let reserved: Set<Int>
  /// Offsets that the function itself loads from: what it stores there is kept, not passed.
  private let loaded: Set<Int64>
  /// How much may still be looked at; walks end where nothing is left, and what they found says nothing then.
  private(set) var left: Int
  /// The lowest address in the frame that was passed on.
  private(set) var escaped = Int64.max

  /// Lines and slots that may be looked at, and so many more for each line: where ways come together in a graph that
  /// has no plain loops, each may be gone again and again.
  private static let effort = 200_000
  private static let effortOfLine = 4_000

  /// Nothing is left to look with.
  var isExhausted: Bool { left <= 0 }

  /// Counts what somebody else looked at.
  mutating func spend(_ lines: Int) { left -= lines }

  init(operations: [NumberOperation], graph: LineGraph, movesSP: Set<Int>, reserved: Set<Int>) {
    (self.operations, self.graph, self.movesSP, self.reserved) = (operations, graph, movesSP, reserved)
    left = Self.effort + Self.effortOfLine * operations.count
    loaded = Set(
      operations.compactMap {
        $0.kind == .move && $0.target.kind == .register && $0.source.register == stackPointer
          && $0.source.kind != .register ? $0.source.value : nil
      })
  }

  /// What a walk finds.
  struct Result {
    /// Before each line where a block begins.
    var blocks: [Int: Numbers] = [:]
    /// Before the line where the walk stops.
    var arrived: Numbers?
  }

  /// Follows the code from some places on until nothing new is learnt.
  ///
  /// - Parameters:
  ///   - region: the lines that are walked; nil for all.
  ///   - stop: where each way ends.
  mutating func walk(
    from seeds: [(line: Int, values: Numbers)], in region: Set<Int>? = nil, until stop: Int? = nil
  )
    -> Result
  {
    var result = Result()
    var pending = seeds.map { ($0.line, $0.values) }
    while let (start, values) = pending.popLast(), left > 0 {
      var values = values
      left -= 32 + values.slots.count
      if graph.isLeader[start] {
        if result.blocks[start] == nil {
          result.blocks[start] = values
        } else {
          guard result.blocks[start]?.join(values) == true, let joined = result.blocks[start] else {
            continue
          }
          values = joined
        }
      }
      var line = start
      while line != stop {
        left -= 1 + (operations[line].looksThroughSlots ? values.slots.count : 0)
        let next = step(line, &values)
        if next == [line + 1], !graph.isLeader[line + 1] {
          line += 1
          continue
        }
        for to in next where region?.contains(to) ?? true { pending.append((to, values)) }
        break
      }
      guard line == stop else { continue }
      if result.arrived == nil { result.arrived = values } else { _ = result.arrived?.join(values) }
    }
    return result
  }

  /// What is known on each way from elsewhere into a region, after a walk.
  mutating func entries(to region: Set<Int>, _ walked: Result) -> [(line: Int, values: Numbers)] {
    var entries: [(line: Int, values: Numbers)] = region.contains(0) ? [(0, Numbers())] : []
    left -= operations.count
    for (start, values) in walked.blocks {
      var values = values
      var line = start
      while true {
        let next = step(line, &values)
        for to in next where !region.contains(line) && region.contains(to) { entries.append((to, values)) }
        guard next == [line + 1], !graph.isLeader[line + 1] else { break }
        line += 1
      }
    }
    return entries
  }

  /// What is known before a line, after a walk.
  mutating func values(before line: Int, _ walked: Result) -> Numbers? {
    var start = line
    while start > 0, !graph.isLeader[start] { start -= 1 }
    guard var values = walked.blocks[start] else { return nil }
    for i in start..<line { apply(operations[i], i, &values) }
    return values
  }

  /// One line; says where it goes on.
  private mutating func step(_ line: Int, _ values: inout Numbers) -> [Int] {
    let operation = operations[line]
    apply(operation, line, &values)
    let next = graph.successors[line]
    guard graph.targets[line] != nil, let condition = operation.condition, next.count == 2 else {
      return next
    }
    var flags = values.flags
    if operation.kind == .branchOnZero {
      let zero = Number(known: .constant(0))
      flags = .init(left: values.read(operation.source, operation.width), right: zero, width: operation.width)
    } else if operation.kind == .branchOnBit {
      let value = values.read(operation.source, operation.width)
      guard let known = value.constant, Int64(value.width) > operation.second.value else { return next }
      let bit = Number(known: .constant(known >> operation.second.value & 1))
      flags = .init(left: bit, right: Number(known: .constant(0)), width: 64)
    }
    guard let taken = flags?.decide(condition) else { return next }
    return [next[taken ? 0 : 1]]
  }

  // MARK: One instruction

  mutating func apply(_ operation: NumberOperation, _ line: Int, _ values: inout Numbers) {
    if movesSP.contains(line) {
      values = Numbers()
      return
    }
    let width = operation.width
    switch operation.kind {
    case .nothing, .branchOnZero, .branchOnBit: return
    case .vector: return forgetTarget(operation.target, operation.reach, &values)
    case .call: return call(operation, &values)
    case .clobber: return clobber(operation, &values)
    case .compare:
      values.flags = .init(
        left: values.read(operation.source, width), right: values.read(operation.second, width), width: width)
      return
    case .test: return test(operation, &values)
    case .storePair:
      store(values.read(operation.source, 64), operation.target, 64, &values)
      var second = operation.target
      second.value &+= 8
      store(values.read(operation.second, 64), second, 64, &values)
      return
    case .loadPair:
      let first = values.read(operation.source, 64)
      var next = operation.source
      next.value &+= 8
      let second = values.read(next, 64)
      values.set(operation.target, first)
      values.set(operation.second, second)
      return
    case .move: write(values.read(operation.source, width).low(width), operation, &values)
    case .signExtend:
      var value = values.read(operation.source, width)
      if let known = value.constant, value.width >= width, width <= 64 {
        let shift = Int64(64 - width)
        value.known = .constant((known << shift) >> shift)
        value.width = 64
      } else {
        value = value.low(width)
      }
      write(value, operation, &values)
    case .address: write(address(operation.source, values), operation, &values)
    case .increment:
      var value = values.read(operation.second, width)
      switch values.flags?.decide(operation.condition) {
      case true: value = value.plus(1)
      case false: break
      case nil: value = Number(address: value.address)
      }
      write(value.low(width), operation, &values)
    case .add, .subtract, .and, .or, .xor:
      write(arithmetic(operation, values).low(width), operation, &values)
    }
    if operation.setsFlags { values.flags = nil }
  }

  private func arithmetic(_ operation: NumberOperation, _ values: Numbers) -> Number {
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

  private func test(_ operation: NumberOperation, _ values: Numbers) -> Numbers.Flags? {
    let (a, b) = (
      values.read(operation.source, operation.width), values.read(operation.second, operation.width)
    )
    let zero = Number(known: .constant(0))
    if operation.source.kind == .register, operation.second.kind == .register,
      operation.source.register == operation.second.register
    {
      return .init(left: a, right: zero, width: operation.width)
    }
    guard let x = a.constant, let y = b.constant else { return nil }
    let both = Number(known: .constant(x & y), width: min(a.width, b.width))
    return .init(left: both, right: zero, width: operation.width)
  }

  private func test(_ operation: NumberOperation, _ values: inout Numbers) {
    let flags: Numbers.Flags? = test(operation, values)
    values.flags = flags
  }

  private func address(_ source: Operand, _ values: Numbers) -> Number {
    guard source.kind == .memory || source.kind == .indirect else { return .unknown }
    var value = Number.unknown
    if source.register == stackPointer {
      // Below SP lies nothing: the prologue's test for room.
      guard source.value >= 0 else { return .unknown }
      value = Number(known: .frame(source.value), address: source.value)
    } else if source.register < 32 {
      value = values.registers[Int(source.register)].plus(source.value)
    }
    if source.index != noRegister {
      if source.index < 32 { value.address = min(value.address, values.registers[Int(source.index)].address) }
      value.known = .nothing
      value.width = 64
    }
    return value
  }

  private mutating func write(_ value: Number, _ operation: NumberOperation, _ values: inout Numbers) {
    let target = operation.target
    guard target.kind == .register else { return store(value, target, operation.width, &values) }
    guard target.register < 32 else { return }
    var value = value
    if case .frame(let offset) = value.known {
      // arm64 takes an address by an ADD to RSP.
      if value.address == 0 { value.address = offset }
      if offset < 0 { value = .unknown }
    }
    // A byte register's neighbours stay.
    if operation.width < 32, operation.kind != .move, operation.kind != .signExtend { value = .unknown }
    values.registers[Int(target.register)] = value
  }

  private mutating func store(_ value: Number, _ target: Operand, _ width: UInt8, _ values: inout Numbers) {
    if let offset = values.slot(target) {
      let size = Int64(width) / 8
      values.forget(at: offset, size)
      if value != .unknown { values.slots[offset] = .init(value: value, size: size) }
      if value.address != .max, !loaded.contains(offset) { escaped = min(escaped, value.address) }
      return
    }
    forgetTarget(target, Int64(width) / 8, &values)
    escaped = min(escaped, value.address)
  }

  /// A store to where nothing plain is known of.
  private func forgetTarget(_ target: Operand, _ reach: Int64, _ values: inout Numbers) {
    guard target.kind == .memory || target.kind == .indirect || target.kind == .other else { return }
    if let offset = values.slot(target) { return values.forget(at: offset, reach) }
    let base = target.register < 32 ? values.registers[Int(target.register)].address : .max
    if target.register == stackPointer || base != .max
      || target.kind == .other && target.register == noRegister
    {
      values.slots.removeAll()
    }
  }

  private mutating func call(_ operation: NumberOperation, _ values: inout Numbers) {
    if !operation.keepsNothing {
      for (i, register) in values.registers.enumerated() where !reserved.contains(i) {
        escaped = min(escaped, register.address)
      }
      if escaped != .max { values.forget(from: escaped, to: .max) }
    } else if values.registers.contains(where: { $0.address != .max }) {
      values.slots.removeAll()
    }
    values.forgetRegisters()
  }

  private mutating func clobber(_ operation: NumberOperation, _ values: inout Numbers) {
    for operand in [operation.source, operation.second, operation.target] {
      if operand.kind == .register, operand.register < 32 {
        escaped = min(escaped, values.registers[Int(operand.register)].address)
      }
      forgetTarget(operand, operation.reach, &values)
    }
    // What is not understood may store through any address that a register holds.
    if values.registers.enumerated().contains(where: {
      !reserved.contains($0.offset) && $0.element.address != .max
    }) {
      values.slots.removeAll()
    }
    values.forgetRegisters()
  }
}
