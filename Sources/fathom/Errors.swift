import LibC
import Reporting

/// The messages on standard error.
enum Errors {
  /// Prints a message: `fathom: what was wrong, where, what to do next`.
  ///
  /// The text may quote anything (names of files, words of other programs): it is escaped here.
  ///
  ///     fathom: report.json: two reports would go there; give each a file of its own
  static func say(_ text: String) { write("fathom: " + TerminalText.lines(Array(text.utf8)) + "\n") }

  private static let output = Output(descriptor: 2, name: "standard error", log: Destination.log("text"))

  /// Prints a text as it is, except that a job's log gets no commands. A failure to write it is ignored.
  static func write(_ text: String) { try? output.write(Array(text.utf8)) }
}
