/// What a call leads to that names no target itself: one function for certain, or open.
///
/// Tens of thousands of these stand in one program, and an optional costs a word: two numbers hold all of it.
public struct Callee: Hashable, Sendable {
  /// The function's name; nil when it is open.
  public var target: NameID? { index < Self.nameless ? NameID(index: index) : nil }
  /// The address of its first instruction; nil when it is open, or the listing does not hold it.
  public var entry: UInt64? {
    index <= Self.nameless && place != UInt64.max ? place : nil
  }
  /// The place in read-only data where the entry's address stands. Only until it has been read there.
  public var word: UInt64? { index == Self.unread ? place : nil }
  /// Why it is open; nil when it is not, or when nobody looked.
  public var openReason: OpenReason? {
    guard index == Self.unknown, place < UInt64(OpenReason.allCases.count) else { return nil }
    return OpenReason.allCases[Int(place)]
  }

  private var place: UInt64
  private var index: UInt32

  private static let unknown = UInt32.max
  private static let unread = UInt32.max - 1
  private static let nameless = UInt32.max - 2

  private init(index: UInt32, place: UInt64) {
    self.index = index
    self.place = place
  }

  /// Nothing is known of it.
  public static let open = Callee(index: unknown, place: .max)

  /// Open, for a reason.
  public static func open(_ reason: OpenReason) -> Callee {
    Callee(index: unknown, place: UInt64(OpenReason.allCases.firstIndex(of: reason)!))
  }

  /// One whose entry stands at a place in read-only data.
  public static func word(at address: UInt64) -> Callee { Callee(index: unread, place: address) }

  /// What is known of it; without either it is open.
  public init(target: NameID?, entry: UInt64?) {
    self.init(
      index: target?.index ?? (entry == nil ? Self.unknown : Self.nameless), place: entry ?? UInt64.max)
  }
}

/// Why it stays open what a call leads to: where the pointer comes from, or why that was not found out.
public enum OpenReason: String, CaseIterable, Sendable {
  /// A parameter of the function.
  case parameter
  /// A call's result.
  case result
  /// A variable of a package.
  case global
  /// A field, an element, a captured variable: loaded through a pointer.
  case field
  /// The method of an interface's value.
  case method
  /// Several ways lead here, with different values or an unknown one.
  case several
  /// A slot of the frame that was written in a way that is not followed.
  case frame
  /// The function has a jump table: which ways lead where is not in its text.
  case table
  /// It stands in data that is not read: there is text alone, or the word is no function's entry.
  case data
  /// Farther from the call than is looked.
  case far
  /// Anything else: computed, or by an instruction that is not followed.
  case computed
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
    for i in sites.indices where sites[i].callee.isKnown { change(&sites[i].callee) }
  }
}

extension Callee {
  /// It is not open.
  fileprivate var isKnown: Bool { index != Self.unknown }
}
