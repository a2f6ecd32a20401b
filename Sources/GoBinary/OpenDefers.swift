/// The slots in which a function keeps its open-coded defers. Offsets are in bytes above the SP that the
/// function's body has, like those of operands.
public struct OpenDefers: Hashable, Sendable {
  /// The offset of the byte that has one bit for each defer.
  public let deferBits: Int
  /// The offset of the first defer's closure. Since Go 1.22 the others are in the words above it.
  public let firstSlot: Int
  /// The number of defers; nil since Go 1.22, whose table does not say.
  public let count: Int?
  /// The offset of every defer's closure, in the order of the statements; empty since Go 1.22.
  public let slots: [Int]
}
