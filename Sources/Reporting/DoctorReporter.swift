import ProgramModel

/// The report of `fathom doctor` as text: the tools that are here, and why one is taken.
public struct DoctorReporter: Sendable {
  private let report: DoctorReport
  private let page: TextPage

  /// Makes the reporter of a report.
  ///
  /// - Parameter options: how it looks.
  public init(_ report: DoctorReport, options: TextOptions) {
    self.report = report
    page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report.
  var text: String {
    var out = page.paint("fathom \(report.version)", .strong) + "\n\n"
    for (i, tool) in report.tools.enumerated() { out += self.tool(tool, isTaken: i == report.taken) }
    // Where something is wrong with the binary, that is the verdict.
    if report.taken != nil || report.binary?.problem == nil { out += "\n" + verdict }
    if let binary = report.binary { out += "\n" + self.binary(binary) }
    return out
  }

  /// Returns the lines of a tool. The mark says whether it is taken (→), found (✓) or missing (–).
  private func tool(_ tool: DoctorReport.Tool, isTaken: Bool) -> String {
    let mark =
      tool.path == nil
      ? page.paint("–", .quiet) : page.paint(isTaken ? "→" : "✓", tool.problem == nil ? .good : .warning)
    let name =
      tool.disassembler.label + String(repeating: " ", count: max(0, 16 - tool.disassembler.label.count))
    var lines = [tool.path.map(TerminalText.safe) ?? "not found"]
    if let version = tool.version { lines.append(TerminalText.safe(version)) }
    if !tool.abilities.isEmpty { lines.append(tool.abilities.joined(separator: ", ")) }
    if let problem = tool.problem { lines.append(TerminalText.safe(problem)) }
    let indent = String(repeating: " ", count: 20)
    return "  \(mark) \(page.paint(name, .strong))"
      + lines.map { page.wrapped($0, indentation: 20) }.joined(separator: "\n" + indent) + "\n"
  }

  /// The tool that is taken, and why; or that none is.
  private var verdict: String {
    let taken =
      report.taken.map { "taken: \(report.tools[$0].disassembler.label)" }
      ?? "none is taken"
    let style: Paint.Style = report.taken == nil ? .alarm : .strong
    return page.paint(taken, style) + (report.reason.isEmpty ? "" : ": ")
      + page.wrapped(TerminalText.safe(report.reason), indentation: 2) + "\n"
  }

  private func binary(_ binary: DoctorReport.Binary) -> String {
    var out = page.paint(TerminalText.safe(binary.path), .strong) + "\n"
    let width = binary.facts.map(\.name.count).max() ?? 0
    for fact in binary.facts {
      let gap = String(repeating: " ", count: width - fact.name.count)
      out += "  \(fact.name)\(gap)  \(page.wrapped(TerminalText.safe(fact.value), indentation: width + 4))\n"
    }
    if let problem = binary.problem {
      out +=
        "  " + page.paint(page.wrapped(TerminalText.lines(Array(problem.utf8)), indentation: 2), .alarm)
        + "\n"
    } else {
      out += "  " + page.paint("can be scanned", .good) + "\n"
    }
    return out
  }
}
