public import ProgramModel

/// The differences between two programs: frames that grew, shrank, were added or removed, split checks of
/// another kind, and defers and atomics that were added or removed.
public struct ProgramDiff: Sendable {
  /// The choice of the functions that are shown.
  public enum Scope: Sendable {
    /// The user's own, as determined from one of the two programs.
    case own(OwnFrom)
    /// All but std and runtime: either nothing tells which code is the user's own, or neither program has
    /// any.
    case notLibrary
    /// All: there are no others.
    case everything
    /// Those that the caller asked for.
    case asked
  }

  /// The header of the old program.
  public var before: Program.Header
  /// The header of the new program.
  public var after: Program.Header
  /// The functions whose costs differ, including those that are not shown; the largest change of the frame
  /// first.
  public var pairs: [DiffPair]
  /// Sums over all functions by origin, including unchanged ones.
  public var tallies: [Origin: DiffTally]
  /// The origins that are shown.
  public var origins: Set<Origin>
  /// The reason for this choice of origins.
  public var scope: Scope

  /// Compares two programs.
  ///
  /// - Parameters:
  ///   - old: the old program.
  ///   - new: the new program.
  ///   - pattern: leaves out functions whose names match it on neither side; nil takes all.
  ///   - origins: the origins to show; nil means the user's own or, where nothing tells whose code it is, all
  ///     but the libraries.
  /// - Throws: ``DiffError`` where the two cannot be compared.
  public init(
    _ old: Program, _ new: Program, pattern: NamePattern? = nil, origins: Set<Origin>? = nil
  ) throws(DiffError) {
    guard old.header.arch == new.header.arch else {
      throw .architectures(old.header.arch, new.header.arch)
    }
    before = old.header
    after = new.header
    // One of the two may be text, which does not tell whose code is whose; the other then decides for both.
    let judge = new.header.ownFrom == nil && old.header.ownFrom != nil ? old : new
    var owners = Owners(judge)
    pairs = []
    tallies = [:]
    let all = DiffMatch.pairs(Self.functions(old), Self.functions(new))
    for (before, after) in all {
      let names = [before?.name, after?.name].compactMap(\.self)
      if let pattern, !names.contains(where: pattern.matches) { continue }
      let owner = owners.owner(of: names.last ?? "", file: after?.file ?? before?.file)
      let pair = DiffPair(before: before, after: after, package: owner.package, origin: owner.origin)
      tallies[pair.origin, default: DiffTally()].add(pair)
      if !pair.isUnchanged { pairs.append(pair) }
    }
    pairs.sort(by: DiffPair.isBefore)
    (self.origins, scope) = Self.scope(origins, judge.header.ownFrom, tallies)
  }

  /// The pairs that are shown.
  public var shown: [DiffPair] { pairs.filter { origins.contains($0.origin) } }

  /// The sums over the origins that are shown.
  public var tally: DiffTally { sum { origins.contains($0) } }

  /// Returns the sums over some origins.
  public func sum(_ isIncluded: (Origin) -> Bool) -> DiffTally {
    var sum = DiffTally()
    for (origin, tally) in tallies where isIncluded(origin) { sum.add(tally) }
    return sum
  }

  private static func functions(_ program: Program) -> [DiffFunction] {
    program.functions.lazy.filter { !SymbolName.isStub(program.names.bytes(of: $0.name)) }
      .map { DiffFunction($0, in: program.names) }
  }

  private static func scope(
    _ asked: Set<Origin>?, _ ownFrom: OwnFrom?, _ tallies: [Origin: DiffTally]
  ) -> (Set<Origin>, Scope) {
    if let asked { return (asked, .asked) }
    if let ownFrom, tallies[.own] != nil { return ([.own], .own(ownFrom)) }
    let rest = Set(Origin.allCases).subtracting([.std, .runtime])
    if tallies.keys.contains(where: rest.contains) { return (rest, .notLibrary) }
    return (Set(Origin.allCases), .everything)
  }
}

/// The reason why two programs cannot be compared.
public enum DiffError: Error, CustomStringConvertible {
  /// The programs are for different architectures, whose frames cannot be compared.
  case architectures(Architecture, Architecture)

  /// The problem, and its remedy.
  public var description: String {
    switch self {
    case .architectures(let old, let new):
      "the old one is \(old.rawValue) and the new one \(new.rawValue), whose frames cannot be compared: build both for one "
        + "machine (GOARCH=\(new.rawValue))"
    }
  }
}

/// Finds the owner of a function by its name, or by its file where the name has no package. Looks up each
/// package once.
private struct Owners {
  private let program: Program
  private var known: [String: Origin] = [:]

  init(_ program: Program) { self.program = program }

  mutating func owner(of name: String, file: String?) -> (package: String?, origin: Origin) {
    let symbol = SymbolName(name)
    guard let package = symbol.package, package != Origin.noPackage else {
      return (nil, symbol.isCompilerMade ? .compiler : program.origin(ofPath: file))
    }
    if let origin = known[package] { return (package, origin) }
    let origin = program.origin(ofPackage: package)
    known[package] = origin
    return (package, origin)
  }
}
