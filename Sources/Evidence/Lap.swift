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
    guard let (start, length) = Self.turn(names[..<end]) else { return nil }
    // A turn's first frame should have an end of its own: an inlined one has that of its caller.
    let first = (start..<start + length).first { frames[$0].fp != nil } ?? start
    self.frames = first..<first + length
    if first + length < end, let a = frames[first].fp, let b = frames[first + length].fp, b > a,
      b - a < StackFrame.limit
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

  /// The first place from 1 to the middle from which on all names repeat themselves at least once, and how many names a
  /// turn has, the fewest that it can be.
  ///
  /// Read backwards, what is left from a place on is a beginning, and of all beginnings one pass tells the shortest
  /// turns (Knuth, Morris, Pratt, Fast pattern matching in strings, 1977).
  private static func turn(_ names: ArraySlice<NameID>) -> (start: Int, length: Int)? {
    let backwards = Array(names.dropFirst().reversed())
    guard backwards.count >= 2 else { return nil }
    // Of each beginning, the longest one that it ends with as well.
    var borders = [0]
    for i in 1..<backwards.count {
      var border = borders[i - 1]
      while border > 0, backwards[border] != backwards[i] { border = borders[border - 1] }
      borders.append(backwards[border] == backwards[i] ? border + 1 : 0)
    }
    for start in 1...max(1, names.count / 2) {
      let count = names.count - start
      let length = count - borders[count - 1]
      if length * 2 <= count { return (start, length) }
    }
    return nil
  }
}
