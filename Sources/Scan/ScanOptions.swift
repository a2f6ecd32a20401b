public import Disassembly
public import ProgramModel

/// How a scan goes about its input.
public struct ScanOptions: Sendable {
  /// Who disassembles a binary; nil for whoever is there and decodes it rightly.
  public var disassembler: Disassembler?
  /// Where the tools are.
  public var toolbox = Toolbox()
  /// How many workers read the text.
  public var jobs = 1
  /// `--module`: import paths that begin with it are the user's own.
  public var modulePrefix: String?
  /// Whether functions that are not the user's own may be left out. Of an archive's code most is instances of
  /// generic functions of others, and Go's objdump takes longest for them: cmd/go's `load` is read in a third of
  /// the time.
  public var ownOnly = false
  /// For `go build`.
  public var goFlags: [String] = []
  /// Where the models of binaries are kept; nil for nowhere. Asked for binaries alone: it makes a folder.
  public var cache: @Sendable () -> ModelCache? = { nil }
  /// Functions whose instructions are kept, for `show`.
  public var capture: (@Sendable (Function, NameTable) -> Bool)?
  /// Told from time to time how far a scan is.
  public var progress: (@Sendable (Progress) -> Void)?
  /// Whether names and lines of a binary's own table are joined to what its text says; `verify` compares instead.
  var joinsTable = true
  /// About how many bytes a worker takes at a time. The answer does not depend on it; tests say so.
  public var pieceSize = 1 << 20
  /// How many bytes are asked for by one read(2). The answer does not depend on it either.
  public var readSize = 1 << 19

  /// What `fathom INPUT` does.
  public init() {}
}

/// How far a scan is.
public struct Progress: Sendable {
  /// A few words for people.
  public var text: String
}

/// What a scan gives.
public struct ScanResult: Sendable {
  /// The model.
  public var program: Program
  /// The instructions of the functions that `capture` chose, by entry.
  public var listings: [UInt64: [ListedInstruction]]
  /// For stderr.
  public var warnings: [String]
}
