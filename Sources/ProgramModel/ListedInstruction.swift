/// One instruction of a function, with its text in the listing and its meaning in the model. `show` prints
/// these.
public struct ListedInstruction: Sendable {
  /// The instruction's address.
  public var address: UInt64
  /// The mnemonic and operands in the dialect's own spelling, with runs of blanks folded.
  public var text: String
  /// Its source line; nil when neither the listing nor the binary has one.
  public var location: SourceLocation?
  /// The functions that were inlined there, innermost first, from the binary's table. ``location`` is in the
  /// first one.
  public var inlined: [InlinedCall] = []
  /// The distance of SP below the SP at entry after this instruction, in bytes; nil where no path that was
  /// understood leads here.
  public var depth: Int?
  /// Its part in the model; nil for an instruction that the model ignores.
  public var role: Role?

  /// The part that an instruction plays in the model of its function.
  public enum Role: String, Sendable {
    case splitCheck, morestack, reservation, savesFramePointer, setsFramePointer, release
    case deferSite, deferReturn, atomic, call, tailJump, indirectCall, goStatement, undecoded
  }

  /// Creates an instruction without inlined calls.
  public init(address: UInt64, text: String, location: SourceLocation?, depth: Int?, role: Role?) {
    self.address = address
    self.text = text
    self.location = location
    self.depth = depth
    self.role = role
  }
}
