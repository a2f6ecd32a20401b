import ByteText
import ProgramModel

/// Takes off what logs put around a process's lines, and reads each process's by itself.
final class LogUnwrapper {
  /// One process, or one stream of it.
  private final class Source {
    var parser = TraceParser()
    /// A line whose end has not come yet.
    var part: [UInt8] = []
  }

  private var sources: [[UInt8]: Source] = [:]
  /// In the order in which they appeared: the order of what they say is that.
  private var order: [[UInt8]] = []
  private var prefixes: [LinePrefix] = []
  /// Lines that were read before the first one whose prefix is known.
  private var recent: [(number: Int, line: [UInt8])] = []
  /// Of the line that is being read, from 1 on.
  private var number = 0

  private static let recentLimit = 64
  private static let prefixLimit = 256
  /// A part that is longer is a line.
  private static let partLimit = 1 << 20

  /// How many lines were a traceback's.
  private(set) var recognized = 0

  /// Reads a line of the log, without its line feed.
  func read(_ line: Span<UInt8>, number: Int) {
    self.number = number
    read(line, key: [], depth: 0)
  }

  /// Returns everything that was found.
  func finish() -> Traces {
    var all: Traces?
    for key in order {
      guard let source = sources[key] else { continue }
      let part = source.part
      if !part.isEmpty { source.parser.read(part.span) }
      source.parser.finish()
      let found = source.parser.traces
      if all == nil { all = found } else { all?.append(found) }
    }
    all?.sort()
    return all ?? Traces()
  }

  private func read(_ line: Span<UInt8>, key: [UInt8], depth: Int) {
    if line.count > 0, line[line.count - 1] == 0x0d {
      var end = line.count
      while end > 0, line[end - 1] == 0x0d { end -= 1 }
      return read(line.extracting(0..<end), key: key, depth: depth)
    }
    if line.firstOffset(of: 0x1b, from: 0) != nil {
      let plain = Self.withoutColour(line)
      return read(plain.span, key: key, depth: depth)
    }
    if depth < 3, readJSON(line, key, depth) { return }
    // The prefix seen last first: of two processes' lines each has its own.
    for i in prefixes.indices.reversed() {
      if let (offset, isPart) = prefixes[i].end(line) {
        return put(line.extracting(offset..<line.count), key + prefixes[i].pattern, isPart, depth)
      }
    }
    if depth < 3, let prefix = Self.prefix(line), prefixes.count < Self.prefixLimit {
      prefixes.append(prefix)
      // What it said before is in the lines that went by.
      let (lines, current) = (recent, number)
      recent = []
      for old in lines {
        guard let (offset, isPart) = prefix.end(old.line.span) else {
          recent.append(old)
          continue
        }
        number = old.number
        put(old.line.span.extracting(offset..<old.line.count), key + prefix.pattern, isPart, depth)
      }
      number = current
      return read(line, key: key, depth: depth)
    }
    let before = recognized
    put(line, key, false, depth)
    // What is a traceback's as it stands has no prefix.
    if recognized > before { return }
    recent.append((number, unsafe line.withUnsafeBufferPointer { unsafe Array($0) }))
    if recent.count > Self.recentLimit { recent.removeFirst() }
  }

  private func put(_ line: Span<UInt8>, _ key: [UInt8], _ isPart: Bool, _ depth: Int) {
    if depth < 3, readJSON(line, key, depth + 1) { return }
    let source = source(key)
    let before = source.parser.recognized
    source.parser.number = number
    if isPart || !source.part.isEmpty {
      unsafe line.withUnsafeBufferPointer { source.part += unsafe Array($0) }
      if isPart, source.part.count < Self.partLimit { return }
      let whole = source.part
      source.part = []
      source.parser.read(whole.span)
    } else {
      source.parser.read(line)
    }
    recognized += source.parser.recognized - before
  }

  private func source(_ key: [UInt8]) -> Source {
    if let source = sources[key] { return source }
    let source = Source()
    sources[key] = source
    order.append(key)
    return source
  }

  // MARK: JSON

  private func readJSON(_ line: Span<UInt8>, _ key: [UInt8], _ depth: Int) -> Bool {
    guard line.count > 1, line[line.count - 1] == UInt8(ascii: "}"), let start = line.firstOffset(of: "{\""),
      let object = JSONLine.read(line.extracting(start..<line.count)), let payload = JSONPayload(object)
    else { return false }
    let key = key + [0] + Array(payload.source.utf8)
    var rest = payload.text[...]
    while let newline = rest.firstIndex(of: 0x0a) {
      let source = source(key)
      let text = source.part + rest[..<newline]
      source.part = []
      read(text.span, key: key, depth: depth + 1)
      rest = rest[(newline + 1)...]
    }
    if !rest.isEmpty {
      if payload.isPiece {
        source(key).part += rest
      } else {
        read(Array(rest).span, key: key, depth: depth + 1)
      }
    }
    return true
  }

  // MARK: Prefixes

  /// Returns the text before a goroutine's header, or before a message if nothing but wrapping precedes it.
  private static func prefix(_ line: Span<UInt8>) -> LinePrefix? {
    if let at = line.firstOffset(of: "goroutine "), at > 0,
      case .goroutine = TraceLine(line.extracting(at..<line.count))
    {
      return LinePrefix(line.extracting(0..<at))
    }
    for mark in ["panic: ", "fatal error: "] as [StaticString] {
      guard let at = line.firstOffset(of: mark), (0..<at).contains(where: { line[$0] > 0x20 }) else {
        continue
      }
      let prefix = LinePrefix(line.extracting(0..<at))
      if prefix.isPlain { return prefix }
    }
    return LinePrefix.ofCRI(line)
  }

  /// Without control sequences (ECMA-48, 5.4), as colours are.
  private static func withoutColour(_ line: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var i = 0
    while i < line.count {
      if line[i] == 0x1b, i + 1 < line.count, line[i + 1] == UInt8(ascii: "[") {
        i += 2
        while i < line.count, !(0x40...0x7e ~= line[i]) { i += 1 }
        i += 1
      } else {
        if line[i] != 0x1b { text.append(line[i]) }
        i += 1
      }
    }
    return text
  }
}
