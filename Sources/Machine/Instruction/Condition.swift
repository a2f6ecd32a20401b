/// What a conditional branch asks of the two sides that were compared.
enum Condition: Sendable {
  case equal, notEqual, less, greaterOrEqual, lessOrEqual, greater
  case below, aboveOrEqual, belowOrEqual, above
  /// The sign of the difference: a comparison only where the right side is zero.
  case negative, notNegative

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

  /// Whether it asks of numbers with a sign, or whether they are equal.
  var isSigned: Bool {
    switch self {
    case .equal, .notEqual, .less, .greaterOrEqual, .lessOrEqual, .greater, .negative, .notNegative: true
    case .below, .aboveOrEqual, .belowOrEqual, .above: false
    }
  }

  /// What it asks of the sides in the other order; nil for the sign of the difference.
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

  /// What it asks behind a comparison of numbers without a sign.
  var unsigned: Condition {
    switch self {
    case .less: .below
    case .greaterOrEqual: .aboveOrEqual
    case .lessOrEqual: .belowOrEqual
    case .greater: .above
    default: self
    }
  }

  /// Whether it holds of two numbers of that many bits; nil where that is not plain.
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

  /// How often it holds, one time after another, of a number that begins at `start` and grows by `step`; nil where
  /// that has no end, or needs the number to wrap around.
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

  /// How many steps it takes to go that far or farther, where there is room for the last one.
  private static func climb(_ way: Int64, _ step: Int64, room: Int64) -> Int64? {
    if way <= 0 { return 0 }
    guard step > 0, step <= room else { return nil }
    return (way - 1) / step + 1
  }

  private static func signed(_ value: Int64, _ width: UInt8) -> Int64 {
    let shift = Int64(64 - min(width, 64))
    return (value << shift) >> shift
  }

  private static func unsigned(_ value: Int64, _ width: UInt8) -> UInt64 {
    let shift = UInt64(64 - min(width, 64))
    return (UInt64(bitPattern: value) << shift) >> shift
  }
}
