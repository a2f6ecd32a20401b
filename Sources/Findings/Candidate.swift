/// A finding before it is known whether the baseline accepts it, with what decides about it and is not shown.
struct Candidate: Hashable {
  var finding: Finding
  /// What it shares with others of the same cause, which are told together.
  var causes: [String] = []
  /// What it has where a baseline is given and does not know it; nil is the finding's own severity.
  var severityIfNew: Severity?
  /// The source of its function changed, or of another one that it is about.
  var isOfChange = false

  /// Errors first; frames before what is counted, recursions last, of which a program has most; the larger measure
  /// first, then by key, place and name.
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

  /// What is named in the end: those of one cause stand together, behind the first of them.
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
