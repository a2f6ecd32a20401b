/// The words of a frame that hold pointers, as the garbage collector sees them (`runtime/stkframe.go`,
/// `getStackMap`).
public struct PointerMap: Hashable, Sendable {
  /// Adjacent words.
  public struct Slots: Hashable, Sendable {
    /// The offset of the first word, in bytes above the SP that the function's body has, like those of
    /// operands.
    public let offset: Int
    /// The size of each word, in bytes.
    public let wordBytes: Int
    /// The number of words; 0 where there is no map.
    public var count: Int { bits?.count ?? 0 }
    /// Whether the function has a map of these words.
    public var isKnown: Bool { bits != nil }

    /// Whether a word holds a pointer. The index must be below ``count``.
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

  /// The map of the function's variables, in the frame.
  public let locals: Slots
  /// The map of its arguments and results on the stack, in the caller's frame.
  public let arguments: Slots
}
