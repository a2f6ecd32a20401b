import Listing

/// The origin of what a register or a slot of the frame holds, as an identity: two values that are the same
/// hold the same number whenever both can be looked at.
struct Value: Hashable {
  /// The origin, a kind in the upper four bits and its details below. The value is the origin plus
  /// ``offset``. ``unknown`` is not even the same as itself.
  var root: UInt64
  var offset: Int64 = 0

  private static let kindShift: UInt64 = 60

  static let unknown = Value(root: 0)
  /// The root of the SP at the function's entry.
  static let stack: UInt64 = 2 << kindShift

  /// A number.
  static func constant(_ value: Int64) -> Value { Value(root: 1 << kindShift, offset: value) }
  /// The SP at the function's entry, plus an offset in bytes.
  static func stack(_ offset: Int64) -> Value { Value(root: stack, offset: offset) }
  /// An address that the text gives as a number.
  static func global(_ address: UInt64) -> Value {
    Value(root: 3 << kindShift, offset: Int64(bitPattern: address))
  }
  /// An address that the text gives as a symbol alone, by the number given to that symbol.
  static func global(symbol: Int) -> Value { Value(root: 3 << kindShift | UInt64(symbol + 1)) }
  /// The contents of a register at the function's entry.
  static func entry(_ register: UInt8) -> Value { Value(root: 4 << kindShift | UInt64(register)) }
  /// The contents of a word on the stack at the function's entry, by its offset from SP.
  static func entrySlot(_ offset: Int64) -> Value {
    Value(root: 5 << kindShift | UInt64(truncatingIfNeeded: offset) & (1 << kindShift - 1))
  }
  /// The result of an instruction in a register.
  static func defined(_ line: Int, _ register: UInt8) -> Value {
    Value(root: 6 << kindShift | UInt64(line) << 8 | UInt64(register))
  }
  /// The contents of a register or slot at a node where paths join that give it different values.
  static func joined(_ node: Int, _ place: Int64) -> Value {
    Value(
      root: 7 << kindShift | UInt64(node) << 32 | UInt64(truncatingIfNeeded: place) & 0xffff_ffff)
  }

  /// Whether both are known to hold the same number.
  func isSame(as other: Value) -> Bool { root != 0 && root == other.root && offset == other.offset }

  /// Whether the two may hold the same number.
  func mayBe(_ other: Value) -> Bool {
    if root == 0 || other.root == 0 { return true }
    if root == other.root { return offset == other.offset }
    // These are two globals, or a global and a place in the frame.
    return !(isPlace && other.isPlace)
  }

  /// Whether it is the address of a global or of something in the frame.
  private var isPlace: Bool { kind == 2 || kind == 3 }
  private var kind: UInt64 { root >> Self.kindShift }

  func plus(_ amount: Int64) -> Value { root == 0 ? self : Value(root: root, offset: offset &+ amount) }

  var isStack: Bool { root == Self.stack }
  var isZero: Bool { kind == 1 && offset == 0 }
  /// Whether it is surely or almost surely not zero: a number other than zero, an address, the result of a
  /// call or a load.
  var isSet: Bool { kind == 1 && offset != 0 || kind == 3 || kind == 4 || kind == 6 }
  /// The number itself; nil where it is not known.
  var number: Int64? { kind == 1 ? offset : nil }

  /// The line that computes it anew each time it is executed; nil for a value of another origin.
  var definingLine: Int? { kind == 6 ? Int((root << 4) >> 12) : nil }
  /// The place of a ``joined(_:_:)`` value: a register below 64, or a slot.
  var joinedPlace: Int64 { Int64(root & 0xffff_ffff) }
  /// The node that makes it anew each time it is entered; nil for a value of another origin.
  var joiningNode: Int? { kind == 7 ? Int((root << 4) >> 36) : nil }
}
