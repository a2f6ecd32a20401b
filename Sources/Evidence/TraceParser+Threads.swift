import ByteText
import ProgramModel

/// The threads whose stacks debuggers and macOS's reports print, and which of them it is about:
///
///     Thread 4 (LWP 17057 "app"):               gdb, behind `Thread 1 "app" hit Breakpoint 1, …`
///     * thread #1, name = 'app', stop reason …  lldb, the others without an asterisk
///     Thread 3 Crashed:                         macOS
extension TraceParser {
  struct Threads {
    /// The thread of the stack that comes next.
    var next: (number: Int32, isCurrent: Bool)?
    /// gdb's. Nothing said, its first one is: a core's that crashed, or main's.
    var current: Int32 = 1
  }

  /// Reads a line that names a thread.
  mutating func readThread(_ line: Span<UInt8>) -> Bool {
    if let at = line.firstOffset(of: "thread #"), at <= 2,
      line.skippingBlanks(0..<at) == at || line.has("* ", at: 0)
    {
      return begin(thread: line.decimal(from: at + 8).value, isCurrent: line.has("* ", at: 0))
    }
    if line.has("[Current thread is ", at: 0) || line.has("[Switching to thread ", at: 0) {
      threads.current = Int32(exactly: line.decimal(from: line.has("[C", at: 0) ? 19 : 21).value) ?? 1
      return false
    }
    guard line.has("Thread ", at: 0) else { return false }
    let (number, end) = line.decimal(from: 7)
    guard end > 7 else { return false }
    if line.has(" (", at: end), line.ends(with: "):") {
      return begin(thread: number, isCurrent: number == Int64(threads.current))
    }
    if line.has(" Crashed:", at: end) || line.has(":", at: end) {
      return begin(thread: number, isCurrent: line.has(" C", at: end))
    }
    if line.has(" \"", at: end),
      line.firstOffset(of: "\" hit ") ?? line.firstOffset(of: "\" received ") != nil
    {
      threads.current = Int32(exactly: number) ?? 1
    }
    return false
  }

  private mutating func begin(thread number: Int64, isCurrent: Bool) -> Bool {
    // What begins so inside of a goroutine with a header is another program's line.
    guard !state.isInGoroutine || goroutine.trace.id == nil && goroutine.trace.state == nil else {
      return false
    }
    end()
    threads.next = Int32(exactly: number).map { ($0, isCurrent) }
    return false
  }

  /// Forgets the frame that a debugger printed as it stopped, where the whole stack follows.
  mutating func dropStop(_ trace: GoroutineTrace) {
    guard let crash = traces.crashes.indices.last, let last = traces.goroutines.last,
      traces.crashes[crash].goroutines.contains(traces.goroutines.count - 1), last.thread == trace.thread,
      last.frames.count == 1, trace.frames.count > 1, last.frames[0] == trace.frames[0]
    else { return }
    traces.goroutines.removeLast()
    let start = traces.crashes[crash].goroutines.lowerBound
    traces.crashes[crash].goroutines = start..<traces.goroutines.count
  }
}
