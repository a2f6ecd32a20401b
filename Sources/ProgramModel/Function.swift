/// Everything that is known of one function of a binary.
public struct Function: Sendable {
  /// The address of its first instruction.
  public var entry: UInt64
  public var name: NameID
  /// Other symbols of the same address.
  public var aliases: [NameID] = []
  /// Bytes from the entry to the end of the last instruction, padding left out.
  public var size: Int
  /// Where it is declared: the file, and the line of its first instruction.
  public var file: NameID?
  public var line: Int32?
  /// The last line that its code comes from, in the same file.
  public var endLine: Int32?
  public var frame: StackFrame
  public var deferSites: [DeferSite] = []
  public var atomics: [AtomicSite] = []
  public var calls: [CallSite] = []
  public var indirectCalls: [IndirectCall] = []
  public var goStatements: [GoStatement] = []
  /// Instructions that the disassembler did not decode.
  public var undecoded = 0

  public init(entry: UInt64, name: NameID, size: Int, frame: StackFrame) {
    self.entry = entry
    self.name = name
    self.size = size
    self.frame = frame
  }
}
