public import ProgramModel

/// The sizes that the runtime and the linker set for a program's stacks, in bytes.
public struct StackRules: Hashable, Sendable {
  /// The size of a goroutine's first stack: `fixedStack` (Go `runtime/stack.go:70`), which is `2048 +
  /// stackSystem` rounded up to a power of two.
  ///
  /// Since Go 1.19 the runtime starts with the average of earlier goroutines instead (`startingStackSize`),
  /// where that is larger; `GODEBUG=adaptivestackstart=0` turns this off.
  public let first: Int
  /// The distance that SP keeps from the stack's low end: `stackGuard` (Go `runtime/stack.go:102`).
  public let guardSize: Int
  /// The bytes above the frame of a goroutine's entry function: four words and the reserved ones, aligned,
  /// and on x86 the return address (Go `runtime/proc.go`, newproc1; `gostartcall`).
  public let top: Int
  /// The size of the largest possible stack. Stacks double, so it is the last power of two below
  /// `maxstacksize` (Go `runtime/proc.go:164`: 1,000,000,000 bytes; 250,000,000 on 32 bits).
  public let ceiling: Int
  /// The most stack that a chain of functions without split checks may take: the linker's limit
  /// (`cmd/link/internal/ld/stackcheck.go:64`).
  public let nosplitLimit: Int
  /// The bytes that CALL pushes.
  public let callPush: Int

  /// The size at which growing ends, whatever the frames: no machine has so much memory.
  private static let largest = 1 << 50

  /// The largest frame whose split check compares SP itself with the guard (`internal/abi/stack.go`,
  /// StackSmall).
  static let small = 128

  /// Creates the rules for a machine and a system.
  ///
  /// - Parameters:
  ///   - arch: the architecture.
  ///   - os: the system as in GOOS; nil counts as Linux, whose numbers all but a few systems share.
  ///   - isRace: whether the program was built with `-race`.
  public init(arch: Architecture, os: String?, isRace: Bool = false) {
    let word = arch.word
    let alignment = arch == .arm64 ? 16 : word
    let system =
      switch (os, arch) {
      case ("windows", _): 4096
      case ("plan9", _): 512
      case ("ios", .arm64): 1024
      default: 0
      }
    let multiplier = 1 + (os == "aix" || os == "openbsd" ? 1 : 0) + (isRace ? 1 : 0)
    let nosplit = 800 * multiplier
    callPush = arch.callPush
    guardSize = nosplit + system + Self.small
    top = (4 * word + arch.argumentOffset + alignment - 1) / alignment * alignment + callPush
    var size = 2048
    while size < 2048 + system { size *= 2 }
    first = size
    ceiling = word == 8 ? 512 << 20 : 128 << 20
    // On arm64 the frame pointer is saved below SP.
    nosplitLimit = nosplit - callPush - (arch == .arm64 ? 8 : 0)
  }

  /// Creates the rules for a program. A race build is recognised by the detector's entry point,
  /// `runtime.racecall`.
  public init(_ program: Program) {
    self.init(
      arch: program.header.arch, os: program.header.os,
      isRace: program.functions.indices.contains {
        program.names.bytes(of: program.functions[$0].name).starts(with: "runtime.racecall".utf8)
      })
  }

  /// Returns the stack size of a goroutine whose calls are this deep, in bytes: the size to which the frames
  /// on the way down made it grow.
  ///
  /// - Parameter path: the frames from the goroutine's entry inwards. `cost` is the stack that a call takes,
  ///   and `frame` is the frame size that its split check tests (nil for a function without one), both in
  ///   bytes.
  public func size(of path: some Sequence<(cost: Int, frame: Int?)>) -> Int {
    var (used, size) = (0, first)
    for (cost, frame) in path {
      if let frame, grows(demand: used + Self.extra(frame), size: size) {
        size = grown(size, used: used, frame: frame)
      }
      used += cost
    }
    return size
  }

  /// Returns the bytes that a split check requires beyond those in use: 0 for frames up to ``small``.
  static func extra(_ frame: Int) -> Int { max(0, frame - small) }

  /// Whether a function needs a larger stack, by `newstack`'s rule.
  ///
  /// - Parameters:
  ///   - demand: the bytes in use at its entry, without ``top``, plus those that its split check requires.
  ///   - size: the size of the stack, in bytes.
  func grows(demand: Int, size: Int) -> Bool { top + demand >= size - guardSize }

  /// Returns the size of a stack after it has grown: twice the size, doubled again until the whole frame fits
  /// (Go `runtime/stack.go`, newstack).
  ///
  /// - Parameters:
  ///   - size: the size before, in bytes.
  ///   - used: the bytes in use at the function's entry, without ``top``.
  ///   - frame: the size of the function's frame, in bytes.
  func grown(_ size: Int, used: Int, frame: Int) -> Int {
    var size = min(size * 2, Self.largest)
    while size - top - used < frame + guardSize, size < Self.largest { size *= 2 }
    return size
  }
}
