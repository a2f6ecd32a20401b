public import ProgramModel

/// What is different between two programs: frames that grew, shrank, came and went, split checks of another class,
/// defers and atomics that came and went.
public struct ProgramDiff: Sendable {
  /// Whose functions are shown, and why these.
  public enum Scope: Sendable {
    /// The user's own, as one of the two settles it.
    case own(OwnFrom)
    /// Nothing settles whose code is the user's own, or none is there: all but std and runtime.
    case notLibrary
    /// Nothing else is there.
    case everything
    /// What was asked for.
    case asked
  }

  /// What the old program is.
  public var before: Program.Header
  /// What the new program is.
  public var after: Program.Header
  /// Functions that do not cost what they did, those shown and others, the larger change of the frame first.
  public var pairs: [DiffPair]
  /// Sums over all functions, unchanged ones included.
  public var tallies: [Origin: DiffTally]
  /// The origins that are shown.
  public var origins: Set<Origin>
  /// Why these.
  public var scope: Scope

  /// Compares two programs.
  ///
  /// - Parameters:
  ///   - pattern: functions whose names match on neither side are left out; nil takes all.
  ///   - origins: whose functions are shown; nil is the user's own, or all but the libraries where nothing says whose
  ///     code it is.
  /// - Throws: ``DiffError`` where the two cannot be compared.
  public init(
    _ old: Program, _ new: Program, pattern: NamePattern? = nil, origins: Set<Origin>? = nil
  ) throws(DiffError) {
    guard old.header.arch == new.header.arch else {
      throw .architectures(old.header.arch, new.header.arch)
    }
    before = old.header
    after = new.header
    // One of the two may be text, which does not say whose code is whose: the other one says it for both.
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

  /// The sums over what is shown.
  public var tally: DiffTally { sum { origins.contains($0) } }

  /// The sums over the origins that are asked for.
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

/// Why two programs cannot be compared.
public enum DiffError: Error, CustomStringConvertible {
  /// Frames of two machines have nothing to do with each other.
  case architectures(Architecture, Architecture)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .architectures(let old, let new):
      "the old one is \(old.rawValue) and the new one \(new.rawValue), whose frames cannot be compared: build both for one "
        + "machine (GOARCH=\(new.rawValue))"
    }
  }
}

/// Whose code a function is, by its name, or its file where the name has no package. Each package is asked for once.
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
