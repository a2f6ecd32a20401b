public import ProgramModel

/// The comparison of a model made from text with the linker's table: how many functions agree, and every one
/// that does not.
public struct VerifyReporter: Sendable {
  private let verification: Verification
  private let version: String
  private let page: TextPage

  /// Makes the reporter of a comparison.
  ///
  /// - Parameters:
  ///   - version: the version of this fathom.
  ///   - options: how the text looks.
  public init(_ verification: Verification, version: String, options: TextOptions) {
    self.verification = verification
    self.version = version
    page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
  }

  /// Writes the text.
  public func writeText(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// Writes the document, schema `fathom.verify/1`.
  public func writeJSON(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    let header = verification.header
    out.object { out in
      out.field("schema", word: "fathom.verify/1")
      out.field("fathomVersion", version)
      out.field("input", header.input)
      out.field("goVersion", header.goVersion)
      out.field("os", header.os)
      out.field("arch", header.arch.rawValue)
      out.field("disassembler", header.disassembler.rawValue)
      out.field("damagedRows", verification.damaged)
      out.field("foreignFunctions", verification.foreign)
      out.field("linkerFunctions", verification.linkers)
      out.object("subjects") { out in
        for subject in Verification.Subject.allCases {
          out.field(named: subject.rawValue) { out in
            guard let count = verification.counts[subject] else { return out.put("null") }
            out.object { out in
              out.field("agree", count.agree)
              out.field("disagree", disagreements(of: subject))
              out.field("uncertain", count.uncertain)
            }
          }
        }
      }
      out.list("disagreements", verification.disagreements, isLong: true, disagreement)
      out.list("uncertain", verification.uncertain, isLong: true, disagreement)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  /// Puts a function whose two values differ. `text` and `linker` are null where that side has none.
  private func disagreement(_ disagreement: Verification.Disagreement, _ out: inout ByteWriter) {
    out.object { out in
      out.field("subject", disagreement.subject.rawValue)
      out.field("entry", address: disagreement.entry)
      out.field("name") { $0.value(utf8: verification.names.bytes(of: disagreement.name)) }
      out.field("text", disagreement.text)
      out.field("linker", disagreement.linker)
    }
  }

  /// The text.
  var text: String {
    let header = verification.header
    let platform = [header.os, header.arch.rawValue].compactMap(\.self).joined(separator: "/")
    let facts = [header.input, header.goVersion, platform].map { $0.map(TerminalText.safe) }
    var out =
      page.paint(facts.compactMap(\.self).joined(separator: " · "), .strong) + "\n"
      + page.wrapped(
        "\(header.disassembler.label)'s text against what Go's linker wrote into the binary", indentation: 0)
      + "\n\n"
    for subject in Verification.Subject.allCases { out += row(subject) }
    if verification.foreign > 0 {
      out += "\n\(Figures.count(verification.foreign)) not Go's own, C for the most part: not compared\n"
    }
    if verification.linkers > 0 {
      out +=
        "\n\(Figures.count(verification.linkers)) the linker's own, trampolines and marks: not compared\n"
    }
    if verification.damaged > 0 {
      out += "\n\(Figures.count(verification.damaged)) rows of the linker's table are damaged: not compared\n"
    }
    out += list(verification.uncertain, "\nUncertain\n")
    out += list(verification.disagreements, page.paint("\nDisagree\n", .alarm))
    return out
  }

  /// Returns functions with both values.
  private func list(_ disagreements: [Verification.Disagreement], _ title: String) -> String {
    guard !disagreements.isEmpty else { return "" }
    return disagreements.reduce(title) { out, disagreement in
      let name = TerminalText.safe(verification.names.bytes(of: disagreement.name))
      return out + "  " + disagreement.subject.label + "  " + name
        + "\n          text: \(disagreement.text.map(TerminalText.safe) ?? "nothing") · "
        + "linker: \(disagreement.linker.map(TerminalText.safe) ?? "nothing")\n"
    }
  }

  /// Returns the line of one subject: how many functions agree, and how many do not.
  private func row(_ subject: Verification.Subject) -> String {
    guard let count = verification.counts[subject] else {
      return "\(subject.label)  not compared: the text has none\n"
    }
    let wrong = disagreements(of: subject)
    let whole = count.agree + wrong
    var line = "\(subject.label)  \(Figures.count(count.agree)) of \(Figures.count(whole)) agree"
    if wrong > 0 { line += page.paint(", \(Figures.count(wrong)) do not", .alarm) }
    if count.uncertain > 0 { line += " · \(Figures.count(count.uncertain)) uncertain, counted apart" }
    return line + "\n"
  }

  private func disagreements(of subject: Verification.Subject) -> Int {
    verification.disagreements.count { $0.subject == subject }
  }
}

extension Verification.Subject {
  /// The name in a column.
  fileprivate var label: String {
    switch self {
    case .frame: "Frames"
    case .defers: "Defers"
    case .bounds: "Bounds"
    case .lines: "Lines "
    }
  }
}
