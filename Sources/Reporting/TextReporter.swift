import ProgramModel

/// The first screen of a scan: the frames, defers and locked instructions of a binary's functions, the most
/// important first.
public struct TextReporter: Sendable {
  let report: Report
  let options: TextOptions
  let labels: Labels
  var program: Program { report.program }

  /// Makes the reporter of a report.
  ///
  /// - Parameter options: how it looks.
  public init(_ report: Report, options: TextOptions) {
    self.report = report
    self.options = options
    labels = Labels(program: report.program)
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report.
  var text: String {
    let page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
    let shown = Shown(report)
    let head = TextHead(program: program, options: options)
    guard options.detail != .quiet else {
      return head.title(page) + page.render([stack(shown)])
    }
    return head.title(page) + head.scope(shown, page)
      + page.render([stack(shown), defers(shown), atomics(shown), unsure(shown)]) + hint(shown, page)
  }

  /// Returns the command that shows the first function of the list.
  private func hint(_ shown: Shown, _ page: TextPage) -> String {
    guard let first = sorted(shown.indices).first else { return "" }
    let bytes = program.names.bytes(of: program.functions[first].name)
    // A name that cannot be typed is replaced by the function's address.
    let isTypable = TerminalText.safe(bytes).utf8.elementsEqual(bytes)
    let name = isTypable ? NameQuery.spelling(of: bytes) : Figures.address(program.functions[first].entry)
    let input = program.header.input == "-" ? "INPUT" : TerminalText.safe(program.header.input)
    let command = "fathom show \(ShellWord.quoted(name)) \(ShellWord.quoted(input))"
    let note = "one function, line by line"
    let fits = TerminalText.width(command) + 3 + note.count <= options.width
    return "\n" + page.paint(command, .name) + (fits ? "   " : "\n") + page.paint(note, .quiet) + "\n"
  }
}
