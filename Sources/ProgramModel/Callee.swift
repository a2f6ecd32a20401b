/// What a call leads to that names no target itself: one function for certain, or open.
///
/// Kept in twelve bytes: tens of thousands of these stand in one program, and an optional costs a word.
public struct Callee: Hashable, Sendable {
  /// The function's name; nil when it is open.
  public var target: NameID? { index == Self.unnamed ? nil : NameID(index: index) }
  /// The address of its first instruction; nil when it is open, or the listing does not hold it.
  public var entry: UInt64? { place == UInt64.max ? nil : place }

  private var place: UInt64
  private var index: UInt32

  private static let unnamed = UInt32.max

  /// Nothing is certain.
  public static let open = Callee(target: nil, entry: nil)

  /// What is known of it.
  public init(target: NameID?, entry: UInt64?) {
    index = target?.index ?? Self.unnamed
    place = entry ?? UInt64.max
  }
}

/// A site of the model that leads to a function which no operand names.
public protocol LeadingSite {
  /// The instruction.
  var address: UInt64 { get set }
  /// Where it leads.
  var callee: Callee { get set }
}

extension LeadingSite {
  /// The function that it certainly leads to; nil is open.
  public var target: NameID? { callee.target }
  /// The address of the target's first instruction; nil is open, or the listing does not hold it.
  public var targetEntry: UInt64? { callee.entry }
}

extension IndirectCall: LeadingSite {}
extension DeferSite: LeadingSite {}
extension GoStatement: LeadingSite {}

extension Function {
  /// Changes where its indirect calls, defers and `go` statements lead, each that is not open.
  public mutating func changeCallees(_ change: (inout Callee) -> Void) {
    Self.change(&indirectCalls, change)
    Self.change(&deferSites, change)
    Self.change(&goStatements, change)
  }

  private static func change<Site: LeadingSite>(_ sites: inout [Site], _ change: (inout Callee) -> Void) {
    for i in sites.indices where sites[i].callee != .open { change(&sites[i].callee) }
  }
}
