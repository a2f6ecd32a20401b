/// The stack that a function takes.
public struct StackFrame: Hashable, Sendable {
  /// The deepest offset of SP below the SP at entry, in bytes. It includes the saved BP and LR but not the
  /// return address that CALL pushes. It is the maximum of the linker's `pcsp` table.
  public var bytes: Int
  /// The source from which `bytes` was determined.
  public var source: FrameSource
  /// Whether the caller's frame pointer is saved in the frame.
  public var savesFramePointer: Bool
  /// The reason why `bytes` is only the best known lower bound; nil when it is exact.
  public var uncertain: Uncertainty?
  /// The kind of test for room at the start of the prologue.
  public var splitCheck: SplitCheck

  /// The limit for a frame's size, in bytes. No stack holds as much (1 GB, Go `runtime/proc.go`), so a larger
  /// size is damage. Sums of frames cannot overflow: no memory holds 2²⁷ functions.
  public static let limit = 1 << 36

  /// Creates a frame; without arguments, that of a function that takes no stack.
  public init(
    bytes: Int = 0, source: FrameSource = .walk, savesFramePointer: Bool = false,
    uncertain: Uncertainty? = nil, splitCheck: SplitCheck = .none
  ) {
    self.bytes = bytes
    self.source = source
    self.savesFramePointer = savesFramePointer
    self.uncertain = uncertain
    self.splitCheck = splitCheck
  }
}

/// The source from which a frame's size was determined.
public enum FrameSource: String, CaseIterable, Sendable {
  /// A walk along the function's code.
  case walk
  /// The immediate of the prologue's split check.
  case check
  /// The linker's `pcsp` table.
  case table
}

/// The reason why a frame's size is only a lower bound. The list is closed; tools switch over it.
public enum Uncertainty: String, CaseIterable, Sendable {
  /// SP goes deeper after it was written in a way that the text does not settle (`MOVQ 0x38(R14), SP`, `ANDQ
  /// $~15, SP`): hand-written assembly that switches or aligns stacks.
  case stackSwitch
  /// The reservation and the split check's immediate disagree.
  case checkMismatch
  /// The code and the frame that the compiler's listing states (`locals=`, `TEXT …, $56-8`) disagree.
  case statedMismatch
  /// SP reaches one point of the code at two different depths, and goes deeper from there.
  case depthMismatch
  /// The disassembler lost step before the end of the prologue.
  case undecoded
  /// The text lacks some of the function's instructions.
  case elided
  /// The function has more instructions than fathom accepts; only the first ones were read.
  case tooLarge
  /// Neither Go's compiler nor its assembler made the function. C may take more (`alloca`), and none of Go's
  /// tables says how much.
  case foreign
}

/// The split check: the test for room on the stack at the start of a Go prologue (Go `internal/abi/stack.go`:
/// StackSmall 128, StackBig 4096).
public enum SplitCheck: String, CaseIterable, Sendable {
  /// No split check: a leaf below 128 bytes, `//go:nosplit`, assembly with NOSPLIT, or not Go.
  case none
  /// SP itself is compared with the guard: frames up to 128 bytes.
  case small
  /// SP minus the frame is compared with the guard: frames up to 4,096 bytes.
  case big
  /// Like `big`, preceded by a test for wrap-around: frames above 4,096 bytes.
  case huge
}
