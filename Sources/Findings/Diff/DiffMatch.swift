import ProgramModel

/// Matches the functions of one program with those of another.
///
/// A name means the same function in both, except where the compiler numbers: when a closure is added,
/// `F.func2` is another function. So where a function does not have the same closures in both, closures with
/// equal costs are matched, and the rest by the size of their frames. The same applies to instances of
/// generic functions that are in only one program.
struct DiffMatch {
  /// The part of a name that closures or instances of one function share.
  private struct Key: Hashable {
    var package: String
    var function: String
    var isNumbered: Bool
    var isWrapper: Bool

    init(_ name: String) {
      let symbol = SymbolName(name)
      (package, function) = symbol.outermost
      isNumbered = symbol.isNumbered
      // These include `-fm`: a method value is not the method.
      isWrapper = !isNumbered && symbol.isWrapper
    }
  }

  /// Functions of both sides that may be the same.
  private struct Group {
    var before: [DiffFunction] = []
    var after: [DiffFunction] = []

    mutating func add(_ other: Group) {
      before += other.before
      after += other.after
    }
  }

  private var pairs: [(before: DiffFunction?, after: DiffFunction?)] = []

  /// Returns all functions of both sides, each once.
  static func pairs(
    _ before: [DiffFunction], _ after: [DiffFunction]
  ) -> [(before: DiffFunction?, after: DiffFunction?)] {
    var match = DiffMatch()
    match.run(before, after)
    return match.pairs
  }

  private mutating func run(_ before: [DiffFunction], _ after: [DiffFunction]) {
    var byName: [String: Group] = [:]
    for function in before { byName[function.name, default: Group()].before.append(function) }
    for function in after { byName[function.name, default: Group()].after.append(function) }
    // A name that is on both sides is a match, except for numbered names whose family differs.
    var families: [Key: Group] = [:]
    var broken: Set<Key> = []
    var numbered: [Key: [Group]] = [:]
    for (name, group) in byName {
      let isOnBoth = group.before.count == group.after.count
      // This test is cheaper than parsing ten thousand names.
      let key = isOnBoth && !Self.endsInDigit(name) ? nil : Key(name)
      if let key, key.isNumbered {
        numbered[key, default: []].append(group)
        if !isOnBoth { broken.insert(key) }
      } else if let key, !isOnBoth {
        // This includes names that one side has more often: symbols that are local to their files.
        families[key, default: Group()].add(group)
      } else {
        match(group)
      }
    }
    for (key, groups) in numbered {
      if broken.contains(key) {
        var all = Group()
        for group in groups { all.add(group) }
        match(all)
      } else {
        for group in groups { match(group) }
      }
    }
    for group in families.values { match(group) }
  }

  /// Whether a name ends in a digit, as all numbered names do.
  private static func endsInDigit(_ name: String) -> Bool {
    guard let last = name.utf8.last else { return false }
    return UInt8(ascii: "0")...UInt8(ascii: "9") ~= last
  }

  private mutating func match(_ group: Group) {
    guard let first = group.before.first, let other = group.after.first else {
      pairs += group.before.map { ($0, nil) } + group.after.map { (nil, $0) }
      return
    }
    if group.before.count == 1, group.after.count == 1 { return pairs.append((first, other)) }
    let after = group.after.sorted(by: DiffFunction.isBefore)
    // By cost: the indices of those not matched yet, in descending order.
    var free = Dictionary(grouping: after.indices.reversed()) { after[$0].cost }
    var taken: Set<Int> = []
    // Among functions with equal costs, match those with equal names first.
    let names = Dictionary(
      after.indices.map { (after[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    var rest: [DiffFunction] = []
    for function in group.before.sorted(by: DiffFunction.isBefore) {
      if let place = names[function.name], after[place].cost == function.cost, taken.insert(place).inserted {
        pairs.append((function, after[place]))
      } else {
        rest.append(function)
      }
    }
    var changed: [DiffFunction] = []
    for function in rest {
      var place = free[function.cost]?.popLast()
      while let taking = place, !taken.insert(taking).inserted { place = free[function.cost]?.popLast() }
      if let place { pairs.append((function, after[place])) } else { changed.append(function) }
    }
    let new = after.indices.filter { !taken.contains($0) }.map { after[$0] }
    for i in 0..<max(changed.count, new.count) {
      pairs.append((i < changed.count ? changed[i] : nil, i < new.count ? new[i] : nil))
    }
  }
}
