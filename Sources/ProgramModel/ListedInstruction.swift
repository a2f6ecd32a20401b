/// One instruction of a function, as the listing has it and as it was understood: what `show` prints.
public struct ListedInstruction: Sendable {
  /// Where it stands in memory.
  public var address: UInt64
  /// Mnemonic and operands in the dialect's own spelling, blanks folded.
  public var text: String
  /// Its source line; nil when neither the listing nor the binary has one.
  public var location: SourceLocation?
  /// The functions that were inlined there, innermost first, by the binary's table: ``location`` is in the first one.
  public var inlined: [InlinedCall] = []
  /// Bytes that SP stands below the SP at entry once this instruction ran; nil where no path that was
  /// understood leads here.
  public var depth: Int?
  /// What it is in the model; nil for an instruction that the model does not look at.
  public var role: Role?

  /// What an instruction is in the model of its function.
  public enum Role: String, Sendable {
    case splitCheck, morestack, reservation, savesFramePointer, setsFramePointer, release
    case deferSite, deferReturn, atomic, call, tailJump, indirectCall, goStatement, undecoded
  }

  /// A call that the compiler put the called function's code in place of.
  public struct InlinedCall: Sendable {
    /// What was called.
    public var function: NameID
    /// Where it was called.
    public var call: SourceLocation?

    /// What was called, and where.
    public init(function: NameID, call: SourceLocation?) {
      self.function = function
      self.call = call
    }
  }

  /// An instruction with all that is known of it.
  public init(address: UInt64, text: String, location: SourceLocation?, depth: Int?, role: Role?) {
    self.address = address
    self.text = text
    self.location = location
    self.depth = depth
    self.role = role
  }
}
