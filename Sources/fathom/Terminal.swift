import LibC

/// What the terminal is like, and the environment's word on it.
struct Terminal: Sendable {
  /// Reads a variable of the environment; nil when it is not set.
  var environment: @Sendable (String) -> String?
  /// Whether a file descriptor is a terminal.
  var isTerminal: @Sendable (Int32) -> Bool

  /// That of this process.
  static let process = Terminal(
    environment: { name in unsafe getenv(name).map { unsafe String(cString: $0) } },
    isTerminal: { isatty($0) == 1 })

  /// Whether standard output gets colour: `--color`, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, and
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

  /// Whether progress is shown: on a terminal only, and never where no one watches it. pre-commit gives
  /// its hooks a terminal.
  var wantsProgress: Bool {
    isTerminal(2) && !isSet("CI") && !isSet("PRE_COMMIT") && environment("TERM") != "dumb"
  }

  /// Columns of standard output; 80 where it is none.
  var width: Int {
    guard isTerminal(1) else { return 80 }
    var size = winsize()
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(max(Int(size.ws_col), 40), 200)
  }

  /// Whether a variable is there and not empty.
  func isSet(_ name: String) -> Bool { environment(name).map { !$0.isEmpty } ?? false }
}
