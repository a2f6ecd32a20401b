import Listing

/// All that is known at one place in the code: the numbers in registers and slots, and the flags.
struct Numbers: Equatable {
  /// A slot of the frame.
  struct Slot: Equatable {
    var value: Number
    /// The size of the slot in bytes.
    var size: Int64
  }

  /// The two sides of the comparison that set the flags.
  struct Flags: Equatable {
    var left: Number
    var right: Number
    /// How many bits were compared.
    var width: UInt8
    /// Whether they were compared as numbers without a sign.
    var isUnsigned = false
    /// Whether nothing but their equality is known.
    var isEquality = false
    /// Whether the flags come from a test and not from a subtraction, so that the carry says nothing.
    var isTest = false

    /// Whether a condition holds; nil where one of the two sides is not known.
    func decide(_ condition: Condition?) -> Bool? {
      guard let condition, let l = left.constant, let r = right.constant, left.width >= width,
        right.width >= width, !isEquality || condition == .equal || condition == .notEqual,
        !isTest || condition.isSigned
      else { return nil }
      return (isUnsigned ? condition.unsigned : condition).holds(l, r, width: width)
    }
  }

  /// By register number, below 32.
  var registers: [Number] = Array(repeating: .unknown, count: 32)
  /// Whether a number in memory begins with its highest byte, so that fewer of its bits are at another place.
  var isBigEndian = false
  /// By offset from SP, in bytes.
  var slots: [Int64: Slot] = [:]
  var flags: Flags?

  /// Keeps what holds on both paths. Returns whether that is less than before.
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

  /// Returns the slot that an operand names, by SP or by a register that holds an address in the frame; nil
  /// for other memory.
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

  /// Returns what is known of an operand of `width` bits.
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

  /// Returns the lowest offset from SP of which a register may hold the address; `Int64.max` where it holds no
  /// address in the frame.
  func address(in register: UInt8) -> Int64 { register < 32 ? registers[Int(register)].address : .max }

  mutating func set(_ register: Operand, _ value: Number) {
    if register.register < 32 { registers[Int(register.register)] = value }
  }

  /// Forgets the slots that overlap `size` bytes from an offset on.
  mutating func forget(at offset: Int64, _ size: Int64) {
    forget(from: offset, to: Self.end(offset, size))
  }

  /// Forgets the slots that overlap the range from `start` to `end`.
  mutating func forget(from start: Int64, to end: Int64) {
    for (offset, slot) in slots where offset < end && Self.end(offset, slot.size) > start {
      slots[offset] = nil
    }
  }

  /// Returns the end of a slot. An offset is whatever the text prints, so the sum is clamped.
  private static func end(_ offset: Int64, _ size: Int64) -> Int64 {
    let (end, overflows) = offset.addingReportingOverflow(size)
    return overflows ? .max : end
  }

  /// Forgets all values that are relative to the counter, and the flags.
  mutating func forgetCounter() {
    for i in registers.indices { registers[i].forgetCounter() }
    for offset in slots.keys { slots[offset]?.value.forgetCounter() }
    flags = nil
  }

  /// Forgets the registers and the flags.
  mutating func forgetRegisters() {
    for i in registers.indices { registers[i] = .unknown }
    flags = nil
  }
}
