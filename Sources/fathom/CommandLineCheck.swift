import ArgumentParser
import LibC
import Reporting

/// Tells a misspelt command from an input: otherwise `fathom chekc ./app` would scan two files.
enum CommandLineCheck {
  /// The names of all commands.
  static var commands: [String] {
    Fathom.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// Returns what is wrong with the first argument; nil when nothing is.
  ///
  /// - Parameter exists: whether a file has the name; a file that is named like a misspelt command is an
  ///   input.
  static func problem(_ arguments: [String], exists: (String) -> Bool = fileExists) -> String? {
    guard let word = arguments.first, !commands.contains(word), looksLikeCommand(word), !exists(word) else {
      return nil
    }
    let near = Spelling.nearest(to: word, in: commands, limit: 1)
    let hint = near.first.map { "; did you mean \($0)?" } ?? "; fathom --help lists the commands"
    return "no such command or file: \(TerminalText.safe(ArgumentBytes.bytes(of: word)))" + hint
  }

  /// Whether a word has none of the characters that paths and options are made of.
  private static func looksLikeCommand(_ word: String) -> Bool {
    !word.isEmpty && !word.hasPrefix("-") && !word.contains("/") && !word.contains(".")
  }

  /// Whether a file or a folder exists at a path, readable or not.
  static func fileExists(_ path: String) -> Bool {
    unsafe access(ArgumentBytes.path(path), F_OK) == 0
  }
}
