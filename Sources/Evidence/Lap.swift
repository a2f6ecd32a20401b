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
    guard let (start, length) = Self.turn(names[..<end]) ?? Self.longTurn(names, goroutine.elided) else {
      return nil
    }
    // A turn's first frame should have an end of its own: an inlined one has that of its caller.
    let first = (start..<start + length).first { frames[$0].fp != nil && $0 + length <= end } ?? start
    self.frames = first..<first + length
    measured = Self.measured(goroutine, first, length)
    // From the program's entry inwards: the cycle begins where its functions do.
    let members = Set(names[start..<start + length])
    self.first = frames.indices.last { members.contains(names[$0]) }
    count = self.first.map { last in last + 2 - start + (goroutine.elided.map { $0.count ?? 0 } ?? 0) }
  }

  /// What a turn takes by the ends of two frames of one function, a turn or many apart.
  private static func measured(_ goroutine: GoroutineTrace, _ first: Int, _ length: Int) -> Int? {
    let frames = goroutine.frames
    let end = goroutine.elided?.behind ?? frames.count
    var (next, turns) = (first + length, 1)
    if next >= end {
      guard let gone = goroutine.elided?.count,
        let far = (end..<frames.count).first(where: {
          frames[$0].function == frames[first].function && ($0 + gone - first) % length == 0
        })
      else { return nil }
      (next, turns) = (far, (far + gone - first) / length)
    }
    guard next < frames.count, let a = frames[first].fp, let b = frames[next].fp, b > a,
      b - a < StackFrame.limit
    else { return nil }
    return Int(b - a) / turns
  }

  /// A turn of more frames than half of the innermost ones that are printed: the outermost ones are those that it would
  /// have there, since it is said how many are between them.
  private static func longTurn(
    _ names: [NameID], _ elided: GoroutineTrace.Elided?
  ) -> (start: Int, length: Int)? {
    // Fifty are printed behind the gap, a hundred before Go 1.21 (Go `runtime/traceback.go`, tracebackOuterFrames).
    guard let elided, let gone = elided.count, 2...100 ~= elided.behind, elided.behind < names.count else {
      return nil
    }
    for length in 2...elided.behind {
      let start = length == elided.behind ? 0 : 1
      let twice = max(0, elided.behind - start - length)
      guard (start..<start + twice).allSatisfy({ names[$0] == names[$0 + length] }) else { continue }
      let far = names[elided.behind...].indices.prefix { i in
        names[i] == names[start + (i + gone - start) % length]
      }
      // So many at exactly their places are no chance.
      if twice + far.count >= max(8, length / 2) { return (start, length) }
    }
    return nil
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
