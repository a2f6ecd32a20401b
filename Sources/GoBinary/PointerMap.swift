/// Which words of a frame hold pointers, as the garbage collector is told (`runtime/stkframe.go`,
/// `getStackMap`).
public struct PointerMap: Hashable, Sendable {
  /// Words that stand side by side.
  public struct Slots: Hashable, Sendable {
    /// Where the first is: bytes above the SP that the function's body has, as operands count.
    public let offset: Int
    /// Bytes of each.
    public let wordBytes: Int
    /// How many there are.
    public var count: Int { bits?.count ?? 0 }
    /// Whether the function has a map of them.
    public var isKnown: Bool { bits != nil }

    /// Whether one holds a pointer. The index is below ``count``.
    public subscript(index: Int) -> Bool {
      guard let bytes = bits?.bytes else { return false }
      return bytes[bytes.startIndex + index / 8] >> UInt8(index % 8) & 1 != 0
    }

    let bits: Bits?

    init(offset: Int, wordBytes: Int, bits: Bits?) {
      self.offset = offset
      self.wordBytes = wordBytes
      self.bits = bits
    }
  }

  struct Bits: Hashable, Sendable {
    var count: Int
    var bytes: ArraySlice<UInt8>
  }

  /// The function's variables, in the frame.
  public let locals: Slots
  /// Its arguments and results that are on the stack, in the caller's frame.
  public let arguments: Slots
}
