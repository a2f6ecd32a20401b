import Findings
import ProgramModel

/// A comparison in words, which text and Markdown share. Names are not escaped.
struct DiffWords {
  let report: DiffReport
  var diff: ProgramDiff { report.diff }

  init(_ report: DiffReport) { self.report = report }

  /// Returns both values, `go1.24.11 → go1.27.3`, or a single one where they are the same.
  func twice(_ before: String?, _ after: String?) -> String? {
    guard before != after else { return after }
    return "\(before ?? "unknown") → \(after ?? "unknown")"
  }

  /// The facts about how both sides were made, and the number of their functions.
  var build: [String] {
    let (old, new) = (diff.before, diff.after)
    let all = diff.sum { _ in true }
    let os = twice(old.os, new.os)
    return [
      twice(old.goVersion, new.goVersion),
      os.map { "\($0)/\(new.arch.rawValue)" } ?? new.arch.rawValue,
      twice(old.tags.joined(separator: ","), new.tags.joined(separator: ",")).flatMap {
        $0.isEmpty ? nil : "tags \($0)"
      },
      counts(all.before.functions, all.after.functions)
        + (all.after.functions == 1 ? " function" : " functions"),
      twice(old.printer, new.printer),
    ].compactMap(\.self)
  }

  /// The warnings that a reader needs before the figures, one sentence each.
  var notes: [String] {
    let (old, new) = (diff.before, diff.after)
    func differ(_ old: String?, _ new: String?) -> Bool { old != nil && new != nil && old != new }
    var notes: [String] = []
    if differ(old.goVersion, new.goVersion) {
      notes.append("two Go versions: the compiler accounts for part of what differs")
    }
    if differ(old.os, new.os) {
      notes.append(
        "different operating systems: files that only one of them builds appear as added or removed")
    }
    if old.tags != new.tags, old.inputKind == new.inputKind {
      notes.append("different build tags: files that only one of them builds appear as added or removed")
    }
    if (old.inputKind == .archive) != (new.inputKind == .archive) {
      notes.append("one is compiled and the other linked: what the linker drops looks as if it came or went")
    }
    return notes
  }

  /// A line that says whose functions are shown, and why.
  var scope: String {
    let tally = diff.tally
    let count = counts(tally.before.functions, tally.after.functions)
    if tally.before.functions + tally.after.functions == 0 { return "nothing is shown: no function matches" }
    return switch diff.scope {
    case .own(let from): "your own: \(count), settled \(from.label); --origin all compares every one"
    case .notLibrary where diff.after.ownFrom == nil && diff.before.ownFrom == nil:
      "which code is yours is not known (--module PREFIX says it): all but std and runtime is shown, \(count)"
    case .notLibrary: "none is your own: all but std and runtime is shown, \(count)"
    case .everything: "std and runtime only: every one is shown"
    case .asked: "shown: \(count), as asked for"
    }
  }

  /// Returns the number of functions by change: `5 grew, 3 shrank, 6 came, 3 went`, and how many are as large
  /// as before.
  func changes(_ tally: DiffTally) -> String {
    let words = changes(of: tally)
    let same = tally.changes[.same] ?? 0
    guard !words.isEmpty else {
      return same == 0 ? "no function matches" : "all \(Figures.count(same)) as large as before"
    }
    return words.joined(separator: ", ") + (same > 0 ? ", \(Figures.count(same)) as large as before" : "")
  }

  /// Returns the sum of the frames of functions on both sides, which shows what a compiler, PGO or a
  /// refactoring did to all code; nil where no frame is on both sides.
  func shared(_ tally: DiffTally) -> String? {
    guard let growth = growth(tally) else { return nil }
    let largest = bytes(tally.before.largest, tally.after.largest)
    return "\(growth) in the frames of those on both sides, added up; the largest \(largest)"
  }

  /// Returns the change of that sum: `5.2 KiB → 5.0 KiB (-4.5 %)`; nil where no frame is on both sides.
  private func growth(_ tally: DiffTally) -> String? {
    let (old, new) = (tally.before.shared, tally.after.shared)
    guard old > 0, new > 0 else { return nil }
    return old == new ? "\(Figures.bytes(new)) as before" : "\(bytes(old, new)) (\(Self.percent(old, new)))"
  }

  /// Returns the number of defers by kind; nil where there are none.
  func defers(_ tally: DiffTally) -> String? {
    let kinds = DeferSite.Kind.allCases.compactMap { kind -> String? in
      let (old, new) = (tally.before.defers[kind] ?? 0, tally.after.defers[kind] ?? 0)
      return old + new == 0 ? nil : "\(counts(old, new)) \(kind.label)"
    }
    guard !kinds.isEmpty else { return nil }
    let looping = counts(tally.before.loopingDefers, tally.after.loopingDefers)
    let isNone = tally.before.loopingDefers + tally.after.loopingDefers == 0
    let isSame =
      tally.before.defers == tally.after.defers && tally.before.loopingDefers == tally.after.loopingDefers
    return kinds.joined(separator: ", ") + (isNone ? "" : "; \(looping) looping")
      + (isSame ? ", as before" : "")
  }

  /// Returns the number of atomics by instruction; nil where there are none.
  func atomics(_ tally: DiffTally) -> String? {
    let all = tally.before.atomics.merging(tally.after.atomics, uniquingKeysWith: +)
    guard !all.isEmpty else { return nil }
    let ranked = all.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var words = ranked.prefix(4).map { name, _ in
      "\(counts(tally.before.atomics[name] ?? 0, tally.after.atomics[name] ?? 0)) \(name)"
    }
    let rest = ranked.dropFirst(4).map(\.key)
    if !rest.isEmpty {
      let (old, new) = (rest.map { tally.before.atomics[$0] ?? 0 }, rest.map { tally.after.atomics[$0] ?? 0 })
      words.append("\(counts(old.reduce(0, +), new.reduce(0, +))) others")
    }
    return words.joined(separator: ", ") + (tally.before.atomics == tally.after.atomics ? ", as before" : "")
  }

  /// The changes in code that is not shown, by origin:
  /// `std: 210 grew, 100 shrank; 5.2 KiB → 5.3 KiB (+1.2 %)`.
  var elsewhere: [String] {
    Origin.allCases.compactMap { origin in
      guard !diff.origins.contains(origin), let tally = diff.tallies[origin] else { return nil }
      let words = changes(of: tally)
      guard !words.isEmpty else { return nil }
      return "\(origin.rawValue): \(words.joined(separator: ", "))" + (growth(tally).map { "; \($0)" } ?? "")
    }
  }

  private func changes(of tally: DiffTally) -> [String] {
    [DiffPair.Change.grew, .shrank, .came, .went].compactMap { change in
      tally.changes[change].map { "\(Figures.count($0)) \(change.rawValue)" }
    }
  }

  // MARK: Of one function

  /// Returns a number of bytes with its sign: `+320 B`, `-1.2 KiB`.
  static func signed(_ bytes: Int) -> String { (bytes < 0 ? "-" : "+") + Figures.bytes(abs(bytes)) }

  /// Returns a function's frame, with `≥` for a lower bound: `≥ 72 B`.
  static func frame(_ function: DiffFunction) -> String {
    (function.cost.isUncertain ? "≥ " : "") + Figures.bytes(function.cost.frameBytes)
  }

  /// Returns the frames of both sides: `1.1 KiB → 1.4 KiB`; for a function on one side alone, that one.
  static func frames(_ pair: DiffPair) -> String {
    guard let before = pair.before, let after = pair.after else { return frame(pair.function) }
    return "\(frame(before)) → \(frame(after))"
  }

  /// Returns the change of a function's defers: `+1 heap`, `-2 open-coded`; empty where there is none.
  static func deferChanges(_ pair: DiffPair) -> String {
    let (old, new) = (pair.before?.cost.defers ?? [:], pair.after?.cost.defers ?? [:])
    return DeferSite.Kind.allCases.compactMap { kind in
      difference(old[kind], new[kind]).map { "\($0) \(kind.label)" }
    }.joined(separator: ", ")
  }

  /// Returns the change of a function's atomics: `+2 LOCK XADDL`; empty where there is none.
  static func atomicChanges(_ pair: DiffPair) -> String {
    let (old, new) = (pair.before?.cost.atomics ?? [:], pair.after?.cost.atomics ?? [:])
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      difference(old[name], new[name]).map { "\($0) \(name)" }
    }.joined(separator: ", ")
  }

  /// Returns how many more looping defers a function has.
  static func newLoopingDefers(_ pair: DiffPair) -> Int {
    max(0, (pair.after?.cost.loopingDefers ?? 0) - (pair.before?.cost.loopingDefers ?? 0))
  }

  /// Returns the change of the split check, `small → big`; nil where the class is the same, or the function
  /// is on one side alone.
  static func checkChange(_ pair: DiffPair) -> String? {
    guard let before = pair.before?.cost.splitCheck, let after = pair.after?.cost.splitCheck, before != after
    else {
      return nil
    }
    return "\(before.rawValue) → \(after.rawValue)"
  }

  /// Returns the function's name, and its former one where it was renamed.
  static func name(_ pair: DiffPair) -> String {
    let name = pair.function.name
    guard let former = pair.formerName else { return name }
    // The package that both names begin with is left out.
    let start = pair.package.map { $0 + "." } ?? ""
    let isAlike = former.utf8.starts(with: start.utf8)
    return "\(name) (was \(Substring(former.utf8.dropFirst(isAlike ? start.utf8.count : 0))))"
  }

  /// Returns the last element of the file's path, and the line: `server.go:88`.
  static func place(_ pair: DiffPair) -> String {
    guard let file = pair.function.file else { return "" }
    let last = file.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.last
    let base = last.map { String(Substring($0)) } ?? file
    if base.hasPrefix("<") { return base }
    return pair.function.line.map { "\(base):\($0)" } ?? base
  }

  // MARK: Numbers

  private static func difference(_ old: Int?, _ new: Int?) -> String? {
    let change = (new ?? 0) - (old ?? 0)
    return change == 0 ? nil : (change > 0 ? "+" : "-") + Figures.count(abs(change))
  }

  private func counts(_ old: Int, _ new: Int) -> String {
    old == new ? Figures.count(new) : "\(Figures.count(old)) → \(Figures.count(new))"
  }

  private func bytes(_ old: Int, _ new: Int) -> String {
    old == new ? Figures.bytes(new) : "\(Figures.bytes(old)) → \(Figures.bytes(new))"
  }

  /// Returns a change in percent, to a tenth: `+3.2 %`.
  private static func percent(_ old: Int, _ new: Int) -> String {
    let change = new - old
    // Exact for all that fits; what does not is no size of anything, and a tenth of a percent of it tells
    // nothing.
    let tenths =
      abs(change) < 1 << 50
      ? (abs(change) * 1000 + old / 2) / old : (abs(change) / old).multipliedClamped(by: 1000)
    return (change < 0 ? "-" : "+") + "\(Figures.count(tenths / 10)).\(tenths % 10) %"
  }
}
