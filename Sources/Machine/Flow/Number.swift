/// All that is known of a number at one place in the code, whichever path led there.
struct Number: Equatable {
  /// The value of the number, as far as it is known.
  enum Known: Equatable {
    case nothing
    case constant(Int64)
    /// The counter of a loop at its last comparison, plus an amount.
    case counter(Int64)
    /// SP plus an offset in bytes.
    case frame(Int64)
  }

  var known = Known.nothing
  /// How many of its lowest bits ``known`` holds for.
  var width: UInt8 = 64
  /// The number is the sign extension of its lowest `signWidth` bits, whatever these are; 64 where that is
  /// not known.
  var signWidth: UInt8 = 64
  /// The lowest offset from SP of which the number may be the address; `Int64.max` where it is no address in
  /// the frame.
  var address = Int64.max

  static let unknown = Number()

  var constant: Int64? {
    if case .constant(let value) = known { value } else { nil }
  }

  /// Keeps what holds for both numbers.
  mutating func join(_ other: Number) {
    if known != other.known { known = .nothing }
    width = known == .nothing ? 64 : min(width, other.width)
    signWidth = max(signWidth, other.signWidth)
    address = min(address, other.address)
  }

  /// Returns the sum of the number and an amount.
  func plus(_ amount: Int64) -> Number {
    var sum = self
    sum.signWidth = 64
    switch known {
    case .nothing: break
    case .constant(let value): sum.known = .constant(value &+ amount)
    case .counter(let value): sum.known = .counter(value &+ amount)
    case .frame(let value): sum.known = .frame(value &+ amount)
    }
    return sum
  }

  /// Forgets a value that is relative to the counter; which address the number may be is kept.
  mutating func forgetCounter() {
    if case .counter = known { self = Number(address: address) }
  }

  /// Returns what an instruction leaves in a register whose lowest bits are those of this number.
  func extended(by instruction: Instruction) -> Number {
    let width = instruction.width
    if instruction.keepsUpperBits { return partly(width) }
    return instruction.isSigned && width < 64 ? signExtended(width) : low(width)
  }

  /// Returns its lowest bits, extended by their sign.
  func signExtended(_ bits: UInt8) -> Number {
    guard bits < 64, let known = constant, width >= bits else {
      var extended = low(bits)
      if bits >= 32 { extended.signWidth = bits }
      return extended
    }
    let shift = Int64(64 - bits)
    var extended = self
    extended.known = .constant((known << shift) >> shift)
    extended.width = 64
    return extended
  }

  /// Returns its lowest bits, where those above are not known.
  func partly(_ bits: UInt8) -> Number {
    guard bits >= 32 else { return Number(address: address) }
    var part = self
    (part.width, part.signWidth) = (min(width, bits), 64)
    return part
  }

  /// Returns its lowest bits, extended by zeros: a constant is known in full again.
  func low(_ bits: UInt8) -> Number {
    guard bits < 64 else { return self }
    var part = self
    part.signWidth = 64
    if let value = constant, width >= bits {
      part.known = .constant(value & (1 << Int64(bits) &- 1))
      part.width = 64
    } else {
      part.width = min(width, bits)
    }
    // Counters of eight and sixteen bits wrap around, so they are not followed.
    if part.width < 32, part.constant == nil { part = Number(address: address) }
    return part
  }
}
