/// What came of a piece of text that was written anew as Go's objdump prints code.
public struct Rewritten: Sendable {
  /// Where the padding begins in what was written.
  public var end: Int
  /// Functions that break off before the mark that ends one in their form; those without all of their code are left
  /// out.
  public var cuts: Int
  /// The last one is of these.
  public var endsCut: Bool
}
