/// The target of a call whose operand names no function: one certain function, or open (unknown).
///
/// A program has tens of thousands of these, and an optional would cost a word, so two numbers hold
/// everything.
public struct Callee: Hashable, Sendable {
  /// The function's name; nil when it is open.
  public var target: NameID? { index < Self.nameless ? NameID(index: index) : nil }
  /// The address of the function's first instruction; nil when the callee is open, or when the listing does
  /// not contain the function.
  public var entry: UInt64? {
    index <= Self.nameless && place != UInt64.max ? place : nil
  }
  /// The address in read-only data of the word that holds the function's entry; nil once that word has been
  /// read.
  public var word: UInt64? { index == Self.unread ? place : nil }
  /// The reason why the callee is open; nil when it is not open, or when nobody looked.
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

  /// An open callee, without a reason.
  public static let open = Callee(index: unknown, place: .max)

  /// Returns an open callee with a reason.
  public static func open(_ reason: OpenReason) -> Callee {
    Callee(index: unknown, place: UInt64(OpenReason.allCases.firstIndex(of: reason)!))
  }

  /// Returns a callee whose entry is in the word of read-only data at an address.
  public static func word(at address: UInt64) -> Callee { Callee(index: unread, place: address) }

  /// Creates a callee from its name, its entry, or both; without either, it is open.
  public init(target: NameID?, entry: UInt64?) {
    self.init(
      index: target?.index ?? (entry == nil ? Self.unknown : Self.nameless), place: entry ?? UInt64.max)
  }
}

/// The reason why a callee is open: the source of the pointer that the call goes through, or why that source
/// was not found.
public enum OpenReason: String, CaseIterable, Sendable {
  /// The pointer is a parameter of the function.
  case parameter
  /// The pointer is the result of a call.
  case result
  /// The pointer is a package variable.
  case global
  /// The pointer is loaded through another pointer: a field, an element, a captured variable.
  case field
  /// The call is one of an interface value's method.
  case method
  /// Several paths lead to the call, with different values or an unknown one.
  case several
  /// The pointer is in a slot of the frame that was written in a way which is not followed.
  case frame
  /// The function has a jump table, so that its text does not show all its control flow.
  case table
  /// The pointer is in data that cannot be read: there is text alone, or the word there is no function's
  /// entry.
  case data
  /// The pointer is set farther from the call than the search goes.
  case far
  /// Anything else: the pointer is computed, or set by an instruction that is not followed.
  case computed
}

/// A site in a function that leads to another function which no operand names.
public protocol LeadingSite {
  /// The address of the site's instruction.
  var address: UInt64 { get set }
  /// The function to which it leads.
  var callee: Callee { get set }
}

extension LeadingSite {
  /// The name of the function to which the site certainly leads; nil when that is open.
  public var target: NameID? { callee.target }
  /// The address of the target's first instruction; nil when it is open, or when the listing does not contain
  /// the target.
  public var targetEntry: UInt64? { callee.entry }
}

extension IndirectCall: LeadingSite {}
extension DeferSite: LeadingSite {}
extension GoStatement: LeadingSite {}

extension Function {
  /// Changes the callees of the indirect calls, defers and `go` statements, except those that are open.
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
  /// Whether the callee is not open.
  fileprivate var isKnown: Bool { index != Self.unknown }
}
