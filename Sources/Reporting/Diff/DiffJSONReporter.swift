import Findings
import ProgramModel

/// A comparison for tools: one document of schema `fathom.diff/1`.
public struct DiffJSONReporter: Sendable {
  private let report: DiffReport

  /// - Parameter report: what to print.
  public init(_ report: DiffReport) { self.report = report }

  /// Writes the whole document, a function a line.
  public func write(to output: Output) throws(OutputError) {
    let diff = report.diff
    var out = ByteWriter()
    out.put("{\"schema\":\"fathom.diff/1\",\"fathomVersion\":")
    text(report.version, &out)
    out.put(",\n\"old\":")
    header(diff.before, report.names.before, &out)
    out.put(",\n\"new\":")
    header(diff.after, report.names.after, &out)
    out.put(",\n\"notes\":")
    list(DiffWords(report).notes, &out, text)
    out.put(",\n\"shown\":")
    list(diff.origins.map(\.rawValue).sorted(), &out, text)
    out.put(",\n\"sums\":{")
    for (i, origin) in Origin.allCases.filter({ diff.tallies[$0] != nil }).enumerated() {
      out.put(i == 0 ? "\n" : ",\n")
      text(origin.rawValue, &out)
      out.put(":")
      tally(diff.tallies[origin] ?? DiffTally(), &out)
    }
    out.put("},\n\"functions\":[")
    for (i, pair) in diff.shown.enumerated() {
      out.put(i == 0 ? "\n" : ",\n")
      function(pair, &out)
    }
    out.put("]}\n")
    try out.withSpan(output.write)
  }

  private func header(_ header: Program.Header, _ name: String, _ out: inout ByteWriter) {
    out.put("{\"name\":")
    text(name, &out)
    for (key, value) in [
      ("input", header.input), ("inputKind", header.inputKind.rawValue), ("contentHash", header.contentHash),
      ("goVersion", header.goVersion), ("os", header.os), ("arch", header.arch.rawValue),
      ("modulePath", header.modulePath), ("ownFrom", header.ownFrom?.rawValue),
      ("disassembler", header.disassembler.rawValue),
    ] as [(String, String?)] {
      out.put(",")
      text(key, &out)
      out.put(":")
      text(value, &out)
    }
    out.put(",\"tags\":")
    list(header.tags, &out, text)
    out.put("}")
  }

  private func tally(_ tally: DiffTally, _ out: inout ByteWriter) {
    out.put("{")
    for change in DiffPair.Change.allCases {
      text(change.rawValue, &out)
      out.put(":")
      out.put(decimal: tally.changes[change] ?? 0)
      out.put(",")
    }
    out.put("\"old\":")
    side(tally.before, &out)
    out.put(",\"new\":")
    side(tally.after, &out)
    out.put("}")
  }

  private func side(_ side: DiffTally.Side, _ out: inout ByteWriter) {
    for (key, value) in [
      ("{\"functions\":", side.functions), (",\"largestFrame\":", side.largest),
      (",\"sharedFrameBytes\":", side.shared),
      (",\"loopingDefers\":", side.loopingDefers), (",\"uncertain\":", side.uncertain),
    ] as [(StaticString, Int)] {
      out.put(key)
      out.put(decimal: value)
    }
    sites(side.defers, side.atomics, &out)
    out.put("}")
  }

  private func function(_ pair: DiffPair, _ out: inout ByteWriter) {
    out.put("{\"change\":")
    text(pair.change.rawValue, &out)
    out.put(",\"name\":")
    text(pair.function.name, &out)
    out.put(",\"oldName\":")
    text(pair.formerName, &out)
    out.put(",\"package\":")
    text(pair.package, &out)
    out.put(",\"origin\":")
    text(pair.origin.rawValue, &out)
    out.put(",\"frameGrowth\":")
    out.put(decimal: pair.growth)
    out.put(",\"old\":")
    cost(pair.before, &out)
    out.put(",\"new\":")
    cost(pair.after, &out)
    out.put("}")
  }

  private func cost(_ function: DiffFunction?, _ out: inout ByteWriter) {
    guard let function else { return out.put("null") }
    let cost = function.cost
    out.put("{\"file\":")
    text(function.file, &out)
    out.put(",\"line\":")
    if let line = function.line { out.put(decimal: Int(line)) } else { out.put("null") }
    out.put(",\"frameBytes\":")
    out.put(decimal: cost.frameBytes)
    out.put(cost.isUncertain ? ",\"uncertain\":true" : ",\"uncertain\":false")
    out.put(",\"splitCheck\":")
    text(cost.splitCheck.rawValue, &out)
    out.put(",\"loopingDefers\":")
    out.put(decimal: cost.loopingDefers)
    sites(cost.defers, cost.atomics, &out)
    out.put("}")
  }

  private func sites(_ defers: [DeferSite.Kind: Int], _ atomics: [String: Int], _ out: inout ByteWriter) {
    out.put(",\"defers\":{")
    for (i, kind) in DeferSite.Kind.allCases.enumerated() {
      if i > 0 { out.put(",") }
      text(kind.rawValue, &out)
      out.put(":")
      out.put(decimal: defers[kind] ?? 0)
    }
    out.put("},\"atomics\":{")
    for (i, name) in atomics.keys.sorted().enumerated() {
      if i > 0 { out.put(",") }
      text(name, &out)
      out.put(":")
      out.put(decimal: atomics[name] ?? 0)
    }
    out.put("}")
  }

  private func list(_ all: [String], _ out: inout ByteWriter, _ each: (String?, inout ByteWriter) -> Void) {
    out.put("[")
    for (i, element) in all.enumerated() {
      if i > 0 { out.put(",") }
      each(element, &out)
    }
    out.put("]")
  }

  private func text(_ value: String?, _ out: inout ByteWriter) {
    if let value { out.put(JSONText.quoted(value.utf8)) } else { out.put("null") }
  }
}
