import ProgramModel

/// The first screen: what a binary's functions take from the stack, defer and lock, the most important
/// things first.
public struct TextReporter: Sendable {
  let report: Report
  let options: TextOptions
  let labels: Labels
  var program: Program { report.program }

  /// - Parameters:
  ///   - report: what to print.
  ///   - options: how it looks.
  public init(_ report: Report, options: TextOptions) {
    self.report = report
    self.options = options
    labels = Labels(program: report.program)
  }

  /// Writes all of it.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// All of it.
  var text: String {
    let page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
    let shown = Shown(report)
    guard options.detail != .quiet else {
      return head(page) + page.render([stack(shown)])
    }
    return head(page) + scope(shown, page)
      + page.render([stack(shown), defers(shown), atomics(shown), unsure(shown)]) + hint(shown, page)
  }

  private func head(_ page: TextPage) -> String {
    let header = program.header
    let name = header.input == "-" ? "standard input" : TerminalText.safe(header.input)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    // `.`, `..` and `./...` say nothing without the rest.
    let base = last.allSatisfy { $0 == "." } ? name : last
    let machine = header.os.map { "\($0)/\(header.arch.rawValue)" } ?? header.arch.rawValue
    var parts = [[header.goVersion, machine].compactMap(\.self).joined(separator: " ")]
    parts.append(Figures.count(program.functions.count, "function"))
    parts.append(header.disassembler.label)
    var line = " · " + parts.map(TerminalText.safe).joined(separator: " · ")
    if let elapsed = options.elapsed {
      let tenths = Int(elapsed / .milliseconds(100))
      let time = " · \(tenths / 10).\(tenths % 10) s"
      // The least of it all: it goes where there is no room.
      if TerminalText.width(base + line + time) <= options.width { line += time }
    }
    if TerminalText.width(base + line) > options.width {
      line = "\n" + page.wrapped(String(line.dropFirst(3)), indentation: 0)
    }
    return page.paint(base, .strong) + line + "\n"
  }

  private func scope(_ shown: Shown, _ page: TextPage) -> String {
    let count = Figures.count(shown.indices.count)
    let text =
      switch shown.reason {
      case .own:
        "your own: \(count), settled \(program.header.ownFrom?.label ?? ""); --origin all lists every one"
      case .notLibrary where program.header.ownFrom == nil:
        "nothing says whose code is your own (--module PREFIX does): all but std and runtime is listed, \(count)"
      case .notLibrary: "none is your own: all but std and runtime is listed, \(count)"
      case .everything: "std and runtime only: every one is listed"
      case .asked: "listed: \(shown.indices.isEmpty ? "none" : count), as --filter and --origin ask for"
      }
    return page.paint(page.wrapped(text, indentation: 0), .quiet) + "\n"
  }

  private func hint(_ shown: Shown, _ page: TextPage) -> String {
    guard let first = sorted(shown.indices).first else { return "" }
    let bytes = program.names.bytes(of: program.functions[first].name)
    // A name that cannot be typed is shown by its address.
    let isTypable = TerminalText.safe(bytes).utf8.elementsEqual(bytes)
    let name = isTypable ? NameQuery.spelling(of: bytes) : Figures.address(program.functions[first].entry)
    let input = program.header.input == "-" ? "INPUT" : TerminalText.safe(program.header.input)
    let command = "fathom show \(ShellWord.quoted(name)) \(ShellWord.quoted(input))"
    let note = "one function, line by line"
    let fits = TerminalText.width(command) + 3 + note.count <= options.width
    return "\n" + page.paint(command, .name) + (fits ? "   " : "\n") + page.paint(note, .quiet) + "\n"
  }
}
