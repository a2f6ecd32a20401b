import ProgramModel

/// The first lines of a text report: what was read, and which functions are listed.
struct TextHead {
  let program: Program
  let options: TextOptions

  /// Returns the title: the input's name, Go's version, the platform, and the number of functions.
  func title(_ page: TextPage) -> String {
    let header = program.header
    let base = header.inputLabel
    var parts = [header.machineLabel]
    parts.append(Figures.count(program.functions.count, "function"))
    parts.append(header.printer)
    var line = " · " + parts.map(TerminalText.safe).joined(separator: " · ")
    if let elapsed = options.elapsed {
      let tenths = Int(elapsed / .milliseconds(100))
      let time = " · \(tenths / 10).\(tenths % 10) s"
      // The time is the least important part, and is left out where it does not fit.
      if TerminalText.width(base + line + time) <= options.width { line += time }
    }
    if TerminalText.width(base + line) > options.width {
      line = "\n" + page.wrapped(String(line.dropFirst(3)), indentation: 0)
    }
    return page.paint(base, .strong) + line + "\n"
  }

  /// Returns a line that says which functions are listed, and why.
  func scope(_ shown: Shown, _ page: TextPage) -> String {
    let count = Figures.count(shown.indices.count)
    let text =
      switch shown.reason {
      case .own:
        "your own: \(count), settled \(program.header.ownFrom?.label ?? ""); --origin all lists every one"
      case .notLibrary where program.header.ownFrom == nil:
        "which code is yours is not known (--module PREFIX says it): all but std and runtime is listed, \(count)"
      case .notLibrary: "none is your own: all but std and runtime is listed, \(count)"
      case .everything: "std and runtime only: every one is listed"
      case .asked: "listed: \(shown.indices.isEmpty ? "none" : count), as --filter and --origin ask for"
      }
    return page.paint(page.wrapped(text, indentation: 0), .quiet) + "\n"
  }
}

extension Program.Header {
  /// The name of the input: the last element of its path, safe to print.
  var inputLabel: String {
    let name = input == "-" ? "standard input" : TerminalText.safe(input)
    let last = name.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? name
    // `.`, `..` and `./...` mean nothing without the rest of the path.
    return last.allSatisfy { $0 == "." } ? name : last
  }

  /// The Go version and the platform, safe to print: `go1.27.3 linux/amd64`.
  var machineLabel: String {
    let machine = os.map { "\($0)/\(arch.rawValue)" } ?? arch.rawValue
    return TerminalText.safe([goVersion, machine].compactMap(\.self).joined(separator: " "))
  }
}
