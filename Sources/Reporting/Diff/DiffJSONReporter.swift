import Findings
import ProgramModel

/// A comparison as one document of schema `fathom.diff/1`.
///
/// `sums` has the totals of every origin, also of those that are not shown; `functions` has the shown
/// functions that differ.
public struct DiffJSONReporter: Sendable {
  private let report: DiffReport

  /// Makes the reporter of a comparison.
  public init(_ report: DiffReport) { self.report = report }

  /// Writes the whole document, one function a line.
  public func write(to output: Output) throws(OutputError) {
    let diff = report.diff
    var out = ByteWriter()
    out.object { out in
      out.field("schema", word: "fathom.diff/1")
      out.field("fathomVersion", report.version)
      out.putNewLine()
      header("old", diff.before, report.names.before, &out)
      out.putNewLine()
      header("new", diff.after, report.names.after, &out)
      out.putNewLine()
      out.field("notes", DiffWords(report).notes)
      out.putNewLine()
      out.field("shown", diff.origins.map(\.rawValue).sorted())
      out.putNewLine()
      out.object("sums") { out in
        for origin in Origin.allCases {
          guard let tally = diff.tallies[origin] else { continue }
          out.putNewLine()
          out.field(named: origin.rawValue) { self.tally(tally, &$0) }
        }
      }
      out.putNewLine()
      out.list("functions", diff.shown, isLong: true, function)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  private func header(
    _ key: StaticString, _ header: Program.Header, _ name: String, _ out: inout ByteWriter
  ) {
    out.object(key) { out in
      out.field("name", name)
      out.source(header)
      out.field("modulePath", header.modulePath)
      out.field("ownFrom", header.ownFrom?.rawValue)
      out.field("disassembler", header.disassembler.rawValue)
      out.field("tags", header.tags)
    }
  }

  /// Puts the sums of an origin: the number of functions by change, and both sides.
  private func tally(_ tally: DiffTally, _ out: inout ByteWriter) {
    out.object { out in
      for change in DiffPair.Change.allCases {
        out.field(named: change.rawValue) { $0.put(decimal: tally.changes[change] ?? 0) }
      }
      side("old", tally.before, &out)
      side("new", tally.after, &out)
    }
  }

  /// Puts one side of the sums. `sharedFrameBytes` counts only functions that are on both sides.
  private func side(_ key: StaticString, _ side: DiffTally.Side, _ out: inout ByteWriter) {
    out.object(key) { out in
      out.field("functions", side.functions)
      out.field("largestFrame", side.largest)
      out.field("sharedFrameBytes", side.shared)
      out.field("loopingDefers", side.loopingDefers)
      out.field("uncertain", side.uncertain)
      sites(side.defers, side.atomics, &out)
    }
  }

  /// Puts a function with both sides; one of them is null where it is on one side alone.
  private func function(_ pair: DiffPair, _ out: inout ByteWriter) {
    out.object { out in
      out.field("change", pair.change.rawValue)
      out.field("name", pair.function.name)
      out.field("oldName", pair.formerName)
      out.field("package", pair.package)
      out.field("origin", pair.origin.rawValue)
      out.field("frameGrowth", pair.growth)
      out.field("old") { cost(pair.before, &$0) }
      out.field("new") { cost(pair.after, &$0) }
    }
  }

  private func cost(_ function: DiffFunction?, _ out: inout ByteWriter) {
    guard let function else { return out.put("null") }
    let cost = function.cost
    out.object { out in
      out.field("file", function.file)
      out.field("line", function.line)
      out.field("frameBytes", cost.frameBytes)
      out.field("uncertain", cost.isUncertain)
      out.field("splitCheck", cost.splitCheck.rawValue)
      out.field("loopingDefers", cost.loopingDefers)
      sites(cost.defers, cost.atomics, &out)
    }
  }

  private func sites(_ defers: [DeferSite.Kind: Int], _ atomics: [String: Int], _ out: inout ByteWriter) {
    out.object("defers") { out in
      for kind in DeferSite.Kind.allCases {
        out.field(named: kind.rawValue) { $0.put(decimal: defers[kind] ?? 0) }
      }
    }
    out.object("atomics") { out in
      for name in atomics.keys.sorted() {
        out.field(named: name) { $0.put(decimal: atomics[name] ?? 0) }
      }
    }
  }
}
