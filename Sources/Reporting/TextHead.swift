import ProgramModel

/// The first lines of a text report: what was read, and what of it is listed.
struct TextHead {
  let program: Program
  let options: TextOptions

  /// What was read: its name, Go's version, the machine, how much there is.
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
      // The least of it all: it goes where there is no room.
      if TerminalText.width(base + line + time) <= options.width { line += time }
    }
    if TerminalText.width(base + line) > options.width {
      line = "\n" + page.wrapped(String(line.dropFirst(3)), indentation: 0)
    }
    return page.paint(base, .strong) + line + "\n"
  }

  /// Which functions are listed, and why these.
  func scope(_ shown: Shown, _ page: TextPage) -> String {
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
}

extension Program.Header {
  /// What was read: the last element of its path.
  var inputLabel: String {
    let name = input == "-" ? "standard input" : TerminalText.safe(input)
    let last = name.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? name
    // `.`, `..` and `./...` say nothing without the rest.
    return last.allSatisfy { $0 == "." } ? name : last
  }

  /// `go1.27.3 linux/amd64`, safe to print.
  var machineLabel: String {
    let machine = os.map { "\($0)/\(arch.rawValue)" } ?? arch.rawValue
    return TerminalText.safe([goVersion, machine].compactMap(\.self).joined(separator: " "))
  }
}
