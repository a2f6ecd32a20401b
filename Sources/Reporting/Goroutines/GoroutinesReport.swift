public import Evidence
import ProgramModel

/// A dump's goroutines in groups, compared with an earlier dump of the same program: the facts that each
/// reporter prints.
public struct GoroutinesReport: Sendable {
  let traces: Traces
  let groups: GoroutineGroups
  private let before: (traces: Traces, groups: GoroutineGroups)?

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - traces: the goroutines of the dump.
  ///   - groups: the same goroutines in groups.
  ///   - before: an earlier dump of the same program, and its groups; nil without one.
  public init(
    _ traces: Traces, groups: GoroutineGroups, before: (traces: Traces, groups: GoroutineGroups)? = nil
  ) {
    self.traces = traces
    self.groups = groups
    self.before = before
  }

  /// The number of goroutines in the earlier dump; nil without one.
  var countBefore: Int? { before?.groups.count }

  /// Returns a name of the dump, safe to print.
  func name(_ id: NameID) -> String { TerminalText.safe(traces.names.bytes(of: id)) }

  /// Returns the goroutine that represents a group.
  func example(_ group: GoroutineGroup) -> GoroutineTrace { traces.goroutines[group.example] }

  /// Returns the function of a group that tells most: the innermost that is no machinery.
  func title(_ group: GoroutineGroup) -> String {
    if example(group).isUnavailable { return "on other threads: their stacks could not be read" }
    let frames = example(group).frames
    let frame = frames.first { traces.isOfUse($0) } ?? frames.first
    return frame.map { name($0.function) } ?? "no function"
  }

  // MARK: Against the earlier dump

  /// The number of goroutines that each group had in the earlier dump, in the order of the groups; nil
  /// without one.
  var countsBefore: [Int]? {
    guard let before else { return nil }
    var all: [String: Int] = [:]
    for group in before.groups.groups { all[Self.key(group, before.traces), default: 0] += group.count }
    return groups.groups.map { all[Self.key($0, traces)] ?? 0 }
  }

  /// Returns the part of a group that is the same in both dumps: its functions, and the function that started
  /// it.
  private static func key(_ group: GoroutineGroup, _ traces: Traces) -> String {
    let goroutine = traces.goroutines[group.example]
    let functions = GoroutineGroups.kind(goroutine).map { traces.names.string($0) }
    return functions.joined(separator: "\n") + "\n\n"
      + (goroutine.creator.map { traces.names.string($0.function) } ?? "")
  }
}
