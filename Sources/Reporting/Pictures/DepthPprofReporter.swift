import CallGraph
import ProgramModel
import SwiftProtobuf

/// The worst cases as a pprof profile: one sample for each prefix of each path, whose value is the bytes of
/// the last frame. So a function's flat bytes are those of its own frames, and all samples together are the
/// worst cases.
///
/// The labels of a sample are `root`, the function in which its stack begins, and `worst`, whether that
/// root's figure is exact.
public struct DepthPprofReporter: Sendable {
  private let ways: DepthWays

  /// Makes the reporter of some paths.
  public init(_ ways: DepthWays) { self.ways = ways }

  /// Writes the whole profile, one sample at a time: messages written one after another are one message.
  ///
  /// - Throws: `OutputError`.
  public func write(to output: Output) throws {
    var tables = PprofTables(ways.depth)
    var out: [UInt8] = try head(&tables).serializedBytes()
    for way in ways.ways {
      let labels = self.labels(way, &tables)
      // The frames below the next sample's last one, the innermost first.
      var callers: [UInt64] = []
      for step in way.path.steps {
        var part = PprofProfile()
        part.sample = [
          .with { sample in
            sample.locationID = [tables.location(step.node, line: nil)] + callers
            sample.value = [Int64(step.bytes)]
            sample.label = labels
          }
        ]
        out += try part.serializedBytes() as [UInt8]
        callers.insert(tables.location(step.node, line: step.place.outermost.line), at: 0)
        guard out.count > 1 << 16 else { continue }
        try output.write(out)
        out.removeAll(keepingCapacity: true)
      }
    }
    out += try tables.profile.serializedBytes() as [UInt8]
    try output.write(out)
  }

  /// Returns the message with the sample type and the comments.
  private func head(_ tables: inout PprofTables) -> PprofProfile {
    var head = PprofProfile()
    var type = PprofValueType()
    type.type = tables.text("stack")
    type.unit = tables.text("bytes")
    head.sampleType = [type]
    let extent = ways.depth.graph.options.extent
    for text in ["fathom \(ways.version): worst cases, not a run; \(extent)"] + ways.caveats {
      head.comment.append(tables.text(text))
    }
    return head
  }

  private func labels(_ way: DepthWays.Way, _ tables: inout PprofTables) -> [PprofLabel] {
    let causes = Causes.all.filter(way.causes.contains).map(\.explanation).joined(separator: ", ")
    let root = NodeLabels(ways.depth).name(way.path.steps[0].node)
    return [("root", root), ("worst", causes.isEmpty ? "exact" : "at least: \(causes)")].map { key, text in
      var label = PprofLabel()
      label.key = tables.text(key)
      label.str = tables.text(text)
      return label
    }
  }
}
