public import ProgramModel

/// The runtime's and the linker's numbers for the stacks of a program, in bytes.
public struct StackRules: Hashable, Sendable {
  /// A goroutine's first stack: `fixedStack` (Go `runtime/stack.go:70`), `2048 + stackSystem` as a power of two.
  ///
  /// Since Go 1.19 the runtime begins with the average of earlier goroutines instead (`startingStackSize`), where
  /// that is larger; `GODEBUG=adaptivestackstart=0` turns it off.
  public let first: Int
  /// How far above a stack's low end SP has to stay: `stackGuard` (Go `runtime/stack.go:102`).
  public let guardSize: Int
  /// What the entry function of a goroutine finds above its frame: four words and the reserved ones, aligned, and on
  /// x86 the return address (Go `runtime/proc.go`, newproc1; `gostartcall`).
  public let top: Int
  /// The largest stack that there can be: stacks double, so it is the last power of two below `maxstacksize`
  /// (Go `runtime/proc.go:164`: 1,000,000,000 bytes; 250,000,000 on 32 bits).
  public let ceiling: Int
  /// What a chain of functions without split checks may take, the linker's limit
  /// (`cmd/link/internal/ld/stackcheck.go:64`).
  public let nosplitLimit: Int
  /// What CALL pushes.
  public let callPush: Int

  /// Where growing ends, whatever the frames: no memory has so much, in bytes.
  private static let largest = 1 << 50

  /// Frames up to here hold SP itself against the guard (`internal/abi/stack.go`, StackSmall).
  static let small = 128

  /// - Parameters:
  ///   - arch: the machine.
  ///   - os: as in GOOS; nil counts as Linux, whose numbers all but a few systems share.
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

  /// Those of a program. A race build has the detector's way in, `runtime.racecall`.
  public init(_ program: Program) {
    self.init(
      arch: program.header.arch, os: program.header.os,
      isRace: program.functions.indices.contains {
        program.names.bytes(of: program.functions[$0].name).starts(with: "runtime.racecall".utf8)
      })
  }

  /// The stack of a goroutine that stands so deep, in bytes: what its frames made it grow to on the way down.
  ///
  /// - Parameter path: the frames from the goroutine's entry inwards: what a call takes, and what its split check sees
  ///   of the frame (nil without a check), in bytes.
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

  /// What a split check asks for besides what is used: frames up to ``small`` ask for nothing.
  static func extra(_ frame: Int) -> Int { max(0, frame - small) }

  /// Whether a function finds no room on a stack, by `newstack`'s rule.
  ///
  /// - Parameters:
  ///   - demand: what is used at its entry, ``top`` left out, and what its split check asks for.
  ///   - size: of the stack.
  func grows(demand: Int, size: Int) -> Bool { top + demand >= size - guardSize }

  /// The size after growing: twice, and again until the whole frame fits (Go `runtime/stack.go`, newstack).
  ///
  /// - Parameter used: at the function's entry, ``top`` left out.
  func grown(_ size: Int, used: Int, frame: Int) -> Int {
    var size = min(size * 2, Self.largest)
    while size - top - used < frame + guardSize, size < Self.largest { size *= 2 }
    return size
  }
}
