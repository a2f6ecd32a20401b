public import ProgramModel

/// The facts that `fathom doctor` prints: the tools that are here, the one that is taken, and a binary if one
/// was given.
public struct DoctorReport: Sendable {
  /// A disassembler that was looked for.
  public struct Tool: Sendable {
    /// The disassembler that it is.
    public var disassembler: Disassembler
    /// The tool's path; nil when it was not found.
    public var path: String?
    /// The first line that it prints about itself.
    public var version: String?
    /// Its abilities, a few words each (`prints source lines`, `amd64 only`).
    public var abilities: [String]
    /// Why it cannot be used, or where to get it when it is missing.
    public var problem: String?

    /// Makes a tool with all that is known of it.
    public init(
      disassembler: Disassembler, path: String? = nil, version: String? = nil, abilities: [String] = [],
      problem: String? = nil
    ) {
      self.disassembler = disassembler
      self.path = path
      self.version = version
      self.abilities = abilities
      self.problem = problem
    }
  }

  /// A binary that was examined.
  public struct Binary: Sendable {
    /// The path as the user gave it.
    public var path: String
    /// The facts about it as names and values (`format`, `ELF 64-bit`), in the order to print.
    public var facts: [(name: String, value: String)]
    /// Why it cannot be scanned; nil when it can.
    public var problem: String?

    /// Makes a binary with all that is known of it.
    public init(path: String, facts: [(name: String, value: String)], problem: String? = nil) {
      self.path = path
      self.facts = facts
      self.problem = problem
    }
  }

  /// The tools that were found, and those that were not.
  public var tools: [Tool]
  /// The index in ``tools`` of the one that `--disassembler auto` takes; nil when there is none.
  public var taken: Int?
  /// Why that one is taken.
  public var reason: String
  /// The binary that was given.
  public var binary: Binary?
  /// The version of this fathom.
  public var version: String

  /// Makes a report with all that was found.
  public init(tools: [Tool], taken: Int?, reason: String, binary: Binary? = nil, version: String) {
    self.tools = tools
    self.taken = taken
    self.reason = reason
    self.binary = binary
    self.version = version
  }

  /// Whether fathom can do its work here: there is a disassembler, and nothing is wrong with the binary.
  public var isHealthy: Bool { taken != nil && binary?.problem == nil }
}
