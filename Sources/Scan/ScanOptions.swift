public import Disassembly
import GoBinary
public import ProgramModel

/// The choices for a scan.
public struct ScanOptions: Sendable {
  /// The disassembler for binaries; nil for any that is installed and decodes the binary correctly.
  public var disassembler: Disassembler?
  /// Finds the tools.
  public var toolbox = Toolbox()
  /// The number of workers that read the text.
  public var jobs = 1
  /// The value of `--module`: an import-path prefix whose packages count as the user's own.
  public var modulePrefix: String?
  /// Whether functions that are not the user's own may be left out. Most of an archive's code is instances of
  /// other packages' generic functions, which Go's objdump then need not print.
  public var ownOnly = false
  /// The flags for `go build`.
  public var goFlags: [String] = []
  /// Whether packages are compiled with their test files.
  public var tests = false
  /// The time after which no further package is read; nil for no limit.
  public var deadline: ContinuousClock.Instant?
  /// Returns the cache for the models of binaries; nil for none. It is called only for binaries, since it
  /// creates a folder.
  public var cache: @Sendable () -> ModelCache? = { nil }
  /// Whether to keep the instructions of a function, for `show`; nil keeps none.
  public var capture: (@Sendable (Function, NameTable) -> Bool)?
  /// Receives the progress of a scan from time to time.
  public var progress: (@Sendable (Progress) -> Void)?
  /// Whether names and lines from a binary's own table are added to those of its text; `verify` compares them
  /// instead.
  var joinsTable = true
  /// The number of symbols from which an archive's object is disassembled in parts. It does not affect the result either.
  var partedFrom = GoObject.usualLimit
  /// The approximate size of the pieces that workers take, in bytes. It does not affect the result; tests
  /// check that.
  public var pieceSize = 1 << 20
  /// The number of bytes to request with each read(2). It does not affect the result either.
  public var readSize = 1 << 19

  /// Creates the options of `fathom INPUT`.
  public init() {}
}

/// The progress of a scan.
public struct Progress: Sendable {
  /// The current step, in a few words for people.
  public var text: String
}

/// The result of a scan.
public struct ScanResult: Sendable {
  /// The model.
  public var program: Program
  /// The instructions of the functions that `capture` chose, by the function's entry.
  public var listings: [UInt64: [ListedInstruction]]
  /// Messages for stderr.
  public var warnings: [String]
}
