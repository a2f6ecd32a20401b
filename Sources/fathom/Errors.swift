import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines on standard error.
enum Errors {
  /// `fathom: what was wrong, where, what to do next`.
  ///
  /// What the text quotes (names of files, words of other programs) may hold anything: it is escaped here.
  static func say(_ text: String) { write("fathom: " + TerminalText.lines(Array(text.utf8)) + "\n") }

  /// Text as it is; that it cannot be written is no one's concern.
  static func write(_ text: String) {
    try? Output(descriptor: 2, name: "standard error").write(Array(text.utf8))
  }
}
