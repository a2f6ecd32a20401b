import ByteText

/// The streams of the lines that something stands before: each is learned, and led to, by what that is.
extension LogStream {
  /// A stream that what stands before lines leads to.
  final class Branch {
    var stream: LogStream

    init(depth: Int) { stream = LogStream(depth: depth) }
  }

  /// Learns a prefix from a line, and reads that line and those before it that have the prefix as well.
  mutating func learn(_ prefix: LinePrefix, _ line: Span<UInt8>, _ number: Int) -> Bool {
    let branch = branch(of: prefix)
    replay(of: prefix, branch)
    guard let (offset, isPart) = prefix.end(line) else { return false }
    let isRecognized = branch.stream.take(line.extracting(offset..<line.count), isPart, number)
    if number - lastRecognized < Self.wordsLimit { branch.stream.parser.adopt(from: &parser) }
    return isRecognized
  }

  mutating func branch(of prefix: LinePrefix) -> Branch {
    if let known = prefixed.first(where: { $0.prefix == prefix }) { return known.branch }
    let branch = newBranch()
    prefixed.append((prefix, branch))
    return branch
  }

  mutating func branch(_ key: [UInt8]) -> Branch {
    if let known = named[key] { return known }
    let branch = newBranch()
    named[key] = branch
    return branch
  }

  /// Makes a branch; with too many, the first one is ended. A log of requests has a prefix for each.
  private mutating func newBranch() -> Branch {
    if branches.count >= Self.branchLimit {
      let first = branches.removeFirst()
      prefixed.removeAll { $0.branch === first }
      if let key = named.first(where: { $0.value === first })?.key { named[key] = nil }
      ended += first.stream.finish().filter { !$0.goroutines.isEmpty || !$0.crashes.isEmpty }
    }
    let branch = Branch(depth: depth + 1)
    branches.append(branch)
    return branch
  }

  /// Gives a branch the lines that were held and have its prefix.
  mutating func replay(of prefix: LinePrefix, _ branch: Branch) {
    let lines = recent
    recent = []
    for held in lines {
      let line = held.line.span
      if let (offset, isPart) = prefix.end(line) {
        _ = branch.stream.take(line.extracting(offset..<line.count), isPart, held.number)
      } else {
        recent.append(held)
      }
    }
  }

  /// Reads once more what was held: something was learned since.
  mutating func replay(_ read: (inout LogStream, Span<UInt8>, Int) -> Bool?) {
    let lines = recent
    recent = []
    for held in lines where read(&self, held.line.span, held.number) == nil { recent.append(held) }
  }
}
