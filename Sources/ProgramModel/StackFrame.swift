/// What a function takes from the stack.
public struct StackFrame: Hashable, Sendable {
  /// The deepest SP offset below the SP at entry, in bytes: saved BP and LR included, the return
  /// address that CALL pushes left out. The maximum of the linker's `pcsp` table.
  public var bytes: Int
  /// What settled `bytes`.
  public var source: FrameSource
  /// Whether the caller's frame pointer is saved in the frame.
  public var savesFramePointer: Bool
  /// Why `bytes` is only the best known lower bound; nil when it is exact.
  public var uncertain: Uncertainty?
  /// The test for room that the prologue begins with.
  public var splitCheck: SplitCheck

  /// More than any stack holds (1 GB, Go `runtime/proc.go`) is no frame. What adds frames up cannot overflow: there
  /// are not 2²⁷ functions in memory.
  public static let limit = 1 << 36

  /// A frame; without arguments that of a function that takes nothing.
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

/// What a frame's size was read from.
public enum FrameSource: String, CaseIterable, Sendable {
  /// A walk along the code.
  case walk
  /// The immediate of the prologue's split check.
  case check
  /// The linker's `pcsp` table.
  case table
}

/// Why a frame's size is only a lower bound. The list is closed; tools switch over it.
public enum Uncertainty: String, CaseIterable, Sendable {
  /// SP goes deeper after SP was written in a way that text does not settle
  /// (`MOVQ 0x38(R14), SP`, `ANDQ $~15, SP`): hand-written assembly that switches or aligns stacks.
  case stackSwitch
  /// The reservation and the split check's immediate disagree.
  case checkMismatch
  /// The code and the frame that the compiler's listing states (`locals=`, `TEXT …, $56-8`) disagree.
  case statedMismatch
  /// SP is reached at two depths that differ, and goes deeper from there.
  case depthMismatch
  /// The disassembler lost step before the prologue was over.
  case undecoded
  /// More instructions than a function may have here; only the first ones were read.
  case tooLarge
  /// Not made by Go's compiler or assembler: C may take more (`alloca`), and no table of Go's says how much.
  case foreign
}

/// The test for room on the stack that a Go prologue begins with (Go `internal/abi/stack.go`:
/// StackSmall 128, StackBig 4096).
public enum SplitCheck: String, CaseIterable, Sendable {
  /// No test: a leaf below 128 bytes, `//go:nosplit`, assembly with NOSPLIT, or not Go.
  case none
  /// SP itself is held against the guard: frames up to 128 bytes.
  case small
  /// SP less the frame is held against the guard: frames up to 4,096 bytes.
  case big
  /// As `big`, with a test for wrap-around first: frames above 4,096 bytes.
  case huge
}
