import LibC
import Reporting

/// Lines on standard error.
enum Errors {
  /// `fathom: what was wrong, where, what to do next`.
  ///
  /// What the text quotes (names of files, words of other programs) may hold anything: it is escaped here.
  static func say(_ text: String) { write("fathom: " + TerminalText.lines(Array(text.utf8)) + "\n") }

  private static let output = Output(descriptor: 2, name: "standard error", log: Destination.log("text"))

  /// Text as it is, but for commands in a job's log; that it cannot be written is no one's concern.
  static func write(_ text: String) { try? output.write(Array(text.utf8)) }
}
