import ByteText
import ProgramModel

/// The frames of the goroutine that is being read: a name, then its place.
extension TraceParser {
  mutating func name(_ line: Span<UInt8>, _ range: Range<Int>) -> NameID {
    traces.names.intern(line.extracting(range))
  }

  /// Takes a frame whose place comes next.
  mutating func name(_ frame: TraceFrame, _ next: State) {
    goroutine.frame = frame
    state = next
    touch()
  }

  mutating func place(_ place: TraceLine.Place, _ line: Span<UInt8>) {
    guard state == .named || state == .created || state == .doubtful, !goroutine.isTorn else {
      return tear()
    }
    if state == .doubtful { state = .named }
    goroutine.frame.file = name(line, place.file)
    goroutine.frame.line = place.line
    goroutine.frame.offset = place.offset
    goroutine.frame.fp = place.fp
    goroutine.frame.sp = place.sp
    goroutine.frame.pc = place.pc ?? goroutine.frame.pc
    push()
    lastPlace.removeAll(keepingCapacity: true)
    if line.count >= Self.leastWidth {
      unsafe line.withUnsafeBufferPointer { unsafe lastPlace.append(contentsOf: $0) }
    }
    touch()
  }

  /// Notes a place that no name stands before.
  mutating func tear() {
    if state.isInGoroutine {
      goroutine.isTorn = true
      // Whose place it is that stands before the first name, the goroutine before may know.
      if goroutine.trace.frames.isEmpty, let last = traces.goroutines.indices.last {
        if !traces.goroutines[last].isCut { traces.diagnostics.cutGoroutines += 1 }
        traces.goroutines[last].tear()
      }
    } else if state == .ended, let last = traces.goroutines.indices.last, !traces.goroutines[last].isCut {
      traces.goroutines[last].tear()
      traces.diagnostics.cutGoroutines += 1
    } else {
      return
    }
    traces.diagnostics.foreignLines += 1
  }

  /// As ``push()``, where another name follows.
  mutating func pushNext() {
    goroutine.isTorn = goroutine.isTorn || state == .named || state == .created
    push()
  }

  /// Adds the frame whose name was read to the goroutine.
  mutating func push() {
    switch state {
    case .named, .addressed: goroutine.change { [frame = goroutine.frame] in $0.frames.append(frame) }
    case .created: goroutine.change { [frame = goroutine.frame] in $0.creator = frame }
    case .doubtful: break
    case .outside, .message, .betweenFrames, .ended: return
    }
    state = .betweenFrames
  }
}
