import ByteText
import Listing
import ProgramModel

/// Finds out what a register or a slot of the frame holds at an instruction, by following all paths backward
/// from there. A value is found only where all of them agree; anything that is not understood stays open.
///
/// Open is also everything that cannot be known: a call may write any slot of the frame (it may have its
/// address), and after a jump table it is not known which path was taken. One value serves all functions of a
/// worker.
struct PointerTrace {
  /// The contents of a register or slot.
  enum Value: Equatable {
    /// An address, and the symbol that the text prints for it; `UInt64.max` where it prints the symbol alone.
    case address(UInt64, Range<Int>)
    /// A number that is no address.
    case number(Int64)
    /// The word at an address.
    case word(UInt64)
    /// The address of the code of `symbol`: a relocation names the funcval `symbol·f`.
    case code(Range<Int>)
    /// SP + an offset.
    case frame(Int64)
    /// The memory that the allocation at a line returns.
    case object(Int)
    /// The closure in an open-coded defer's slot of the frame; and the address of that closure's code.
    case deferSlot(Int64)
    case deferredCode(Int64)
    /// Not known, and why.
    case open(OpenReason)

    static func == (a: Value, b: Value) -> Bool {
      switch (a, b) {
      case (.address(let x, let s), .address(let y, let t)): x == y && (x != .max || s == t)
      case (.number(let x), .number(let y)): x == y
      case (.word(let x), .word(let y)): x == y
      case (.code(let x), .code(let y)): x == y
      case (.frame(let x), .frame(let y)): x == y
      case (.object(let x), .object(let y)): x == y
      case (.deferSlot(let x), .deferSlot(let y)): x == y
      case (.deferredCode(let x), .deferredCode(let y)): x == y
      case (.open(let x), .open(let y)): x == y
      default: false
      }
    }

    /// Returns the value of a number that was put together from parts: an address, or a number too low to be
    /// one.
    static func sum(_ number: Int64) -> Value {
      number >= DataOperation.lowestAddress ? .address(UInt64(bitPattern: number), 0..<0) : .number(number)
    }

    /// Returns `number` with sixteen of its bits replaced by those of `value` (arm64 MOVK).
    static func inserting(_ value: Int64, into number: Int64) -> Value {
      Instruction.inserting(value, into: number).map(sum) ?? .open(.computed)
    }

    /// The reason why the value leads to no known function; nil where it may lead to one.
    var reason: OpenReason? {
      switch self {
      case .open(let reason): reason
      case .number: .computed
      default: nil
      }
    }
  }

  /// A register, or a slot of the frame by its offset from SP in bytes.
  enum Place: Hashable {
    case register(UInt8)
    case slot(Int64)
  }

  private struct Visit: Hashable {
    var place: Place
    var line: Int
  }

  /// The most instructions that are looked at for one site, on all paths together.
  private static let budget = 3000
  /// The most loads and sums that a pointer is followed through.
  private static let depth = 8

  private let dialect: Dialect
  private let machine: any MachineCode.Type
  private var graph = FlowGraph()
  /// Whether every path is known: there is no jump table, no branch into the middle of an instruction, no
  /// lost step.
  private var isKnown = false
  /// The lines of the prologue's way out to morestack, which saves arguments below a frame that does not
  /// exist yet.
  private var morestack = 0..<0
  /// For each line, the index of its operation in ``operations``, or -1: lines are read when they are first
  /// looked at.
  private var places: [Int32] = []
  private var operations: [DataOperation] = []
  /// The slots in the frame that hold the closures of open-coded defers, as offsets from SP.
  var deferSlots: Set<Int64> = []
  /// How many instructions may still be looked at for this site.
  private var budget = 0
  /// Whether results are in registers; otherwise they are on the stack.
  private var passesInRegisters = false

  init(_ dialect: Dialect) {
    self.dialect = dialect
    machine = dialect.architecture.code
  }

  /// Starts on another function, of which the graph knows the predecessors.
  mutating func reset(_ sketch: Sketch, _ graph: FlowGraph) {
    self.graph = graph
    isKnown = graph.isExact && !graph.hasTables && sketch.lostStep < 0
    morestack = sketch.morestackLine < 0 ? 0..<0 : graph.straight(to: Int(sketch.morestackLine))
    passesInRegisters = sketch.passing == .usual && machine.facts.passesInRegisters
    operations.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    places.append(contentsOf: repeatElement(-1, count: sketch.codeLines))
    deferSlots.removeAll(keepingCapacity: true)
  }

  /// Gives up the graph: a second reference to it would make its owner copy it.
  mutating func leave() { graph = FlowGraph() }

  /// Returns what a register or slot holds before an instruction is executed.
  mutating func value(of place: Place, before line: Int, _ code: Code) -> Value {
    budget = Self.budget
    guard isKnown else { return .open(.table) }
    return find(place, line, Self.depth, code)
  }

  /// Returns the code address in the closure to which a value points.
  mutating func code(ofClosure value: Value, at line: Int, _ code: Code) -> Value {
    budget = Self.budget
    return load(value, 0, line, Self.depth, code)
  }

  /// Returns the word in memory at base + displacement, before an instruction is executed.
  mutating func word(at base: UInt8, _ displacement: Int64, before line: Int, _ code: Code) -> Value {
    let base = value(of: .register(base), before: line, code)
    return word(at: base, displacement, before: line, code)
  }

  /// Returns the word `displacement` bytes after the place to which a value points, before an instruction is
  /// executed.
  mutating func word(at base: Value, _ displacement: Int64, before line: Int, _ code: Code) -> Value {
    load(base, displacement, line, Self.depth, code)
  }

  // MARK: Ways

  /// Follows all paths backward from before a line. Stops early where two of them disagree.
  private mutating func find(_ place: Place, _ line: Int, _ depth: Int, _ code: Code) -> Value {
    if case .register(stackPointer) = place { return .frame(0) }
    guard depth > 0 else { return .open(.far) }
    var pending = [Visit(place: place, line: line)]
    var seen: Set<Visit> = []
    var result: Value?
    while let visit = pending.popLast() {
      guard let found = follow(visit, depth, &pending, &seen, code) else { continue }
      if let result, result != found {
        if let a = result.reason, let b = found.reason { return .open(a == b ? a : .several) }
        return .open(.several)
      }
      result = found
      // Every other path would be too long as well.
      if budget <= 0, case .open(.far) = found { break }
    }
    return result ?? .open(.computed)
  }

  /// Follows one path backward until it ends; nil where it joins a path that was followed before.
  private mutating func follow(
    _ visit: Visit, _ depth: Int, _ pending: inout [Visit], _ seen: inout Set<Visit>, _ code: Code
  ) -> Value? {
    var (place, i) = (visit.place, visit.line)
    while true {
      let n = Int(graph.nodeOfLine[i])
      if i == graph.nodes[n].lines.lowerBound {
        let sources = graph.predecessors(n)
        let goesOn = n > 0 && (graph.nodes[n - 1].next == n || graph.nodes[n - 1].target == n)
        if sources.count > (goesOn ? 1 : 0) {
          guard seen.insert(Visit(place: place, line: i)).inserted else { return nil }
          for source in sources where source != n - 1 {
            // Each path takes one step at least.
            guard pending.count < Self.budget else {
              budget = 0
              return .open(.far)
            }
            pending.append(Visit(place: place, line: graph.nodes[Int(source)].lines.upperBound - 1))
          }
        }
        if i == 0 {
          if case .slot = place { return .open(.frame) }
          return .open(.parameter)
        }
        // This comes after a jump: it is padding, or code that nothing leads to.
        if !goesOn { return nil }
      }
      i -= 1
      budget -= 1
      guard budget > 0 else { return .open(.far) }
      let operation = operation(i, code)
      let found: Value?
      switch place {
      case .register(let register): found = step(register, operation, i, depth, &place, code)
      case .slot(let slot): found = step(slot: slot, operation, i, depth, &place, code)
      }
      if let found { return found }
    }
  }

  /// Steps backward over one instruction. Returns what it leaves in a register; nil where the search goes on,
  /// perhaps for another place.
  private mutating func step(
    _ register: UInt8, _ operation: DataOperation, _ i: Int, _ depth: Int, _ place: inout Place, _ code: Code
  ) -> Value? {
    switch operation.kind {
    case .nothing, .store, .storePair, .storeMultiple, .storeOther, .moveSP: return nil
    case .writeBarrier: return machine.facts.lostInBarrier.contains(register) ? .open(.computed) : nil
    case .call: return .open(register == machine.facts.firstResult ? .result : .computed)
    case .allocation:
      return register == machine.facts.firstResult && passesInRegisters ? .object(i) : .open(.computed)
    case .clobberRegisters, .clobberAll: return .open(.computed)
    case .clobberTwo:
      return register == operation.register || register == operation.second ? .open(.computed) : nil
    case .loadPair:
      guard register == operation.register || register == operation.second else { return nil }
      let displacement = operation.displacement &+ (register == operation.register ? 0 : 8)
      return loaded(operation, displacement, i, depth, &place, code)
    case .copy, .address, .constant, .offset, .or, .insert, .load, .clobber: break
    }
    guard register == operation.register else { return nil }
    switch operation.kind {
    case .copy:
      place = .register(operation.base)
      return nil
    case .address: return .address(operation.address, operation.symbol)
    case .constant: return .number(operation.displacement)
    case .offset:
      guard let displacement = displacement(operation, i, depth, code) else {
        return .open(.computed)
      }
      let base = find(.register(operation.base), i, depth - 1, code)
      switch base {
      case .address(let address, let symbol) where address == .max && displacement == 0:
        return .address(address, symbol)
      case .address(let address, _) where address != .max:
        return .address(address &+ UInt64(bitPattern: displacement), 0..<0)
      case .frame(let offset): return .frame(offset &+ displacement)
      case .number(let number): return Value.sum(number &+ displacement)
      default: return .open(.computed)
      }
    case .insert, .or:
      let number: Int64
      switch find(.register(operation.base), i, depth - 1, code) {
      case .address(let address, _) where address != .max: number = Int64(bitPattern: address)
      case .number(let found): number = found
      default: return .open(.computed)
      }
      return operation.kind == .or
        ? Value.sum(number | operation.displacement)
        : Value.inserting(operation.displacement, into: number)
    case .load:
      if operation.base == noRegister {
        // A relocation alone gives the address.
        if operation.address == .max { return .open(.data) }
        return .word(operation.address)
      }
      guard let displacement = displacement(operation, i, depth, code) else { return .open(.frame) }
      return loaded(operation, displacement, i, depth, &place, code)
    default: return .open(.computed)
    }
  }

  /// Returns the distance of an operation's memory from its base; nil where it is in a register whose
  /// constant is not found.
  private mutating func displacement(_ operation: DataOperation, _ i: Int, _ depth: Int, _ code: Code)
    -> Int64?
  {
    guard operation.index != noRegister else { return operation.displacement }
    switch find(.register(operation.index), i, depth - 1, code) {
    case .address(let constant, _) where constant != .max:
      return operation.displacement &+ Int64(Int32(truncatingIfNeeded: constant))
    case .number(let constant): return operation.displacement &+ constant
    default: return nil
    }
  }

  /// Returns what a load yields; nil where the search goes on with a slot of the frame.
  private mutating func loaded(
    _ operation: DataOperation, _ displacement: Int64, _ i: Int, _ depth: Int, _ place: inout Place,
    _ code: Code
  ) -> Value? {
    if operation.base == stackPointer {
      if deferSlots.contains(displacement) { return .deferSlot(displacement) }
      place = .slot(displacement)
      return nil
    }
    let base = find(.register(operation.base), i, depth - 1, code)
    return load(base, displacement, i, depth - 1, code)
  }

  /// Steps backward over one instruction. Returns what it leaves in a slot of the frame; nil where the search
  /// goes on, perhaps for another place.
  private mutating func step(
    slot: Int64, _ operation: DataOperation, _ i: Int, _ depth: Int, _ place: inout Place, _ code: Code
  ) -> Value? {
    switch operation.kind {
    case .nothing, .copy, .address, .constant, .offset, .or, .insert, .load, .loadPair, .clobber, .clobberTwo,
      .clobberRegisters,
      .writeBarrier:
      return nil
    case .allocation
    where !passesInRegisters && operation.base == stackPointer && operation.displacement == slot:
      return .object(i)
    case .call, .allocation, .moveSP, .clobberAll: return .open(.frame)
    case .store, .storePair, .storeMultiple, .storeOther: break
    }
    guard var start = displacement(operation, i, depth, code) else { return .open(.frame) }
    if operation.base != stackPointer {
      // This is a store through a pointer, which may point to the frame: parts of the frame are sometimes
      // filled through one.
      guard case .frame(let offset) = find(.register(operation.base), i, depth - 1, code) else {
        return nil
      }
      start = start &+ offset
    }
    let width = operation.kind == .storePair ? 16 : Int64(operation.width)
    guard slot &+ machine.word > start, slot < start &+ width else { return nil }
    switch operation.kind {
    case .store where slot == start, .storePair where slot == start: place = .register(operation.register)
    case .storePair where slot == start &+ 8: place = .register(operation.second)
    case .storeMultiple where slot >= start && (slot &- start) % machine.word == 0:
      place = .register(operation.register(Int((slot &- start) / machine.word)))
    default: return .open(.frame)
    }
    return nil
  }

  // MARK: Memory

  /// Returns the word `displacement` bytes after the place to which a value points.
  private mutating func load(_ base: Value, _ displacement: Int64, _ line: Int, _ depth: Int, _ code: Code)
    -> Value
  {
    switch base {
    case .address(let address, _) where address != .max:
      return .word(address &+ UInt64(bitPattern: displacement))
    case .address(_, let symbol):
      guard displacement == 0, code.text.has("·f", at: symbol.upperBound - 3) else { return .open(.data) }
      return .code(symbol.lowerBound..<symbol.upperBound - 3)
    case .frame(let offset):
      let slot = offset &+ displacement
      return deferSlots.contains(slot)
        ? .deferSlot(slot) : find(.slot(slot), line, depth - 1, code)
    case .object(let allocation):
      guard displacement == 0 else { return .open(.field) }
      return firstWord(of: allocation, depth, code)
    case .deferSlot(let slot): return displacement == 0 ? .deferredCode(slot) : .open(.field)
    case .word: return .open(.global)
    case .number: return .open(displacement >= 3 * machine.word ? .method : .computed)
    case .open(let reason):
      // An itab holds its methods after three words (Go `internal/abi/iface.go`). A word that far behind a
      // pointer is a method only if it is called itself; what is loaded through it was a field, as the func
      // value `s.handler` is.
      if displacement >= 3 * machine.word { return .open(.method) }
      return .open(reason == .method ? .field : reason)
    case .code, .deferredCode: return .open(.computed)
    }
  }

  /// Returns the code address in the first word of an object, which makes the object a closure; a closure's
  /// first word never changes.
  ///
  /// The store is looked for in the 200 lines from the allocation on.
  private mutating func firstWord(of allocation: Int, _ depth: Int, _ code: Code) -> Value {
    var result: Value?
    for i in allocation..<min(allocation + 200, places.count) {
      let operation = operation(i, code)
      guard operation.storesWords, operation.displacement == 0, operation.base != stackPointer
      else { continue }
      let stored = find(.register(operation.register), i, depth - 1, code)
      guard case .address = stored,
        find(.register(operation.base), i, depth - 1, code) == .object(allocation)
      else { continue }
      if let result, result != stored { return .open(.several) }
      result = stored
    }
    return result ?? .open(.field)
  }

  /// Returns the code address of the closure in an open-coded defer's slot of the frame, which all stores to
  /// it agree on. Only the defer statement writes the slot; other stores zero it.
  ///
  /// - Parameter stores: the lines that store to the slot, and which of the words that each stores.
  mutating func code(ofDefer stores: [(line: Int, index: Int)], _ code: Code) -> Value {
    budget = Self.budget
    guard isKnown else { return .open(.table) }
    var result: Value?
    for (i, index) in stores where !morestack.contains(i) {
      let operation = operation(i, code)
      guard operation.storesWords else { return .open(.frame) }
      let register = operation.register(index)
      if register == zeroRegister { continue }
      let closure = find(.register(register), i, Self.depth, code)
      let found = load(closure, 0, i, Self.depth, code)
      if let result, result != found { return .open(.several) }
      result = found
    }
    return result ?? .open(.frame)
  }

  /// Returns the operation of a line, which is read once.
  private mutating func operation(_ i: Int, _ code: Code) -> DataOperation {
    if places[i] >= 0 { return operations[Int(places[i])] }
    let operation = DataOperation(machine.instruction(code, i), machine.facts, code.text)
    places[i] = Int32(truncatingIfNeeded: operations.count)
    operations.append(operation)
    return operation
  }
}
