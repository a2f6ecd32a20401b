/// Counts of what a listing contained that is not in the model, so that nothing is dropped silently.
public struct Diagnostics: Hashable, Sendable {
  /// Lines that match no rule of the listing's dialect.
  public var unknownLines = 0
  /// The beginnings of the first few such lines, at most ``exampleLimit``.
  public var unknownExamples: [String] = []
  /// Lines with source code or source positions (`objdump -l`, `-S`) between the instructions.
  public var sourceLines = 0
  /// Lines with relocations (`objdump -r`).
  public var relocationLines = 0
  /// Lines longer than fathom reads; the rest of each was skipped.
  public var overlongLines = 0
  /// Instructions that the disassembler itself did not decode.
  public var undecoded = 0
  /// Instructions printed before the first function's name.
  public var orphanInstructions = 0
  /// Functions in which Go's disassembler lost step after a `VEX` or `EVEX` instruction.
  public var lostStepFunctions = 0
  /// Atomic instructions left out because the disassembler had lost step there.
  public var distrustedAtomics = 0
  /// Functions in the middle of which the listing was cut off.
  public var cutFunctions = 0
  /// `file format` lines: one for each file that was disassembled into this listing.
  public var fileHeaders = 0
  /// Functions at an address that was read before: the input contains two listings.
  public var repeatedFunctions = 0

  /// Functions whose mutexes were not followed to the end, because that would take quadratic time.
  public var unfollowedLocks = 0

  /// Creates counts of 0.
  public init() {}

  /// Adds the counts of another part of the same listing.
  public mutating func add(_ other: Diagnostics) {
    unknownLines += other.unknownLines
    unknownExamples = Array((unknownExamples + other.unknownExamples).prefix(Self.exampleLimit))
    sourceLines += other.sourceLines
    relocationLines += other.relocationLines
    overlongLines += other.overlongLines
    undecoded += other.undecoded
    orphanInstructions += other.orphanInstructions
    lostStepFunctions += other.lostStepFunctions
    distrustedAtomics += other.distrustedAtomics
    cutFunctions += other.cutFunctions
    repeatedFunctions += other.repeatedFunctions
    fileHeaders += other.fileHeaders
    unfollowedLocks += other.unfollowedLocks
  }

  /// The most unknown lines that are kept as examples.
  public static let exampleLimit = 5
}
