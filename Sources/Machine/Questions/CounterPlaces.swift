import Listing

/// The registers and slots of the frame that hold a loop's counter at the loop's test.
struct CounterPlaces {
  private var registers: [Int]
  /// Offsets from SP and sizes, both in bytes.
  private var slots: [(offset: Int64, size: Int64)]
  /// How many of the counter's lowest bits count.
  private let width: UInt8

  /// Collects every register and slot that holds the same constant as the counter, in `width` bits at least.
  init(of counter: Operand, width: UInt8, in values: Numbers) {
    self.width = width
    let constant = values.read(counter, width).constant
    registers = values.registers.indices.filter {
      values.registers[$0].constant == constant && values.registers[$0].width >= width
    }
    slots = values.slots.filter {
      $0.value.value.constant == constant && $0.value.value.width >= width
        && $0.value.size * 8 >= Int64(width)
    }.map { ($0.key, $0.value.size) }
  }

  /// Makes the counter the number that all others are measured by: each place then holds «counter + 0».
  func mark(in values: inout Numbers) {
    let counter = Number(known: .counter(0), width: width)
    for register in registers { values.registers[register] = counter }
    for slot in slots { values.slots[slot.offset] = .init(value: counter, size: slot.size) }
  }

  /// Drops every place but the one that is compared. Returns whether there were others.
  mutating func keepOnly(_ counter: Operand, in values: Numbers) -> Bool {
    let before = registers.count + slots.count
    let slot = values.slot(counter)
    registers.removeAll { counter.kind != .register || $0 != Int(counter.register) }
    slots.removeAll { $0.offset != slot }
    return registers.count + slots.count < before
  }

  /// Drops the places that do not hold `value`. Returns whether all of them do.
  mutating func keep(whereEqual value: Number, in values: Numbers) -> Bool {
    let before = registers.count + slots.count
    let differs = { [width] (other: Number?) in other?.known != value.known || other?.width ?? 0 < width }
    registers.removeAll { differs(values.registers[$0]) }
    slots.removeAll { differs(values.slots[$0.offset]?.value) }
    return registers.count + slots.count == before
  }
}
