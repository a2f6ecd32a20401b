import ProgramModel

/// The amount by which a measure may exceed the accepted one.
struct Tolerance {
  var percent: Int
  var bytes: Int

  /// Whether a measure is worse than the accepted one. A larger count always is; bytes are if their growth
  /// reaches both limits.
  func isWorse(_ measure: Int, than accepted: Int, _ unit: Finding.Unit) -> Bool {
    guard measure > accepted else { return false }
    guard unit == .bytes else { return true }
    let growth = measure - accepted
    // A baseline may contain any number, so the products must not overflow.
    return growth >= bytes
      && growth.multipliedClamped(by: 100) >= accepted.multipliedClamped(by: percent)
  }

  /// Matches the measures of a key with those that are accepted.
  ///
  /// When a closure is added or removed, the others change places. So as many as possible are paired such
  /// that none is worse than its partner. The rest of both lists is paired the largest first, and these are
  /// worse; the remaining ones are new.
  ///
  /// - Parameters:
  ///   - measures: the measures, the largest first.
  ///   - accepted: the accepted measures, the largest first.
  /// - Returns: a verdict for each measure, and the accepted measures that have no partner.
  func match(_ measures: [Int], _ accepted: [Int], _ unit: Finding.Unit) -> (verdicts: [Verdict], gone: [Int])
  {
    var verdicts = Array(repeating: Verdict.new, count: measures.count)
    var unpaired: [Int] = []
    var next = 0
    for row in accepted {
      // A measure that is too large for this row is too large for all later ones.
      while next < measures.count, isWorse(measures[next], than: row, unit) { next += 1 }
      if next < measures.count {
        verdicts[next] = .accepted
        next += 1
      } else {
        unpaired.append(row)
      }
    }
    var paired = 0
    for i in verdicts.indices where verdicts[i] == .new && paired < unpaired.count {
      verdicts[i] = .worse(than: unpaired[paired])
      paired += 1
    }
    return (verdicts, Array(unpaired[paired...]))
  }

  enum Verdict: Hashable {
    case accepted, new
    case worse(than: Int)
  }
}
