import Listing

/// What a register or a slot of the frame holds, as far as its origin is known: two that are the same hold the
/// same number whenever both can be looked at.
struct Value: Hashable {
  /// Where it comes from, less an amount; ``unknown`` is not even the same as itself.
  var root: UInt64
  var offset: Int64 = 0

  private static let kindShift: UInt64 = 60

  static let unknown = Value(root: 0)
  /// SP at the function's entry.
  static let stack: UInt64 = 2 << kindShift

  static func constant(_ value: Int64) -> Value { Value(root: 1 << kindShift, offset: value) }
  static func stack(_ offset: Int64) -> Value { Value(root: stack, offset: offset) }
  /// An address that the text gives as a number.
  static func global(_ address: UInt64) -> Value {
    Value(root: 3 << kindShift, offset: Int64(bitPattern: address))
  }
  /// An address that the text gives as a symbol, by the symbol's number.
  static func global(symbol: Int) -> Value { Value(root: 3 << kindShift | UInt64(symbol + 1)) }
  /// What the caller left in a register.
  static func entry(_ register: UInt8) -> Value { Value(root: 4 << kindShift | UInt64(register)) }
  /// What the caller left on the stack.
  static func entrySlot(_ offset: Int64) -> Value {
    Value(root: 5 << kindShift | UInt64(truncatingIfNeeded: offset) & (1 << kindShift - 1))
  }
  /// What an instruction gave a register.
  static func defined(_ line: Int, _ register: UInt8) -> Value {
    Value(root: 6 << kindShift | UInt64(line) << 8 | UInt64(register))
  }
  /// What a register or a slot holds where ways come together that gave it different values.
  static func joined(_ node: Int, _ place: Int64) -> Value {
    Value(
      root: 7 << kindShift | UInt64(node) << 32 | UInt64(truncatingIfNeeded: place) & 0xffff_ffff)
  }

  func isSame(as other: Value) -> Bool { root != 0 && root == other.root && offset == other.offset }

  /// Whether they may be the same number.
  func mayBe(_ other: Value) -> Bool {
    if root == 0 || other.root == 0 { return true }
    if root == other.root { return offset == other.offset }
    // Two globals, or a global and the frame.
    return !(isPlace && other.isPlace)
  }

  /// The address of a global or of something in the frame.
  private var isPlace: Bool { kind == 2 || kind == 3 }
  private var kind: UInt64 { root >> Self.kindShift }

  func plus(_ amount: Int64) -> Value { root == 0 ? self : Value(root: root, offset: offset &+ amount) }

  var isStack: Bool { root == Self.stack }
  var isZero: Bool { kind == 1 && offset == 0 }
  /// Surely or almost surely not zero: a number, an address, what a call or memory gave.
  var isSet: Bool { kind == 1 && offset != 0 || kind == 3 || kind == 4 || kind == 6 }
  /// The number itself, where it is known.
  var number: Int64? { kind == 1 ? offset : nil }

  /// The instruction that makes it anew each time it is executed.
  var definingLine: Int? { kind == 6 ? Int((root << 4) >> 12) : nil }
  /// The register, below 64, or slot of ``joined(_:_:)``.
  var joinedPlace: Int64 { Int64(root & 0xffff_ffff) }
  /// The node that makes it anew each time it is entered.
  var joiningNode: Int? { kind == 7 ? Int((root << 4) >> 36) : nil }
}
