/// How far a model that was made from text alone agrees with what Go's linker wrote into the binary.
public struct Verification: Sendable {
  /// What is compared, function by function.
  public enum Subject: String, CaseIterable, Sendable {
    /// The stack that a function takes, against the maximum of pcsp.
    case frame
    /// Whether it registers defers, against the `deferreturn` field.
    case defers
    /// Where it begins and ends.
    case bounds
    /// The source lines of its entry and its sites.
    case lines
  }

  /// A function of which text and linker say different things.
  public struct Disagreement: Sendable {
    /// What they are of.
    public var subject: Subject
    /// Of the function.
    public var entry: UInt64
    /// Of the function.
    public var name: NameID
    /// What the text says; nil for nothing.
    public var text: String?
    /// What the linker says; nil for nothing.
    public var linker: String?

    /// A disagreement with both values.
    public init(subject: Subject, entry: UInt64, name: NameID, text: String?, linker: String?) {
      self.subject = subject
      self.entry = entry
      self.name = name
      self.text = text
      self.linker = linker
    }
  }

  /// How many functions agree, and of how many text or linker does not settle it.
  public struct Count: Hashable, Sendable {
    /// Text and linker say the same.
    public var agree = 0
    /// See ``Verification/uncertain``.
    public var uncertain = 0

    /// None yet.
    public init() {}
  }

  /// What was compared.
  public var header: Program.Header
  /// The names of the functions that disagree.
  public var names: NameTable
  /// By subject; no entry for what could not be compared, as lines where the text prints none.
  public var counts: [Subject: Count] = [:]
  /// In address order.
  public var disagreements: [Disagreement] = []
  /// Frames of which the text itself says that it does not settle them, and those of x86 assembly that subtracts from
  /// SP, which the linker does not count. One that contradicts its own split check and the linker as well is no such
  /// frame: it is a disagreement.
  public var uncertain: [Disagreement] = []
  /// Rows of the linker's table that are damaged.
  public var damaged = 0
  /// Functions that Go's compiler did not make: the linker says nothing of them.
  public var foreign = 0

  /// Nothing compared yet.
  public init(header: Program.Header, names: NameTable) {
    self.header = header
    self.names = names
  }
}
