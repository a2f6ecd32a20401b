/// Finds the entries of a configuration whose path and symbol match a function, without trying every entry on
/// every function: there may be as many entries as functions.
///
/// An entry is found by one of its two patterns. A whole name or folder is looked up directly; a glob is
/// looked up by the text before its first `*` or `?` or, if that is empty, by the text after its last one.
struct PatternIndex {
  /// The code that an entry applies to.
  struct Entry: Hashable {
    var path: PlacedPattern?
    var symbol: PlacedPattern?

    /// Entries with the same texts match the same functions, wherever they are written.
    static func == (a: Entry, b: Entry) -> Bool {
      a.path?.text == b.path?.text && a.symbol?.text == b.symbol?.text
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(path?.text)
      hasher.combine(symbol?.text)
    }
  }

  /// The most globs that may have the same start or the same end: each is tried on every function whose name
  /// has it.
  static let alikeLimit = 1_000

  /// Entries, by a part of the names that they match.
  private struct Names {
    var whole: [String: [Int]] = [:]
    /// Globs by the text at their start or end, and the distinct lengths of these texts.
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

    /// Returns the literal texts at the start and at the end of a glob.
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
        // A folder may be written with or without a trailing slash.
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
  /// The entries that match all functions.
  private var everywhere: [Int] = []
  /// The distinct entries.
  private var entries: [Entry] = []
  /// By entry: its positions in the configuration.
  private var places: [[Int]] = []

  /// Creates an index.
  ///
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

  /// Whether an entry is looked up by its symbol, which is the pattern that fewer names match.
  private static func isBySymbol(_ entry: Entry) -> Bool {
    guard let symbol = entry.symbol else { return false }
    return entry.path == nil || !symbol.isGlob || entry.path?.isGlob == true
  }

  /// Returns the positions of the entries that match a function, in the order of the configuration.
  ///
  /// - Parameters:
  ///   - symbol: the function's name.
  ///   - path: the path of its file; nil where it has none.
  func matches(symbol: String, path: String?) -> [Int] {
    guard !entries.isEmpty else { return [] }
    var candidates = everywhere
    symbols.append(symbol, isPath: false, to: &candidates)
    if let path { paths.append(path, isPath: true, to: &candidates) }
    var found: [Int] = []
    // A folder's name may occur twice in a path, so candidates may be repeated.
    for candidate in Set(candidates) {
      let entry = entries[candidate]
      if let pattern = entry.symbol, !pattern.matches(symbol) { continue }
      if let pattern = entry.path, path.map(pattern.matches(path:)) != true { continue }
      found += places[candidate]
    }
    return found.sorted()
  }

  /// Returns the first glob beyond the most that may have the same start or end; nil where there are not so
  /// many.
  static func excess(_ all: [Entry]) -> PlacedPattern? {
    var counts: [[UInt8]: Int] = [:]
    var met: Set<Entry> = []
    for entry in all {
      let isBySymbol = isBySymbol(entry)
      guard let pattern = isBySymbol ? entry.symbol : entry.path, pattern.isGlob, met.insert(entry).inserted
      else { continue }
      let (beginning, end) = Names.literals(pattern)
      // Symbols and paths are counted separately, and so are starts and ends.
      let mark: UInt8 = (isBySymbol ? 1 : 0) + (beginning.isEmpty ? 2 : 0)
      let count = counts[[mark] + (beginning.isEmpty ? end : beginning), default: 0] + 1
      counts[[mark] + (beginning.isEmpty ? end : beginning)] = count
      if count > alikeLimit { return pattern }
    }
    return nil
  }
}
