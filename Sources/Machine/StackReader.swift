import Listing
import ProgramModel

/// Reads what instructions do to SP, and the test for room of a prologue.
struct StackReader {
  /// How many instructions a prologue's test has at most, with those before it that load what the code is relative to.
  static let prologue = 14

  /// The constant that a register was given last: huge amounts come in one.
  private var constant: (register: UInt8, value: Int64, line: Int) = (noRegister, 0, 0)
  /// A register that holds SP less some of the frame, to be compared with the guard.
  private var probe: (register: UInt8, amount: Int64) = (noRegister, 0)
  /// A register that holds SP and an amount.
  private var near: (register: UInt8, amount: Int64) = (noRegister, 0)

  /// The function's lines are filtered: behind the first ones what sets a register may be missing.
  private let isFiltered: Bool

  init(_ function: borrowing FunctionText) { isFiltered = function.isFiltered }

  /// Notes what an instruction does to SP.
  mutating func add(_ instruction: Instruction, line: Int, _ sketch: inout Sketch) {
    let register = instruction.register
    switch instruction.kind {
    case .load, .store:
      if instruction.isUpdate, instruction.base == stackPointer || instruction.other == stackPointer {
        move(
          by: instruction.other == noRegister ? instruction.value : amount(instruction, line), line, &sketch)
      }
      if instruction.kind == .load, register == stackPointer { sketch.add(.opaqueSP, line: line) }
    case .copy:
      if register == stackPointer, instruction.base != stackPointer {
        sketch.add(.setSP, line: line, register: instruction.base)
      } else if instruction.base == stackPointer, register != stackPointer {
        sketch.add(.copySP, line: line, register: register)
        near = (register, 0)
        return
      }
    case .add where instruction.base == stackPointer:
      place(register, at: instruction.value, line, &sketch)
    // The second part of a sum that is too large for one.
    case .add where register == near.register && instruction.base == register:
      place(register, at: near.amount &+ instruction.value, line, &sketch)
    // Another stack. The linker sums up what is taken there all the same.
    case .add where register == stackPointer:
      sketch.add(.opaqueSP, line: line)
      move(by: instruction.value, line, &sketch)
    case .sum where instruction.base == stackPointer || instruction.other == stackPointer:
      place(register, at: amount(instruction, line), line, &sketch)
    default:
      if instruction.result == stackPointer { sketch.add(.opaqueSP, line: line) }
    }
    note(instruction, line)
  }

  /// register = SP + amount.
  private mutating func place(_ register: UInt8, at amount: Int64?, _ line: Int, _ sketch: inout Sketch) {
    if register == stackPointer { return move(by: amount, line, &sketch) }
    guard let amount else { return }
    if amount < 0, sketch.splitLine < 0, line < Self.prologue { probe = (register, 0 &- amount) }
    sketch.add(.copySP, line: line, register: register, value: amount)
    near = (register, amount)
  }

  private func move(by amount: Int64?, _ line: Int, _ sketch: inout Sketch) {
    if let amount {
      sketch.add(.moveSP, line: line, value: amount)
    } else {
      sketch.add(.moveSPUnknown, line: line, value: -1)
      sketch.needsAllLines = true
    }
  }

  /// What is added to SP, where the text says it.
  private func amount(_ instruction: Instruction, _ line: Int) -> Int64? {
    let register = instruction.base == stackPointer ? instruction.other : instruction.base
    return number(register, line)
  }

  /// The constant in a register that was given one right before.
  private func number(_ register: UInt8, _ line: Int) -> Int64? {
    guard register == constant.register, line - constant.line <= 4,
      !isFiltered || line < MnemonicFilter.keptFirst
    else { return nil }
    return constant.value
  }

  private mutating func note(_ instruction: Instruction, _ line: Int) {
    if instruction.result == near.register, instruction.base != stackPointer,
      instruction.base != near.register
    {
      near.register = noRegister
    }
    switch instruction.kind {
    case .constant: constant = (instruction.register, instruction.value, line)
    case .or where instruction.register == constant.register && instruction.base == constant.register:
      constant.value |= instruction.value
    case .add where instruction.register == constant.register && instruction.base == constant.register:
      constant.value &+= instruction.value
    default: if instruction.result == constant.register { constant = (noRegister, 0, 0) }
    }
  }

  /// Two registers are compared, or a register and a number.
  func compare(_ first: UInt8, _ second: UInt8, or number: Int64? = nil, line: Int, _ sketch: inout Sketch) {
    guard sketch.splitLine < 0, line < Self.prologue else { return }
    if first == stackPointer, let huge = number ?? self.number(second, line) {
      note(.huge, huge, line, &sketch)
    } else if first == stackPointer || second == stackPointer {
      (sketch.splitCheck, sketch.splitLine) = (.small, Int32(line))
    } else if probe.register != noRegister, first == probe.register || second == probe.register {
      note(.big, probe.amount, line, &sketch)
    }
  }

  private func note(_ check: SplitCheck, _ amount: Int64, _ line: Int, _ sketch: inout Sketch) {
    (sketch.splitCheck, sketch.splitLine) = (check, Int32(line))
    sketch.checkedFrame = Int(clamping: amount) &+ 128
  }
}
