/// What a listing held that is not in the model, counted: nothing is dropped in silence.
public struct Diagnostics: Hashable, Sendable {
  /// Lines of the listing that no rule of its dialect knows.
  public var unknownLines = 0
  /// The beginnings of the first few of these.
  public var unknownExamples: [String] = []
  /// Lines of source code and places (`objdump -l`, `-S`) between the instructions.
  public var sourceLines = 0
  /// Relocations (`objdump -r`).
  public var relocationLines = 0
  /// Lines longer than fathom reads; the rest of each was passed over.
  public var overlongLines = 0
  /// Instructions that the disassembler itself did not decode.
  public var undecoded = 0
  /// Instructions printed before the first function's name.
  public var orphanInstructions = 0
  /// Functions after a `VEX` or `EVEX` instruction of which Go's disassembler loses step.
  public var lostStepFunctions = 0
  /// Atomic instructions left out because the disassembler had lost step there.
  public var distrustedAtomics = 0
  /// Functions that the listing breaks off in.
  public var cutFunctions = 0
  /// `file format` lines: one for each file that was disassembled into this text.
  public var fileHeaders = 0
  /// Functions that were read before, whose text was not: two listings in one input.
  public var repeatedFunctions = 0

  /// Functions whose mutexes were not followed to the end: that would have taken the square of their length.
  public var unfollowedLocks = 0

  /// Nothing.
  public init() {}

  /// Adds what another part of the same listing held.
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

  /// How many unknown lines are kept as examples.
  public static let exampleLimit = 5
}
