import LibC

/// The properties of the terminal, and the environment's settings for it.
struct Terminal: Sendable {
  /// Reads a variable of the environment; nil when it is not set.
  var environment: @Sendable (String) -> String?
  /// Whether a file descriptor is a terminal.
  var isTerminal: @Sendable (Int32) -> Bool

  /// The terminal of this process.
  static let process = Terminal(
    environment: { name in unsafe getenv(name).map { unsafe String(cString: $0) } },
    isTerminal: { isatty($0) == 1 })

  /// Whether standard output gets colours, by `--color`, then NO_COLOR, CLICOLOR_FORCE and TERM=dumb, then
  /// whether it is a terminal. An empty variable counts as one that is not set.
  func wantsColor(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: return true
    case .never: return false
    case .auto:
      if isSet("NO_COLOR") { return false }
      if isSet("CLICOLOR_FORCE"), environment("CLICOLOR_FORCE") != "0" { return true }
      if environment("TERM") == "dumb" { return false }
      return isTerminal(1)
    }
  }

  /// Whether progress is shown: only on a terminal, and never where no one watches it. pre-commit gives its
  /// hooks a terminal.
  var wantsProgress: Bool {
    isTerminal(2) && !isSet("CI") && !isSet("PRE_COMMIT") && environment("TERM") != "dumb"
  }

  /// The columns of standard output, from 40 to 200; 80 where it is no terminal.
  var width: Int {
    guard isTerminal(1) else { return 80 }
    var size = winsize()
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(max(Int(size.ws_col), 40), 200)
  }

  /// Whether a variable is set and not empty.
  func isSet(_ name: String) -> Bool { environment(name).map { !$0.isEmpty } ?? false }
}
