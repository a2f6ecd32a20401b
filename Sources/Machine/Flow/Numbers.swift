import Listing

/// All that is known at one place of the code.
struct Numbers: Equatable {
  struct Slot: Equatable {
    var value: Number
    /// In bytes.
    var size: Int64
  }

  struct Flags: Equatable {
    var left: Number
    var right: Number
    var width: UInt8
    /// They were compared as numbers without a sign.
    var isUnsigned = false
    /// All that is known is whether they are equal.
    var isEquality = false
    /// It was no subtraction: a carry says nothing.
    var isTest = false

    /// Whether a condition holds, where both sides are known.
    func decide(_ condition: Condition?) -> Bool? {
      guard let condition, let l = left.constant, let r = right.constant, left.width >= width,
        right.width >= width, !isEquality || condition == .equal || condition == .notEqual,
        !isTest || condition.isSigned
      else { return nil }
      return (isUnsigned ? condition.unsigned : condition).holds(l, r, width: width)
    }
  }

  var registers: [Number] = Array(repeating: .unknown, count: 32)
  /// A number in memory begins with its highest byte: fewer of its bits stand elsewhere.
  var isBigEndian = false
  /// By offset from SP.
  var slots: [Int64: Slot] = [:]
  var flags: Flags?

  /// What holds on both ways; says whether that is less.
  mutating func join(_ other: Numbers) -> Bool {
    let before = self
    for i in registers.indices { registers[i].join(other.registers[i]) }
    for (offset, slot) in slots {
      if let theirs = other.slots[offset], theirs.size == slot.size {
        slots[offset]?.value.join(theirs.value)
      } else {
        let address = min(slot.value.address, other.slots[offset]?.value.address ?? .max)
        slots[offset] = address == .max ? nil : Slot(value: Number(address: address), size: slot.size)
      }
    }
    for (offset, slot) in other.slots where slots[offset] == nil && slot.value.address != .max {
      slots[offset] = Slot(value: Number(address: slot.value.address), size: slot.size)
    }
    if flags != other.flags { flags = nil }
    return self != before
  }

  /// The slot that an operand names: by SP, or by a register that holds an address in the frame.
  func slot(_ operand: Operand) -> Int64? {
    guard operand.kind == .memory || operand.kind == .indirect, operand.index == noRegister,
      operand.writeback == .none
    else { return nil }
    if operand.register == stackPointer { return operand.value }
    if operand.register < 32, case .frame(let offset) = registers[Int(operand.register)].known {
      return offset &+ operand.value
    }
    return nil
  }

  func read(_ operand: Operand, _ width: UInt8) -> Number {
    switch operand.kind {
    case .immediate: return operand.hasValue ? Number(known: .constant(operand.value)) : .unknown
    case .register:
      if operand.register == zeroRegister { return Number(known: .constant(0)) }
      if operand.register == stackPointer { return Number(known: .frame(0), address: 0) }
      return operand.register < 32 ? registers[Int(operand.register)] : .unknown
    case .memory, .indirect:
      guard let offset = slot(operand), let slot = slots[offset], slot.size * 8 >= Int64(width),
        !isBigEndian || slot.size * 8 == Int64(width)
      else {
        return .unknown
      }
      return slot.value
    default: return .unknown
    }
  }

  mutating func set(_ register: Operand, _ value: Number) {
    if register.register < 32 { registers[Int(register.register)] = value }
  }

  /// Forgets the slots that so many bytes from an offset on lie in.
  mutating func forget(at offset: Int64, _ size: Int64) {
    forget(from: offset, to: Self.end(offset, size))
  }

  /// Forgets the slots that lie before `end` and behind `start`.
  mutating func forget(from start: Int64, to end: Int64) {
    for (offset, slot) in slots where offset < end && Self.end(offset, slot.size) > start {
      slots[offset] = nil
    }
  }

  /// Where a slot ends. An offset is whatever the text prints.
  private static func end(_ offset: Int64, _ size: Int64) -> Int64 {
    let (end, overflows) = offset.addingReportingOverflow(size)
    return overflows ? .max : end
  }

  mutating func forgetCounter() {
    for i in registers.indices { registers[i].forgetCounter() }
    for offset in slots.keys { slots[offset]?.value.forgetCounter() }
    flags = nil
  }

  mutating func forgetRegisters() {
    for i in registers.indices { registers[i] = .unknown }
    flags = nil
  }
}
