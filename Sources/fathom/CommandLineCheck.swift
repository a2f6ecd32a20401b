import ArgumentParser
import LibC
import Reporting

/// Tells a misspelt command from an input: `fathom chekc ./app` would otherwise be a scan of two files.
enum CommandLineCheck {
  static var commands: [String] {
    Fathom.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// What is wrong with the first argument; nil when nothing is.
  static func problem(_ arguments: [String], exists: (String) -> Bool = fileExists) -> String? {
    guard let word = arguments.first, !commands.contains(word), looksLikeCommand(word), !exists(word) else {
      return nil
    }
    let near = Spelling.nearest(to: word, in: commands, limit: 1)
    let hint = near.first.map { "; did you mean \($0)?" } ?? "; fathom --help lists the commands"
    return "no such command or file: \(TerminalText.safe(ArgumentBytes.bytes(of: word)))" + hint
  }

  /// A word without anything that paths and options are made of.
  private static func looksLikeCommand(_ word: String) -> Bool {
    !word.isEmpty && !word.hasPrefix("-") && !word.contains("/") && !word.contains(".")
  }

  static func fileExists(_ path: String) -> Bool {
    unsafe access(ArgumentBytes.path(path), F_OK) == 0
  }
}
