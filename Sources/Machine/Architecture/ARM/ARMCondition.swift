/// The conditions of arm and arm64 by name (Arm ARM, «Condition code suffixes»); nil for those that compare
/// no two numbers.
enum ARMCondition {
  static let all: [(condition: Condition?, names: [String])] = [
    (.equal, ["EQ"]), (.notEqual, ["NE"]), (.aboveOrEqual, ["CS", "HS"]), (.below, ["CC", "LO"]),
    (.negative, ["MI"]), (.notNegative, ["PL"]), (.above, ["HI"]), (.belowOrEqual, ["LS"]),
    (.greaterOrEqual, ["GE"]), (.less, ["LT"]), (.greater, ["GT"]), (.lessOrEqual, ["LE"]),
    (nil, ["VS", "VC"]),
  ]

  static let names = all.flatMap(\.names)

  /// Returns the condition that two letters name, in either case; nil for every other name.
  static func named(_ a: UInt8, _ b: UInt8) -> Condition? {
    all.first { $0.names.contains { $0.utf8.elementsEqual([a & 0xdf, b & 0xdf]) } }?.condition
  }
}
