import Testing

@testable import Machine

/// Conditions of two numbers, held against each other.
@Suite("Conditions of numbers") struct ConditionNumberTests {
  private static let all: [Condition] = [
    .equal, .notEqual, .less, .greaterOrEqual, .lessOrEqual, .greater, .below, .aboveOrEqual, .belowOrEqual,
    .above,
    .negative, .notNegative,
  ]
  private static let numbers: [Int64] = [0, 1, 2, -1, -2, 10, 1 << 31 - 1, 1 << 31, -1 << 31, .max, .min]

  private func each(_ body: (Condition, Int64, Int64, UInt8) -> Void) {
    for condition in Self.all {
      for a in Self.numbers {
        for b in Self.numbers {
          for width: UInt8 in [32, 64] { body(condition, a, b, width) }
        }
      }
    }
  }

  @Test func theOppositeHoldsWhereItDoesNot() {
    each { condition, a, b, width in
      guard let holds = condition.holds(a, b, width: width) else { return }
      #expect(condition.negated.holds(a, b, width: width) == !holds, "\(condition) \(a) \(b) \(width)")
    }
  }

  @Test func turnedRoundItAsksTheSame() {
    each { condition, a, b, width in
      guard let mirrored = condition.mirrored else { return }
      #expect(
        mirrored.holds(b, a, width: width) == condition.holds(a, b, width: width),
        "\(condition) \(a) \(b) \(width)")
    }
  }

  /// Of numbers that are not below zero the sign says nothing.
  @Test func withoutASignItIsTheSameOfSmallNumbers() {
    each { condition, a, b, width in
      guard (0...1000).contains(a), (0...1000).contains(b) else { return }
      #expect(condition.unsigned.holds(a, b, width: width) == condition.holds(a, b, width: width))
    }
    #expect(Condition.less.unsigned.holds(-1, 1, width: 64) == false)
    #expect(Condition.greater.unsigned.holds(-1, 1, width: 32) == true)
  }

  /// As often as a loop that is written down.
  @Test func turnsAreThoseOfALoop() {
    for condition in [Condition.less, .lessOrEqual, .greater, .greaterOrEqual, .notEqual] {
      for start in Int64(-6)...6 {
        for step in Int64(-3)...3 where step != 0 {
          for limit in Int64(-6)...6 {
            var (value, turns): (Int64, Int64?) = (start, 0)
            while let count = turns, condition.holds(value, limit, width: 64) == true {
              turns = count < 1000 ? count + 1 : nil
              value += step
            }
            #expect(
              condition.turns(from: start, by: step, against: limit, width: 64) == turns,
              "\(condition) \(start) \(step) \(limit)")
          }
        }
      }
    }
  }
}
