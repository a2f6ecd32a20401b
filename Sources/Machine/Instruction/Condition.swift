/// The condition of a branch, asked of the left and the right side of a comparison: `less` is «left < right».
///
/// `less` and its like compare numbers with a sign, `below` and its like numbers without one.
enum Condition: Sendable {
  case equal, notEqual, less, greaterOrEqual, lessOrEqual, greater
  case below, aboveOrEqual, belowOrEqual, above
  /// The sign of left minus right. It is known only where the right side is zero.
  case negative, notNegative

  /// The condition that holds exactly where this one does not.
  var negated: Condition {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .greaterOrEqual: .less
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .below: .aboveOrEqual
    case .aboveOrEqual: .below
    case .belowOrEqual: .above
    case .above: .belowOrEqual
    case .negative: .notNegative
    case .notNegative: .negative
    }
  }

  /// Whether it compares numbers with a sign, or asks only whether the two are equal.
  var isSigned: Bool {
    switch self {
    case .equal, .notEqual, .less, .greaterOrEqual, .lessOrEqual, .greater, .negative, .notNegative: true
    case .below, .aboveOrEqual, .belowOrEqual, .above: false
    }
  }

  /// The condition that asks the same with left and right exchanged; nil for the sign of the difference.
  var mirrored: Condition? {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .below: .above
    case .aboveOrEqual: .belowOrEqual
    case .belowOrEqual: .aboveOrEqual
    case .above: .below
    case .negative, .notNegative: nil
    }
  }

  /// The condition that the branch stands for after a comparison of numbers without a sign: `less` becomes
  /// `below`.
  var unsigned: Condition {
    switch self {
    case .less: .below
    case .greaterOrEqual: .aboveOrEqual
    case .lessOrEqual: .belowOrEqual
    case .greater: .above
    default: self
    }
  }

  /// Whether the condition holds for two numbers, of which the lowest `width` bits count; nil for `negative`
  /// and `notNegative` where the right side is not zero.
  func holds(_ left: Int64, _ right: Int64, width: UInt8) -> Bool? {
    let (l, r) = (Self.signed(left, width), Self.signed(right, width))
    let (ul, ur) = (Self.unsigned(left, width), Self.unsigned(right, width))
    return switch self {
    case .equal: l == r
    case .notEqual: l != r
    case .less: l < r
    case .greaterOrEqual: l >= r
    case .lessOrEqual: l <= r
    case .greater: l > r
    case .below: ul < ur
    case .aboveOrEqual: ul >= ur
    case .belowOrEqual: ul <= ur
    case .above: ul > ur
    case .negative: r == 0 ? l < 0 : nil
    case .notNegative: r == 0 ? l >= 0 : nil
    }
  }

  /// Returns how many times in a row the condition holds for a number that begins at `start` and grows by
  /// `step`: 10 for `less` with 0, 1 and the limit 10.
  ///
  /// Nil where it holds forever, or where the number would have to wrap around.
  func turns(from start: Int64, by step: Int64, against limit: Int64, width: UInt8) -> Int64? {
    let (start, limit) = (Self.signed(start, width), Self.signed(limit, width))
    let half: Int64 = 1 << Int64(min(width, 62) - 1)
    guard step != 0, [start, step, limit].allSatisfy({ $0 > -half + 1 && $0 < half - 1 }) else { return nil }
    switch self {
    case .less: return Self.climb(limit - start, step, room: half - 1 - limit)
    case .lessOrEqual: return Self.climb(limit + 1 - start, step, room: half - 2 - limit)
    case .greater: return Self.climb(start - limit, -step, room: half + limit)
    case .greaterOrEqual: return Self.climb(start - limit + 1, -step, room: half + limit - 1)
    case .below where start >= 0 && limit >= 0: return Self.climb(limit - start, step, room: half - 1 - limit)
    case .belowOrEqual where start >= 0 && limit >= 0:
      return Self.climb(limit + 1 - start, step, room: half - 2 - limit)
    case .negative: return limit == 0 ? Self.climb(-start, step, room: half - 1) : nil
    case .notNegative: return limit == 0 ? Self.climb(start + 1, -step, room: half - 1) : nil
    case .equal: return start == limit ? 1 : 0
    case .notEqual:
      let way = limit - start
      return way % step == 0 && way / step >= 0 ? way / step : nil
    case .below, .belowOrEqual, .above, .aboveOrEqual: return nil
    }
  }

  /// Returns how many steps reach a distance or go beyond it; nil where the last step may overflow, since
  /// `room` is less than a step.
  private static func climb(_ way: Int64, _ step: Int64, room: Int64) -> Int64? {
    if way <= 0 { return 0 }
    guard step > 0, step <= room else { return nil }
    return (way - 1) / step + 1
  }

  /// Returns the lowest `width` bits, extended by their sign.
  private static func signed(_ value: Int64, _ width: UInt8) -> Int64 {
    let shift = Int64(64 - min(width, 64))
    return (value << shift) >> shift
  }

  /// Returns the lowest `width` bits, extended by zeros.
  private static func unsigned(_ value: Int64, _ width: UInt8) -> UInt64 {
    let shift = UInt64(64 - min(width, 64))
    return (UInt64(bitPattern: value) << shift) >> shift
  }
}
