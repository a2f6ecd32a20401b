import ByteText
import ProgramModel

/// The race detector's reports, whose lines are indented and have headers of their own.
extension TraceParser {
  /// Reads a line of its report (`runtime/race`): `Write at 0x… by goroutine 7:`, then names and places, indented.
  ///
  /// - Returns: false for a line that stands in other reports as well.
  mutating func readRace(_ line: Span<UInt8>) -> Bool {
    if line.has("==========", at: 0) {
      end()
      isRace = false
      foreign = nil
      return true
    }
    if line.ends(with: ":"), !line.has(" ", at: 0) {
      end()
      if foreign == nil || state == .message { open() }
      touch()
      goroutine.trace.state = traces.names.intern(line.extracting(0..<line.count - 1))
      if let at = line.firstOffset(of: "oroutine ") {
        goroutine.trace.id = UInt64(line.decimal(from: at + 9).value)
      }
      state = .betweenFrames
      return true
    }
    guard line.has("  ", at: 0) else { return false }
    touch()
    if line.has("      ", at: 0) {
      var text = line.extracting(5..<line.count).copied
      text[0] = UInt8(ascii: "\t")
      if case .place(let place) = TraceLine(text.span) { self.place(place, text.span) }
    } else if state.isInGoroutine {
      let text = line.extracting(2..<line.count)
      guard case .function(let name, let isInlined, _) = TraceLine(text) else { return true }
      push()
      goroutine.frame = TraceFrame(function: traces.names.intern(text.extracting(name)), isInlined: isInlined)
      state = .named
    }
    return true
  }
}
