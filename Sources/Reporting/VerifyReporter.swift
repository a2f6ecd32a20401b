public import ProgramModel

/// Where a model made from text agrees with the linker's table, and every place where it does not.
public struct VerifyReporter: Sendable {
  private let verification: Verification
  private let version: String
  private let page: TextPage

  /// - Parameters:
  ///   - verification: what was compared.
  ///   - version: of this fathom.
  ///   - options: how the text looks.
  public init(_ verification: Verification, version: String, options: TextOptions) {
    self.verification = verification
    self.version = version
    page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
  }

  /// Writes the text for people.
  public func writeText(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// Writes the document, schema `fathom.verify/1`.
  public func writeJSON(to output: Output) throws(OutputError) {
    var out = ByteWriter()
    out.put("{\"schema\":\"fathom.verify/1\",\"fathomVersion\":")
    quoted(version, &out)
    let header = verification.header
    for (key, value) in [
      ("input", header.input), ("goVersion", header.goVersion), ("os", header.os),
      ("arch", header.arch.rawValue), ("disassembler", header.disassembler.rawValue),
    ] as [(String, String?)] {
      out.put(",")
      quoted(key, &out)
      out.put(":")
      if let value { quoted(value, &out) } else { out.put("null") }
    }
    out.put(",\"damagedRows\":")
    out.put(decimal: verification.damaged)
    out.put(",\"foreignFunctions\":")
    out.put(decimal: verification.foreign)
    out.put(",\"subjects\":{")
    for (i, subject) in Verification.Subject.allCases.enumerated() {
      if i > 0 { out.put(",") }
      quoted(subject.rawValue, &out)
      out.put(":")
      guard let count = verification.counts[subject] else {
        out.put("null")
        continue
      }
      out.put("{\"agree\":")
      out.put(decimal: count.agree)
      out.put(",\"disagree\":")
      out.put(decimal: disagreements(of: subject))
      out.put(",\"uncertain\":")
      out.put(decimal: count.uncertain)
      out.put("}")
    }
    out.put("},\"disagreements\":[")
    list(verification.disagreements, &out)
    out.put("],\"uncertain\":[")
    list(verification.uncertain, &out)
    out.put("]}\n")
    try out.withSpan(output.write)
  }

  private func list(_ disagreements: [Verification.Disagreement], _ out: inout ByteWriter) {
    for (i, disagreement) in disagreements.enumerated() {
      out.put(i == 0 ? "\n" : ",\n")
      out.put("{\"subject\":")
      quoted(disagreement.subject.rawValue, &out)
      out.put(",\"entry\":\"0x")
      out.put(hex16: disagreement.entry)
      out.put("\",\"name\":")
      out.put(JSONText.quoted(verification.names.bytes(of: disagreement.name)))
      out.put(",\"text\":")
      if let text = disagreement.text { quoted(text, &out) } else { out.put("null") }
      out.put(",\"linker\":")
      if let linker = disagreement.linker { quoted(linker, &out) } else { out.put("null") }
      out.put("}")
    }
  }

  /// What people read.
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
    if verification.damaged > 0 {
      out += "\n\(Figures.count(verification.damaged)) rows of the linker's table are damaged: not compared\n"
    }
    out += list(verification.uncertain, "\nUncertain\n")
    out += list(verification.disagreements, page.paint("\nDisagree\n", .alarm))
    return out
  }

  /// Functions with both values.
  private func list(_ disagreements: [Verification.Disagreement], _ title: String) -> String {
    guard !disagreements.isEmpty else { return "" }
    return disagreements.reduce(title) { out, disagreement in
      let name = TerminalText.safe(verification.names.bytes(of: disagreement.name))
      return out + "  " + disagreement.subject.label + "  " + name
        + "\n          text: \(disagreement.text.map(TerminalText.safe) ?? "nothing") · "
        + "linker: \(disagreement.linker.map(TerminalText.safe) ?? "nothing")\n"
    }
  }

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

  private func quoted(_ text: String, _ out: inout ByteWriter) { out.put(JSONText.quoted(text.utf8)) }
}

extension Verification.Subject {
  /// In a column.
  fileprivate var label: String {
    switch self {
    case .frame: "Frames"
    case .defers: "Defers"
    case .bounds: "Bounds"
    case .lines: "Lines "
    }
  }
}
