/// What is known of a number at one place of the code, whichever way led there.
struct Number: Equatable {
  enum Known: Equatable {
    case nothing
    case constant(Int64)
    /// So much more than the counter was when it was compared last.
    case counter(Int64)
    /// SP and so much.
    case frame(Int64)
  }

  var known = Known.nothing
  /// How many of its lowest bits that holds for.
  var width: UInt8 = 64
  /// It is the sign extension of its lowest so many bits, whatever they are; 64 where that is not known.
  var signWidth: UInt8 = 64
  /// The lowest offset from SP whose address may be in it; `Int64.max` for none.
  var address = Int64.max

  static let unknown = Number()

  var constant: Int64? {
    if case .constant(let value) = known { value } else { nil }
  }

  /// What holds of both.
  mutating func join(_ other: Number) {
    if known != other.known { known = .nothing }
    width = known == .nothing ? 64 : min(width, other.width)
    signWidth = max(signWidth, other.signWidth)
    address = min(address, other.address)
  }

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

  mutating func forgetCounter() {
    if case .counter = known { self = Number(address: address) }
  }

  /// Its lowest bits, extended by their sign.
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

  /// Its lowest bits, where those above are not known.
  func partly(_ bits: UInt8) -> Number {
    guard bits >= 32 else { return Number(address: address) }
    var part = self
    (part.width, part.signWidth) = (min(width, bits), 64)
    return part
  }

  /// Its lowest bits. A constant is known in full again where those above are zeroed.
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
    // Counters of eight and sixteen bits wrap around.
    if part.width < 32, part.constant == nil { part = Number(address: address) }
    return part
  }
}
