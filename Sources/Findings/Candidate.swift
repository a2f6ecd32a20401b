/// A finding before it is known whether the baseline accepts it, with the facts that decide this and are not
/// shown.
struct Candidate: Hashable {
  var finding: Finding
  /// The build of its program; `any` for a rule whose measure does not depend on it.
  var build = Baseline.Build.any
  /// Keys that findings with the same cause share; these are reported together.
  var causes: [String] = []
  /// Whether the source of its function, or of another function that it is about, has changed.
  var isOfChange = false

  /// Whether it is neither about code that changed, nor worse than what the baseline accepts.
  var isOfOtherCode: Bool { !isOfChange && finding.accepted == nil }

  /// What a baseline is asked for.
  var slot: Baseline.Slot { Baseline.Slot(key: finding.key, build: build) }

  /// Whether a candidate comes first. Errors come first. Frames come before counts, and recursions last,
  /// since most programs have many. Then larger measures come first; then the key, line and name decide.
  static func isBefore(_ a: Candidate, _ b: Candidate) -> Bool {
    let (a, b) = (a.finding, b.finding)
    if a.severity != b.severity { return a.severity > b.severity }
    if rank(a) != rank(b) { return rank(a) < rank(b) }
    if a.measure != b.measure { return a.measure > b.measure }
    if a.key != b.key { return a.key < b.key }
    let (x, y) = (a.place?.line ?? 0, b.place?.line ?? 0)
    return (x, a.function, a.message) < (y, b.function, b.message)
  }

  private static func rank(_ finding: Finding) -> Int {
    finding.rule == .unboundedRecursion ? 2 : finding.unit == .bytes ? 0 : 1
  }

  /// Keeps one for all instances of a generic function at a line: that with the largest measure. They have one source,
  /// and one more of them is nothing new.
  static func withoutInstances<Element>(
    _ all: [Element], _ candidate: WritableKeyPath<Element, Candidate>
  ) -> [Element] {
    var kept: [Element] = []
    var places: [Instance: Int] = [:]
    for element in all {
      let one = element[keyPath: candidate]
      guard let place = one.finding.place, one.finding.function.utf8.contains(UInt8(ascii: "[")) else {
        kept.append(element)
        continue
      }
      let instance = Instance(slot: one.slot, place: place)
      guard let i = places[instance] else {
        places[instance] = kept.count
        kept.append(element)
        continue
      }
      var (larger, other) = (kept[i], one)
      if one.finding.measure > larger[keyPath: candidate].finding.measure {
        (larger, other) = (element, larger[keyPath: candidate])
      }
      larger[keyPath: candidate].causes += other.causes
      larger[keyPath: candidate].isOfChange = larger[keyPath: candidate].isOfChange || other.isOfChange
      kept[i] = larger
    }
    return kept
  }

  private struct Instance: Hashable {
    var slot: Baseline.Slot
    var place: Finding.Place
  }

  /// Returns the findings to report. Those with the same cause become siblings of the first one.
  static func grouped(_ candidates: [Candidate]) -> [Finding] {
    var groups: [[Finding]] = []
    var places: [String: Int] = [:]
    for candidate in candidates.sorted(by: isBefore) {
      let finding = candidate.finding
      let key = "\(finding.severity.rawValue) \(finding.rule.rawValue) "
      let names = candidate.causes.map { key + $0 }
      if let place = names.lazy.compactMap({ places[$0] }).first {
        groups[place].append(finding)
        for name in names where places[name] == nil { places[name] = place }
      } else {
        for name in names { places[name] = groups.count }
        groups.append([finding])
      }
    }
    return groups.map { group in
      var first = group[0]
      first.siblings = group.dropFirst().map {
        Finding.Sibling(function: $0.function, place: $0.place, measure: $0.measure)
      }
      return first
    }
  }
}
