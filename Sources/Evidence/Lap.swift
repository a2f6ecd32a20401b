import ProgramModel

/// The cycle that filled a stack: what one turn takes, as the model has it and as the runtime measured it.
public struct Lap: Sendable {
  /// One turn, innermost first: places in the goroutine's frames, inlined ones included.
  public let frames: Range<Int>
  /// fp − fp of the same function a turn on, in bytes; nil where the traceback has none.
  public let measured: Int?
  /// How many of the goroutine's frames are the cycle's, those that were elided included.
  public let count: Int?
  /// The frame that entered the cycle: the outermost one that belongs to it. A place in the goroutine's frames.
  public let first: Int?

  /// The shortest turn that the innermost frames make, at least twice. The innermost frame is left out: it is where
  /// the stack had no room; so are those that a turn called for once.
  init?(_ goroutine: GoroutineTrace) {
    let frames = goroutine.frames
    let end = goroutine.elided?.behind ?? frames.count
    let names = frames.map(\.function)
    func turn(from start: Int) -> Int? {
      guard end - start >= 2 else { return nil }
      return (1...(end - start) / 2).first { length in
        (start..<end - length).allSatisfy { names[$0] == names[$0 + length] }
      }
    }
    guard
      let (start, length) = (1...max(1, end / 2)).lazy.compactMap({ start in
        turn(from: start).map { (start, $0) }
      }).first
    else { return nil }
    // A turn's first frame should have an end of its own: an inlined one has that of its caller.
    let first = (start..<start + length).first { frames[$0].fp != nil } ?? start
    self.frames = first..<first + length
    if first + length < end, let a = frames[first].fp, let b = frames[first + length].fp, b > a,
      b - a < 1 << 40
    {
      measured = Int(b - a)
    } else {
      measured = nil
    }
    // From the program's entry inwards: the cycle begins where its functions do.
    let members = Set(names[start..<start + length])
    self.first = frames.indices.last { members.contains(names[$0]) }
    count = self.first.map { last in last + 2 - start + (goroutine.elided.map { $0.count ?? 0 } ?? 0) }
  }
}
