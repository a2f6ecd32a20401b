/// Finds the words that a misspelt word may have meant.
public enum Spelling {
  /// Returns the words nearest to one, the best first. None is farther away than a third of the word's
  /// length.
  public static func nearest(to word: String, in words: [String], limit: Int = 5) -> [String] {
    let wanted = Array(word.lowercased().utf8)
    let bound = max(1, wanted.count / 3)
    let near = words.compactMap { candidate -> (distance: Int, word: String)? in
      let bytes = Array(candidate.lowercased().utf8)
      guard abs(bytes.count - wanted.count) <= bound else { return nil }
      let distance = distance(wanted, bytes)
      return distance <= bound ? (distance, candidate) : nil
    }
    return near.sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }.prefix(limit).map(\.word)
  }

  /// Returns how many letters have to be inserted, removed, replaced or swapped with the next one (Damerau's
  /// distance).
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var row = Array(0...b.count)
    for i in a.indices {
      var next = [i + 1]
      for j in b.indices {
        var best = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        next.append(best)
      }
      (before, row) = (row, next)
    }
    return row[b.count]
  }
}
