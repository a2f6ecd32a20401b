import ByteText
import Listing

/// Reads the effects of a function's instructions on its frame, in the order of the listing.
struct FrameReader {
  /// The effects; an instruction has none, one, or several.
  private(set) var operations: [FrameOperation] = []
  private let facts: MachineFacts
  /// A register that holds SP plus an offset: slots too far for a displacement are reached through one.
  private var near: (register: UInt8, offset: Int64) = (noRegister, 0)
  /// The constant that a register was given last: the offset of a distant slot may be one.
  private var constant: (register: UInt8, value: Int64) = (noRegister, 0)
  /// The register that was zeroed last. It zeroes slots on machines where no register is always zero.
  private var zero = noRegister

  /// Reads the first `codeLines` lines of a function.
  init(_ code: Code, _ codeLines: Int) {
    let text = code.text
    let machine = code.dialect.architecture.code
    facts = machine.facts
    operations.reserveCapacity(codeLines)
    let bases = machine.goFrameBases
    let looks = code.isGo && !bases.isEmpty
    let move = machine.goWordMove
    for i in 0..<codeLines {
      if looks {
        let line = code.lines[i]
        if Self.isElsewhere(text, line, bases) { continue }
        if Self.branches(text, line) {
          operations.append(FrameOperation(kind: .branch, line: i))
          zero = noRegister
          continue
        }
        if near.register == noRegister, let loaded = Self.loadsElsewhere(text, line, bases) {
          let register = code.operands(in: loaded).first
          guard register.isGeneral else { continue }
          operations.append(FrameOperation(kind: .clobber, register: register.register, line: i))
          overwrite(register.register)
          continue
        }
        if text.has(move, at: Int(line.mnemonic)),
          let operation = wordMove(
            code.operands(in: Int(line.mnemonic) + move.utf8CodeUnitCount..<Int(line.end)), line: i)
        {
          operations.append(operation)
          if operation.kind != .storeWord { overwrite(operation.register) }
          continue
        }
      }
      let instruction = machine.instruction(code, i)
      add(instruction, line: i, code)
      note(instruction)
    }
  }

  /// Whether an instruction of Go's listing is a jump or a branch.
  @inline(__always)
  private static func branches(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool {
    text[Int(line.mnemonic)] == UInt8(ascii: "J") && !text.has("JAL", at: Int(line.mnemonic))
      || text.has("(PC)", at: Int(line.end) - 4) && !text.has("CALL", at: Int(line.mnemonic))
  }

  /// Whether an instruction of Go's listing stores to other memory than the frame, compares, or does nothing.
  /// Most do, and a look at the end of the line costs less than reading it.
  @inline(__always)
  private static func isElsewhere(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ bases: [StaticString]
  ) -> Bool {
    let (at, end) = (Int(line.mnemonic), Int(line.end))
    if text.has("CMP", at: at) { return text[at + 3] != UInt8(ascii: "X") }
    if text.has("NOP", at: at) || text.has("TEST", at: at) { return true }
    guard text[end - 1] == UInt8(ascii: ")"), text.has("MOV", at: at) else { return false }
    return !bases.contains { text.has($0, at: end - $0.utf8CodeUnitCount) }
  }

  /// Returns the register that an instruction of Go's listing loads from other memory than the frame, or with the
  /// address of a symbol; nil for every other instruction. A fifth of them are such, and only what they overwrite counts.
  @inline(__always)
  private static func loadsElsewhere(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ bases: [StaticString]
  ) -> Range<Int>? {
    let (at, end) = (Int(line.mnemonic), Int(line.end))
    guard text.has("MOV", at: at) || text.has("LEA", at: at) else { return nil }
    var start = end - 2
    while start > end - 5, text[start - 1] != 0x20 { start -= 1 }
    guard text.has("), ", at: start - 3) else { return nil }
    if text.has("LEA", at: at) { return text.has("(IP)", at: start - 6) ? start..<end : nil }
    // Behind the code stand constants, on arm offsets in the frame.
    if text.has("(R15)", at: start - 7) || text.has("(PC)", at: start - 6) { return nil }
    return bases.contains { text.has($0, at: start - 2 - $0.utf8CodeUnitCount) } ? nil : start..<end
  }

  /// Returns the effect of a move of a word between two registers, or between one and a slot of the frame, as most of
  /// those are that reach here; nil for any other operands.
  @inline(__always)
  private func wordMove(_ operands: Operands, line: Int) -> FrameOperation? {
    let (source, target) = (operands.first, operands.second)
    func isSlot(_ operand: Operand) -> Bool {
      operand.isMemory && operand.register == stackPointer && operand.index == noRegister
        && operand.writeback == .none
    }
    guard operands.count == 2 else { return nil }
    if source.isGeneral, !source.isSP, isSlot(target) {
      return FrameOperation(kind: .storeWord, slot: target.value, register: stored(source), line: line)
    }
    guard target.isGeneral, !target.isSP else { return nil }
    if isSlot(source) {
      return FrameOperation(kind: .loadWord, slot: source.value, register: target.register, line: line)
    }
    guard source.isGeneral, !source.isSP, source.register != zeroRegister else { return nil }
    return FrameOperation(
      kind: .copy, register: target.register, value: Int64(source.register), line: line)
  }

  /// Notes that a register gets a value that is not known.
  private mutating func overwrite(_ register: UInt8) {
    if register == constant.register { constant.register = noRegister }
    if register == near.register { near.register = noRegister }
    if register == zero { zero = noRegister }
  }

  /// Appends the effects of an instruction.
  private mutating func add(_ instruction: Instruction, line: Int, _ code: Code) {
    let text = code.text
    func append(_ kind: FrameOperation.Kind, slot: Int64 = 0, register: UInt8 = noRegister, value: Int64 = 0)
    {
      operations.append(FrameOperation(kind: kind, slot: slot, register: register, value: value, line: line))
    }
    /// Appends stores of unknown words, from a slot on.
    func appendWords(_ slot: Int64, register: UInt8) {
      for part in stride(from: 0, to: min(instruction.reach, 256), by: Int(facts.word)) {
        append(.storeWord, slot: slot &+ part, register: register)
      }
    }
    let (source, second, target) = (instruction.source, instruction.second, instruction.target)
    switch instruction.kind {
    case .call where target.kind == .place:
      let symbol = code.plain(Trampoline.target(text, target.symbol))
      if case .morestack = RuntimeCall(text, symbol) { return leaveMorestack() }
      // The prologue, too, zeroes or copies parts of the frame by a call into the middle of `duffzero` or
      // `duffcopy`; Go's objdump prints no name for that address.
      if symbol.isEmpty || text.has("runtime.duff", at: symbol.lowerBound) { return }
      if case .deferred(.exit) = RuntimeCall(text, symbol) { return append(.deferReturn) }
      append(.call)
    case .call: append(.indirectCall)
    case .jump, .branch, .branchOnBit: append(.branch)
    case .returns, .traps: append(.stop)
    case .move where target.isMemory: store(instruction, line: line)
    case .move where source.isMemory && target.isGeneral:
      let isWord = Int64(instruction.width) == 8 * facts.word
      if let slot = slot(source), isWord || instruction.width == 8 {
        append(isWord ? .loadWord : .loadByte, slot: slot, register: target.register)
      } else {
        append(.clobber, register: target.register)
      }
    case .move where source.isNumber && target.isGeneral:
      append(.constant, register: target.register, value: source.value)
    case .move where source.isGeneral && target.isGeneral && !source.isSP:
      append(.copy, register: target.register, value: Int64(source.register))
    case .or where source.isNumber && second.isGeneral && target.isGeneral:
      if second.register != target.register {
        append(.copy, register: target.register, value: Int64(second.register))
      }
      append(.or, register: target.register, value: source.value)
    case .xor where source.isGeneral && source.register == second.register && target.isGeneral:
      append(.constant, register: target.register)
    case .loadPair:
      let slot = slot(source)
      for (i, register) in [target.register, second.register].enumerated() {
        if let slot {
          append(.loadWord, slot: slot &+ Int64(i) * facts.word, register: register)
        } else {
          append(.clobber, register: register)
        }
      }
    case .storePair:
      guard let slot = slot(target) else { return }
      append(.storeWord, slot: slot, register: stored(source))
      append(.storeWord, slot: slot &+ facts.word, register: stored(second))
    case .storeMultiple:
      guard let slot = slot(target) else { return }
      for (i, part) in stride(from: 0, to: instruction.reach, by: Int(facts.word)).enumerated() {
        append(.storeWord, slot: slot &+ part, register: source.register &+ UInt8(truncatingIfNeeded: i))
      }
    case .overwrite:
      if let slot = slot(target) { appendWords(slot, register: vectorRegister) }
    case .move, .address, .add, .subtract, .and, .or, .xor, .insert, .increment, .moveIf, .setIf, .clobber,
      .other,
      .atomic,
      .atomicStore,
      .clobberTwo:
      if target.isGeneral { append(.clobber, register: target.register) }
      if instruction.kind == .clobberTwo || !target.isGeneral, second.isGeneral {
        append(.clobber, register: second.register)
      }
    case .nothing, .compare, .test, .clobberRegisters, .clobberAll: break
    }
  }

  /// Appends the store of a byte or of a word; other widths do not matter.
  private mutating func store(_ instruction: Instruction, line: Int) {
    guard let slot = slot(instruction.target) else { return }
    let source = instruction.source
    var operation = FrameOperation(kind: .storeByte, slot: slot, line: line)
    if instruction.width == 8, source.isNumber {
      operation.value = source.value & 0xff
    } else if instruction.width == 8, source.isGeneral {
      operation.register = source.register
    } else if Int64(instruction.width) == 8 * facts.word {
      operation.kind = .storeWord
      operation.register = stored(source)
    } else {
      return
    }
    operations.append(operation)
  }

  /// Returns the register that is stored, or ``zeroRegister`` where it holds zero.
  private func stored(_ source: Operand) -> UInt8 {
    if source.isNumber { return source.value == 0 ? zeroRegister : noRegister }
    return source.register == zero && zero != noRegister ? zeroRegister : source.register
  }

  /// Keeps up with the constants and the addresses in the frame that registers hold.
  private mutating func note(_ instruction: Instruction) {
    switch instruction.kind {
    case .call, .jump, .branch, .branchOnBit, .returns, .traps, .clobberRegisters, .clobberAll:
      zero = noRegister
      if instruction.kind == .call { (near, constant) = ((noRegister, 0), (noRegister, 0)) }
      return
    default: break
    }
    let result = instruction.result
    guard result != noRegister else { return }
    let source = instruction.source
    var known: Int64?
    var offset: Int64?
    switch instruction.kind {
    case .move where source.isNumber: known = source.value
    case .xor where source.isGeneral && source.register == instruction.second.register: known = 0
    case .or where source.isNumber && instruction.second.register == constant.register:
      known = constant.value | source.value
    case .insert where instruction.second.register == constant.register:
      known = instruction.inserted(into: constant.value)
    default:
      guard let sum = instruction.sum else { break }
      let amount = sum.amount.kind == .immediate ? sum.amount.value : number(sum.amount.register)
      guard let amount else { break }
      if sum.base == stackPointer {
        offset = sum.sign &* amount
      } else if sum.base == constant.register {
        known = constant.value &+ sum.sign &* amount
      }
    }
    if let known {
      constant = (result, known)
    } else if result == constant.register {
      constant.register = noRegister
    }
    if let offset { near = (result, offset) } else if result == near.register { near.register = noRegister }
    // Other machines have a register that is always zero, or zero slots with vectors.
    if known == 0, !facts.passesInRegisters { zero = result } else if result == zero { zero = noRegister }
  }

  /// Returns the constant that a register is known to hold.
  private func number(_ register: UInt8) -> Int64? {
    register == constant.register && register != noRegister ? constant.value : nil
  }

  /// Drops what was stored before morestack is called in the prologue: the frame does not exist yet, so it is
  /// in no slot.
  private mutating func leaveMorestack() {
    let isFirst = !operations.contains { $0.kind == .call || $0.kind == .indirectCall || $0.kind == .stop }
    if isFirst { operations.removeAll(keepingCapacity: true) }
  }

  /// Returns the offset from SP, in bytes, of the memory that an operand names; nil where it is not in the
  /// frame or not known.
  private func slot(_ operand: Operand) -> Int64? {
    guard operand.isMemory, operand.writeback == .none, operand.register != noRegister else { return nil }
    if operand.index != noRegister {
      guard operand.register == stackPointer, !facts.scalesIndexes, let amount = number(operand.index) else {
        return nil
      }
      return operand.value &+ amount
    }
    if operand.register == stackPointer { return operand.value }
    return operand.register == near.register ? operand.value &+ near.offset : nil
  }
}
