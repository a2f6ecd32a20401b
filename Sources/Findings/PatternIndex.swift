/// Finds the entries of a configuration whose path and symbol match a function, without trying each of them on each
/// function: there may be as many entries as functions.
///
/// An entry is looked for by one of its two patterns. A whole name or folder is found by itself; a glob by what stands
/// before its first `*` or `?`, or else behind its last one.
struct PatternIndex {
  /// What an entry is about.
  struct Entry: Hashable {
    var path: PlacedPattern?
    var symbol: PlacedPattern?

    /// The same texts match the same, wherever they stand.
    static func == (a: Entry, b: Entry) -> Bool {
      a.path?.text == b.path?.text && a.symbol?.text == b.symbol?.text
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(path?.text)
      hasher.combine(symbol?.text)
    }
  }

  /// So many globs may begin, or end, alike: each is tried on each function that does.
  static let alikeLimit = 1_000

  /// Entries by a part of what they match.
  private struct Names {
    var whole: [String: [Int]] = [:]
    /// By the beginning, or the end, of what a glob matches; and how long these are, each once.
    var beginnings: [ArraySlice<UInt8>: [Int]] = [:]
    var beginningLengths: Set<Int> = []
    var ends: [ArraySlice<UInt8>: [Int]] = [:]
    var endLengths: Set<Int> = []

    mutating func add(_ pattern: PlacedPattern, _ entry: Int) {
      guard pattern.isGlob else { return whole[pattern.text, default: []].append(entry) }
      let (beginning, end) = Self.literals(pattern)
      if !beginning.isEmpty || end.isEmpty {
        beginnings[beginning, default: []].append(entry)
        beginningLengths.insert(beginning.count)
      } else {
        ends[end, default: []].append(entry)
        endLengths.insert(end.count)
      }
    }

    /// What a glob begins and ends with.
    static func literals(_ pattern: PlacedPattern) -> (beginning: ArraySlice<UInt8>, end: ArraySlice<UInt8>) {
      let bytes = Array(pattern.text.utf8)
      let isWild: (UInt8) -> Bool = { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
      let first = bytes.firstIndex(where: isWild) ?? bytes.count
      let last = bytes.lastIndex(where: isWild).map { $0 + 1 } ?? 0
      return (bytes[..<first], bytes[max(first, last)...])
    }

    func append(_ name: String, isPath: Bool, to found: inout [Int]) {
      found += whole[name] ?? []
      let bytes = Array(name.utf8)
      if isPath, !whole.isEmpty {
        // A folder is named with or without the slash at its end.
        for i in bytes.indices where bytes[i] == UInt8(ascii: "/") {
          found += whole[String(decoding: bytes[..<i], as: UTF8.self)] ?? []
          found += whole[String(decoding: bytes[...i], as: UTF8.self)] ?? []
        }
      }
      for length in beginningLengths where length <= bytes.count {
        found += beginnings[bytes[..<length]] ?? []
      }
      for length in endLengths where length <= bytes.count {
        found += ends[bytes[(bytes.count - length)...]] ?? []
      }
    }
  }

  private var paths = Names()
  private var symbols = Names()
  /// Those of all functions.
  private var everywhere: [Int] = []
  /// Each once.
  private var entries: [Entry] = []
  /// The places of each entry in the configuration.
  private var places: [[Int]] = []

  /// - Parameter all: the entries of the configuration, in its order.
  init(_ all: [Entry]) {
    var known: [Entry: Int] = [:]
    for (place, entry) in all.enumerated() {
      if let old = known[entry] {
        places[old].append(place)
        continue
      }
      let number = entries.count
      known[entry] = number
      entries.append(entry)
      places.append([place])
      if Self.isBySymbol(entry), let symbol = entry.symbol {
        symbols.add(symbol, number)
      } else if let path = entry.path {
        paths.add(path, number)
      } else {
        everywhere.append(number)
      }
    }
  }

  /// Whether an entry is looked for by its symbol: the pattern that fewer names answer to.
  private static func isBySymbol(_ entry: Entry) -> Bool {
    guard let symbol = entry.symbol else { return false }
    return entry.path == nil || !symbol.isGlob || entry.path?.isGlob == true
  }

  /// The places of the entries that match, in the order of the configuration.
  ///
  /// - Parameters:
  ///   - symbol: the function's name.
  ///   - path: its file's; nil where it has none.
  func matches(symbol: String, path: String?) -> [Int] {
    guard !entries.isEmpty else { return [] }
    var candidates = everywhere
    symbols.append(symbol, isPath: false, to: &candidates)
    if let path { paths.append(path, isPath: true, to: &candidates) }
    var found: [Int] = []
    // A folder's name may stand in a path twice.
    for candidate in Set(candidates) {
      let entry = entries[candidate]
      if let pattern = entry.symbol, !pattern.matches(symbol) { continue }
      if let pattern = entry.path, path.map(pattern.matches(path:)) != true { continue }
      found += places[candidate]
    }
    return found.sorted()
  }

  /// The first glob that is one too many of those that begin, or end, alike; nil where all can be looked for.
  static func excess(_ all: [Entry]) -> PlacedPattern? {
    var counts: [[UInt8]: Int] = [:]
    var met: Set<Entry> = []
    for entry in all {
      let isBySymbol = isBySymbol(entry)
      guard let pattern = isBySymbol ? entry.symbol : entry.path, pattern.isGlob, met.insert(entry).inserted
      else { continue }
      let (beginning, end) = Names.literals(pattern)
      // Symbols and paths, beginnings and ends by themselves.
      let mark: UInt8 = (isBySymbol ? 1 : 0) + (beginning.isEmpty ? 2 : 0)
      let count = counts[[mark] + (beginning.isEmpty ? end : beginning), default: 0] + 1
      counts[[mark] + (beginning.isEmpty ? end : beginning)] = count
      if count > alikeLimit { return pattern }
    }
    return nil
  }
}
