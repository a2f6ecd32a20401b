import Listing
import ProgramModel

/// Reads what instructions do to SP, and finds the split check of a prologue. One value reads one function.
struct StackReader {
  /// The split check is among the first so many instructions, even where others before it load a base
  /// address.
  static let prologue = 16
  /// The largest frame, in bytes, that has the `big` split check; larger ones have `huge` (Go
  /// `internal/abi/stack.go`, StackBig).
  private static let big = 4096

  /// The constant that a register was given last. A large amount comes in a register:
  /// `MOVD $8256, R27; SUB R27, RSP, R20`.
  private var constant: (register: UInt8, value: Int64, line: Int) = (noRegister, 0, 0)
  /// A register that holds SP less `amount`, part of the frame, which the prologue compares with the stack
  /// guard.
  private var probe: (register: UInt8, amount: Int64) = (noRegister, 0)
  /// A register that holds SP plus `amount`.
  private var near: (register: UInt8, amount: Int64) = (noRegister, 0)

  private let facts: MachineFacts

  init(_ facts: MachineFacts) { self.facts = facts }

  /// Adds a step to the sketch for whatever an instruction does to SP: a move, a copy, a write that is not
  /// followed.
  mutating func add(_ instruction: Instruction, _ code: Code, line: Int, _ sketch: inout Sketch) {
    let (source, target) = (instruction.source, instruction.target)
    for memory in [source, target] where memory.isMemory && memory.writeback != .none {
      let isIndex = memory.index == stackPointer
      guard memory.register == stackPointer || isIndex else { continue }
      let amount =
        memory.index == noRegister
        ? memory.value : number(isIndex ? memory.register : memory.index, code, line)
      move(by: amount, line, &sketch)
    }
    let result = instruction.result
    switch instruction.kind {
    case .move where source.isSP && result != stackPointer && result != noRegister:
      sketch.add(.copySP, line: line, register: result)
      near = (result, 0)
      return
    case .move where source.isGeneral && result == stackPointer && !source.isSP:
      sketch.add(.setSP, line: line, register: source.register)
    case .address, .add, .subtract:
      guard let sum = instruction.sum else {
        if result == stackPointer {
          sketch.add(.opaqueSP, line: line)
          sketch.hasUnread = sketch.hasUnread || source.kind == .other || instruction.second.kind == .other
        }
        break
      }
      let amount =
        (sum.amount.kind == .immediate ? sum.amount.value : number(sum.amount.register, code, line))
        .map { sum.sign &* $0 }
      if sum.base == stackPointer {
        place(result, at: amount, line, sign: sum.sign, &sketch)
      } else if result == near.register, sum.base == near.register, let amount {
        // The second part of an amount that is too large for one instruction.
        place(result, at: near.amount &+ amount, line, sign: sum.sign, &sketch)
      } else if result == stackPointer {
        // This is another stack. The linker's table counts what is reserved on it all the same.
        sketch.add(.opaqueSP, line: line)
        if let amount, amount < 0 { move(by: amount, line, &sketch) }
      }
    default:
      if result == stackPointer { sketch.add(.opaqueSP, line: line) }
    }
    note(instruction, line)
  }

  /// Handles register = SP + amount, of which the amount may be unknown.
  private mutating func place(
    _ register: UInt8, at amount: Int64?, _ line: Int, sign: Int64, _ sketch: inout Sketch
  ) {
    if register == stackPointer { return move(by: amount, line, sign: sign, &sketch) }
    guard let amount, register != noRegister else { return }
    if register == facts.framePointer { sketch.saveFramePointer(line: line) }
    if amount < 0, sketch.splitLine < 0, line < Self.prologue { probe = (register, 0 &- amount) }
    sketch.add(.copySP, line: line, register: register, value: amount)
    near = (register, amount)
  }

  /// Adds a move of SP by an amount; where it is unknown, by its direction alone.
  private func move(by amount: Int64?, _ line: Int, sign: Int64 = -1, _ sketch: inout Sketch) {
    if let amount {
      sketch.add(.moveSP, line: line, value: amount)
    } else {
      sketch.moveSPUnknown(sign: sign, line: line)
    }
  }

  /// Returns the constant that a register was given at most four lines before; nil where there is none, or
  /// where a filter may have left out an instruction that changed it.
  func number(_ register: UInt8, _ code: Code, _ line: Int) -> Int64? {
    guard register == constant.register, line - constant.line <= 4,
      // A filter may have left out an instruction between them that sets the register.
      !code.function.isFiltered || (constant.line..<line).allSatisfy({ code.function.follows($0 + 1) })
    else { return nil }
    return constant.value
  }

  /// Keeps up with the constant and the copy of SP that registers hold.
  private mutating func note(_ instruction: Instruction, _ line: Int) {
    let (result, source) = (instruction.result, instruction.source)
    guard result != noRegister else { return }
    let sum = instruction.sum
    if result == near.register, sum?.base != stackPointer, sum?.base != near.register {
      near.register = noRegister
    }
    switch instruction.kind {
    case .move where source.isNumber: constant = (result, source.value, line)
    case .or where result == constant.register && source.isNumber && instruction.second.register == result:
      constant.value |= source.value
    case .insert where result == constant.register && instruction.second.register == result:
      constant.value = instruction.inserted(into: constant.value) ?? 0
      if source.value == 0 { constant.register = noRegister }
    case .add where result == constant.register && sum?.base == result && sum?.amount.kind == .immediate:
      constant.value &+= source.value
    default: if result == constant.register { constant = (noRegister, 0, 0) }
    }
  }

  /// Notes a comparison of two registers, or of a register with a number. Among a prologue's instructions it
  /// is the split check when one side is SP (`CMPQ SP, 0x10(R14)`) or SP less the frame.
  func compare(
    _ first: UInt8, _ second: UInt8, or number: Int64? = nil, _ code: Code, line: Int, _ sketch: inout Sketch
  ) {
    guard sketch.splitLine < 0, line < Self.prologue else { return }
    if first == stackPointer, let huge = number ?? self.number(second, code, line) {
      note(huge, line, &sketch)
    } else if first == stackPointer || second == stackPointer {
      (sketch.splitCheck, sketch.splitLine) = (.small, Int32(line))
    } else if probe.register != noRegister, first == probe.register || second == probe.register {
      note(probe.amount, line, &sketch)
    }
  }

  /// Notes a split check that subtracts `amount` bytes from SP. The frame is 128 bytes larger (StackSmall):
  /// `SUBS R27, RSP, R17` with 8128 in R27 is for a frame of 8256 bytes.
  private func note(_ amount: Int64, _ line: Int, _ sketch: inout Sketch) {
    let frame = Int(clamping: amount) &+ 128
    (sketch.splitCheck, sketch.splitLine) = (frame > Self.big ? .huge : .big, Int32(line))
    sketch.checkedFrame = frame
  }
}
