import ByteText
import ProgramModel

/// Takes off what logs put around a process's lines, and reads each process's by itself.
struct LogUnwrapper {
  private var stream = LogStream()

  /// Reads a line of the log, without its line feed.
  ///
  /// - Returns: whether it was a traceback's, or a line in it was.
  mutating func read(_ line: Span<UInt8>, number: Int) -> Bool {
    if LogLine.isClean(line) { return stream.read(line, number) }
    let text = LogLine.clean(line)
    var isRecognized = false
    var start = 0
    repeat {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      isRecognized = stream.read(text.span.extracting(start..<end), number) || isRecognized
      start = end + 1
    } while start < text.count
    return isRecognized
  }

  /// Reads a JSON document of many lines.
  mutating func read(document: JSONLine) { _ = stream.read(document: document) }

  /// Returns everything that was found.
  mutating func finish() -> Traces {
    var found = stream.finish().filter { !$0.crashes.isEmpty || $0.diagnostics != TraceDiagnostics() }
    var all = found.isEmpty ? Traces() : found.removeFirst()
    for traces in found { all.append(traces) }
    all.sort()
    return all
  }
}
