import Listing

/// Follows what registers and slots hold before each node of a function, as an identity for each, not as a
/// number.
///
/// Nothing but the spill itself writes a slot to which the compiler spills a register. A slot whose address
/// was taken, and every slot above it, is forgotten at each call.
struct ValueFlow: FlowDomain {
  /// The contents of registers and slots at one place. Slots go by their offset from the SP at entry.
  struct State {
    fileprivate(set) var registers: [Value]
    fileprivate(set) var slots: [Int64: Value] = [:]
    /// The lowest offset below the entry's SP, and the lowest above it, whose address was taken.
    fileprivate var taken: (own: Int64, caller: Int64) = (0, .max)

    fileprivate func slot(_ offset: Int64) -> Value? {
      // Above the return address is what the caller left; below it, nothing is known.
      slots[offset] ?? (offset >= 0 ? .entrySlot(offset) : nil)
    }

    /// Returns the contents of a register.
    func register(_ number: UInt8) -> Value {
      switch number {
      case stackPointer: registers[ValueFlow.stackIndex]
      case zeroRegister: .constant(0)
      case ..<UInt8(ValueFlow.stackIndex): registers[Int(number)]
      default: .unknown
      }
    }

    /// Returns the word that is so many bytes above SP.
    func word(above offset: Int64) -> Value {
      let place = register(stackPointer).plus(offset)
      return place.isStack ? slot(place.offset) ?? .unknown : .unknown
    }

    fileprivate mutating func set(_ number: UInt8, _ value: Value) {
      if number == stackPointer {
        registers[ValueFlow.stackIndex] = value
      } else if number < ValueFlow.stackIndex {
        registers[Int(number)] = value
      }
    }

    /// Returns the value of a whole word's operand, before its base moves.
    fileprivate func value(_ operand: Operand) -> Value {
      switch operand.kind {
      case .immediate: operand.hasValue ? .constant(operand.value) : .unknown
      case .register: register(operand.register)
      default: .unknown
      }
    }
  }

  /// The most work, in lines and slots, before a function that does not settle is given up.
  private static let limit = 4_000_000
  /// How many registers and slots may be compared with each other, or searched for those that a store
  /// overwrites: the larger of `joinLimit`, and `joinLimitOfNode` for each node. Where paths join again and
  /// again, the work would grow with the square of the nodes.
  private static let joinLimit = 8_000_000
  private static let joinLimitOfNode = 2_000
  private var joinsLeft = 0
  private var work = 0

  /// The index of SP among the registers, which is above every register number of a machine (ppc64's link and
  /// count registers).
  fileprivate static let stackIndex = 34

  let graph: FlowGraph
  private let instructions: [Instruction]
  private let facts: MachineFacts
  /// For each line, the number of the symbol whose address the instruction takes; -1 for none.
  private let symbols: [Int32]
  /// The end of the outgoing arguments and results, in bytes above SP: a call may write everything below it.
  private let outgoing: Int64
  /// The state before each node; nil where no path leads.
  private(set) var before: [State?]

  /// Follows a whole function; nil where the budget is spent before it settles.
  init?(
    _ graph: FlowGraph, _ instructions: [Instruction], _ facts: MachineFacts, _ text: borrowing Span<UInt8>
  ) {
    self.graph = graph
    self.instructions = instructions
    self.facts = facts
    symbols = Self.numbers(instructions, text)
    outgoing = OutgoingArguments(instructions, graph, facts, text).end
    joinsLeft = max(Self.joinLimit, Self.joinLimitOfNode * graph.nodes.count)
    var entry = State(registers: (0...Self.stackIndex).map { .entry(UInt8($0)) })
    entry.registers[Self.stackIndex] = .stack(0)
    before = []
    before = graph.settle(&self, from: [(0, entry)]).before
    guard !isExhausted else { return nil }
  }

  /// Numbers the symbols for which the text gives no address.
  private static func numbers(_ instructions: [Instruction], _ text: borrowing Span<UInt8>) -> [Int32] {
    var numbers: [[UInt8]: Int32] = [:]
    var symbols: [Int32] = []
    for instruction in instructions {
      guard instruction.kind == .address, instruction.source.kind == .place, !instruction.source.hasValue
      else {
        symbols.append(-1)
        continue
      }
      let name = instruction.source.symbol.map { text[$0] }
      let number = numbers[name] ?? Int32(numbers.count)
      numbers[name] = number
      symbols.append(number)
    }
    return symbols
  }

  // MARK: Ways

  mutating func follow(_ node: Int, _ state: inout State, isAgain: Bool) {
    work += graph.nodes[node].lines.count + state.slots.count + 32
    for line in graph.nodes[node].lines {
      if instructions[line].looksThroughSlots(isAgain: isAgain) { joinsLeft -= state.slots.count }
      guard !isExhausted else { return }
      apply(line, &state, isAgain: isAgain)
    }
  }

  var isExhausted: Bool { joinsLeft <= 0 || work >= Self.limit }

  /// Whether two states are the same, unknown values included.
  private static func areSame(_ a: State, _ b: State) -> Bool {
    func same(_ a: Value, _ b: Value) -> Bool { a.root == b.root && a.offset == b.offset }
    guard a.slots.count == b.slots.count, a.taken == b.taken else { return false }
    for r in a.registers.indices where !same(a.registers[r], b.registers[r]) { return false }
    for (offset, value) in a.slots {
      guard let other = b.slots[offset], same(value, other) else { return false }
    }
    return true
  }

  static let accumulates = false

  mutating func merge(_ node: Int, _ ways: [State], known: State?) -> State? {
    guard var merged = ways.first else { return nil }
    if ways.count > 1 || graph.predecessors(node).count > 1 {
      joinsLeft -= ways.reduce(0) { $0 + 32 + $1.slots.count }
      guard !isExhausted else { return nil }
      join(&merged, ways, known, node)
    }
    if let known, Self.areSame(known, merged) { return nil }
    return merged
  }

  /// Joins the states of several predecessors.
  private func join(_ merged: inout State, _ ways: [State], _ old: State?, _ n: Int) {
    /// A place that has been given an identity of its own at this node keeps it, so that the flow settles.
    func join(_ values: [Value?], _ place: Int64, _ old: Value?) -> Value {
      let own = Value.joined(n, place)
      if old?.root == own.root { return own }
      guard let first = values[0] else { return own }
      for value in values.dropFirst() {
        guard let value, value.root == first.root, value.offset == first.offset else { return own }
      }
      return first
    }
    for r in merged.registers.indices {
      merged.registers[r] = join(ways.map { $0.registers[r] }, Int64(r), old?.registers[r])
    }
    var offsets: Set<Int64> = []
    for state in ways { offsets.formUnion(state.slots.keys) }
    for offset in offsets {
      merged.slots[offset] = join(
        ways.map { $0.slot(offset) }, 1 << 31 | offset & 0x7fff_ffff, old?.slots[offset])
    }
    for state in ways {
      merged.taken.own = min(merged.taken.own, state.taken.own)
      merged.taken.caller = min(merged.taken.caller, state.taken.caller)
    }
  }

  /// Returns the state after a node, or before its last line; nil where no path leads to the node.
  func state(in n: Int, beforeLastLine: Bool) -> State? {
    guard var state = before[n] else { return nil }
    for line in beforeLastLine ? graph.nodes[n].lines.dropLast() : graph.nodes[n].lines {
      apply(line, &state, isAgain: false)
    }
    return state
  }

  /// Changes a state by the effect of one line.
  private func apply(_ line: Int, _ state: inout State, isAgain: Bool) {
    let instruction = instructions[line]
    let (source, second, target) = (instruction.source, instruction.second, instruction.target)
    let isWord = Int64(instruction.width) == 8 * facts.word
    switch instruction.kind {
    case .nothing, .compare, .test, .branch, .branchOnBit, .jump, .returns, .traps:
      // This is a load of vectors that moves its base.
      if source.isMemory, source.writeback != .none { store(.unknown, source, bytes: 0, &state) }
    case .move where target.isMemory:
      let value = source.isGeneral || source.isNumber ? state.value(source) : .unknown
      store(
        isWord || value.number != nil ? value : .unknown, target,
        bytes: isWord ? facts.word : Int64(instruction.width) / 8, &state)
    case .move where source.isMemory:
      moveBase(source, .before, &state)
      if isWord, target.isGeneral {
        load(source, target.register, line, &state, isAgain)
      } else {
        define(target, line, &state, isAgain)
      }
      moveBase(source, .after, &state)
    case .move where source.isNumber && target.isGeneral: state.set(target.register, .constant(source.value))
    case .move where source.isGeneral && target.isGeneral && (isWord || source.register == zeroRegister):
      state.set(target.register, state.register(source.register))
    case .xor
    where source.isGeneral && second.isGeneral && source.register == second.register && target.isGeneral:
      state.set(target.register, .constant(0))
    case .address where source.kind == .place && target.isGeneral && isWord:
      state.set(
        target.register,
        source.hasValue ? .global(UInt64(bitPattern: source.value)) : .global(symbol: Int(symbols[line])))
    case .address where isWord && target.isGeneral, .add where isWord && target.isGeneral,
      .subtract where isWord && target.isGeneral:
      guard let sum = instruction.sum else { return define(target, line, &state, isAgain) }
      add(sum, to: target.register, line, &state, isAgain)
    case .loadPair:
      moveBase(source, .before, &state)
      var behind = plain(source)
      behind.value &+= facts.word
      // A register that is also the base is loaded last.
      if target.register == source.register {
        load(behind, second.register, line, &state, isAgain)
        load(source, target.register, line, &state, isAgain)
      } else {
        load(source, target.register, line, &state, isAgain)
        load(behind, second.register, line, &state, isAgain)
      }
      moveBase(source, .after, &state)
    case .storePair:
      moveBase(target, .before, &state)
      var behind = plain(target)
      behind.value &+= facts.word
      for (register, place) in [(source, target), (second, behind)] {
        write(state.register(register.register), plain(place), bytes: facts.word, &state)
      }
      moveBase(target, .after, &state)
    case .storeMultiple, .overwrite:
      guard instruction.kind == .storeMultiple || source.isNumber, instruction.reach % facts.word == 0 else {
        return store(.unknown, target, bytes: instruction.reach, &state)
      }
      for i in 0..<instruction.reach / facts.word {
        var word = target
        word.value &+= i * facts.word
        let register = source.register &+ UInt8(truncatingIfNeeded: i)
        write(source.isNumber ? .constant(0) : state.register(register), word, bytes: facts.word, &state)
      }
    case .atomic:
      for operand in [source, second, target] {
        if operand.isMemory {
          store(.unknown, operand, bytes: 16, &state)
        } else {
          define(operand, line, &state, isAgain)
        }
      }
    case .atomicStore:
      store(.unknown, target, bytes: 16, &state)
      define(second, line, &state, isAgain)
    case .clobber where target.kind == .other:
      for r in 0..<Self.stackIndex { define(UInt8(r), line, &state, isAgain) }
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .moveIf, .setIf, .clobber,
      .other:
      if target.isMemory {
        store(.unknown, target, bytes: instruction.reach, &state)
      } else {
        define(target, line, &state, isAgain)
      }
    case .clobberTwo:
      if source.isMemory, source.writeback != .none { store(.unknown, source, bytes: 0, &state) }
      define(target, line, &state, isAgain)
      define(second, line, &state, isAgain)
    case .call, .clobberRegisters, .clobberAll:
      for r in 0..<Self.stackIndex where !facts.kept.contains(UInt8(r)) {
        define(UInt8(r), line, &state, isAgain)
      }
      for offset in state.slots.keys
      where offset < 0 && offset >= state.taken.own || offset >= 0 && offset >= state.taken.caller {
        state.slots[offset] = .unknown
      }
      guard outgoing > 0, instruction.kind == .call, state.register(stackPointer).isStack else { break }
      let sp = state.register(stackPointer).offset
      // A later load from there yields what the call returned.
      for offset in state.slots.keys where offset >= sp && offset < Self.sum(sp, outgoing) {
        state.slots[offset] = nil
      }
    }
  }

  /// Handles register = base ± amount.
  private func add(
    _ sum: (base: UInt8, amount: Operand, sign: Int64), to target: UInt8, _ line: Int, _ state: inout State,
    _ isAgain: Bool
  ) {
    guard let amount = state.value(sum.amount).number,
      sum.amount.kind == .immediate || sum.base == stackPointer
    else { return define(target, line, &state, isAgain) }
    let place = state.register(sum.base).plus(sum.sign &* amount)
    // Nothing that others could write is below SP, and the frame pointer is not passed to them.
    if place.isStack, target != stackPointer, target != sum.base,
      sum.base != stackPointer || sum.sign &* amount >= 0,
      line >= 16 || target != facts.framePointer
    {
      take(place.offset, &state)
    }
    state.set(target, place)
  }

  /// Moves the base of memory with writeback.
  private func moveBase(_ memory: Operand, _ when: Operand.Writeback, _ state: inout State) {
    guard memory.writeback == when, memory.register != noRegister else { return }
    // A base that is moved by a register is not followed.
    let moved = memory.index == noRegister ? state.register(memory.register).plus(memory.value) : .unknown
    state.set(memory.register, moved)
  }

  /// Returns memory without its writeback, at its base alone; other memory is returned as it is.
  private func plain(_ memory: Operand) -> Operand {
    var plain = memory
    if plain.writeback != .none { (plain.value, plain.writeback) = (0, .none) }
    return plain
  }

  /// Loads a word into a register.
  private func load(_ memory: Operand, _ register: UInt8, _ line: Int, _ state: inout State, _ isAgain: Bool)
  {
    let memory = plain(memory)
    let place = memory.isPlain ? state.register(memory.register).plus(memory.value) : .unknown
    if place.isStack, place.offset % facts.word == 0, let value = state.slot(place.offset) {
      state.set(register, value)
    } else {
      define(register, line, &state, isAgain)
    }
  }

  /// Stores a value, and moves the base of the memory.
  private func store(_ value: Value, _ memory: Operand, bytes: Int64, _ state: inout State) {
    moveBase(memory, .before, &state)
    write(value, plain(memory), bytes: bytes, &state)
    moveBase(memory, .after, &state)
  }

  /// Writes a value to memory; outside the frame, nothing is noted.
  private func write(_ value: Value, _ memory: Operand, bytes: Int64, _ state: inout State) {
    let place = state.register(memory.register).plus(memory.value)
    if memory.index != noRegister, case let index = state.register(memory.index), index.isStack {
      overwrite(index.offset, nil, &state)
    }
    guard place.isStack else { return }
    // With an index it may be any slot above the base.
    if !memory.isPlain {
      overwrite(place.offset, nil, &state)
    } else if bytes == facts.word, place.offset % facts.word == 0 {
      state.slots[place.offset] = value
    } else {
      overwrite(place.offset, bytes, &state)
      // A flag that is returned is all that its word holds.
      if !facts.passesInRegisters, place.offset >= facts.word, value.number != nil {
        state.slots[place.offset] = value
      }
    }
  }

  private func define(_ operand: Operand, _ line: Int, _ state: inout State, _ isAgain: Bool) {
    if operand.isGeneral { define(operand.register, line, &state, isAgain) }
  }

  /// Gives a register the result of an instruction. A place that still holds the result of the last iteration
  /// becomes unknown.
  private func define(_ register: UInt8, _ line: Int, _ state: inout State, _ isAgain: Bool) {
    let value = Value.defined(line, register)
    if isAgain {
      for r in state.registers.indices where state.registers[r].root == value.root {
        state.registers[r] = .unknown
      }
      for (offset, held) in state.slots where held.root == value.root { state.slots[offset] = .unknown }
    }
    state.set(register, value)
  }

  /// Makes the slots unknown that so many bytes from an offset on overlap; nil is up to the end of the frame.
  private func overwrite(_ offset: Int64, _ bytes: Int64?, _ state: inout State) {
    // The length is unknown: up to the end of the frame. An offset is whatever the text prints.
    let end = bytes.map { Self.sum(offset, $0) } ?? (offset < 0 ? 0 : Int64.max)
    let start = Self.sum(offset, 0 - facts.word)
    for held in state.slots.keys where held > start && held < end { state.slots[held] = .unknown }
    if offset >= 0, bytes != nil, end < .max - 8 {
      for held in stride(from: offset & ~(facts.word - 1), to: end, by: Int(facts.word)) {
        state.slots[held] = .unknown
      }
    }
  }

  /// Returns a sum, clamped to the range of `Int64`.
  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? (b < 0 ? .min : .max) : sum
  }

  /// Notes that the address of an offset is taken.
  private func take(_ offset: Int64, _ state: inout State) {
    if offset < 0 {
      state.taken.own = min(state.taken.own, offset)
    } else {
      state.taken.caller = min(state.taken.caller, offset)
    }
  }

  /// Returns the values that were joined into a ``Value/joined(_:_:)`` value, one for each predecessor of its
  /// node; empty for other values.
  func parts(of value: Value) -> [Value] {
    guard let node = value.joiningNode, value.offset == 0 else { return [] }
    return graph.predecessors(node).compactMap { before in
      guard let state = state(in: Int(before), beforeLastLine: false) else { return nil }
      let place = value.joinedPlace
      if place <= Self.stackIndex { return state.registers[Int(place)] }
      return state.slot(Int64(Int32(truncatingIfNeeded: place << 1) >> 1)) ?? .unknown
    }
  }

  /// The effect of each node on memory outside the frame.
  struct Memory {
    /// For each node, whether it writes such memory.
    fileprivate(set) var isWritten: [Bool]
    /// All values that are stored to such memory.
    fileprivate(set) var stored: Set<Value> = []
  }

  /// Returns the places of the function's last results, the last one at the end: the first four registers (Go
  /// ABIInternal), or up to four slots in the caller's frame, of which only those are known that the function
  /// stores to.
  func resultPlaces(_ isReturn: [Bool]) -> [Operand] {
    guard !facts.passesInRegisters else {
      return facts.results.indices.map { .register(facts.results[$0]) }
    }
    var offsets: Set<Int64> = []
    for state in before { offsets.formUnion(state?.slots.keys.filter { $0 >= facts.word } ?? []) }
    for n in graph.nodes.indices where isReturn[n] {
      offsets.formUnion(state(in: n, beforeLastLine: true)?.slots.keys.filter { $0 >= facts.word } ?? [])
    }
    return offsets.sorted().suffix(4).map { .memory(noRegister, $0) }
  }

  /// Returns what a return leaves in a place of ``resultPlaces(_:)``.
  func result(_ place: Operand, _ state: State) -> Value {
    place.kind == .register ? state.register(place.register) : state.slot(place.value) ?? .unknown
  }

  /// Returns the first argument of the call that ends a node, which is a method's receiver.
  func receiver(_ state: State) -> Value {
    facts.passesInRegisters ? state.register(facts.firstResult) : state.word(above: facts.argumentOffset)
  }

  /// Returns what the nodes do to memory outside the frame, found in one pass over all of them.
  func memory() -> Memory {
    var memory = Memory(isWritten: Array(repeating: false, count: graph.nodes.count))
    for n in graph.nodes.indices {
      guard var state = before[n] else { continue }
      for line in graph.nodes[n].lines {
        let instruction = instructions[line]
        let target = instruction.target
        // An atomic is not the function's own work.
        if target.isMemory, instruction.kind != .atomic, instruction.kind != .atomicStore,
          instruction.kind != .call, instruction.kind != .jump,
          !state.register(target.register).plus(target.value).isStack
        {
          memory.isWritten[n] = true
          for operand in [instruction.source, instruction.second] where operand.isGeneral {
            let value = state.register(operand.register)
            if value.isSame(as: value) { memory.stored.insert(value) }
          }
        }
        apply(line, &state, isAgain: false)
      }
    }
    return memory
  }
}

extension Instruction {
  /// Whether its effect depends on all slots that are known, which costs more.
  fileprivate func looksThroughSlots(isAgain: Bool) -> Bool {
    switch kind {
    case .call, .clobberRegisters, .clobberAll, .atomic, .atomicStore, .overwrite, .storePair, .storeMultiple:
      true
    case .nothing, .compare, .test, .branch, .branchOnBit, .jump, .returns, .traps: false
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .moveIf, .setIf, .clobber,
      .clobberTwo, .other,
      .loadPair:
      target.isMemory || isAgain
    }
  }
}
