/// The model of one function of a binary.
public struct Function: Sendable {
  /// The address of its first instruction.
  public var entry: UInt64
  /// The function's symbol.
  public var name: NameID
  /// Other symbols at the same address.
  public var aliases: [NameID] = []
  /// The bytes from the entry to the end of the last instruction, without padding.
  public var size: Int
  /// The source file that declares it; nil when the input does not say.
  public var file: NameID?
  /// The line of the first instruction, from 1; nil when the listing has none.
  public var line: Int32?
  /// The last line of the same file that its code comes from.
  public var endLine: Int32?
  /// The stack that it takes.
  public var frame: StackFrame
  /// Its `defer` statements, in address order.
  public var deferSites: [DeferSite] = []
  /// Its atomic read-modify-writes, in address order.
  public var atomics: [AtomicSite] = []
  /// Its calls and tail jumps whose target the listing names.
  public var calls: [CallSite] = []
  /// Its calls through registers and memory.
  public var indirectCalls: [IndirectCall] = []
  /// Its `go` statements.
  public var goStatements: [GoStatement] = []
  /// The returns that keep a mutex locked, by the return's address.
  public var lockLeaks: [LockLeak] = []
  /// How it uses mutexes, as far as its callers need to know.
  public var lockUse = LockUse()
  /// What a profile sampled in its own code, as `go tool pprof -disasm` printed it, `1.55s`; nil for all other input.
  public var flat: NameID?
  /// The same with all that it calls.
  public var cumulative: NameID?
  /// The number of instructions that the disassembler did not decode.
  public var undecoded = 0

  /// Creates a function without sites.
  public init(entry: UInt64, name: NameID, size: Int, frame: StackFrame) {
    self.entry = entry
    self.name = name
    self.size = size
    self.frame = frame
  }
}
