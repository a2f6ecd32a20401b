import CallGraph
import ProgramModel

/// The worst cases as folded stacks, for flamegraph.pl, inferno and speedscope: `main.main;main.render 4208`
/// is the frame of `main.render` below the one of `main.main`, in bytes.
public struct DepthFoldedReporter: Sendable {
  private let ways: DepthWays

  /// Makes the reporter of some paths.
  public init(_ ways: DepthWays) { self.ways = ways }

  /// Writes one line for each prefix of each path.
  public func write(to output: Output) throws(OutputError) {
    let labels = NodeLabels(ways.depth)
    var out = ByteWriter(capacity: 1 << 17)
    for way in ways.ways {
      var stack = ""
      for step in way.path.steps {
        if !stack.isEmpty { stack += ";" }
        stack += FoldedText.frame(labels.name(step.node))
        out.put(Array(stack.utf8))
        out.put(" ")
        out.put(decimal: step.bytes)
        out.put("\n")
        guard out.count > 1 << 16 else { continue }
        try out.withSpan(output.write)
        out.clear()
      }
    }
    try out.withSpan(output.write)
  }
}
