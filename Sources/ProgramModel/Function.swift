/// Everything that is known of one function of a binary.
public struct Function: Sendable {
  /// The address of its first instruction.
  public var entry: UInt64
  /// The symbol.
  public var name: NameID
  /// Other symbols of the same address.
  public var aliases: [NameID] = []
  /// Bytes from the entry to the end of the last instruction, padding left out.
  public var size: Int
  /// Where it is declared: the file, and the line of its first instruction.
  public var file: NameID?
  /// The line of the first instruction, from 1; nil when the listing has none.
  public var line: Int32?
  /// The last line that its code comes from, in the same file.
  public var endLine: Int32?
  /// What it takes from the stack.
  public var frame: StackFrame
  /// Its `defer` statements, in address order.
  public var deferSites: [DeferSite] = []
  /// Its read-modify-writes, in address order.
  public var atomics: [AtomicSite] = []
  /// Its calls and tail jumps whose target the text names.
  public var calls: [CallSite] = []
  /// Its calls through registers and memory.
  public var indirectCalls: [IndirectCall] = []
  /// The goroutines that it starts.
  public var goStatements: [GoStatement] = []
  /// The ways out that keep a mutex locked, by the address of the return.
  public var lockLeaks: [LockLeak] = []
  /// What it does with mutexes.
  public var lockUse = LockUse()
  /// Instructions that the disassembler did not decode.
  public var undecoded = 0

  /// A function without sites.
  public init(entry: UInt64, name: NameID, size: Int, frame: StackFrame) {
    self.entry = entry
    self.name = name
    self.size = size
    self.frame = frame
  }
}
