/// A comparison of a model that was made from text alone with the tables that Go's linker wrote into the
/// binary.
public struct Verification: Sendable {
  /// The aspect of a function that is compared.
  public enum Subject: String, CaseIterable, Sendable {
    /// The stack that it takes, against the maximum of pcsp.
    case frame
    /// Whether it registers defers, against the `deferreturn` field.
    case defers
    /// Its first and last address.
    case bounds
    /// The source lines of its entry and its sites.
    case lines
  }

  /// A function for which the text and the linker differ.
  public struct Disagreement: Sendable {
    /// The aspect in which they differ.
    public var subject: Subject
    /// The function's entry address.
    public var entry: UInt64
    /// The function's name.
    public var name: NameID
    /// The value that the text gives; nil for none.
    public var text: String?
    /// The value that the linker gives; nil for none.
    public var linker: String?

    /// Creates a disagreement.
    public init(subject: Subject, entry: UInt64, name: NameID, text: String?, linker: String?) {
      self.subject = subject
      self.entry = entry
      self.name = name
      self.text = text
      self.linker = linker
    }
  }

  /// The number of functions that agree, and of those for which the text or the linker does not settle the
  /// matter.
  public struct Count: Hashable, Sendable {
    /// Functions for which the text and the linker agree.
    public var agree = 0
    /// Functions in ``Verification/uncertain``.
    public var uncertain = 0

    /// Creates counts of 0.
    public init() {}
  }

  /// The header of the program that was compared.
  public var header: Program.Header
  /// The names of the functions that disagree.
  public var names: NameTable
  /// The counts by subject. A subject that could not be compared has none, for example lines where the text
  /// prints none.
  public var counts: [Subject: Count] = [:]
  /// The disagreements, in address order.
  public var disagreements: [Disagreement] = []
  /// Frames that the text itself reports as uncertain, and those of assembly that takes more from SP than
  /// the linker counts. A frame that contradicts both its own split check and the linker is not
  /// among these but in ``disagreements``.
  public var uncertain: [Disagreement] = []
  /// The number of damaged rows in the linker's table.
  public var damaged = 0
  /// The number of functions that Go's compiler did not make, C for the most part: the linker says nothing about them.
  public var foreign = 0
  /// The number of functions that the linker made itself: trampolines and marks.
  public var linkers = 0

  /// Creates an empty comparison.
  public init(header: Program.Header, names: NameTable) {
    self.header = header
    self.names = names
  }
}
