import ByteText
import ProgramModel

/// The lines of one process, or what holds those of several: each prefix and each field of a container's JSON that
/// tracebacks stand behind is learned from the first of their lines, and leads to a stream of its own.
struct LogStream {
  /// A line that was read before it was known what stands before it.
  struct Held {
    var number: Int
    var line: [UInt8]
  }

  var parser = TraceParser()
  let depth: Int
  /// A line whose end has not come yet.
  private var part: [UInt8] = []
  var prefixed: [(prefix: LinePrefix, branch: Branch)] = []
  var named: [[UInt8]: Branch] = [:]
  /// Both in the order in which they appeared: the order of what they say is that.
  var branches: [Branch] = []
  /// What streams found that were ended for others.
  var ended: [Traces] = []
  /// The fields of JSON that hold a line each.
  var fields: [[String]] = []
  /// What stands behind every line, as in a table of one column or a browser's console; and what may.
  private var (suffix, likelySuffix): ([UInt8], [UInt8]) = ([], [])
  /// Lines that are no traceback's so far: their prefix may be learned from one to come.
  var recent: [Held] = []
  /// A goroutine's header whose prefix, if it has one, the next line tells; and where the header begins in it.
  private var header: (held: Held, offset: Int)?
  /// The last line has chi's arrow before it (go-chi/chi `middleware/recoverer.go`, decorateFuncCallLine).
  private var isPointed = false
  /// How many empty lines came in a row, and how many there are of each that was printed.
  var (blanks, spacing) = (0, 1)
  /// The number of the last line that was a traceback's.
  var lastRecognized = 0

  private static let nothing: [UInt8] = []
  private static let recentLimit = 256
  static let branchLimit = 256
  private static let depthLimit = 4
  /// A log has one container's form, or a few.
  static let fieldLimit = 16
  /// The words why a goroutine crashed are on no longer line.
  private static let recentLength = 1 << 14
  /// A part that is longer is a line.
  private static let partLimit = 1 << 20
  /// The words why a goroutine crashed stand at most so many lines before its header.
  static let wordsLimit = 8

  init(depth: Int = 0) { self.depth = depth }

  /// Reads a line that has none of a terminal's marks.
  ///
  /// - Returns: whether it was a traceback's.
  mutating func read(_ line: Span<UInt8>, _ number: Int) -> Bool {
    if depth < Self.depthLimit, JSONLine.mayEnd(line) {
      if let found = readJSON(line, number) { return found }
      if let row = LogLine.unquoted(line) { return readRow(row.span, number) }
    }
    return readRow(line, number)
  }

  /// Reads a line that is no JSON document, and has none of a table's quotes.
  private mutating func readRow(_ line: Span<UInt8>, _ number: Int) -> Bool {
    if depth < Self.depthLimit {
      // The prefix seen last first: of two processes' lines each has its own.
      for (prefix, branch) in prefixed.reversed() {
        if let (offset, isPart) = prefix.end(line) {
          return branch.stream.take(line.extracting(offset..<line.count), isPart, number)
        }
      }
      if !line.isEmpty, line[0] &- 0x30 < 10, let prefix = LinePrefix.ofCRI(line) {
        return learn(prefix, line, number)
      }
    }
    var end = line.count
    if !suffix.isEmpty, line.count >= suffix.count,
      suffix.indices.allSatisfy({ line[line.count - suffix.count + $0] == suffix[$0] })
    {
      end -= suffix.count
    }
    while end > 0, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
    if end == 0 {
      // chi prints one behind the frame that it points at.
      if isPointed { isPointed = false } else { blanks += 1 }
      return false
    }
    isPointed = line.has(" -> ", at: 0)
    if isPointed { return readWhole((Array("    ".utf8) + line.extracting(4..<end).copied).span, number) }
    return readWhole(line.extracting(0..<end), number)
  }

  /// Reads a line with neither a known prefix nor blanks at its end.
  private mutating func readWhole(_ line: Span<UInt8>, _ number: Int) -> Bool {
    if let (held, offset) = header {
      header = nil
      settle(held, offset, next: line)
      return read(line, number)
    }
    return readNew(line, number)
  }

  /// Reads a line that no known prefix stands before.
  private mutating func readNew(_ line: Span<UInt8>, _ number: Int) -> Bool {
    let meaning = TraceLine(line)
    if case .goroutine = meaning { return hold(line, line.skippingBlanks(0..<line.count), number) }
    if parser.isInGoroutine, meaning.isOfGoroutine { return own(line, meaning, number) }
    if depth < Self.depthLimit {
      if let at = Self.header(line) { return hold(line, at, number) }
      if suffix.isEmpty, learnSuffix(line) {
        replay { $0.read($1, $2) }
        likelySuffix = []
        return read(line, number)
      }
      if let prefix = prefixOfPlace(line) { return learn(prefix, line, number) }
      if let at = line.firstOffset(of: "WARNING: DATA RACE"), at > 0, line.ends(with: "RACE") {
        return learn(LinePrefix(line.extracting(0..<at)), line, number)
      }
      if let text = LogLine.unescaped(line) { return readText(text + [0x0a, 0x0a], branch([0]), number) }
    }
    return own(line, meaning, number)
  }

  /// Keeps a goroutine's header that begins at an offset until the next line tells what stands before both.
  private mutating func hold(_ line: Span<UInt8>, _ offset: Int, _ number: Int) -> Bool {
    readBlanks()
    header = (Held(number: number, line: line.copied), offset)
    return true
  }

  /// Reads the empty lines that came; a message has but a few.
  private mutating func readBlanks() {
    guard blanks > 0 else { return }
    for _ in 0..<min(blanks / spacing, 4) { parser.read(Self.nothing.span, .blank) }
    blanks = 0
  }

  /// Reads a line of this stream's own.
  private mutating func own(_ line: Span<UInt8>, _ meaning: TraceLine, _ number: Int) -> Bool {
    parser.number = number
    switch meaning {
    case .goroutine: findWords(number, isRunning: line.firstOffset(of: "[running") != nil)
    case .addressed where !parser.isInGoroutine: findWords(number, isRunning: true)
    case .place where parser.hasHeadless: findWords(number, isRunning: true, below: 1)
    case .other where CrashWords.start(line) == .detail: findWords(number, isRunning: false)
    default: break
    }
    readBlanks()
    let before = parser.recognized
    // Another process's words are no line of this one's message.
    if meaning.isOfGoroutine || !LinePrefix.hasWordsBehindContainer(line) { parser.read(line, meaning) }
    guard parser.recognized == before else {
      lastRecognized = number
      return true
    }
    if line.count <= Self.recentLength { recent.append(Held(number: number, line: line.copied)) }
    if recent.count > Self.recentLimit { giveUp(recent.removeFirst()) }
    return false
  }

  /// Reads a line, or a piece of one, that something was taken off.
  mutating func take(_ line: Span<UInt8>, _ isPart: Bool, _ number: Int) -> Bool {
    if !isPart, part.isEmpty { return read(line, number) }
    part += line.copied
    if isPart, part.count < Self.partLimit { return false }
    let whole = part
    part = []
    return read(whole.span, number)
  }

  /// Reads the lines of a text in a stream; without a line feed at its end its last line goes on in the next text.
  mutating func readText(_ text: [UInt8], _ branch: Branch, _ number: Int) -> Bool {
    var isRecognized = false
    var start = 0
    while let end = text[start...].firstIndex(of: 0x0a) {
      isRecognized = branch.stream.take(text.span.extracting(start..<end), false, number) || isRecognized
      start = end + 1
    }
    if start < text.count { _ = branch.stream.take(text.span.extracting(start..<text.count), true, number) }
    return isRecognized
  }

  /// Ends all streams and returns what they found.
  mutating func finish() -> [Traces] {
    if !part.isEmpty {
      let whole = part
      part = []
      _ = read(whole.span, lastRecognized)
    }
    if let (held, offset) = header {
      header = nil
      settle(held, offset, next: Self.nothing.span)
    }
    while !recent.isEmpty { giveUp(recent.removeFirst()) }
    parser.finish()
    return [parser.traces] + ended + branches.flatMap { $0.stream.finish() }
  }

  // MARK: Prefixes

  /// Where a goroutine's header begins that fills the rest of a line.
  static func header(_ line: Span<UInt8>) -> Int? {
    guard line.ends(with: ":") else { return nil }
    for word in ["goroutine ", "runtime stack:"] as [StaticString] {
      if let at = line.lastOffset(of: word, in: 0..<line.count),
        case .goroutine = TraceLine(line.extracting(at..<line.count))
      {
        return at
      }
    }
    return nil
  }

  /// Finds out what stands before a goroutine's header: what stands before the next line as well.
  private mutating func settle(_ held: Held, _ offset: Int, next: Span<UInt8>) {
    // The runtime prints no blank line behind a header: where there are some, each line has as many more.
    if blanks > 0, !next.isEmpty { spacing = blanks + 1 }
    blanks = 0
    let line = held.line.span
    if offset == 0, Self.name(next, isBehind: true) == nil {
      // Nothing stands before either.
      _ = self.own(line, TraceLine(line), held.number)
      return
    }
    let own = LinePrefix(line.extracting(0..<offset))
    if isOfMessage(line, offset, own, next) {
      // A message may quote a header: one is never further in than its frames, and has some.
      _ = self.own(line, .other, held.number)
      return
    }
    if offset > 0, next.isEmpty || own.end(next) != nil {
      _ = learn(own, line, held.number)
      return
    }
    if offset > 0, isOfAnother(own, next) {
      _ = learn(own, line, held.number)
      return
    }
    if let start = Self.name(next, isBehind: true) {
      let prefix = LinePrefix(next.extracting(0..<start))
      if let (end, _) = prefix.end(line), end <= offset {
        _ = learn(prefix, line, held.number)
        return
      }
      if offset == 0, prefix.isPlain {
        // The first line lost its own.
        _ = branch(of: prefix).stream.read(line, held.number)
        return
      }
    } else if offset > 0, !TraceLine(next).isOfGoroutine {
      _ = learn(own, line, held.number)
      return
    }
    // What stands before the header is a word of its own.
    let hasWords = line.skippingBlanks(0..<line.count) < offset
    if hasWords { recent.append(Held(number: held.number, line: Array(held.line[..<offset]))) }
    let text = line.extracting((hasWords ? offset : 0)..<line.count)
    _ = self.own(text, TraceLine(text), held.number)
  }

  /// Whether a header with a prefix is another process's, where the line behind it has none: that one goes on with the
  /// goroutine before it, or is a debugger's.
  private func isOfAnother(_ prefix: LinePrefix, _ next: Span<UInt8>) -> Bool {
    if prefix.isOfContainer { return true }
    switch TraceLine(next) {
    case .listed: return true
    case .place: return parser.isInGoroutine
    case .function, .creator:
      return parser.isInGoroutine && recent.contains { prefix.end($0.line.span) != nil }
    default: return false
    }
  }

  /// Whether a header is a line of a message's: it stands behind blanks, and what follows is no goroutine's.
  private func isOfMessage(_ line: Span<UInt8>, _ offset: Int, _ prefix: LinePrefix, _ next: Span<UInt8>)
    -> Bool
  {
    guard offset > 1, line[offset - 1] <= 0x20, line[offset - 2] <= 0x20, !next.isEmpty,
      !TraceLine(next).isOfGoroutine
    else { return false }
    guard let (end, _) = prefix.end(next) else {
      return parser.state == .message || line.skippingBlanks(0..<offset) < offset
    }
    return !TraceLine(next.extracting(end..<next.count)).isOfGoroutine
  }

  /// What stands before a place and before the name on the line above it: a stack may have no header.
  private func prefixOfPlace(_ line: Span<UInt8>) -> LinePrefix? {
    guard let last = recent.last, line.firstOffset(of: " +0x") != nil else { return nil }
    let above = last.line.span
    guard let start = Self.name(above, isBehind: true) else { return nil }
    let prefix = LinePrefix(above.extracting(0..<start))
    guard prefix.isPlain, let (end, _) = prefix.end(line),
      case .place(let place) = TraceLine(line.extracting(end..<line.count)), place.offset != nil
    else { return nil }
    return prefix
  }

  /// Learns what stands behind every line from a goroutine's header and the line behind it, which is this one.
  private mutating func learnSuffix(_ line: Span<UInt8>) -> Bool {
    let (likely, count) = (likelySuffix, likelySuffix.count)
    if count > 0, line.count > count,
      likely.indices.allSatisfy({ line[line.count - count + $0] == likely[$0] })
    {
      var end = line.count - count
      while end > 0, line[end - 1] == 0x20 { end -= 1 }
      if Self.name(line.extracting(0..<end)) != nil {
        suffix = likely
        parser.cutMessage(likely)
        return true
      }
    }
    likelySuffix = []
    guard let at = line.firstOffset(of: "goroutine "),
      let close = line.lastOffset(of: "]:", in: at..<line.count),
      close + 2 < line.count, case .goroutine = TraceLine(line.extracting(at..<close + 2))
    else { return false }
    let start = line.skippingBlanks(close + 2..<line.count)
    likelySuffix = line.extracting(start..<line.count).copied
    return false
  }

  /// Where a function's name begins that fills the rest of a line with its arguments.
  ///
  /// - Parameter isBehind: something stands before it.
  private static func name(_ line: Span<UInt8>, isBehind: Bool = false) -> Int? {
    guard !line.isEmpty, line[line.count - 1] == UInt8(ascii: ")"),
      let open = line.lastOffset(of: UInt8(ascii: "("), below: line.count - 1)
    else { return nil }
    var start = open
    var brackets = 0
    while start > 0, brackets > 0 || line[start - 1] > 0x20 {
      if line[start - 1] == UInt8(ascii: "]") { brackets += 1 }
      if line[start - 1] == UInt8(ascii: "[") { brackets -= 1 }
      start -= 1
    }
    guard start < open, start > 0 || !isBehind,
      case .function = TraceLine(line.extracting(start..<line.count))
    else { return nil }
    return start
  }
}
