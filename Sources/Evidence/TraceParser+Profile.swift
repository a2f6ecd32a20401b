import ByteText
import ProgramModel

/// Stacks that profilers list, a bare name a line, so that only what stands before them tells that they are stacks:
///
///     -----------+-------------------------------      @[
///           10ms   main.f                                  main.f+32
///                  main.main                               main.main+29
///     -----------+-------------------------------      ]: 7
///
/// `go tool pprof -traces` on the left, bpftrace's `ustack` on the right.
extension TraceParser {
  enum Profiler {
    case pprof, bpftrace
  }

  /// Reads a line of such a list.
  ///
  /// - Returns: false for a line of something else, which ends the list.
  mutating func readProfile(_ line: Span<UInt8>) -> Bool {
    if line.has("-----------+--", at: 0) {
      beginList(of: .pprof)
      return true
    }
    if line.has("@", at: 0), line.ends(with: "[") {
      beginList(of: .bpftrace)
      return true
    }
    guard let profiler else { return false }
    if profiler == .bpftrace, line.has("]: ", at: 0) {
      endList(count: line.decimal(from: 3).value)
      return true
    }
    guard let name = Self.name(line, profiler) else {
      // A label's line, `bytes:  16kB`.
      if profiler == .pprof, line.firstOffset(of: ":  ") != nil { return true }
      endList()
      return false
    }
    list(line.extracting(name))
    return true
  }

  private static func name(_ line: Span<UInt8>, _ profiler: Profiler) -> Range<Int>? {
    var start = line.skippingBlanks(0..<line.count)
    guard start > 0 else { return nil }
    var end = line.count
    switch profiler {
    case .pprof:
      // The value stands before the innermost function.
      if let gap = line.firstOffset(of: "   ", from: start) { start = line.skippingBlanks(gap..<end) }
    case .bpftrace:
      guard let plus = line.lastOffset(of: UInt8(ascii: "+"), below: end),
        line.decimal(from: plus + 1).end == end
      else { return nil }
      end = plus
    }
    return TraceLine.isName(line, start..<end) ? start..<end : nil
  }

  mutating func beginList(of profiler: Profiler) {
    end()
    self.profiler = profiler
    touch()
  }

  mutating func list(_ name: Span<UInt8>) {
    if !state.isInGoroutine {
      if state == .message || foreign == nil { open() }
      state = .betweenFrames
    }
    goroutine.trace.frames.append(TraceFrame(function: traces.names.intern(name)))
    touch()
  }

  mutating func endList(count: Int64 = 1) {
    if state.isInGoroutine, let count = Int32(exactly: count) { goroutine.trace.count = Int(count) }
    end()
    profiler = nil
  }

  /// Reads a line of gin's stack: `/src/main.go:4 (0x45e1a0)`; its function comes next, `\tf: panic("boom")`.
  mutating func readAddressed(_ place: TraceLine.Place, _ line: Span<UInt8>) {
    if !state.isInGoroutine {
      if state == .message || foreign == nil { open() }
    }
    push()
    goroutine.frame = TraceFrame(
      function: traces.names.intern("0x" + String(place.pc ?? 0, radix: 16)), file: name(line, place.file),
      line: place.line, pc: place.pc, isNameless: true)
    state = .addressed
    touch()
  }

  /// Reads the function of ``State/addressed``, and the line of source behind it.
  mutating func readSourced(_ line: Span<UInt8>) -> Bool {
    guard state == .addressed, line.has("\t", at: 0), let colon = line.firstOffset(of: ": ", from: 1),
      TraceLine.isName(line, 1..<colon)
    else { return false }
    goroutine.frame.function = name(line, 1..<colon)
    goroutine.frame.isNameless = false
    goroutine.frame.isShort = true
    push()
    touch()
    return true
  }
}
