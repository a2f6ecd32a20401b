/// Where a function keeps its open-coded defers. Offsets are bytes above the SP that the function's body
/// has, as operands count.
public struct OpenDefers: Hashable, Sendable {
  /// The byte with a bit for each defer.
  public let deferBits: Int
  /// The first defer's closure. Since Go 1.22 the next ones stand in the words above it.
  public let firstSlot: Int
  /// How many there are; nil since Go 1.22, whose table does not say.
  public let count: Int?
  /// Every defer's closure, in the order of the statements; empty since Go 1.22.
  public let slots: [Int]
}
