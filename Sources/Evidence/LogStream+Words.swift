import ByteText
import ProgramModel

/// The words before a traceback, where they stand in a line of somebody else's form.
extension LogStream {
  /// Looks for the words why a goroutine crashed in the lines before it, where no line says it by itself.
  ///
  /// - Parameter below: how many lines at the end are the goroutine's first.
  mutating func findWords(_ number: Int, isRunning: Bool, below: Int = 0) {
    // Most goroutines of a dump have only their like before them.
    guard recent.count > below, isNear(recent[recent.count - below - 1], number), parser.lacksWords else {
      return
    }
    let behind = recent.suffix(below)
    recent.removeLast(below)
    let headless = parser.headless
    parser.headless = []
    defer {
      recent += behind
      parser.headless = headless
    }
    // The header has no prefix: what has a container's is another process's.
    let held = recent.reversed().prefix { isNear($0, number) }.reversed()
      .filter { !LinePrefix.isOfContainer($0.line.span) }
    func words(_ i: Int) -> Int? {
      let line = held[i].line
      return CrashWords.within(line.span, orSentence: isRunning)
    }
    guard var start = held.indices.last(where: { words($0) != nil }), var at = words(start) else { return }
    // A panic on the way out stands behind the first one.
    while start > 0, let before = words(start - 1) {
      let line = held[start].line
      guard CrashWords.continues(line.span) else { break }
      start -= 1
      at = before
    }
    let lines = held[start...]
    recent = recent.filter { LinePrefix.isOfContainer($0.line.span) || $0.number < lines[start].number }
    for held in lines {
      parser.number = held.number
      let line = held.line.span
      if held.number > lines[start].number {
        parser.read(line)
      } else if CrashWords.start(line.extracting(at..<line.count)) == nil {
        parser.beginMessage(within: line)
      } else {
        parser.read(line.extracting(at..<line.count))
      }
    }
    parser.number = number
  }

  /// Whether a line that was held is so close before the line of a number that it may say why a goroutine crashed.
  private func isNear(_ held: Held, _ number: Int) -> Bool {
    held.number > lastRecognized && number - held.number <= Self.wordsLimit * spacing
  }

  /// Reads a line whose prefix no traceback told: a message behind nothing but a time or the like is one all the same.
  mutating func giveUp(_ held: Held) {
    let line = held.line.span
    for word in ["panic: ", "fatal error: "] as [StaticString] {
      guard let at = line.firstOffset(of: word), at > 0 else { continue }
      let prefix = LinePrefix(line.extracting(0..<at))
      guard prefix.isPlain else { continue }
      let branch = branch(of: prefix)
      _ = branch.stream.read(line.extracting(at..<line.count), held.number)
      // What a nested panic says is behind it, with the same before it.
      replay(of: prefix, branch)
      return
    }
  }
}
