import ProgramModel

/// How much more than what was accepted is still accepted.
struct Tolerance {
  var percent: Int
  var bytes: Int

  /// Whether a measure is worse than what was accepted: a count by one, bytes by both limits at least.
  func isWorse(_ measure: Int, than accepted: Int, _ unit: Finding.Unit) -> Bool {
    guard measure > accepted else { return false }
    guard unit == .bytes else { return true }
    let growth = measure - accepted
    // What a baseline says need not be the size of anything.
    return growth >= bytes
      && growth.multipliedClamped(by: 100) >= accepted.multipliedClamped(by: percent)
  }

  /// What of the measures of a key is accepted.
  ///
  /// A closure that came or went moves all others by a place, so as many as possible are paired such that none is
  /// worse. What is left of both is paired the largest first, and is worse; the rest is new.
  ///
  /// - Parameters:
  ///   - measures: the largest first.
  ///   - accepted: the largest first.
  /// - Returns: for each measure what it is worse than, and what of `accepted` answers to none.
  func match(_ measures: [Int], _ accepted: [Int], _ unit: Finding.Unit) -> (verdicts: [Verdict], gone: [Int])
  {
    var verdicts = Array(repeating: Verdict.new, count: measures.count)
    var unpaired: [Int] = []
    var next = 0
    for row in accepted {
      // Too large for this one is too large for all that come.
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
