public import Evidence
import ProgramModel

/// A dump's goroutines in groups, beside what an earlier dump of the same program held: what each of its
/// reporters prints.
public struct GoroutinesReport: Sendable {
  let traces: Traces
  let groups: GoroutineGroups
  private let before: (traces: Traces, groups: GoroutineGroups)?

  /// - Parameters:
  ///   - traces: what the dump holds.
  ///   - groups: its goroutines.
  ///   - before: an earlier dump of the same program, and its goroutines.
  public init(
    _ traces: Traces, groups: GoroutineGroups, before: (traces: Traces, groups: GoroutineGroups)? = nil
  ) {
    self.traces = traces
    self.groups = groups
    self.before = before
  }

  /// How many goroutines the earlier dump held; nil without one.
  var countBefore: Int? { before?.groups.count }

  func name(_ id: NameID) -> String { TerminalText.safe(traces.names.bytes(of: id)) }

  /// The goroutine that stands for its group.
  func example(_ group: GoroutineGroup) -> GoroutineTrace { traces.goroutines[group.example] }

  /// The function that tells most: the first that is no machinery.
  func title(_ group: GoroutineGroup) -> String {
    let frames = example(group).frames
    let frame = frames.first { traces.isOfUse($0) } ?? frames.first
    return frame.map { name($0.function) } ?? "no function"
  }

  // MARK: Against the earlier dump

  /// How many goroutines each group had in the earlier dump, in the order of the groups; nil without one.
  var countsBefore: [Int]? {
    guard let before else { return nil }
    var all: [String: Int] = [:]
    for group in before.groups.groups { all[Self.key(group, before.traces), default: 0] += group.count }
    return groups.groups.map { all[Self.key($0, traces)] ?? 0 }
  }

  /// What is the same in both dumps: the functions of a group and who started it.
  private static func key(_ group: GoroutineGroup, _ traces: Traces) -> String {
    let goroutine = traces.goroutines[group.example]
    let functions = GoroutineGroups.kind(goroutine).map { traces.names.string($0) }
    return functions.joined(separator: "\n") + "\n\n"
      + (goroutine.creator.map { traces.names.string($0.function) } ?? "")
  }
}
