import LibC
import ProgramModel

/// Finds the tracebacks in a log, of any length: what is far from one is passed over by a search for a few words.
public struct LogReader {
  /// Longer lines are cut.
  public static let lineLimit = 1 << 20

  private var input: LogInput
  private let search = WordSearch()
  private var overlongLines = 0
  /// The bytes from `start` to `end` were read and not yet looked at; before them are those that were passed
  /// over last.
  private var buffer: [UInt8] = []
  private var start = 0
  private var end = 0
  /// How many lines were read, those that were passed over left out.
  private var number = 0
  /// Everything before this offset was read line by line.
  private var consumed = 0
  private var atEnd = false
  /// The first bytes, up to ``keptBytes``: what holds no traceback may be a piece of a stack.
  public private(set) var beginning: [UInt8] = []
  /// How much of a log is kept; a goroutine's first stacks are smaller by far.
  public static let keptBytes = 1 << 20
  /// Inside a traceback, or close behind one; and in the first bytes, up to ``keptBytes``, for where lines come in parts
  /// a word may be in two.
  private var isReading = true
  /// How many bytes were read line by line.
  private var looked = 0
  private var idleLines = 0

  /// A crash's words stand so close before its goroutines.
  private static let lookBack = 1 << 14
  /// So many lines behind the last one of a traceback the search begins again.
  private static let idleLimit = 256
  /// - Parameters:
  ///   - descriptor: to read from.
  ///   - readSize: how many bytes are asked for at once.
  public init(_ descriptor: CInt, readSize: Int = 1 << 18) {
    input = LogInput(descriptor, readSize: readSize)
  }

  /// Reads to the end.
  ///
  /// - Returns: what was found, how many bytes of text there were, and the errno of a read that failed or 0.
  public mutating func read() -> (traces: Traces, bytes: Int, error: CInt) {
    var unwrapper = LogUnwrapper()
    var total = 0
    while !atEnd {
      total += fill()
      work(&unwrapper)
    }
    var traces = unwrapper.finish()
    if total <= Self.keptBytes, !Self.areWhole(traces) {
      if let found = document() ?? newestFirst(traces) { traces = found }
    }
    traces.diagnostics.overlongLines += overlongLines
    traces.diagnostics.damage = damage
    return (traces, total, input.error)
  }

  /// Reads the lines from the last one on, where that gives whole goroutines and the other way gives none: exports of
  /// logs have the newest line first.
  private func newestFirst(_ traces: Traces) -> Traces? {
    guard !traces.goroutines.isEmpty || !traces.crashes.isEmpty else { return nil }
    var turned = LogUnwrapper()
    let lines = beginning.split(separator: 0x0a, omittingEmptySubsequences: false).reversed()
    for (i, line) in lines.enumerated() { _ = turned.read(Array(line).span, number: i + 1) }
    var found = turned.finish()
    guard Self.areWhole(found), found.diagnostics.cutGoroutines == 0 else { return nil }
    found.diagnostics.isNewestFirst = true
    return found
  }

  /// Whether a goroutine has its header and no less than all of what it began with.
  private static func areWhole(_ traces: Traces) -> Bool {
    traces.goroutines.contains { $0.id != nil && !$0.isCut && !$0.frames.isEmpty }
  }

  /// Reads a log that is one JSON document over many lines, as queries of log stores answer; macOS puts a line with
  /// another one before it.
  private func document() -> Traces? {
    var text = beginning[...]
    for _ in 0..<2 {
      guard let first = text.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
        return nil
      }
      if let document = JSONLine(Array(text)) {
        var stream = LogUnwrapper()
        stream.read(document: document)
        let found = stream.finish()
        return found.goroutines.contains { !$0.isCut && !$0.frames.isEmpty } ? found : nil
      }
      text = text.firstIndex(of: 0x0a).map { text[($0 + 1)...] } ?? []
    }
    return nil
  }

  /// Why a log that gzip wrote cannot be read to its end; nil where it was.
  private var damage: String? {
    switch input.damage {
    case .malformed?: "what gzip wrote is damaged"
    case .cut?: "what gzip wrote is truncated"
    case .endless?: "more than \(Inflater.limit >> 30) GiB come out of what gzip wrote"
    case nil: nil
    }
  }

  /// Reads on, behind what is still to be looked at and the beginning of lines.
  private mutating func fill() -> Int {
    let kept = max(0, start - Self.lookBack)
    if kept > 0 {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe memmove(base, base + kept, end - kept)
      }
      start -= kept
      end -= kept
      consumed = max(0, consumed - kept)
    }
    let count = input.read(into: &buffer, at: end)
    if count == 0 { atEnd = true }
    if count > 0, beginning.count < Self.keptBytes {
      beginning += buffer[end..<end + min(count, Self.keptBytes - beginning.count)]
    }
    end += count
    return count
  }

  private mutating func work(_ unwrapper: inout LogUnwrapper) {
    while start < end {
      if !isReading, !find() { return }
      guard let newline = lineEnd() else {
        if atEnd {
          readLine(start..<end, &unwrapper)
          start = end
        } else if end - start > Self.lineLimit {
          // Cut: what follows is another line, or the rest of it.
          overlongLines += 1
          readLine(start..<start + Self.lineLimit, &unwrapper)
          start += Self.lineLimit
        }
        return
      }
      readLine(start..<newline, &unwrapper)
      start = newline + 1
    }
  }

  private func lineEnd() -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = unsafe memchr(base + start, 0x0a, end - start) else {
        return nil
      }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  private mutating func readLine(_ range: Range<Int>, _ unwrapper: inout LogUnwrapper) {
    consumed = range.upperBound + 1
    number += 1
    let isRecognized = unwrapper.read(buffer.span.extracting(range), number: number)
    idleLines = isRecognized ? 0 : idleLines + 1
    looked += range.count + 1
    if idleLines > Self.idleLimit, looked > Self.keptBytes { isReading = false }
  }

  /// Looks for one of the words; from the lines before it on everything is read.
  private mutating func find() -> Bool {
    let found = unsafe buffer.withUnsafeBytes { unsafe search.first($0, in: start..<end) }
    guard let first = found else {
      // A word may begin at the very end.
      start = max(start, end - WordSearch.longest)
      return false
    }
    let from = max(consumed, first - Self.lookBack, 0)
    // It may be the middle of a line, but at the beginning of all.
    let newline = from > consumed ? buffer[from..<first].firstIndex(of: 0x0a).map { $0 + 1 } : nil
    start = newline ?? from
    isReading = true
    idleLines = 0
    return true
  }
}
