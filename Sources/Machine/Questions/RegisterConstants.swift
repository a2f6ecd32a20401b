/// The constants that registers are known to hold, by ``Operand``'s register numbers; nil for a register of
/// which none is known.
struct RegisterConstants {
  private var values: [Int64] = Array(repeating: 0, count: 256)
  /// One bit for each register, set where its constant is known.
  private var known = SIMD4<UInt64>.zero

  subscript(register: UInt8) -> Int64? {
    get { known[Int(register >> 6)] >> UInt64(register & 63) & 1 == 0 ? nil : values[Int(register)] }
    set {
      let bit: UInt64 = 1 << UInt64(register & 63)
      values[Int(register)] = newValue ?? 0
      if newValue == nil { known[Int(register >> 6)] &= ~bit } else { known[Int(register >> 6)] |= bit }
    }
  }

  mutating func removeAll() { known = .zero }
}
