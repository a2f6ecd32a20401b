import Evidence
import ProgramModel

/// The stream of schema `fathom.goroutines/1`: a header, one line for each group, and an end record without
/// which the stream was cut.
public struct GoroutinesRecordReporter: Sendable {
  private let report: GoroutinesReport
  private let input: String
  private let version: String

  /// Makes the reporter of some goroutines.
  ///
  /// - Parameters:
  ///   - input: the dump's name as the user gave it.
  ///   - version: the version of this fathom.
  public init(_ report: GoroutinesReport, input: String, version: String) {
    self.report = report
    self.input = input
    self.version = version
  }

  /// Writes the whole stream.
  public func write(to output: Output) throws(OutputError) {
    let groups = report.groups
    var out = ByteWriter()
    out.object { out in
      out.header(of: "fathom.goroutines/1", version: version)
      out.field("input", input)
    }
    out.put("\n")
    let countsBefore = report.countsBefore
    for (i, group) in groups.groups.enumerated() {
      self.group(group, before: countsBefore?[i], &out)
      out.put("\n")
    }
    out.object { out in
      out.field("record", word: "end")
      out.field("goroutines", groups.count)
      out.field("groups", groups.groups.count)
      out.field("weight", groups.weight)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  /// Puts a group. Sizes are bytes, `minutesLeast` and `minutesMost` are how long its goroutines have waited,
  /// and `before` is their number in the earlier dump.
  private func group(_ group: GoroutineGroup, before: Int?, _ out: inout ByteWriter) {
    let goroutine = report.example(group)
    let names = report.traces.names
    out.object { out in
      out.field("record", word: "group")
      out.field("count", group.count)
      out.field("variants", group.variants)
      out.field("stackBytes", group.stackBytes)
      out.field("weight", group.weight)
      out.field("pathBytes", group.pathBytes)
      out.field("depth", group.depth)
      out.list("states", group.states) { state, out in
        out.object { out in
          out.field("state", state.state, of: names)
          out.field("count", state.count)
        }
      }
      out.field("minutesLeast", group.shortest)
      out.field("minutesMost", group.longest)
      out.field("before", before)
      out.field("creator", goroutine.creator?.function, of: names)
      out.list("frames", goroutine.frames) { frame, out in
        out.object { out in
          out.field("function", frame.function, of: names)
          out.field("file", frame.file, of: names)
          out.field("line", frame.line)
        }
      }
    }
  }
}
