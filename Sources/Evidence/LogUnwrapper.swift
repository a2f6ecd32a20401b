import ByteText
import ProgramModel

/// Takes off what logs put around a process's lines, and reads each process's by itself.
final class LogUnwrapper {
  private var stream = LogStream()
  /// How many lines were a traceback's.
  private(set) var recognized = 0

  /// Reads a line of the log, without its line feed.
  func read(_ line: Span<UInt8>, number: Int) {
    if LogLine.isClean(line) {
      recognized += stream.read(line, number) ? 1 : 0
      return
    }
    let text = LogLine.clean(line)
    var start = 0
    repeat {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      recognized += stream.read(text.span.extracting(start..<end), number) ? 1 : 0
      start = end + 1
    } while start < text.count
  }

  /// Reads a JSON document of many lines.
  func read(document: JSONLine) { recognized += stream.read(document: document) ? 1 : 0 }

  /// Returns everything that was found.
  func finish() -> Traces {
    var found = stream.finish().filter { !$0.crashes.isEmpty || $0.diagnostics != TraceDiagnostics() }
    var all = found.isEmpty ? Traces() : found.removeFirst()
    for traces in found { all.append(traces) }
    all.sort()
    return all
  }
}
