public import ProgramModel

/// What `fathom doctor` found: the tools that are here, the one that is taken, and a binary if one was given.
public struct DoctorReport: Sendable {
  /// A disassembler that was looked for.
  public struct Tool: Sendable {
    /// What it is.
    public var disassembler: Disassembler
    /// Where it is; nil when it was not found.
    public var path: String?
    /// The first line that it prints of itself.
    public var version: String?
    /// What it can do, a few words each (`prints source lines`, `amd64 only`).
    public var abilities: [String]
    /// Why it cannot be used, or where it comes from when it is missing.
    public var problem: String?

    /// A disassembler that was looked for.
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

  /// A binary that was looked at.
  public struct Binary: Sendable {
    /// As the user gave it.
    public var path: String
    /// What is known of it, a name and a value each (`format`, `ELF 64-bit`), in the order to print.
    public var facts: [(name: String, value: String)]
    /// What stands in the way of a scan; nil when nothing does.
    public var problem: String?

    /// A binary that was looked at.
    public init(path: String, facts: [(name: String, value: String)], problem: String? = nil) {
      self.path = path
      self.facts = facts
      self.problem = problem
    }
  }

  /// Those that were found, and those that were not.
  public var tools: [Tool]
  /// The place of what `--disassembler auto` takes; nil when there is none.
  public var taken: Int?
  /// Why that one.
  public var reason: String
  /// The binary that was given.
  public var binary: Binary?
  /// Of this fathom.
  public var version: String

  /// What was found.
  public init(tools: [Tool], taken: Int?, reason: String, binary: Binary? = nil, version: String) {
    self.tools = tools
    self.taken = taken
    self.reason = reason
    self.binary = binary
    self.version = version
  }

  /// Whether fathom can do its work here.
  public var isHealthy: Bool { taken != nil && binary?.problem == nil }
}
